"""What a brand says by itself: when, how often, and what it leaves alone."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction

from majung.accounts import hours, revisions
from majung.accounts.editables import Invalid
from majung.accounts.models import Agent, Brand
from majung.channels import delivery
from majung.channels.models import OutboundDelivery
from majung.conversations import automatic, automatic_texts, lifecycle, replies
from majung.conversations.models import AutomaticMessages, Conversation, Inbox, Message
from majung.core import jobs, timers
from majung.core.models import Job, Timer
from majung.customers.models import Event, Identity
from tests import factories
from tests.core.together import together
from tests.people import MONDAY_TEN

FRIDAY_EVENING = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)  # 19:00 in Seoul
ON = {kind: {**automatic_texts.USUAL[kind], "on": True} for kind in automatic_texts.KINDS}


def set_up(brand: Brand, by: Agent, **changed: Any) -> AutomaticMessages:
    at = {"brand": str(brand.public_id)}
    revisions.create(kind="hours", data={**at, **hours.USUAL}, by=by)
    made = revisions.create(kind="automatic", data={**at, **ON, **changed}, by=by)
    assert isinstance(made, AutomaticMessages)
    return made


@pytest.fixture
def brand_that_speaks(brand: Brand, admin: Agent) -> Brand:
    set_up(brand, admin)
    return brand


@pytest.fixture
def evening() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(FRIDAY_EVENING, tick=False) as traveller:
        yield traveller


@pytest.fixture
def morning() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MONDAY_TEN, tick=False) as traveller:
        yield traveller


def work() -> None:
    timers.tick()
    Job.objects.filter(task__startswith="every:").delete()
    jobs.run_due()


def said(conversation: Conversation) -> list[str]:
    """Return the kinds of what was said by itself, the oldest first."""
    rows = conversation.messages.filter(kind="reply", author=None).order_by("pk")
    return [row.data["automatic"] for row in rows]


def test_who_writes_while_closed_is_told_once_when_it_opens(
    brand_that_speaks: Brand,
    widget: Inbox,
    visitor: Identity,
    evening: time_machine.Traveller,
) -> None:
    conversation = factories.writes(widget, "계세요?", by=visitor).conversation
    work()
    factories.writes(widget, "아무도 없나요?", by=visitor)
    work()
    message = conversation.messages.get(kind="reply")
    assert "11월 23일(월) 09:00에 열고" in message.text
    assert (message.author, message.data, message.state) == (None, {"automatic": "away"}, "sent")
    assert OutboundDelivery.objects.filter(message=message).count() == 1
    assert Event.objects.filter(name="Automatic Message Written").count() == 1
    evening.move_to(FRIDAY_EVENING + timedelta(days=3))  # Monday evening: another closed stretch
    factories.writes(widget, "오늘도 늦었네요", by=visitor)
    work()
    assert said(conversation).count("away") == 2


def test_it_is_no_answer(
    brand_that_speaks: Brand,
    widget: Inbox,
    visitor: Identity,
    evening: time_machine.Traveller,
) -> None:
    conversation = factories.writes(widget, "계세요?", by=visitor).conversation
    before = Conversation.objects.values().get(pk=conversation.pk)
    evening.shift(30)
    work()
    assert said(conversation) == ["away"]
    assert Conversation.objects.values().get(pk=conversation.pk) == before
    assert before["waiting_since"] == FRIDAY_EVENING
    assert before["first_reply_at"] is None


def test_nobody_is_told_while_open_or_once_answered(
    brand_that_speaks: Brand,
    agent: Agent,
    widget: Inbox,
    visitor: Identity,
    morning: time_machine.Traveller,
) -> None:
    conversation = factories.writes(widget, "열었나요?", by=visitor).conversation
    work()
    assert said(conversation) == []
    morning.move_to(FRIDAY_EVENING)
    factories.writes(widget, "문 닫았나요?", by=visitor)
    replies.send(conversation=conversation, text="아직 있어요", by=agent, client_key="1")
    work()
    assert said(conversation) == []


def test_a_brand_closed_by_hand_tells_at_once(
    brand_that_speaks: Brand,
    admin: Agent,
    widget: Inbox,
    visitor: Identity,
    morning: time_machine.Traveller,
) -> None:
    conversation = factories.writes(widget, "하나", by=visitor).conversation
    hours.switch(brand=brand_that_speaks, opens=False, by=admin)
    factories.writes(widget, "둘", by=visitor)
    work()
    assert said(conversation) == ["away"]
    assert "오늘 13:00에 열고" in conversation.messages.get(kind="reply").text


def test_who_waits_too_long_is_told_once_per_wait(
    brand_that_speaks: Brand,
    agent: Agent,
    widget: Inbox,
    visitor: Identity,
    morning: time_machine.Traveller,
) -> None:
    conversation = factories.writes(widget, "저기요", by=visitor).conversation
    morning.shift(timedelta(minutes=8))
    factories.writes(widget, "계세요?", by=visitor)
    work()
    morning.shift(timedelta(minutes=1, seconds=59))
    work()
    assert said(conversation) == []
    morning.shift(timedelta(seconds=1))  # ten minutes after the first of the two
    work()
    work()
    assert said(conversation) == ["slow"]
    morning.shift(timedelta(minutes=30))
    factories.writes(widget, "아직인가요?", by=visitor)
    morning.shift(timedelta(minutes=30))
    work()
    assert said(conversation) == ["slow"]
    replies.send(conversation=conversation, text="늦어서 죄송해요", by=agent, client_key="1")
    factories.writes(widget, "하나 더요", by=visitor)
    morning.shift(timedelta(minutes=10))
    work()
    assert said(conversation) == ["slow", "slow"]


def test_nobody_is_told_who_was_answered_in_time(
    brand_that_speaks: Brand,
    agent: Agent,
    widget: Inbox,
    visitor: Identity,
    morning: time_machine.Traveller,
) -> None:
    conversation = factories.writes(widget, "저기요", by=visitor).conversation
    replies.send(conversation=conversation, text="네", by=agent, client_key="1")
    morning.shift(timedelta(minutes=5))
    factories.writes(widget, "또 있어요", by=visitor)
    morning.shift(timedelta(minutes=6))  # the clock of the first wait rings for nothing
    work()
    assert said(conversation) == []
    morning.shift(timedelta(minutes=4))
    work()
    assert said(conversation) == ["slow"]


def test_the_wait_runs_in_opening_time(
    brand_that_speaks: Brand,
    widget: Inbox,
    visitor: Identity,
    evening: time_machine.Traveller,
) -> None:
    conversation = factories.writes(widget, "계세요?", by=visitor).conversation
    work()
    evening.move_to(datetime(2026, 11, 23, 0, 9, 59, tzinfo=UTC))
    work()
    assert said(conversation) == ["away"]
    evening.shift(1)
    work()
    assert said(conversation) == ["away", "slow"]


def test_the_end_is_said_a_minute_after_closing(
    brand_that_speaks: Brand,
    agent: Agent,
    widget: Inbox,
    visitor: Identity,
    morning: time_machine.Traveller,
) -> None:
    conversation = factories.writes(widget, "고마워요", by=visitor).conversation
    replies.send(conversation=conversation, text="네", by=agent, client_key="1")
    lifecycle.close(conversation=conversation, by=agent)
    lifecycle.reopen(conversation=conversation, by=agent)  # undone
    morning.shift(timedelta(minutes=2))
    work()
    assert said(conversation) == []
    lifecycle.close(conversation=conversation, by=agent)
    morning.shift(timedelta(seconds=59))
    work()
    assert said(conversation) == []
    morning.shift(timedelta(seconds=1))
    work()
    message = conversation.messages.get(kind="reply", author=None)
    assert message.text.startswith("김하늘 님과 나눈 상담을 마쳤어요")
    conversation.refresh_from_db()
    assert conversation.is_closed


def test_nothing_is_said_at_the_end_of_what_nobody_answered(
    brand_that_speaks: Brand,
    agent: Agent,
    widget: Inbox,
    visitor: Identity,
    morning: time_machine.Traveller,
) -> None:
    conversation = factories.writes(widget, "광고입니다", by=visitor).conversation
    lifecycle.close(conversation=conversation, by=agent)
    morning.shift(timedelta(minutes=2))
    work()
    assert said(conversation) == []


def test_a_customer_is_spoken_to_in_their_language(
    brand_that_speaks: Brand, widget: Inbox, evening: time_machine.Traveller
) -> None:
    guest = factories.identity(factories.customer("Grace", locale="en"), scope=str(widget.pk))
    conversation = factories.writes(widget, "Hello?", by=guest).conversation
    work()
    assert "We open Mon, 23 Nov 09:00" in conversation.messages.get(kind="reply").text


def test_a_text_that_is_missing_falls_back_to_the_brands_language(brand: Brand) -> None:
    plan = {"away": {"on": True, "ko": "닫았어요", "en": ""}, "slow": {"on": False, "ko": "x"}}
    assert automatic_texts.text_of(plan, "away", locale="en", brand=brand) == "닫았어요"
    assert automatic_texts.text_of(plan, "slow", locale="ko", brand=brand) == ""
    assert automatic_texts.text_of(plan, "closing", locale="ko", brand=brand) == ""


def test_a_brand_that_says_nothing_leaves_nothing_behind(
    widget: Inbox, visitor: Identity, evening: time_machine.Traveller
) -> None:
    factories.writes(widget, "계세요?", by=visitor)
    assert not Timer.objects.filter(kind__startswith="automatic").exists()
    assert not Job.objects.filter(task__contains="automatic").exists()


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({"away": {"on": True}}, "away.ko"),
        ({"away": {"on": True, "ko": "{이름} 님"}}, "away.ko"),
        ({"away": {"on": True, "ko": "{고객|꺄}"}}, "away.ko"),
        ({"slow": {"on": True, "ko": "x", "minutes": 0}}, "slow.minutes"),
        ({"closing": {"on": "yes", "ko": "x"}}, "closing.on"),
        ({"greeting": {"minutes": 3}}, "greeting"),
        ({"farewell": {}}, "farewell"),
    ],
)
def test_wrong_messages_are_told_by_name(
    brand: Brand, admin: Agent, changed: dict[str, Any], name: str
) -> None:
    with pytest.raises(Invalid) as caught:
        set_up(brand, admin, **changed)
    assert name in {each.name for each in caught.value.mistakes}


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_say_it_once(
    brand_that_speaks: Brand, widget: Inbox, visitor: Identity, evening: time_machine.Traveller
) -> None:
    conversation = factories.writes(widget, "계세요?", by=visitor).conversation

    def tell(_number: int) -> None:
        with transaction.atomic():
            automatic.tell_away(conversation_id=conversation.pk)

    together(tell, threads=4)
    assert said(conversation) == ["away"]
    message = Message.objects.get(conversation=conversation, kind="reply")
    assert OutboundDelivery.objects.filter(message=message).count() == 1


def test_a_colleague_who_answered_is_seen_behind_an_automatic_message(
    brand_that_speaks: Brand,
    agent: Agent,
    colleague: Agent,
    widget: Inbox,
    visitor: Identity,
    evening: time_machine.Traveller,
) -> None:
    first = factories.writes(widget, "계세요?", by=visitor)
    replies.send(conversation=first.conversation, text="네", by=colleague, client_key="1")
    factories.writes(widget, "정말요?", by=visitor)
    work()
    assert said(first.conversation) == ["away"]
    with pytest.raises(replies.AnsweredMeanwhile):
        replies.send(
            conversation=first.conversation,
            text="네!",
            by=agent,
            client_key="2",
            seen=first.public_id,
        )


def test_a_reply_that_is_taken_back_lets_the_wait_be_told_of_again(
    brand_that_speaks: Brand,
    widget: Inbox,
    visitor: Identity,
    agent: Agent,
    morning: time_machine.Traveller,
) -> None:
    talk = factories.writes(widget, "안녕하세요", by=visitor).conversation
    due = Timer.objects.get(kind=automatic.SLOW, key=str(talk.pk)).due_at
    morning.shift(timedelta(minutes=9, seconds=55))
    held = replies.send(
        conversation=talk, text="앗", by=agent, client_key="a", held_for=timedelta(seconds=10)
    )
    morning.shift(timedelta(seconds=6))
    work()
    # The clock rang while the reply was held, and saw nobody waiting.
    assert said(talk) == []
    delivery.withdraw(message=held, by=agent)
    assert Timer.objects.get(kind=automatic.SLOW, key=str(talk.pk)).due_at == due
    work()
    assert said(talk) == ["slow"]

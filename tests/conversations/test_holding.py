"""A held reply taken back: as if it had not been written, but for what happened since."""

import threading
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection

from majung.accounts import revisions
from majung.accounts.models import Agent, Brand
from majung.channels import delivery
from majung.channels.models import OutboundDelivery
from majung.conversations import (
    automatic,
    automatic_texts,
    drafts,
    lifecycle,
    ratings,
    replies,
)
from majung.conversations.models import Conversation, Inbox, Message
from majung.core import clock as clocks
from majung.core import jobs, live, timers
from majung.core.models import Job
from majung.customers.models import Event, Identity
from tests import factories

HELD = timedelta(seconds=10)
SHOWN = (
    "status",
    "closed_at",
    "snoozed_until",
    "waiting_since",
    "first_reply_at",
    "preview",
    "preview_by",
    "last_message_at",
)


def send(
    conversation: Conversation, agent: Agent, text: str = "잘못 쓴 답", **more: Any
) -> Message:
    more.setdefault("held_for", HELD)
    return replies.send(conversation=conversation, text=text, by=agent, client_key=text, **more)


def shown(conversation: Conversation) -> dict[str, Any]:
    return dict(Conversation.objects.values(*SHOWN).get(pk=conversation.pk))


def withdraw(message: Message, agent: Agent) -> None:
    delivery.withdraw(message=message, by=agent)


def pass_time(seconds: float = 11) -> None:
    """Let the time of holding pass, and of the jobs that wait for it."""
    now = clocks.now()
    Message.objects.exclude(held_until=None).update(held_until=now - timedelta(seconds=1))
    Job.objects.filter(run_at__lt=now + timedelta(seconds=seconds)).update(run_at=now)


def test_a_held_reply_goes_out_when_its_time_is_over(
    conversation: Conversation, agent: Agent
) -> None:
    message = send(conversation, agent)
    jobs.run_due()
    message.refresh_from_db()
    assert message.state == "queued"
    assert not Event.objects.filter(name="Reply Written").exists()
    pass_time()
    jobs.run_due()
    message.refresh_from_db()
    assert (message.state, message.data) == ("sent", {})
    assert Event.objects.filter(name="Reply Written").count() == 1


def test_a_job_that_runs_too_early_waits(conversation: Conversation, agent: Agent) -> None:
    message = send(conversation, agent)
    with pytest.raises(jobs.NotYet) as wait:
        delivery.deliver(message.pk)
    assert 0 < wait.value.seconds <= 10


def test_taken_back_it_is_as_if_it_had_not_been_written(
    conversation: Conversation, agent: Agent
) -> None:
    before = shown(conversation)
    message = send(conversation, agent)
    assert shown(conversation)["waiting_since"] is None
    withdraw(message, agent)
    assert shown(conversation) == before
    assert not Message.objects.filter(kind="reply").exists()
    assert not OutboundDelivery.objects.exists()
    draft = drafts.of(conversation=conversation, agent=agent)[0]
    assert (draft.kind, draft.text) == ("reply", "잘못 쓴 답")
    pass_time()
    jobs.run_due()
    assert not Event.objects.filter(name="Reply Written").exists()
    assert not jobs.failed().exists()


def test_files_come_back_with_the_text_and_go_out_again(
    conversation: Conversation, agent: Agent
) -> None:
    file = factories.upload(f"agent:{agent.pk}", name="송장.pdf")
    message = send(conversation, agent, uploads=[file])
    drafts.save(
        conversation=conversation, agent=agent, kind="reply", text="다음 글", tab="t", turn=1
    )
    withdraw(message, agent)
    draft = drafts.of(conversation=conversation, agent=agent)[0]
    again = list(draft.uploads.all())
    assert draft.text == "잘못 쓴 답\n\n다음 글"
    assert [(each.name, each.blob_id) for each in again] == [("송장.pdf", file.blob_id)]
    sent = send(conversation, agent, "고친 답", uploads=again, tab="t")
    assert sent.attachments.count() == 1


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_two_taken_back_in_any_order_leave_nothing(
    conversation: Conversation, agent: Agent, order: tuple[int, int]
) -> None:
    before = shown(conversation)
    messages = [send(conversation, agent, "하나"), send(conversation, agent, "둘")]
    for number in order:
        withdraw(messages[number], agent)
    assert shown(conversation) == before


def test_with_a_reply_that_stays_the_customer_waits_no_more(
    conversation: Conversation, agent: Agent, colleague: Agent
) -> None:
    first = send(conversation, agent)
    second = send(conversation, colleague, "서연의 답", held_for=timedelta(0))
    withdraw(first, agent)
    told = shown(conversation)
    assert (told["waiting_since"], told["preview"]) == (None, "서연의 답")
    assert told["first_reply_at"] == second.created_at


def test_what_the_customer_wrote_meanwhile_stays(
    conversation: Conversation, agent: Agent, visitor: Identity, widget: Inbox
) -> None:
    before = shown(conversation)
    message = send(conversation, agent, closes=True)
    factories.writes(widget, "잠깐만요", by=visitor)
    withdraw(message, agent)
    told = shown(conversation)
    assert told["waiting_since"] == before["waiting_since"]
    assert (told["status"], told["preview"]) == ("open", "잠깐만요")


def test_replies_go_out_in_their_order_behind_a_held_one(
    conversation: Conversation, agent: Agent, colleague: Agent
) -> None:
    first = send(conversation, agent, "먼저")
    second = send(conversation, colleague, "나중", held_for=timedelta(0))
    jobs.run_due()
    second.refresh_from_db()
    assert second.state == "queued"
    pass_time()
    jobs.run_due()
    sent = Message.objects.filter(state="sent").order_by("sent_at")
    assert list(sent) == [first, second]


def test_once_sending_has_begun_it_is_too_late(conversation: Conversation, agent: Agent) -> None:
    message = send(conversation, agent)
    pass_time()
    jobs.run_due()
    with pytest.raises(delivery.AlreadySent):
        withdraw(message, agent)
    assert Message.objects.get(pk=message.pk).state == "sent"


def test_only_its_writer_takes_it_back_and_only_if_it_is_held(
    conversation: Conversation, agent: Agent, colleague: Agent
) -> None:
    held = send(conversation, agent)
    with pytest.raises(delivery.AlreadySent):
        withdraw(held, colleague)
    at_once = send(conversation, agent, "바로", held_for=timedelta(0))
    with pytest.raises(delivery.AlreadySent):
        withdraw(at_once, agent)
    assert Message.objects.filter(kind="reply", state="queued").count() == 2


@pytest.mark.parametrize("hold", [None, timedelta(hours=3)])
def test_send_and_close_is_undone_with_its_status(
    conversation: Conversation, agent: Agent, hold: timedelta | None
) -> None:
    until = clocks.now() + hold if hold else None
    if until:
        lifecycle.hold(conversation=conversation, by=agent, until=until)
    before = shown(conversation)
    lines = list(conversation.messages.filter(kind="event"))
    message = send(conversation, agent, closes=True)
    assert shown(conversation)["status"] == "closed"
    withdraw(message, agent)
    assert shown(conversation) == before
    # The thread tells of neither the end nor its undoing, only that the writer took it.
    told = conversation.messages.filter(kind="event").exclude(pk__in=[one.pk for one in lines])
    assert [line.data["what"] for line in told] == ["assigned"]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
@pytest.mark.parametrize("ends", [(True, True), (True, False), (False, True)])
@pytest.mark.parametrize("was", ["open", "on hold", "closed"])
def test_two_that_end_it_are_undone_in_any_order(
    conversation: Conversation,
    agent: Agent,
    clock: time_machine.Traveller,
    order: tuple[int, int],
    ends: tuple[bool, bool],
    was: str,
) -> None:
    if was == "on hold":
        until = clocks.now() + timedelta(hours=3)
        lifecycle.hold(conversation=conversation, by=agent, until=until)
    elif was == "closed":
        lifecycle.close(conversation=conversation, by=agent)
    before = shown(conversation)
    lines = list(conversation.messages.filter(kind="event"))
    messages = []
    for number, closes in enumerate(ends):
        clock.shift(timedelta(seconds=1))
        messages.append(send(conversation, agent, f"{number}", closes=closes))
    for number in order:
        withdraw(messages[number], agent)
    assert shown(conversation) == before
    told = conversation.messages.filter(kind="event").exclude(pk__in=[one.pk for one in lines])
    assert "status_closed" not in [line.data["what"] for line in told]


def test_of_two_that_end_it_what_a_colleague_did_between_stays(
    conversation: Conversation, agent: Agent, colleague: Agent
) -> None:
    first = send(conversation, agent, "하나", closes=True)
    lifecycle.reopen(conversation=conversation, by=colleague)
    lifecycle.close(conversation=conversation, by=colleague)
    second = send(conversation, agent, "둘", closes=True)
    withdraw(first, agent)
    withdraw(second, agent)
    assert shown(conversation)["status"] == "closed"


def test_an_end_that_a_colleague_made_again_stays(
    conversation: Conversation, agent: Agent, colleague: Agent
) -> None:
    message = send(conversation, agent, closes=True)
    lifecycle.reopen(conversation=conversation, by=colleague)
    lifecycle.close(conversation=conversation, by=colleague)
    withdraw(message, agent)
    assert shown(conversation)["status"] == "closed"
    lines = conversation.messages.filter(kind="event", data__what__startswith="status_")
    assert lines.count() == 3


def test_a_closed_conversation_that_a_reply_opened_is_closed_again(
    conversation: Conversation, agent: Agent
) -> None:
    lifecycle.close(conversation=conversation, by=agent)
    before = shown(conversation)
    message = send(conversation, agent)
    assert shown(conversation)["status"] == "open"
    withdraw(message, agent)
    assert shown(conversation) == before


@pytest.fixture
def saying_the_end(brand: Brand, admin: Agent) -> None:
    closing = {**automatic_texts.USUAL["closing"], "on": True}
    rating = {"on": True, "ko": "어땠어요?", "en": ""}
    said = {**automatic_texts.USUAL, "closing": closing, "rating": rating}
    revisions.create(kind="automatic", data={"brand": str(brand.public_id), **said}, by=admin)
    automatic.forget()


def replies_of(conversation: Conversation) -> list[str]:
    told = conversation.messages.filter(kind="reply").oldest_first()
    return [message.data.get("automatic", message.text) for message in told]


def rings(clock: time_machine.Traveller, seconds: float) -> None:
    clock.shift(timedelta(seconds=seconds))
    timers.tick()
    jobs.run_due()


def ended(conversation: Conversation, agent: Agent) -> None:
    """Answer and close."""
    send(conversation, agent, "답", held_for=timedelta(0))
    jobs.run_due()
    lifecycle.close(conversation=conversation, by=agent)


def test_an_end_that_was_ended_again_is_the_first_one_again(
    conversation: Conversation,
    visitor: Identity,
    saying_the_end: None,
    agent: Agent,
    clock: time_machine.Traveller,
    django_capture_on_commit_callbacks: Any,
) -> None:
    ended(conversation, agent)
    rings(clock, 70)
    rating, _fresh = ratings.rate(conversation=conversation, by=visitor, score=5)
    lines = list(conversation.messages.filter(kind="event"))
    said = replies_of(conversation)
    before = shown(conversation)
    clock.shift(timedelta(hours=30))
    message = send(conversation, agent, closes=True)
    rings(clock, 3)
    window = [f"visitor:{visitor.public_id}"]
    mark = live.marks(window)
    with django_capture_on_commit_callbacks(execute=True):
        withdraw(message, agent)
    assert live.marks(window) != mark
    assert shown(conversation) == before
    assert list(conversation.messages.filter(kind="event")) == lines
    rings(clock, 70)
    assert replies_of(conversation) == said == ["답", "closing"]
    conversation.refresh_from_db()
    assert ratings.of_closing(conversation) == rating


@pytest.mark.parametrize("closes", [True, False])
def test_an_end_that_was_still_to_be_said_is_said_once(
    conversation: Conversation,
    saying_the_end: None,
    agent: Agent,
    clock: time_machine.Traveller,
    closes: bool,
) -> None:
    ended(conversation, agent)
    clock.shift(timedelta(seconds=55))
    message = send(conversation, agent, closes=closes)
    rings(clock, 7)
    withdraw(message, agent)
    for _again in range(2):
        rings(clock, 70)
    assert replies_of(conversation) == ["답", "closing"]


def test_an_end_that_was_not_to_be_said_stays_unsaid(
    conversation: Conversation,
    agent: Agent,
    request: pytest.FixtureRequest,
    clock: time_machine.Traveller,
) -> None:
    ended(conversation, agent)
    clock.shift(timedelta(hours=30))
    request.getfixturevalue("saying_the_end")
    message = send(conversation, agent, closes=True)
    withdraw(message, agent)
    rings(clock, 70)
    assert replies_of(conversation) == ["답"]


def test_a_second_end_that_a_colleague_made_stays(
    conversation: Conversation, agent: Agent, colleague: Agent
) -> None:
    lifecycle.close(conversation=conversation, by=agent)
    first = shown(conversation)["closed_at"]
    message = send(conversation, agent, closes=True)
    lifecycle.reopen(conversation=conversation, by=colleague)
    lifecycle.close(conversation=conversation, by=colleague)
    withdraw(message, agent)
    told = shown(conversation)
    assert told["status"] == "closed"
    assert told["closed_at"] > first


def test_who_closed_it_since_keeps_it_closed(conversation: Conversation, agent: Agent) -> None:
    message = send(conversation, agent)
    lifecycle.close(conversation=conversation, by=agent)
    withdraw(message, agent)
    told = shown(conversation)
    assert (told["status"], told["waiting_since"]) == ("closed", None)


def test_send_and_close_is_all_or_nothing(
    conversation: Conversation, agent: Agent, visitor: Identity, widget: Inbox
) -> None:
    seen = conversation.messages.get().public_id
    factories.writes(widget, "그런데요", by=visitor)
    with pytest.raises(lifecycle.WroteMeanwhile):
        send(conversation, agent, closes=True, seen=seen)
    assert not Message.objects.filter(kind="reply").exists()
    assert shown(conversation)["status"] == "open"


def test_who_had_a_withdrawn_reply_on_screen_is_still_told_of_what_came_after(
    conversation: Conversation, agent: Agent, colleague: Agent, visitor: Identity, widget: Inbox
) -> None:
    held = send(conversation, agent)
    factories.writes(widget, "하나 더요", by=visitor)
    withdraw(held, agent)
    with pytest.raises(lifecycle.WroteMeanwhile):
        lifecycle.close(conversation=conversation, by=colleague, seen=held.public_id)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(5))
def test_of_sending_and_taking_back_at_once_exactly_one_wins(
    conversation: Conversation, agent: Agent, attempt: int
) -> None:
    message = send(conversation, agent, f"{attempt}")
    pass_time()
    outcomes: list[str] = []
    gate = threading.Barrier(2)

    def race(act: str) -> None:
        gate.wait()
        try:
            if act == "deliver":
                delivery.deliver(message.pk)
            else:
                withdraw(message, agent)
                outcomes.append("withdrawn")
        except delivery.AlreadySent:
            outcomes.append("sent")
        finally:
            connection.close()

    threads = [threading.Thread(target=race, args=(act,)) for act in ("deliver", "withdraw")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    states = list(Message.objects.filter(kind="reply").values_list("state", flat=True))
    assert (outcomes, states) in [(["withdrawn"], []), (["sent"], ["sent"])]

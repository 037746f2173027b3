from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from majung.accounts.models import Agent
from majung.conversations import brief
from majung.conversations.codes import order_numbers
from majung.conversations.models import Attachment, Conversation, Inbox, Message
from majung.conversations.promised import promise_in
from majung.core import clock
from majung.customers.models import Identity
from tests import factories


@pytest.mark.parametrize(
    ("text", "promise"),
    [
        ("오늘 14:00까지 연락드리겠습니다.", "오늘 14:00까지 연락드리겠습니다."),
        ("확인했어요. 내일 오전에 퀵으로 보내 드릴게요!", "내일 오전에 퀵으로 보내 드릴게요!"),
        ("3일 안에 환불될 예정이에요. 감사합니다.", "3일 안에 환불될 예정이에요."),
        (
            "다음 주 월요일에 입고되면 알려 드리겠습니다",
            "다음 주 월요일에 입고되면 알려 드리겠습니다",
        ),
        ("We'll call you by Friday. Thanks!", "We'll call you by Friday."),
        ("I will refund it within 3 days", "I will refund it within 3 days"),
        ("오늘 보냈어요. 내일까지 받아 보실 수 있어요.", ""),
        ("확인해 볼게요.", ""),
        ("오늘 날씨가 좋네요", ""),
        ("내일 알려 주시면 좋겠어요", ""),
        ("오늘 받아 보시겠어요?", ""),
        ("내일 대회라 걱정이 크셨겠어요", ""),
        ("", ""),
    ],
)
def test_a_promise_is_our_will_with_a_time(text: str, promise: str) -> None:
    assert promise_in(text) == promise


def test_the_last_promise_counts_and_a_long_one_is_cut() -> None:
    assert promise_in("오늘 연락드리겠습니다. 내일 보내 드릴게요.") == "내일 보내 드릴게요."
    cut = promise_in("내일까지 " + "꼭 " * 90 + "보내 드릴게요")
    assert len(cut) == 120
    assert cut.endswith("…")


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("주문번호 20261118-0042예요", ["20261118-0042"]),
        ("ord-202611180 랑 20261118004212 둘 다요", ["ORD-202611180", "20261118004212"]),
        ("N261109-57929입니다", ["N261109-57929"]),
        ("010-1234-5678로 연락 주세요", []),
        ("01012345678", []),
        ("20261118에 샀어요", []),
    ],
)
def test_order_numbers_are_found_and_phone_numbers_are_none(text: str, codes: list[str]) -> None:
    assert order_numbers(text) == codes


def said(conversation: Conversation, text: str, by: Agent | None = None) -> Message:
    return Message.objects.create(
        conversation=conversation, inbox=conversation.inbox, author=by,
        kind="reply" if by else "customer", text=text, created_at=clock.now(),
    )  # fmt: skip


@pytest.mark.django_db
def test_brief_counts_what_the_agent_may_see(
    widget: Inbox, other_widget: Inbox, visitor: Identity, agent: Agent, admin: Agent
) -> None:
    now, person = clock.now(), visitor.customer
    for days, home in ((400, widget), (20, widget), (10, other_widget)):
        at = now - timedelta(days=days)
        factories.conversation(home, person, f"{days}일 전", at=at)
    current = factories.conversation(widget, person, "오늘", at=now)
    factories.conversation(widget, factories.customer("남"), "남의 일", at=now)
    own = brief.count_all(current, members=[person.pk], agent=agent)
    assert (own.times, own.lately) == (3, 2)
    assert own.before is not None
    assert own.before.subject == "20일 전"
    every = brief.count_all(current, members=[person.pk], agent=admin)
    assert (every.times, every.lately) == (4, 3)
    theirs = list(Conversation.objects.visible_to(agent).filter(customer=person))
    assert brief.count(current, among=theirs) == own


@pytest.mark.django_db
def test_brief_knows_orders_and_the_last_promise(conversation: Conversation, agent: Agent) -> None:
    said(conversation, "20261118-0042 주문이요")
    said(conversation, "오늘 14시까지 연락드리겠습니다. 20990101-0001", by=agent)
    said(conversation, "20261120-0007도요, 20261118-0042는 급해요")
    said(conversation, "네, 확인했습니다.", by=agent)
    told = brief.about(conversation, brief.count(conversation, among=[conversation]))
    assert told.orders == ("20261120-0007", "20261118-0042")
    assert told.promise is not None
    assert (told.promise.text, told.promise.by) == ("오늘 14시까지 연락드리겠습니다.", agent.name)


@pytest.mark.django_db
def test_brief_costs_the_same_for_a_long_thread(
    conversation: Conversation, agent: Agent, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(120):
        said(conversation, f"말 {number}")
    last = said(conversation, "영수증이에요")
    put_up = factories.upload("customer")
    Attachment.objects.create(message=last, blob=put_up.blob, name=put_up.name, position=0)
    counted = brief.count(conversation, among=[conversation])
    with django_assert_max_num_queries(1):
        told = brief.about(conversation, counted)
    assert (counted.times, counted.before) == (1, None)
    assert (told.promise, told.orders, told.files) == (None, (), 1)

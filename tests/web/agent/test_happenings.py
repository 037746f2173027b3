"""The timeline by category, its days, and what keeps the page of a customer live."""

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from majung.conversations import following  # noqa: F401 - the receivers of this app are known
from majung.conversations.models import Conversation, Inbox
from majung.core import live
from majung.customers import merge, timeline
from majung.customers.models import Customer, Event, Identity
from majung.demo.history import NAMES
from majung.web.agent import happenings
from tests import factories
from tests.architecture.source import ROOT
from tests.docs import pages
from tests.web.agent.reading import hidden, text

EVERY = {
    "Message Received": "메시지를 보냄",
    "Page Viewed": "페이지를 봄",
    "Order Placed": "주문함",
    "Signed In": "로그인함",
    "Wishlist Shared": "Wishlist Shared",  # nobody told us of this one
}
SHOWN = {
    "": list(EVERY.values()),
    "talk": ["메시지를 보냄"],
    "visit": ["페이지를 봄", "Wishlist Shared"],
    "order": ["주문함"],
    "account": ["로그인함"],
}


def happened(
    customer: Customer,
    name: str,
    *,
    brand_id: int | None = None,
    occurred_at: datetime | None = None,
) -> None:
    timeline.record(
        name=name, source="shop", customer_id=customer.pk, brand_id=brand_id, properties={},
        occurred_at=occurred_at,
    )  # fmt: skip


def test_every_event_that_is_written_has_words_and_a_category() -> None:
    told = set(pages.first_words(ROOT / "docs" / "timeline.md", under="Names"))
    assert set(happenings.KNOWN) == told | set(NAMES.values())
    assert {happenings.category(name) for name in happenings.KNOWN} == set(happenings.CATEGORIES)


def test_an_event_belongs_to_exactly_one_category(customer: Customer) -> None:
    for name in EVERY:
        happened(customer, name)
    found = [
        event.pk
        for category in happenings.CATEGORIES
        for event in timeline.of([customer.pk], only=happenings.of_category(category))
    ]
    assert sorted(found) == sorted(Event.objects.values_list("pk", flat=True))


@pytest.mark.parametrize("only", SHOWN)
@pytest.mark.parametrize("part", ["panel", "parts", "page"])
def test_panel_and_page_show_the_category_asked_for(
    only: str, part: str, desk: Client, conversation: Conversation, customer: Customer
) -> None:
    for name in EVERY:
        happened(customer, name)
    path = {
        "panel": f"/desk/c/{conversation.public_id}/panel",
        "parts": f"/desk/customers/{customer.public_id}/parts",
        "page": f"/desk/customers/{customer.public_id}/",
    }[part]
    answer = desk.get(path, {"only": only})
    words = text(answer)
    assert [said for said in EVERY.values() if said in words] == SHOWN[only]
    # What is read again is what one looks at.
    assert hidden(answer, "only") == only


def test_a_category_without_events_says_how_to_see_more(
    desk: Client, conversation: Conversation, customer: Customer
) -> None:
    happened(customer, "Page Viewed")
    path = f"/desk/customers/{customer.public_id}/"
    assert "이런 일은 아직 없었어요. ‘전체’를 고르면 다른 이력이 보여요." in text(
        desk.get(path, {"only": "order"})
    )
    assert "이런 일은" not in text(desk.get(path, {"only": "visit"}))
    # A word that is no category is all of them.
    assert "페이지를 봄" in text(desk.get(path, {"only": "nonsense"}))


def test_pages_of_a_category_follow_one_another_and_name_each_day_once(
    desk: Client, conversation: Conversation, customer: Customer
) -> None:
    noon = datetime(2026, 11, 20, 3, tzinfo=UTC)
    with time_machine.travel(noon, tick=False):
        for number in range(45):
            at = noon - timedelta(hours=number)
            timeline.record(
                name="Order Placed", source="shop", customer_id=customer.pk, occurred_at=at,
                properties={"title": f"주문 {number}", "conversation": str(uuid4())},
            )  # fmt: skip
            happened(customer, "Page Viewed", occurred_at=at)
        page = desk.get(f"/desk/customers/{customer.public_id}/?only=order")
        body = page.content.decode()
        assert text(page).count("주문함") == 30
        cursor = body.partition("only=order&amp;before=")[2].partition('"')[0]
        path = f"/desk/customers/{customer.public_id}/timeline?only=order&before={cursor}"
        more = desk.get(path)
        assert text(more).count("주문함") == 15
        assert "더 보기" not in text(more)
        days = [text(page).count(day) + text(more).count(day) for day in ("(금)", "(목)", "(수)")]
        assert days == [1, 1, 1]


def test_page_asks_the_same_questions_whatever_happened(
    desk: Client,
    conversation: Conversation,
    customer: Customer,
    widget: Inbox,
    visitor: Identity,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    path = f"/desk/customers/{customer.public_id}/parts"
    for _ in range(2):
        for name in EVERY:
            happened(customer, name, brand_id=widget.brand_id)
        factories.conversation(widget, customer, "또 여쭤요", identity=visitor)
        desk.get(path)
        with django_assert_num_queries(17):
            desk.get(path)


def test_page_hears_of_the_person_and_of_each_conversation(
    desk: Client, conversation: Conversation, customer: Customer, widget: Inbox
) -> None:
    body = desk.get(f"/desk/customers/{customer.public_id}/").content.decode()
    topics = body.partition('id="person"')[2].partition('data-live="')[2].partition('"')[0]
    assert topics.split() == [
        f"customer:{customer.public_id}",
        f"conversation:{conversation.public_id}",
    ]


@pytest.mark.django_db(transaction=True)
def test_a_new_conversation_of_a_joined_profile_tells_the_page(
    customer: Customer, other_customer: Customer, widget: Inbox
) -> None:
    merge.merge(winner_id=customer.pk, loser_id=other_customer.pk, evidence="agent", by=None)
    browser = factories.identity(other_customer, scope=str(widget.pk))
    topic = f"customer:{customer.public_id}"
    before = live.marks([topic])
    factories.writes(widget, "처음 여쭤봐요", by=browser)
    assert live.marks([topic]) != before


def test_parts_of_a_joined_profile_are_those_of_who_stands_for_it(
    desk: Client, conversation: Conversation, customer: Customer, other_customer: Customer
) -> None:
    merge.merge(winner_id=customer.pk, loser_id=other_customer.pk, evidence="agent", by=None)
    answer = desk.get(f"/desk/customers/{other_customer.public_id}/parts")
    assert answer.status_code == 200
    assert f"/desk/customers/{customer.public_id}/parts" in answer.content.decode()


@pytest.mark.parametrize(
    ("name", "called", "line"),
    [
        ("Signed In", "로그인", "로그인함"),
        ("Signed In", "Welcome back", "로그인함"),
        ("Order Placed", "주문", "주문함"),
        ("Order Placed", "데일리 러닝화", "주문함 데일리 러닝화"),
    ],
)
def test_a_line_does_not_say_the_same_twice(
    desk: Client, conversation: Conversation, customer: Customer, name: str, called: str, line: str
) -> None:
    timeline.record(name=name, source="shop", customer_id=customer.pk, properties={"title": called})
    shown = desk.get(f"/desk/c/{conversation.public_id}/panel").content.decode()
    items = re.findall(r"<li>(.*?)<time", shown, re.DOTALL)
    told = [" ".join(re.sub(r"<[^>]+>", " ", each).split()) for each in items]
    assert line in told

"""The widget's first screen: open or not, how long it takes, and one's own conversations."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from majung.accounts import hours, revisions
from majung.accounts.models import Agent, Brand
from majung.conversations import automatic, automatic_texts, lifecycle, replies
from majung.conversations.models import Conversation, Inbox, Message
from majung.core import jobs
from majung.customers.models import Customer
from tests import factories
from tests.people import MONDAY_TEN
from tests.web.widget.browser import Browser, opened, token

pytestmark = pytest.mark.django_db


@pytest.fixture
def brand_with_hours(brand: Brand, admin: Agent) -> Brand:
    special = [{"day": "11-25", "name": "창립기념일", "hours": []}]
    data = {"brand": str(brand.public_id), **hours.USUAL, "special": special}
    revisions.create(kind="hours", data=data, by=admin)
    return brand


def home(browser: Browser) -> dict[str, Any]:
    answer = browser.ask("home")
    assert answer.status_code == 200, answer.content.decode()
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.parametrize(
    ("after", "is_open", "korean", "english"),
    [
        (0, True, "지금 상담 중이에요 · 오늘 12:00까지", "Open now · until today 12:00"),
        (2.5, False, "지금은 점심시간이에요 · 오늘 13:00에 열어요", "Out for lunch · opens today 13:00"),
        (9, False, "지금은 상담 시간이 아니에요 · 내일 09:00에 열어요", "Closed now · opens tomorrow 09:00"),
        (
            48,
            False,
            "창립기념일, 오늘은 쉬어요 · 내일 09:00에 열어요",
            "Closed now · opens tomorrow 09:00",
        ),
    ],
)  # fmt: skip
def test_it_says_whether_the_brand_is_open(
    brand_with_hours: Brand,
    widget: Inbox,
    clock: time_machine.Traveller,
    after: float,
    is_open: bool,
    korean: str,
    english: str,
) -> None:
    clock.shift(timedelta(hours=after))
    told = home(opened(widget))["opening"]
    assert (told["open"], told["text"]) == (is_open, korean)
    assert told["until"]
    guest = Browser(widget)
    guest.open(locale="en")
    assert home(guest)["opening"]["text"] == english


def test_a_brand_without_hours_says_nothing_of_them(widget: Inbox) -> None:
    told = home(opened(widget))["opening"]
    assert told == {"open": True, "until": None, "text": "", "wait": None}


def test_it_says_how_long_answers_take(
    brand_with_hours: Brand, widget: Inbox, customer: Customer, clock: time_machine.Traveller
) -> None:
    for number in range(20):
        begun = MONDAY_TEN - timedelta(days=7, minutes=number)
        replied = begun + timedelta(seconds=200)
        factories.conversation(
            widget, customer, at=begun, first_reply_at=replied, waiting_since=None
        )
    browser = opened(widget)
    expected = {"median": 200, "most": 200, "text": "보통 4분 안에 답해요"}
    assert home(browser)["opening"]["wait"] == expected
    clock.shift(timedelta(hours=9))
    assert home(browser)["opening"]["wait"] is None


def test_ones_own_conversations_are_listed_and_opened(widget: Inbox, agent: Agent) -> None:
    browser, other = opened(widget), opened(widget)
    first = browser.write("배송이 늦어요").json()["message"]["conversation"]
    second = browser.write("교환하고 싶어요", conversation="new").json()["message"]["conversation"]
    other.write("남의 이야기")
    conversation = Conversation.objects.get(public_id=first)
    visitor = browser.session.visitor
    for text in ("확인했어요", "내일 도착해요"):
        factories.message(
            conversation, text, kind="reply", author=agent, identity=visitor, state="sent"
        )
    told = home(browser)
    seen = [(one["id"], one["text"], one["from"], one["unread"]) for one in told["conversations"]]
    assert seen == [
        (first, "내일 도착해요", "agent", 2),
        (second, "교환하고 싶어요", "customer", 0),
    ]
    assert told["unread"] == 2
    texts = [one["text"] for one in browser.read(conversation=first)]
    assert texts == ["배송이 늦어요", "확인했어요", "내일 도착해요"]
    assert other.read(conversation=first) == []
    assert browser.read(conversation="아무거나") == []


def test_reading_one_conversation_leaves_the_others_unread(widget: Inbox, agent: Agent) -> None:
    browser = opened(widget)
    written: list[Message] = []
    for text in ("하나", "둘"):
        said = browser.write(text, conversation="new").json()["message"]
        conversation = Conversation.objects.get(public_id=said["conversation"])
        visitor = browser.session.visitor
        written.append(
            factories.message(
                conversation, "네", kind="reply", author=agent, identity=visitor, state="sent"
            )
        )
    newest = str(written[1].public_id)
    browser.ask("receipts", {"delivered": newest, "read": newest})
    assert [one["unread"] for one in home(browser)["conversations"]] == [0, 1]
    assert [Message.objects.get(pk=each.pk).state for each in written] == ["delivered", "read"]


def test_a_stranger_cannot_write_into_a_conversation(widget: Inbox) -> None:
    browser, other = opened(widget), opened(widget)
    mine = browser.write("제 상담이에요").json()["message"]["conversation"]
    answer = other.write("끼어들기", conversation=mine)
    assert (answer.status_code, answer.json()["code"]) == (422, "no_conversation")
    assert Message.objects.filter(kind="customer").count() == 1


def test_what_was_begun_before_signing_in_goes_on_after(widget: Inbox) -> None:
    browser = opened(widget)
    mine = browser.write("로그인 전").json()["message"]["conversation"]
    browser.open(identity=token(widget))
    again = browser.write("로그인 뒤", conversation=mine).json()["message"]["conversation"]
    assert again == mine
    assert [one["id"] for one in home(browser)["conversations"]] == [mine]


def test_the_first_screen_costs_the_same_for_one_conversation_and_for_three(
    brand_with_hours: Brand, widget: Inbox
) -> None:
    counts = []
    for number in (1, 3):
        browser = opened(widget)
        for text in range(number):
            browser.write(str(text), conversation="new")
        home(browser)
        with CaptureQueriesContext(connection) as queries:
            home(browser)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 7, counts


def test_ended_conversations_cost_the_same_for_one_and_for_three(
    brand: Brand, widget: Inbox, agent: Agent, admin: Agent
) -> None:
    say(brand, admin, "rating")
    counts = []
    for number in (1, 3):
        browser = opened(widget)
        for text in range(number):
            said = browser.write(str(text), conversation="new").json()["message"]
            talk = Conversation.objects.get(public_id=said["conversation"])
            replies.send(conversation=talk, text="네", by=agent, client_key="k")
            jobs.run_due()
            lifecycle.close(conversation=talk, by=agent)
        asked = [one["rating"] for one in home(browser)["conversations"]]
        assert asked == [{"score": None, "open": True}] * number
        with CaptureQueriesContext(connection) as queries:
            home(browser)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 8, counts


def test_an_automatic_message_speaks_for_the_brand(
    brand_with_hours: Brand, widget: Inbox, admin: Agent, clock: time_machine.Traveller
) -> None:
    say(brand_with_hours, admin, "away")
    clock.shift(timedelta(hours=9))
    browser = opened(widget)
    browser.write("계세요?")
    jobs.run_due()
    told = browser.read()[-1]
    assert (told["from"], told["author"], told["automatic"]) == ("agent", {"name": "온담"}, True)
    assert "내일 09:00에 열고" in told["text"]


def test_the_greeting_is_the_widgets_then_the_automatic_one_then_the_brands(
    brand: Brand, widget: Inbox, admin: Agent
) -> None:
    assert opened(widget).told["brand"]["greeting"] == "무엇을 도와드릴까요?"
    say(brand, admin, "greeting")
    assert opened(widget).told["brand"]["greeting"].startswith("안녕하세요, 온담입니다.")
    Inbox.objects.update(config={"greeting": {"ko": "채팅으로 오셨네요"}})
    assert opened(widget).told["brand"]["greeting"] == "채팅으로 오셨네요"


def say(brand: Brand, by: Agent, kind: str) -> None:
    texts = {**automatic_texts.USUAL, kind: {**automatic_texts.USUAL[kind], "on": True}}
    revisions.create(kind="automatic", data={"brand": str(brand.public_id), **texts}, by=by)
    automatic.forget()

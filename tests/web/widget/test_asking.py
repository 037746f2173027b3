"""What the widget asks: quick replies, how it was, an address, and a few words beforehand."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from majung.accounts import hours, revisions
from majung.accounts.models import Agent, Brand
from majung.channels.models import InboundDelivery
from majung.conversations import automatic, automatic_texts, lifecycle, parts, replies
from majung.conversations.models import Conversation, Inbox, Message, Rating
from majung.core import jobs
from majung.customers.models import Customer, Event, Identity
from tests.web.widget.browser import Browser, joined, opened, token

pytestmark = pytest.mark.django_db


@pytest.fixture
def asking(brand: Brand, admin: Agent) -> None:
    said = {
        **automatic_texts.USUAL,
        "greeting": {
            "on": True,
            "ko": "안녕하세요",
            "en": "Hello",
            "choices": {"ko": ["배송 조회", "상담원 연결"], "en": ["Track my order"]},
        },
        "rating": {"on": True, "ko": "{브랜드|은/는} 어땠나요?", "en": "How was {brand}?"},
    }
    at = {"brand": str(brand.public_id)}
    revisions.create(kind="automatic", data={**at, **said}, by=admin)
    revisions.create(kind="hours", data={**at, **hours.USUAL}, by=admin)
    automatic.forget()


def wrote(browser: Browser, text: str = "안 왔어요", **more: Any) -> Conversation:
    answer = browser.write(text, **more)
    assert answer.status_code == 201, answer.content.decode()
    return Conversation.objects.get(public_id=answer.json()["message"]["conversation"])


def ended(browser: Browser, agent: Agent) -> Conversation:
    talk = wrote(browser)
    replies.send(conversation=talk, text="확인했어요", by=agent, client_key=str(talk.pk))
    jobs.run_due()
    lifecycle.close(conversation=talk, by=agent)
    talk.refresh_from_db()
    return talk


def page(browser: Browser, talk: Conversation) -> dict[str, Any]:
    answer = browser.ask("messages", conversation=str(talk.public_id))
    assert answer.status_code == 200
    told: dict[str, Any] = answer.json()
    return told


def rate(browser: Browser, talk: Conversation, score: Any = 4, **more: Any) -> Any:
    return browser.ask("ratings", {"conversation": str(talk.public_id), "score": score, **more})


def leave(browser: Browser, talk: Conversation, contact: Any) -> Any:
    return browser.ask("contacts", {"conversation": str(talk.public_id), "contact": contact})


# Quick replies and cards


def test_the_greeting_brings_its_choices_in_the_language_it_is_said(
    widget: Inbox, asking: None
) -> None:
    assert opened(widget).told["brand"]["choices"] == ["배송 조회", "상담원 연결"]
    guest = Browser(widget)
    guest.open(locale="en")
    assert guest.told["brand"]["choices"] == ["Track my order"]


def test_a_reply_comes_with_its_parts(widget: Inbox, agent: Agent) -> None:
    browser = opened(widget)
    carried = parts.read({"choices": ["네"], "cards": [{"title": "상품"}]})
    replies.send(
        conversation=wrote(browser), text="여기요", by=agent, client_key="k", carries=carried
    )
    jobs.run_due()
    reply = browser.read()[-1]
    assert reply["parts"] == {"choices": ["네"], "cards": [{"title": "상품"}]}
    assert "parts" not in browser.read()[0]


def test_what_a_customer_sends_as_parts_is_no_part(widget: Inbox) -> None:
    browser = opened(widget)
    wrote(browser, parts={"cards": [{"title": "가짜"}]}, data={"parts": {"choices": ["가짜"]}})
    assert "parts" not in browser.read()[0]
    assert Message.objects.get().data == {}


# How it was


def test_an_ended_talk_asks_and_takes_one_answer(
    widget: Inbox, asking: None, agent: Agent, clock: time_machine.Traveller
) -> None:
    browser = opened(widget)
    talk = ended(browser, agent)
    asked = {"question": "온담은 어땠나요?", "score": None, "comment": "", "open": True}
    assert page(browser, talk)["rating"] == asked
    assert browser.ask("home").json()["conversations"][0]["rating"] == {"score": None, "open": True}
    first = rate(browser, talk, comment=" 빨라요\x00 ")
    assert first.status_code == 201
    given = {**asked, "score": 4, "comment": "빨라요"}
    assert first.json() == {"rating": given}
    assert rate(browser, talk, comment="빨라요").status_code == 200
    assert page(browser, talk)["rating"] == given
    assert browser.ask("home").json()["conversations"][0]["rating"] == {"score": 4, "open": True}
    clock.shift(timedelta(hours=25))
    assert page(browser, talk)["rating"]["open"] is False
    late = rate(browser, talk, 1)
    assert (late.status_code, late.json()["code"]) == (409, "too_late")
    assert Rating.objects.get().score == 4


def test_it_is_asked_once_the_last_answer_is_there(
    widget: Inbox, asking: None, agent: Agent, clock: time_machine.Traveller
) -> None:
    browser = opened(widget)
    talk = wrote(browser)
    replies.send(
        conversation=talk, text="끝났어요", by=agent, client_key="k", closes=True,
        held_for=timedelta(seconds=10),
    )  # fmt: skip
    assert page(browser, talk)["rating"] is None
    assert browser.ask("home").json()["conversations"][0]["rating"] is None
    early = rate(browser, talk, 1)
    assert (early.status_code, early.json()["code"]) == (409, "not_asked")
    clock.shift(timedelta(seconds=11))
    jobs.run_due()
    assert browser.ask("home").json()["conversations"][0]["rating"] == {"score": None, "open": True}
    told = page(browser, talk)
    assert [each["text"] for each in told["messages"]] == ["안 왔어요", "끝났어요"]
    assert told["rating"]["open"] is True


@pytest.mark.parametrize("score", [0, 6, 4.5, "5", True, None, [5], 10**400])
def test_a_score_that_is_none_is_refused(
    widget: Inbox, asking: None, agent: Agent, score: Any
) -> None:
    browser = opened(widget)
    answer = rate(browser, ended(browser, agent), score)
    assert (answer.status_code, answer.json()["code"]) == (422, "no_score")


def test_a_comment_may_be_so_long_and_no_longer(widget: Inbox, asking: None, agent: Agent) -> None:
    browser = opened(widget)
    talk = ended(browser, agent)
    answer = rate(browser, talk, comment="가" * 501)
    assert (answer.status_code, answer.json()["code"]) == (422, "too_long")
    assert rate(browser, talk, comment="\ud800" + "가" * 499).status_code == 201


def test_nobody_else_may_say_how_it_was(widget: Inbox, asking: None, agent: Agent) -> None:
    talk = ended(opened(widget), agent)
    stranger = opened(widget)
    for named in (str(talk.public_id), "nothing", None, 7, {"a": 1}):
        answer = stranger.ask("ratings", {"conversation": named, "score": 5})
        assert (answer.status_code, answer.json()["code"]) == (404, "no_conversation")
    assert not Rating.objects.exists()
    assert Browser(widget).ask("ratings", {"score": 5}).status_code == 401


def test_an_open_talk_is_not_asked_about(widget: Inbox, asking: None, agent: Agent) -> None:
    browser = opened(widget)
    talk = wrote(browser)
    assert page(browser, talk)["rating"] is None
    answer = rate(browser, talk)
    assert (answer.status_code, answer.json()["code"]) == (409, "not_asked")


def test_a_member_answers_from_another_device(widget: Inbox, asking: None, agent: Agent) -> None:
    talk = ended(opened(widget, identity=token(widget)), agent)
    phone = opened(widget, identity=token(widget))
    assert rate(phone, talk).status_code == 201


def test_what_one_said_another_in_the_same_talk_neither_reads_nor_changes(
    widget: Inbox, asking: None, agent: Agent
) -> None:
    mine, other = joined(widget, by=agent)
    talk = wrote(mine, "제 말이에요")
    assert wrote(other, "저도요") == talk
    replies.send(conversation=talk, text="확인했어요", by=agent, client_key="k")
    jobs.run_due()
    lifecycle.close(conversation=talk, by=agent)
    assert rate(mine, talk, 1, comment="010-1234-5678로 전화 주세요").status_code == 201
    told = page(other, talk)["rating"]
    assert (told["score"], told["comment"], told["open"]) == (None, "", False)
    assert other.ask("home").json()["conversations"][0]["rating"] == {"score": None, "open": False}
    for score, comment in ((5, ""), (1, "010-1234-5678로 전화 주세요")):
        refused = rate(other, talk, score, comment=comment)
        assert (refused.status_code, refused.json()["code"]) == (409, "answered")
        assert "1234" not in refused.content.decode()
    own = page(mine, talk)["rating"]
    assert (own["score"], own["comment"], own["open"]) == (1, "010-1234-5678로 전화 주세요", True)


def test_who_signs_in_may_change_what_they_said_before(
    widget: Inbox, asking: None, agent: Agent
) -> None:
    browser = opened(widget)
    talk = ended(browser, agent)
    assert rate(browser, talk, 2).status_code == 201
    browser.open(identity=token(widget))
    assert page(browser, talk)["rating"]["score"] == 2
    assert rate(browser, talk, 5).status_code == 200
    assert page(browser, talk)["rating"]["score"] == 5


def test_answers_are_limited(widget: Inbox, asking: None, agent: Agent) -> None:
    browser = opened(widget)
    talk = ended(browser, agent)
    found = {rate(browser, talk, 1 + number % 5).status_code for number in range(25)}
    assert found == {201, 200, 429}


# An address


def test_who_waits_for_nobody_may_leave_an_address(
    widget: Inbox, asking: None, agent: Agent, clock: time_machine.Traveller
) -> None:
    browser = opened(widget)
    talk = wrote(browser)
    assert page(browser, talk)["contact"] == {"after": 600}
    clock.shift(timedelta(minutes=4))
    assert page(browser, talk)["contact"] == {"after": 360}
    clock.shift(timedelta(hours=10))
    assert page(browser, talk)["contact"] == {"after": 0}
    answer = leave(browser, talk, " Haneul@Example.com ")
    assert (answer.status_code, answer.json()) == (201, {"kind": "email"})
    claimed = Identity.objects.get(kind="email")
    assert (claimed.address, claimed.verified_at, claimed.evidence) == (
        "haneul@example.com",
        None,
        "asked",
    )
    assert page(browser, talk)["contact"] is None
    assert leave(browser, talk, "haneul@example.com").status_code == 201
    assert Message.objects.filter(data__what="contact_left").count() == 1
    event = Event.objects.get(name="Contact Left")
    assert event.properties == {"conversation": str(talk.public_id), "kind": "email"}


def test_while_the_brand_is_closed_it_is_asked_at_once(
    widget: Inbox, asking: None, clock: time_machine.Traveller
) -> None:
    clock.shift(timedelta(hours=10))
    browser = opened(widget)
    assert page(browser, wrote(browser))["contact"] == {"after": 0}


def test_who_was_answered_or_is_known_is_not_asked(
    widget: Inbox, asking: None, agent: Agent, clock: time_machine.Traveller
) -> None:
    member = opened(widget, identity=token(widget))
    assert page(member, wrote(member))["contact"] is None
    browser = opened(widget)
    talk = wrote(browser)
    replies.send(conversation=talk, text="네", by=agent, client_key="k")
    assert page(browser, talk)["contact"] is None


def test_a_widget_may_leave_it_be(widget: Inbox) -> None:
    widget.config = {"asks_contact": False}
    widget.save()
    browser = opened(widget)
    assert page(browser, wrote(browser))["contact"] is None


@pytest.mark.parametrize(
    "contact", ["", "안녕", "a@b", "12", 7, None, ["a@b.kr"], "x" * 300, "a@b.kr\x00c d"]
)
def test_what_is_no_address_is_refused(widget: Inbox, contact: Any) -> None:
    browser = opened(widget)
    answer = leave(browser, wrote(browser), contact)
    assert (answer.status_code, answer.json()["code"]) == (422, "no_address")
    assert not Identity.objects.filter(kind__in=["email", "phone"]).exists()


def test_addresses_are_left_in_ones_own_talk_and_not_without_end(widget: Inbox) -> None:
    mine, other = opened(widget), opened(widget)
    talk = wrote(other)
    assert leave(mine, talk, "a@b.kr").status_code == 404
    codes = [leave(other, talk, f"a{n}@b.kr").status_code for n in range(12)]
    assert set(codes) == {201, 429}


# Beforehand


def prechat(widget: Inbox, **asked: Any) -> None:
    widget.config = {"prechat": asked}
    widget.save()


TOPICS = {"topic": "required", "topics": {"ko": ["배송", "교환"], "en": ["Delivery", "Exchange"]}}


def before(browser: Browser) -> Any:
    return browser.ask("home").json()["before"]


def test_what_is_asked_beforehand_is_what_is_not_known(widget: Inbox) -> None:
    assert before(opened(widget)) is None
    prechat(widget, name="required", email="optional", phone="off", **TOPICS)
    name, email = {"name": "name", "required": True}, {"name": "email", "required": False}
    topic = {"question": "", "choices": ["배송", "교환"], "required": True}
    assert before(opened(widget)) == {"fields": [name, email], "topic": topic}
    member = opened(widget, identity=token(widget))
    assert before(member) == {"fields": [], "topic": topic}
    guest = Browser(widget)
    guest.open(locale="en")
    assert before(guest)["topic"]["choices"] == ["Delivery", "Exchange"]


def test_what_need_not_be_said_is_asked_once(widget: Inbox) -> None:
    prechat(widget, name="required", email="optional")
    browser = opened(widget)
    wrote(browser)
    assert before(browser) == {"fields": [{"name": "name", "required": True}], "topic": None}


def test_it_may_be_asked_only_while_nobody_is_there(
    widget: Inbox, asking: None, clock: time_machine.Traveller
) -> None:
    prechat(widget, name="required", only_closed=True)
    browser = opened(widget)
    assert before(browser) is None
    clock.shift(timedelta(hours=10))
    assert before(browser)["fields"][0]["name"] == "name"


def test_the_answers_come_with_the_message_and_prove_nothing(widget: Inbox) -> None:
    browser = opened(widget)
    about = {
        "name": "김하늘",
        "email": "Haneul@example.com",
        "phone": "010-1234-5678",
        "topic": "배송",
    }
    codes = [browser.write("어디쯤인가요?", key="k-1", about=about).status_code for _ in range(2)]
    assert codes == [201, 200]
    assert b"Haneul@example.com" in bytes(InboundDelivery.objects.get().raw)
    talk = Conversation.objects.get()
    assert talk.subject == "[배송] 어디쯤인가요?"
    assert talk.customer.name == "김하늘"
    assert Message.objects.get().data == {"about": {"topic": "배송"}}
    claims = Identity.objects.exclude(kind="visitor").order_by("kind")
    assert [(one.address, one.verified_at, one.evidence) for one in claims] == [
        ("haneul@example.com", None, "prechat"),
        ("+821012345678", None, "prechat"),
    ]
    received = Event.objects.get(name="Message Received")
    assert received.properties["topic"] == "배송"


def test_a_name_that_stands_for_the_joined_person_is_not_asked_again(
    widget: Inbox, agent: Agent
) -> None:
    prechat(widget, name="required")
    first, second = joined(widget, by=agent)
    assert before(second)["fields"][0]["name"] == "name"
    wrote(second, about={"name": "김하늘"})
    assert (before(first), before(second)) == (None, None)


def test_a_known_name_stays(widget: Inbox) -> None:
    member = opened(widget, identity=token(widget))
    wrote(member, about={"name": "가짜"})
    assert member.session.user is not None
    assert Customer.objects.get(pk=member.session.user.customer_id).name == "김하늘"


@pytest.mark.parametrize(
    "about",
    [
        None, [], "x", 7, {"name": 7, "email": [], "topic": {"a": 1}},
        {"email": "not an address", "phone": "x" * 9999, "name": "\x00\ud800"},
        {"unknown": "x"},
    ],
)  # fmt: skip
def test_whatever_is_said_beforehand_no_message_is_lost(widget: Inbox, about: Any) -> None:
    browser = opened(widget)
    assert browser.write("도와주세요", about=about).status_code == 201
    assert not Identity.objects.exclude(kind="visitor").exists()

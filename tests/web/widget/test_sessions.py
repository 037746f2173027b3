"""Who a browser is: anonymous, a member by a signed token, never another."""

from datetime import timedelta

import jwt
import pytest
import time_machine

from majung.channels.models import UsedToken, WidgetSession
from majung.conversations.models import Inbox
from majung.core import clock, live
from majung.customers import circle
from majung.customers.models import Customer, Identity, Merge
from majung.web.widget import budgets
from tests.web.widget.browser import HANEUL, SECRET, YUJIN, Browser, opened, token

pytestmark = pytest.mark.django_db


def test_a_first_visit_begins_a_session_with_all_the_widget_needs(widget: Inbox) -> None:
    widget.config = {"greeting": {"ko": "어서 오세요", "en": "Welcome"}}
    widget.save()
    told = Browser(widget).open(locale="en-US").json()
    session = WidgetSession.objects.get()
    assert told.pop("token")
    grant = told["live"].pop("grant")
    assert live.granted(grant) == [f"visitor:{session.visitor.public_id}"]
    assert told["live"].pop("marks") == live.marks([f"visitor:{session.visitor.public_id}"])
    assert told == {
        "visitor": str(session.visitor.public_id),
        "signed_in": False,
        "brand": {
            "name": "온담",
            "greeting": "Welcome",
            "choices": [],
        },
        "live": {"url": "/live"},
        "limits": {"text": 5000, "file": 20 * 1024 * 1024, "files": 5},
    }
    assert session.locale == "en"


def test_a_token_is_stored_only_as_a_hash(widget: Inbox) -> None:
    browser = opened(widget)
    assert browser.token not in str(WidgetSession.objects.values_list())


def test_a_second_visit_goes_on_with_the_same_session(widget: Inbox) -> None:
    browser = opened(widget)
    before = dict(browser.told)
    assert browser.open(locale="en").status_code == 200
    assert browser.told["token"] == before["token"]
    assert browser.told["visitor"] == before["visitor"]
    assert WidgetSession.objects.get().locale == "en"


def test_an_unknown_token_must_begin_anew(widget: Inbox) -> None:
    answer = Browser(widget, token="made up").open()
    assert (answer.status_code, answer.json()["code"]) == (401, "session_unknown")


def test_a_token_of_another_inbox_opens_nothing(widget: Inbox, other_widget: Inbox) -> None:
    stranger = Browser(widget, token=opened(other_widget).token)
    for path, body in [
        ("session", {"locale": "ko"}),
        ("messages", None),
        ("messages", {"key": "k", "text": "안녕하세요"}),
        ("receipts", {}),
        ("typing", {}),
    ]:
        answer = stranger.ask(path, body)
        assert (answer.status_code, answer.json()["code"]) == (401, "session_unknown"), path


@pytest.mark.parametrize("what", ["inactive", "trashed", "brand"])
def test_a_closed_widget_takes_nobody(widget: Inbox, what: str) -> None:
    browser = opened(widget)
    if what == "brand":
        widget.brand.deleted_at = clock.now()
        widget.brand.save()
    else:
        widget.is_active = what != "inactive"
        widget.deleted_at = clock.now() if what == "trashed" else None
        widget.save()
    assert Browser(widget).open().status_code == 404
    assert browser.open().json()["code"] == "session_unknown"


def test_an_unknown_widget_is_not_found(db: None) -> None:
    answer = Browser(Inbox(key="nowhere")).open()
    assert (answer.status_code, answer.json()["code"]) == (404, "no_widget")


@pytest.mark.parametrize("raw", [b"[]", b"{", b"\xff", b"[" * 100_000])
def test_a_body_that_is_no_object_is_refused(widget: Inbox, raw: bytes) -> None:
    answer = Browser(widget).ask("session", raw)
    assert (answer.status_code, answer.json()["code"]) == (400, "not_json")


def test_a_member_is_signed_in_by_the_host_page(widget: Inbox) -> None:
    browser = opened(widget, identity=token(widget))
    assert browser.told["signed_in"] is True
    assert browser.told["user"] == {"id": "member-7", "name": "김하늘"}
    session = browser.session
    assert session.user is not None
    assert live.granted(browser.told["live"]["grant"]) == [
        f"visitor:{session.visitor.public_id}",
        f"visitor:{session.user.public_id}",
    ]


def test_an_anonymous_visitor_becomes_known_and_keeps_the_history(widget: Inbox) -> None:
    browser = opened(widget)
    browser.write("로그인 전에 쓴 말")
    assert browser.open(identity=token(widget)).status_code == 200
    browser.write("로그인하고 쓴 말")
    assert browser.texts() == ["로그인 전에 쓴 말", "로그인하고 쓴 말"]
    merge = Merge.objects.get()
    assert (merge.evidence, merge.loser_id) == ("signed_in", browser.session.visitor.customer_id)


def test_a_member_reads_on_another_device_what_was_signed_in_but_not_before(
    widget: Inbox,
) -> None:
    phone = opened(widget)
    phone.write("휴대폰에서 로그인 전에")
    phone.open(identity=token(widget))
    phone.write("휴대폰에서 로그인하고")
    laptop = opened(widget, identity=token(widget))
    assert laptop.texts() == ["휴대폰에서 로그인하고"]


def _forge(widget: Inbox, what: str) -> str:
    good = jwt.decode(token(widget), options={"verify_signature": False})
    secret = SECRET
    match what:
        case "secret":
            secret = "another secret of more than thirty-two bytes"
        case "audience":
            good["aud"] = "other-key"
        case "too long a life":
            good["exp"] += 3600
        case "no id":
            del good["jti"]
        case "nobody":
            good["sub"] = " "
        case "unsigned":
            return jwt.encode(good, "", algorithm="none")
        case "nonsense":
            return "a.b.c"
    return jwt.encode(good, secret, algorithm="HS256")


@pytest.mark.parametrize(
    "what",
    ["secret", "audience", "too long a life", "no id", "nobody", "unsigned", "nonsense"],
)
def test_a_forged_identity_token_is_refused_and_leaves_nothing(widget: Inbox, what: str) -> None:
    answer = Browser(widget).open(identity=_forge(widget, what))
    assert (answer.status_code, answer.json()["code"]) == (401, "identity_forged")
    assert (Customer.objects.count(), WidgetSession.objects.count()) == (0, 0)
    assert UsedToken.objects.count() == 0


def test_a_widget_without_a_secret_believes_nobody(widget: Inbox) -> None:
    forged = jwt.encode({"sub": "member-7"}, SECRET, algorithm="HS256")
    assert Browser(widget).open(identity=forged).json()["code"] == "identity_forged"


def test_an_expired_identity_token_is_refused(widget: Inbox) -> None:
    old = token(widget, life=60)
    with time_machine.travel(clock.now() + timedelta(seconds=120)):
        answer = Browser(widget).open(identity=old)
    assert (answer.status_code, answer.json()["code"]) == (401, "identity_expired")


def test_a_replayed_identity_token_is_refused(widget: Inbox) -> None:
    once = token(widget)
    opened(widget, identity=once)
    answer = Browser(widget).open(identity=once)
    assert (answer.status_code, answer.json()["code"]) == (401, "identity_replayed")
    assert WidgetSession.objects.count() == 1


def test_a_page_shown_again_with_its_token_goes_on(widget: Inbox) -> None:
    once = token(widget)
    browser = opened(widget, identity=once)
    assert browser.open(identity=once).status_code == 200
    assert browser.told["signed_in"] is True


def test_another_member_on_a_shared_browser_must_begin_anew(widget: Inbox) -> None:
    browser = opened(widget, identity=token(widget))
    browser.write("김하늘의 말")
    second = token(widget, YUJIN)
    answer = browser.open(identity=second)
    assert (answer.status_code, answer.json()["code"]) == (401, "identity_other_user")
    browser.token = ""
    # The refusal spent nothing: the same token begins the new session.
    assert browser.open(identity=second).status_code == 200
    assert browser.told["user"] == {"id": "member-8", "name": "최유진"}
    assert browser.texts() == []
    assert Merge.objects.filter(evidence="verified").count() == 0


def test_two_members_are_never_joined_by_one_browser(widget: Inbox) -> None:
    first = opened(widget, identity=token(widget))
    visitor = first.session.visitor
    # The host page ended its member's session; the browser says it is the same visitor.
    WidgetSession.objects.update(user=None)
    assert first.open(identity=token(widget, YUJIN)).status_code == 200
    persons = {
        Identity.objects.get(kind="user", address=member.id).customer.person_id
        for member in (HANEUL, YUJIN)
    }
    assert len(persons) == 2
    assert visitor.customer.person_id != Identity.objects.get(address=YUJIN.id).customer.person_id


def test_a_verified_email_joins_two_profiles_and_a_claim_does_not(
    widget: Inbox, other_widget: Inbox
) -> None:
    email = "haneul@example.com"
    chat = opened(widget, identity=token(widget))
    there = opened(other_widget, identity=token(other_widget, YUJIN))
    there.write(f"제 메일은 {email}이에요")
    known = Identity.objects.get(kind="user", address=HANEUL.id).customer
    assert there.session.user is not None
    assert there.session.user.customer.person_id != known.person_id
    same = opened(other_widget, identity=token(other_widget, HANEUL))
    assert same.session.user is not None
    assert chat.session.user is not None
    assert same.session.user.customer.person_id == chat.session.user.customer.person_id
    assert (
        circle.identities(circle.ids(known.person_id)).filter(kind="email").get().address == email
    )


def test_too_many_sessions_of_one_address_must_wait(widget: Inbox) -> None:
    for _ in range(budgets.SESSIONS.limit):
        budgets.SESSIONS.take("127.0.0.1")
    answer = Browser(widget).open()
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_requests")
    assert 0 < int(answer["Retry-After"]) <= budgets.SESSIONS.per
    assert WidgetSession.objects.count() == 0


def test_answers_are_kept_nowhere_and_set_no_cookie(widget: Inbox) -> None:
    answer = Browser(widget).open()
    assert answer["Cache-Control"] == "no-store"
    assert not answer.cookies


def test_problems_speak_the_language_of_the_page(widget: Inbox) -> None:
    browser = opened(widget)
    browser.open(locale="en")
    assert browser.write(" ").json()["detail"] == "Write something first."

"""A message comes in once, is stored raw first, and is read by its own people only."""

import json
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from majung.accounts.models import Agent
from majung.channels import inbound, ledger
from majung.channels.models import InboundDelivery
from majung.conversations import reading, replies
from majung.conversations.models import Conversation, Inbox, Message
from majung.core import clock, jobs
from majung.customers import merge
from majung.customers.models import Merge
from majung.web.widget import budgets
from tests import factories
from tests.web.widget.browser import Browser, opened, token

pytestmark = pytest.mark.django_db


def _answer(browser: Browser, text: str, *, by: Agent, state: str = "sent") -> Message:
    conversation = Conversation.objects.latest("pk")
    visitor = browser.session.user or browser.session.visitor
    return factories.message(
        conversation, text, kind="reply", author=by, identity=visitor, state=state
    )


def test_a_message_is_stored_and_told_back(widget: Inbox) -> None:
    browser = opened(widget)
    answer = browser.write(" 택배가 아직 안 왔어요\n", key="k-1")
    row = Message.objects.get()
    assert answer.status_code == 201
    assert answer.json() == {
        "message": {
            "id": str(row.public_id),
            "cursor": row.public_id.hex,
            "key": "k-1",
            "conversation": str(row.conversation.public_id),
            "from": "customer",
            "author": None,
            "automatic": False,
            "text": "택배가 아직 안 왔어요",
            "files": [],
            "at": row.created_at.isoformat(),
            "state": "sent",
        }
    }
    assert browser.read() == [answer.json()["message"]]
    delivery = InboundDelivery.objects.get()
    assert delivery.external_id == f"{browser.session.public_id}:k-1"
    assert json.loads(bytes(delivery.raw))["text"] == " 택배가 아직 안 왔어요\n"
    assert delivery.message_id == row.pk


def test_the_same_key_again_is_the_same_message(widget: Inbox) -> None:
    browser = opened(widget)
    first = browser.write("안녕하세요", key="k-1")
    again = browser.write("안녕하세요", key="k-1")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert Message.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_key_twenty_times_from_eight_threads_is_one_message(widget: Inbox) -> None:
    browser = opened(widget)

    def send(_number: int) -> tuple[int, str]:
        try:
            answer = browser.write("한 번만", key="k-1")
            return answer.status_code, answer.json()["message"]["id"]
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(20)))
    row = Message.objects.get()
    assert sorted(status for status, _id in answers) == [200] * 19 + [201]
    assert {public_id for _status, public_id in answers} == {str(row.public_id)}
    assert Conversation.objects.count() == 1
    assert InboundDelivery.objects.get().state == "processed"


def test_the_key_of_another_session_is_another_message(widget: Inbox) -> None:
    mine, theirs = opened(widget), opened(widget)
    assert mine.write("내 말", key="k-1").status_code == 201
    assert theirs.write("남의 말", key="k-1").status_code == 201
    assert (mine.texts(), theirs.texts()) == (["내 말"], ["남의 말"])


def test_a_message_costs_one_query_before_it_is_accepted_and_none_after(widget: Inbox) -> None:
    browser = opened(widget)
    browser.write("첫 말")
    with CaptureQueriesContext(
        connection,
    ) as together:
        assert browser.write("다음 말").status_code == 201
    session = browser.session
    speaker = session.visitor
    with CaptureQueriesContext(connection) as alone:
        delivery_id = inbound.accept(
            inbox_id=widget.pk,
            external_id=f"{session.public_id}:{uuid4()}",
            sender=f"{speaker.kind}:{speaker.scope}:{speaker.address}",
            raw=json.dumps({"text": "그다음 말"}).encode(),
            headers={},
        )
        inbound.process(delivery_id=delivery_id, inbox=widget)
    assert len(together) == len(alone) + 1


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"not json", "not_json"),
        (b'"text"', "not_json"),
        (b"[" * 50_000, "not_json"),
        (b'{"key": "k", "text": "  "}', "empty"),
        (b'{"key": "k", "text": 5}', "not_text"),
        (json.dumps({"key": "k", "text": "가" * 5001}).encode(), "too_long"),
        (b'{"key": "k", "text": "a", "files": [1, 2, 3, 4, 5, 6]}', "too_many_files"),
        (b'{"key": "k", "text": "a", "files": ["x"]}', "unknown_file"),
    ],
)
def test_what_cannot_be_understood_is_refused_but_kept(
    widget: Inbox, raw: bytes, code: str
) -> None:
    browser = opened(widget)
    for _ in range(2):
        answer = browser.ask("messages", raw)
        assert (answer.status_code, answer.json()["code"]) == (422, code)
        assert answer["Content-Type"] == "application/problem+json"
    failed = InboundDelivery.objects.failed().get()
    assert (bytes(failed.raw), failed.reason, failed.attempts) == (raw, code, 2)
    assert Message.objects.count() == 0


def test_a_body_past_all_measure_is_refused(widget: Inbox) -> None:
    browser = opened(widget)
    answer = browser.ask("messages", b"a" * (128 * 1024 + 1))
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert InboundDelivery.objects.count() == 0


def test_halves_of_characters_and_nulls_do_not_break_a_message(widget: Inbox) -> None:
    browser = opened(widget)
    assert browser.ask("messages", b'{"key": "k", "text": "a\\ud83db\\u0000c"}').status_code == 201
    assert browser.texts() == ["a?bc"]


def test_what_broke_on_our_side_is_kept_and_comes_with_the_retry(widget: Inbox) -> None:
    browser = opened(widget)
    Inbox.objects.filter(pk=widget.pk).update(kind="gone")
    answer = browser.write("잃으면 안 되는 말", key="k-1")
    assert (answer.status_code, answer.json()["code"]) == (500, "unexpected")
    assert InboundDelivery.objects.failed().get().reason == "error"
    Inbox.objects.filter(pk=widget.pk).update(kind="webchat")
    assert browser.write("잃으면 안 되는 말", key="k-1").status_code == 201
    assert browser.texts() == ["잃으면 안 되는 말"]
    assert InboundDelivery.objects.get().state == "processed"


def test_a_failed_item_that_an_admin_retries_reaches_its_sender(
    widget: Inbox, admin: Agent
) -> None:
    browser = opened(widget)
    Inbox.objects.filter(pk=widget.pk).update(kind="gone")
    browser.write("다시 처리한 말", key="k-1")
    Inbox.objects.filter(pk=widget.pk).update(kind="webchat")
    ledger.retry(delivery=InboundDelivery.objects.get(), by=admin)
    assert browser.texts() == ["다시 처리한 말"]
    assert browser.write("다시 처리한 말", key="k-1").status_code == 200


def test_nobody_without_a_token_reads_or_writes(widget: Inbox) -> None:
    stranger = Browser(widget)
    assert stranger.ask("messages").status_code == 401
    assert stranger.write("안녕하세요").status_code == 401
    assert InboundDelivery.objects.count() == 0


def test_a_visitor_reads_own_messages_only(widget: Inbox) -> None:
    mine, theirs = opened(widget), opened(widget)
    told = theirs.write("남의 말").json()["message"]
    mine.write("내 말")
    assert mine.texts() == ["내 말"]
    answer = mine.ask("messages", before=told["cursor"])
    assert (answer.status_code, answer.json()["code"]) == (400, "no_cursor")


def test_notes_and_replies_on_their_way_are_not_shown(widget: Inbox, agent: Agent) -> None:
    browser = opened(widget)
    browser.write("언제 오나요")
    conversation = Conversation.objects.get()
    factories.message(conversation, "진상 아님", kind="note", author=agent)
    factories.message(conversation, kind="event", identity=browser.session.visitor)
    for state in ("queued", "sending", "failed", "unknown"):
        _answer(browser, state, by=agent, state=state)
    _answer(browser, "지웠어요", by=agent)
    Message.objects.filter(text="지웠어요").update(deleted_at=clock.now())
    for state in ("sent", "delivered", "read"):
        _answer(browser, state, by=agent, state=state)
    assert [(m["text"], m["state"], m["author"]) for m in browser.read()] == [
        ("언제 오나요", "sent", None),
        ("sent", "sent", {"name": "한지우"}),
        ("delivered", "delivered", {"name": "한지우"}),
        ("read", "read", {"name": "한지우"}),
    ]


def test_a_conversation_in_the_trash_is_not_shown(widget: Inbox) -> None:
    browser = opened(widget)
    browser.write("지울 말")
    Conversation.objects.update(deleted_at=clock.now())
    assert browser.read() == []


def test_a_reply_reaches_the_browser_once_it_is_sent(widget: Inbox, agent: Agent) -> None:
    browser = opened(widget)
    browser.write("언제 오나요")
    conversation = Conversation.objects.get()
    replies.send(conversation=conversation, text="내일 도착해요", by=agent, client_key="a")
    assert browser.texts() == ["언제 오나요"]
    jobs.run_due(limit=100)
    assert browser.texts() == ["언제 오나요", "내일 도착해요"]


def test_a_message_is_read_when_an_agent_had_it_on_screen(widget: Inbox) -> None:
    browser = opened(widget)
    browser.write("보셨나요")
    assert browser.read()[0]["state"] == "sent"
    reading.see(conversation=Conversation.objects.get())
    assert browser.read()[0]["state"] == "read"
    browser.write("이건 아직")
    assert [message["state"] for message in browser.read()] == ["read", "sent"]


def test_pages_go_up_by_cursors_without_a_gap(widget: Inbox) -> None:
    browser = opened(widget)
    for number in range(5):
        browser.write(str(number))

    def page(**place: str) -> tuple[list[str], bool, list[str]]:
        told = browser.ask("messages", limit="2", **place).json()
        rows = told["messages"]
        return [row["text"] for row in rows], told["more"], [row["cursor"] for row in rows]

    texts, more, cursors = page()
    assert (texts, more) == (["3", "4"], True)
    texts, more, cursors = page(before=cursors[0])
    assert (texts, more) == (["1", "2"], True)
    assert page(before=cursors[0])[:2] == (["0"], False)


@pytest.mark.parametrize("cursor", ["", "x", "01900000-0000-7000-8000-000000000000"])
def test_a_cursor_that_is_none_is_refused(widget: Inbox, cursor: str) -> None:
    assert opened(widget).ask("messages", before=cursor).status_code == 400


@pytest.mark.parametrize("count", [1, 3])
def test_reading_costs_the_same_for_one_message_and_for_three(
    widget: Inbox, agent: Agent, count: int
) -> None:
    browser = opened(widget)
    for number in range(count):
        browser.write(str(number))
        _answer(browser, "네", by=agent)
    with CaptureQueriesContext(connection) as queries:
        browser.read()
    assert len(queries) == 4


def test_a_flood_of_one_session_must_wait_and_others_need_not(widget: Inbox) -> None:
    browser = opened(widget)
    for _ in range(budgets.MESSAGES.free + budgets.MESSAGES.limit):
        budgets.MESSAGES.take(str(browser.session.public_id))
    answer = browser.write("또 하나")
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_requests")
    assert int(answer["Retry-After"]) >= 1
    assert opened(widget).write("처음").status_code == 201


def test_a_merge_that_is_undone_splits_the_messages_again(widget: Inbox, agent: Agent) -> None:
    browser = opened(widget)
    browser.write("로그인 전에")
    browser.open(identity=token(widget))
    browser.write("로그인하고")
    assert Conversation.objects.count() == 1
    merge.undo(merge=Merge.objects.get(), by=agent)
    user = browser.session.user
    assert user is not None
    texts = {
        conversation.customer_id: [
            message.text for message in conversation.messages.filter(kind="customer")
        ]
        for conversation in Conversation.objects.all()
    }
    assert texts == {
        browser.session.visitor.customer_id: ["로그인 전에"],
        user.customer_id: ["로그인하고"],
    }


def test_typing_is_told_and_stored_nowhere(widget: Inbox) -> None:
    browser = opened(widget)
    assert browser.ask("typing", {}).status_code == 204
    browser.write("안녕하세요")
    assert browser.ask("typing", {}).status_code == 204


@pytest.mark.parametrize("path", ["session", "receipts", "files", "typing"])
def test_only_posting_is_allowed(widget: Inbox, path: str) -> None:
    assert opened(widget).ask(path).status_code == 405

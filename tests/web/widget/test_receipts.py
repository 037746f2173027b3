"""Receipts of the browser: own replies only, forward only."""

from uuid import uuid4

import pytest

from majung.accounts.models import Agent
from majung.conversations.models import Conversation, Inbox, Message
from tests import factories
from tests.web.widget.browser import Browser, opened

pytestmark = pytest.mark.django_db


def _talk(widget: Inbox, agent: Agent, *states: str) -> tuple[Browser, list[Message]]:
    browser = opened(widget)
    browser.write("언제 오나요")
    conversation = Conversation.objects.latest("pk")
    replies = [
        factories.message(
            conversation,
            state,
            kind="reply",
            author=agent,
            identity=browser.session.visitor,
            state=state,
        )
        for state in states
    ]
    return browser, replies


def _states(rows: list[Message]) -> list[str]:
    return [Message.objects.get(pk=row.pk).state for row in rows]


def test_replies_move_forward_up_to_the_named_one(widget: Inbox, agent: Agent) -> None:
    browser, rows = _talk(widget, agent, "sent", "sent", "sent")
    receipt = {"delivered": str(rows[2].public_id), "read": str(rows[0].public_id)}
    assert browser.ask("receipts", receipt).status_code == 204
    assert _states(rows) == ["read", "delivered", "delivered"]
    assert [m["state"] for m in browser.read()[1:]] == ["read", "delivered", "delivered"]


def test_replies_never_move_back(widget: Inbox, agent: Agent) -> None:
    browser, rows = _talk(widget, agent, "read")
    read_at = Message.objects.get(pk=rows[0].pk).read_at
    browser.ask("receipts", {"delivered": str(rows[0].public_id)})
    browser.ask("receipts", {"read": str(rows[0].public_id)})
    assert _states(rows) == ["read"]
    assert Message.objects.get(pk=rows[0].pk).read_at == read_at


def test_a_reply_that_never_went_out_cannot_be_read(widget: Inbox, agent: Agent) -> None:
    browser, rows = _talk(widget, agent, "queued", "sending", "failed", "unknown", "sent")
    browser.ask("receipts", {"read": str(rows[4].public_id)})
    assert _states(rows) == ["queued", "sending", "failed", "unknown", "read"]
    browser.ask("receipts", {"read": str(rows[0].public_id)})
    assert _states(rows[:1]) == ["queued"]


def test_a_visitor_cannot_acknowledge_anothers_reply(widget: Inbox, agent: Agent) -> None:
    _browser, rows = _talk(widget, agent, "sent")
    stranger, own = _talk(widget, agent, "sent")
    assert stranger.ask("receipts", {"read": str(rows[0].public_id)}).status_code == 204
    assert (_states(rows), _states(own)) == (["sent"], ["sent"])


@pytest.mark.parametrize("body", [{}, {"read": None}, {"read": "x"}, {"read": 5}])
def test_a_receipt_that_names_nothing_changes_nothing(
    widget: Inbox, agent: Agent, body: dict[str, object]
) -> None:
    browser, rows = _talk(widget, agent, "sent")
    assert browser.ask("receipts", body).status_code == 204
    assert browser.ask("receipts", {"read": str(uuid4())}).status_code == 204
    assert _states(rows) == ["sent"]

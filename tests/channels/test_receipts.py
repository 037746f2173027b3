"""Receipts as verbs."""

import pytest

from majung.accounts.models import Agent
from majung.channels import receipts, sessions
from majung.conversations.models import Inbox, Message
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_receipt_counts_what_moved_and_notes_when(widget: Inbox, agent: Agent) -> None:
    session, _token = sessions.begin(inbox=widget, locale="ko")
    talk = factories.conversation(widget, session.visitor.customer, identity=session.visitor)
    first, second = (
        factories.message(
            talk, text, kind="reply", author=agent, identity=session.visitor, state="sent"
        )
        for text in ("하나", "둘")
    )
    moved = receipts.acknowledge(session=session, delivered=second.public_id, read=None)
    assert moved == 2
    moved = receipts.acknowledge(session=session, delivered=None, read=first.public_id)
    assert moved == 1
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("read", "delivered")
    assert first.delivered_at is not None
    assert first.read_at is not None
    assert first.delivered_at <= first.read_at
    assert second.read_at is None


def test_opening_the_whole_thread_reads_what_went_out(form: Inbox, agent: Agent) -> None:
    talk = factories.conversation(form, factories.customer())
    states = ("queued", "sending", "sent", "delivered", "read", "failed", "unknown")
    for state in states:
        factories.message(talk, state, kind="reply", author=agent, state=state)
    assert receipts.opened(conversation=talk) == 2
    assert receipts.opened(conversation=talk) == 0
    rows = Message.objects.filter(conversation=talk, kind="reply").order_by("pk")
    assert [row.state for row in rows] == [
        "queued", "sending", "read", "read", "read", "failed", "unknown",
    ]  # fmt: skip

import itertools

import pytest

from majung.channels.models import OutboundDelivery
from majung.conversations import lifecycle, replies
from majung.conversations.models import Message
from majung.core import jobs
from majung.core.models import Job
from tests import factories


def send(conversation, agent, text="확인해 볼게요", key="k1", **fields):
    return replies.send(conversation=conversation, text=text, by=agent, client_key=key, **fields)


def test_send_queues_a_reply_to_the_customers_address(conversation, visitor, agent):
    message = send(conversation, agent)
    conversation.refresh_from_db()
    assert (message.kind, message.state, message.identity) == ("reply", "queued", visitor)
    assert conversation.waiting_since is None
    assert conversation.first_reply_at == message.created_at
    assert conversation.assignee == agent
    assert (conversation.preview, conversation.preview_by) == ("확인해 볼게요", "reply")
    assert OutboundDelivery.objects.get().message == message


def test_send_again_with_the_same_key_is_the_same_reply(conversation, agent):
    assert send(conversation, agent) == send(conversation, agent)
    assert Message.objects.filter(kind="reply").count() == 1
    assert Job.objects.filter(task__endswith="delivery.deliver").count() == 1


def test_send_goes_to_the_address_the_last_message_came_from(conversation, widget, agent):
    other = factories.identity(factories.customer("같은 분"), scope=str(widget.pk))
    factories.message(conversation, "여기로 주세요", identity=other)
    assert send(conversation, agent).identity == other


def test_send_keeps_the_assignee(conversation, agent, colleague):
    send(conversation, colleague, key="k1")
    send(conversation, agent, key="k2")
    conversation.refresh_from_db()
    assert conversation.assignee == colleague


def test_send_to_a_closed_conversation_opens_it(conversation, agent):
    lifecycle.close(conversation=conversation, by=agent)
    send(conversation, agent)
    conversation.refresh_from_db()
    assert (conversation.status, conversation.closed_at) == ("open", None)


@pytest.mark.parametrize("text", ["", "  \n ", "가" * 5001])
def test_send_refuses_nothing_and_too_much(conversation, agent, text):
    with pytest.raises(replies.CannotReply):
        send(conversation, agent, text=text)
    assert not Message.objects.filter(kind="reply").exists()


def test_reply_reaches_a_chat_customer_in_one_job(conversation, agent):
    message = send(conversation, agent)
    jobs.run_due()
    message.refresh_from_db()
    assert message.state == "sent"
    assert message.sent_at is not None


def test_note_stays_inside(conversation, agent):
    note = replies.note(conversation=conversation, text="급한 분", by=agent, client_key="n1")
    again = replies.note(conversation=conversation, text="급한 분", by=agent, client_key="n1")
    assert note == again
    assert note not in Message.objects.public()
    assert not OutboundDelivery.objects.exists()
    conversation.refresh_from_db()
    assert conversation.waiting_since is not None


ORDER = ["queued", "sending", "sent", "delivered", "read"]


@pytest.mark.parametrize(("now", "then"), list(itertools.product(ORDER, ORDER)))
def test_states_only_move_forward(conversation, agent, now, then):
    message = send(conversation, agent)
    Message.objects.filter(pk=message.pk).update(state=now)
    moved = replies.advance(message_ids=[message.pk], state=then)
    message.refresh_from_db()
    # A try that surely did not go out is queued again; everything else goes forward only.
    forward = ORDER.index(then) > ORDER.index(now) or (now, then) == ("sending", "queued")
    assert (moved, message.state) == ((1, then) if forward else (0, now))


def test_a_receipt_settles_an_unknown_reply(conversation, agent):
    message = send(conversation, agent)
    Message.objects.filter(pk=message.pk).update(state="unknown")
    assert replies.advance(message_ids=[message.pk], state="read") == 1


def test_a_late_receipt_does_not_touch_notes_or_customers_words(conversation, agent):
    note = replies.note(conversation=conversation, text="메모", by=agent, client_key="n")
    first = conversation.messages.get(kind="customer")
    assert replies.advance(message_ids=[note.pk, first.pk], state="read") == 0


def test_close_hold_and_reopen_leave_lines_and_stop_the_wait(conversation, agent):
    assert lifecycle.hold(conversation=conversation, by=agent)
    assert lifecycle.close(conversation=conversation, by=agent)
    assert not lifecycle.close(conversation=conversation, by=agent)
    conversation.refresh_from_db()
    assert conversation.waiting_since is None
    assert lifecycle.reopen(conversation=conversation, by=agent)
    lines = conversation.messages.filter(kind="event").order_by("id")
    assert [(line.data["what"], line.data["before"]) for line in lines] == [
        ("status_pending", "open"),
        ("status_closed", "pending"),
        ("status_open", "closed"),
    ]

import itertools
from typing import Any

import pytest

from majung.accounts.models import Agent, Team
from majung.channels.models import OutboundDelivery
from majung.conversations import lifecycle, once, replies
from majung.conversations.models import Conversation, Inbox, Message
from majung.core import jobs
from majung.core.models import Job
from majung.customers.models import Identity
from tests import factories
from tests.core.together import together


def send(
    conversation: Conversation,
    agent: Agent,
    text: str = "확인해 볼게요",
    key: str = "k1",
    **fields: Any,
) -> Message:
    return replies.send(conversation=conversation, text=text, by=agent, client_key=key, **fields)


def test_send_queues_a_reply_to_the_customers_address(
    conversation: Conversation, visitor: Identity, agent: Agent
) -> None:
    message = send(conversation, agent)
    conversation.refresh_from_db()
    assert (message.kind, message.state, message.identity) == ("reply", "queued", visitor)
    assert conversation.waiting_since is None
    assert conversation.first_reply_at == message.created_at
    assert conversation.assignee == agent
    assert (conversation.preview, conversation.preview_by) == ("확인해 볼게요", "reply")
    assert OutboundDelivery.objects.get().message == message


def test_send_again_with_the_same_key_is_the_same_reply(
    conversation: Conversation, agent: Agent
) -> None:
    assert send(conversation, agent) == send(conversation, agent)
    assert Message.objects.filter(kind="reply").count() == 1
    assert Job.objects.filter(task__endswith="delivery.deliver").count() == 1


def test_send_with_the_same_key_and_other_words_is_told(
    conversation: Conversation, agent: Agent
) -> None:
    first = send(conversation, agent)
    with pytest.raises(once.SentOtherwise) as told:
        send(conversation, agent, "아니에요")
    assert told.value.message == first
    assert Message.objects.filter(kind="reply").count() == 1


def test_send_goes_to_the_address_the_last_message_came_from(
    conversation: Conversation, widget: Inbox, agent: Agent
) -> None:
    other = factories.identity(factories.customer("같은 분"), scope=str(widget.pk))
    factories.message(conversation, "여기로 주세요", identity=other)
    assert send(conversation, agent).identity == other


def test_send_keeps_the_assignee(
    conversation: Conversation, agent: Agent, colleague: Agent
) -> None:
    send(conversation, colleague, key="k1")
    send(conversation, agent, key="k2")
    conversation.refresh_from_db()
    assert conversation.assignee == colleague


def test_send_to_a_closed_conversation_opens_it(conversation: Conversation, agent: Agent) -> None:
    lifecycle.close(conversation=conversation, by=agent)
    send(conversation, agent)
    conversation.refresh_from_db()
    assert (conversation.status, conversation.closed_at) == ("open", None)


@pytest.mark.parametrize("text", ["", "  \n ", "가" * 5001])
def test_send_refuses_nothing_and_too_much(
    conversation: Conversation, agent: Agent, text: str
) -> None:
    with pytest.raises(replies.CannotReply):
        send(conversation, agent, text=text)
    assert not Message.objects.filter(kind="reply").exists()


def test_reply_reaches_a_chat_customer_in_one_job(conversation: Conversation, agent: Agent) -> None:
    message = send(conversation, agent)
    jobs.run_due()
    message.refresh_from_db()
    assert message.state == "sent"
    assert message.sent_at is not None


def test_note_stays_inside(conversation: Conversation, agent: Agent) -> None:
    note = replies.note(conversation=conversation, text="급한 분", by=agent, client_key="n1")
    again = replies.note(conversation=conversation, text="급한 분", by=agent, client_key="n1")
    assert note == again
    assert note not in Message.objects.public()
    assert not OutboundDelivery.objects.exists()
    conversation.refresh_from_db()
    assert conversation.waiting_since is not None


ORDER = ["queued", "sending", "sent", "delivered", "read"]


@pytest.mark.parametrize(("now", "then"), list(itertools.product(ORDER, ORDER)))
def test_states_only_move_forward(
    conversation: Conversation, agent: Agent, now: str, then: str
) -> None:
    message = send(conversation, agent)
    Message.objects.filter(pk=message.pk).update(state=now)
    moved = replies.advance(message_ids=[message.pk], state=then)
    message.refresh_from_db()
    # A try that surely did not go out is queued again; everything else goes forward only.
    forward = ORDER.index(then) > ORDER.index(now) or (now, then) == ("sending", "queued")
    assert (moved, message.state) == ((1, then) if forward else (0, now))


def test_a_receipt_settles_an_unknown_reply(conversation: Conversation, agent: Agent) -> None:
    message = send(conversation, agent)
    Message.objects.filter(pk=message.pk).update(state="unknown")
    assert replies.advance(message_ids=[message.pk], state="read") == 1


def test_a_late_receipt_does_not_touch_notes_or_customers_words(
    conversation: Conversation, agent: Agent
) -> None:
    note = replies.note(conversation=conversation, text="메모", by=agent, client_key="n")
    first = conversation.messages.get(kind="customer")
    assert replies.advance(message_ids=[note.pk, first.pk], state="read") == 0


def test_close_hold_and_reopen_leave_lines_and_stop_the_wait(
    conversation: Conversation, agent: Agent
) -> None:
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


@pytest.mark.django_db(transaction=True)
def test_send_by_two_at_once_who_saw_the_same_is_one_answer(
    conversation: Conversation, team: Team
) -> None:
    agents = [factories.agent(f"상담원 {number}", teams=[team]) for number in range(4)]
    seen = conversation.messages.get().public_id

    def send(number: int) -> bool:
        try:
            replies.send(
                conversation=conversation,
                text="제가 답할게요",
                by=agents[number],
                client_key=str(number),
                seen=seen,
            )
        except replies.AnsweredMeanwhile:
            return False
        return True

    assert sum(together(send, threads=4)) == 1
    assert conversation.messages.filter(kind="reply").count() == 1


def test_send_again_after_a_colleague_answered_is_still_the_same_reply(
    conversation: Conversation, agent: Agent, colleague: Agent
) -> None:
    seen = conversation.messages.get().public_id
    mine = replies.send(conversation=conversation, text="네", by=agent, client_key="k", seen=seen)
    replies.send(conversation=conversation, text="저도요", by=colleague, client_key="h")
    again = replies.send(conversation=conversation, text="네", by=agent, client_key="k", seen=seen)
    assert again == mine

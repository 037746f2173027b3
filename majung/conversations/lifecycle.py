"""Open, on hold, closed: who changed it, when, and everybody told."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from majung.accounts.models import Agent
from majung.conversations import changes, entries, reading
from majung.conversations.events import StatusChanged
from majung.conversations.models import Conversation, Message
from majung.core import clock, timers
from majung.core.events import publish
from majung.customers import timeline

SNOOZE = "snooze"  # the kind of timer; what it does when it rings is in ``snoozing``

_EVENT_NAMES = {
    Conversation.Status.OPEN: "Conversation Reopened",
    Conversation.Status.PENDING: "Conversation Put On Hold",
    Conversation.Status.CLOSED: "Conversation Closed",
}


class WroteMeanwhile(Exception):
    """The customer wrote something that the agent did not have on screen; nothing was closed."""


def close(*, conversation: Conversation, by: Agent | None, seen: UUID | None = None) -> bool:
    """End a conversation; ``False`` when it was closed already.

    ``seen`` is the newest entry that the agent had on screen: what a customer says at the last
    moment must not vanish among what is done.

    Raises:
        WroteMeanwhile: the customer wrote after ``seen``.
    """
    return _change(conversation, Conversation.Status.CLOSED, by, seen=seen)


def hold(*, conversation: Conversation, by: Agent, until: datetime | None = None) -> bool:
    """Put a conversation on hold until the customer writes again, at most ``until`` a moment.

    What is on hold already gets the new moment, or none; ``False`` when it was the same.
    """
    return _change(conversation, Conversation.Status.PENDING, by, until=until)


def reopen(*, conversation: Conversation, by: Agent) -> bool:
    """Open a closed or held conversation again."""
    return _change(conversation, Conversation.Status.OPEN, by)


def take_back_end(
    *,
    conversation: Conversation,
    line: Message,
    status: str,
    until: datetime | None,
    by: Agent,
) -> bool:
    """Undo an end that is taken back with the reply that brought it; its ``line`` goes too.

    The conversation is open or on hold again, as it was, and the thread tells of neither.
    """
    with transaction.atomic():
        line.delete()
        return _change(
            conversation, Conversation.Status(status), by, until=until, leaves_line=False
        )


def wake(*, conversation: Conversation, at: datetime) -> bool:
    """Open a conversation that is on hold until ``at``; ``False`` when it is not any more."""
    return _change(conversation, Conversation.Status.OPEN, None, woken_at=at)


def _change(
    conversation: Conversation,
    after: Conversation.Status,
    by: Agent | None,
    *,
    seen: UUID | None = None,
    until: datetime | None = None,
    woken_at: datetime | None = None,
    leaves_line: bool = True,
) -> bool:
    with transaction.atomic():
        current = Conversation.objects.select_for_update().get(pk=conversation.pk)
        before, was_until = current.status, current.snoozed_until
        if (before, was_until) == (after, until) or woken_at not in {None, was_until}:
            return False
        if seen and wrote_after(current, seen):
            raise WroteMeanwhile
        closed = after == Conversation.Status.CLOSED
        current.status, current.closed_at = after, clock.now() if closed else None
        current.snoozed_until = until
        if closed:
            current.waiting_since = None
        current.save(update_fields=["status", "closed_at", "snoozed_until", "waiting_since"])
        set_clock(current)
        for name in ("status", "closed_at", "snoozed_until", "waiting_since"):
            setattr(conversation, name, getattr(current, name))
        if leaves_line:
            _leave_line(current, before, after, by, woke=woken_at is not None)
        _tell(current, before, after, by, is_taken_back=not leaves_line)
    return True


def set_clock(conversation: Conversation) -> None:
    """Let the clock of a conversation ring when its time on hold is over, if it has one."""
    key, until = str(conversation.pk), conversation.snoozed_until
    if until:
        timers.arm(kind=SNOOZE, key=key, due_at=until, payload={"until": until.isoformat()})
    else:
        timers.disarm(kind=SNOOZE, key=key)


def wrote_after(conversation: Conversation, seen: UUID) -> bool:
    """Say whether the customer wrote after the newest entry that somebody had on screen."""
    last = reading.place(conversation=conversation, seen=seen)
    newer = conversation.messages.filter(kind=Message.Kind.CUSTOMER, pk__gt=last or 0)
    return last is not None and newer.exists()


def _leave_line(
    conversation: Conversation,
    before: str,
    after: Conversation.Status,
    by: Agent | None,
    *,
    woke: bool,
) -> None:
    until = conversation.snoozed_until
    about: dict[str, Any] = {"until": until.isoformat()} if until else {}
    entries.add(
        conversation_id=conversation.pk,
        inbox_id=conversation.inbox_id,
        what="woke" if woke else f"status_{after.value}",
        by=by,
        before=before,
        **about,
    )


def _tell(
    conversation: Conversation,
    before: str,
    after: Conversation.Status,
    by: Agent | None,
    *,
    is_taken_back: bool,
) -> None:
    if before != after:
        timeline.record(
            name=_EVENT_NAMES[after],
            source="desk",
            customer_id=conversation.customer_id,
            brand_id=conversation.brand_id,
            properties={"conversation": str(conversation.public_id)},
        )
        publish(
            StatusChanged(
                conversation_id=conversation.pk,
                before=before,
                after=after,
                by_id=by.pk if by else None,
                is_taken_back=is_taken_back,
            )
        )
    changes.conversation(conversation.public_id, brand_id=conversation.brand_id)

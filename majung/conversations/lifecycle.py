"""Open, on hold, closed: who changed it, when, and everybody told."""

from uuid import UUID

from django.db import transaction

from majung.accounts.models import Agent
from majung.conversations import changes, entries
from majung.conversations.events import StatusChanged
from majung.conversations.models import Conversation, Message
from majung.core import clock
from majung.core.events import publish
from majung.customers import timeline

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
    return _change(conversation, Conversation.Status.CLOSED, by, seen)


def hold(*, conversation: Conversation, by: Agent) -> bool:
    """Put a conversation on hold until the customer writes again."""
    return _change(conversation, Conversation.Status.PENDING, by)


def reopen(*, conversation: Conversation, by: Agent) -> bool:
    """Open a closed or held conversation again."""
    return _change(conversation, Conversation.Status.OPEN, by)


def _change(
    conversation: Conversation,
    after: Conversation.Status,
    by: Agent | None,
    seen: UUID | None = None,
) -> bool:
    with transaction.atomic():
        current = Conversation.objects.select_for_update().get(pk=conversation.pk)
        before = current.status
        if before == after:
            return False
        if seen and _wrote_after(current, seen):
            raise WroteMeanwhile
        now = clock.now()
        closed = after == Conversation.Status.CLOSED
        current.status, current.closed_at = after, now if closed else None
        if closed:
            current.waiting_since = None
        current.save(update_fields=["status", "closed_at", "waiting_since"])
        conversation.status, conversation.closed_at = after, current.closed_at
        conversation.waiting_since = current.waiting_since
        _tell(current, before, after, by)
    return True


def _wrote_after(conversation: Conversation, seen: UUID) -> bool:
    last = conversation.messages.filter(public_id=seen).values_list("pk", flat=True).first()
    newer = conversation.messages.filter(kind=Message.Kind.CUSTOMER, pk__gt=last or 0)
    return last is not None and newer.exists()


def _tell(
    conversation: Conversation, before: str, after: Conversation.Status, by: Agent | None
) -> None:
    entries.add(
        conversation_id=conversation.pk,
        inbox_id=conversation.inbox_id,
        what=f"status_{after.value}",
        by=by,
        before=before,
    )
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
        )
    )
    changes.conversation(conversation.public_id, brand_id=conversation.brand_id)

"""How much a conversation presses."""

from django.db import transaction

from majung.accounts.models import Agent
from majung.conversations import changes, entries
from majung.conversations.events import PriorityChanged
from majung.conversations.models import Conversation
from majung.core.events import publish


def change(*, conversation: Conversation, to: Conversation.Priority, by: Agent | None) -> bool:
    """Give a conversation another priority; ``False`` when it had it already."""
    with transaction.atomic():
        current = Conversation.objects.select_for_update().get(pk=conversation.pk)
        before = current.priority
        if before == to:
            return False
        Conversation.objects.filter(pk=conversation.pk).update(priority=to)
        conversation.priority = to
        entries.add(
            conversation_id=current.pk,
            inbox_id=current.inbox_id,
            what="priority",
            by=by,
            before=before,
            after=to.value,
        )
        publish(
            PriorityChanged(
                conversation_id=current.pk,
                before=before,
                after=to.value,
                by_id=by.pk if by else None,
            )
        )
        changes.conversation(current.public_id, brand_id=current.brand_id)
    return True

"""Replies that were not written here: a colleague answered in the channel's own app."""

from datetime import datetime
from typing import Final

from django.db import transaction

from majung.conversations import changes, replies
from majung.conversations.models import Conversation, Message
from majung.core import clock
from majung.customers.models import Identity

MARK: Final = "elsewhere"  # in a message's data


def note(
    *,
    conversation: Conversation,
    inbox_id: int,
    identity: Identity,
    text: str,
    external_id: str,
    at: datetime | None = None,
) -> Message:
    """Write down a reply that went out by another program; it has no author of ours.

    ``at`` is when it went out. It answers the customer as one of ours does.

    Raises:
        IntegrityError: the inbox has a message of that ``external_id`` already.
    """
    with transaction.atomic():
        current = Conversation.objects.select_for_update().get(pk=conversation.pk)
        message = Message.objects.create(
            conversation=current,
            inbox_id=inbox_id,
            identity=identity,
            kind=Message.Kind.REPLY,
            text=text,
            external_id=external_id,
            state=Message.State.SENT,
            sent_at=at or clock.now(),
            data={MARK: True},
            created_at=clock.now(),
        )
        replies.answered(current, message)
        changes.visitor(identity.public_id)
    return message

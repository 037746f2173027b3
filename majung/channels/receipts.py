"""What the customer's browser says of our replies: they arrived, they were read."""

from typing import Final
from uuid import UUID

from majung.channels import sessions
from majung.channels.models import WidgetSession
from majung.conversations import replies
from majung.conversations.models import Conversation, Message

# Only what went out can have arrived; a reply still on its way was on nobody's screen.
_BEFORE: Final[dict[str, tuple[str, ...]]] = {
    Message.State.DELIVERED: (Message.State.SENT,),
    Message.State.READ: (Message.State.SENT, Message.State.DELIVERED),
}


def acknowledge(*, session: WidgetSession, delivered: UUID | None, read: UUID | None) -> int:
    """Move the replies up to the named ones forward; return how many moved.

    What arrived is all up to there; what was read is what stands in the same conversation.
    Ids of messages that are not this browser's name nothing.
    """
    moved = 0
    for public_id, state in ((delivered, Message.State.DELIVERED), (read, Message.State.READ)):
        if public_id is not None:
            moved += _advance_to(session, public_id, state)
    return moved


def _advance_to(session: WidgetSession, public_id: UUID, state: Message.State) -> int:
    own = Message.objects.filter(identity__in=sessions.identities(session), kind=Message.Kind.REPLY)
    last = own.filter(public_id=public_id).only("pk", "conversation_id").first()
    if last is None:
        return 0
    behind = own.filter(pk__lte=last.pk, state__in=_BEFORE[state])
    if state == Message.State.READ:
        behind = behind.filter(conversation_id=last.conversation_id)
    return replies.advance(message_ids=list(behind.values_list("pk", flat=True)), state=state)


def opened(*, conversation: Conversation) -> int:
    """Note that the customer has the whole thread on screen; return how many replies moved."""
    out = conversation.messages.filter(
        kind=Message.Kind.REPLY, state__in=_BEFORE[Message.State.READ]
    )
    keys = list(out.values_list("pk", flat=True))
    return replies.advance(message_ids=keys, state=Message.State.READ) if keys else 0

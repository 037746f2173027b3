"""An agent has the thread on screen: the customer's messages are read."""

from uuid import UUID

from django.db.models import Q

from majung.conversations import changes
from majung.conversations.models import Conversation, Message


def place(*, conversation: Conversation, seen: UUID) -> int | None:
    """Return the key of the newest entry that somebody had on screen; ``None`` if there was none.

    Where that entry has been taken back since, it is the one before it: public ids sort by time.
    """
    there = conversation.messages.filter(public_id=seen).values_list("pk", flat=True).first()
    if there is not None:
        return there
    before = conversation.messages.filter(public_id__lt=seen).order_by("-pk")
    return before.values_list("pk", flat=True).first()


def see(*, conversation: Conversation) -> bool:
    """Note that all messages up to the newest were seen; ``False`` when nothing new was there.

    The newest one's moment is noted, not this one: what is being committed just now has an
    earlier moment and was on nobody's screen.
    """
    newest = (
        conversation.messages.filter(kind=Message.Kind.CUSTOMER)
        .order_by("-id")
        .values_list("created_at", "identity__public_id")
        .first()
    )
    if newest is None or (conversation.seen_at and conversation.seen_at >= newest[0]):
        return False
    unseen = Q(seen_at=None) | Q(seen_at__lt=newest[0])
    seen = Conversation.objects.filter(unseen, pk=conversation.pk).update(seen_at=newest[0])
    if seen:
        changes.row(conversation.public_id, brand_id=conversation.brand_id)
        if newest[1] is not None:
            changes.visitor(newest[1])
    return bool(seen)

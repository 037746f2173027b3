"""An agent has the thread on screen: the customer's messages are read."""

from django.db.models import Q

from majung.conversations import changes
from majung.conversations.models import Conversation, Message


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
    if newest is None:
        return False
    unseen = Q(seen_at=None) | Q(seen_at__lt=newest[0])
    seen = Conversation.objects.filter(unseen, pk=conversation.pk).update(seen_at=newest[0])
    if seen:
        changes.row(conversation.public_id, brand_id=conversation.brand_id)
        if newest[1] is not None:
            changes.visitor(newest[1])
    return bool(seen)

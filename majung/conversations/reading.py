"""An agent has the thread on screen: the customer's messages are read."""

from django.db.models import Q

from majung.conversations import changes
from majung.conversations.models import Conversation, Message
from majung.core import clock


def see(*, conversation: Conversation) -> bool:
    """Note that all messages up to now were seen; ``False`` when nothing new was there."""
    newest = (
        conversation.messages.filter(kind=Message.Kind.CUSTOMER)
        .order_by("-id")
        .values_list("created_at", "identity__public_id")
        .first()
    )
    if newest is None:
        return False
    unseen = Q(seen_at=None) | Q(seen_at__lt=newest[0])
    seen = Conversation.objects.filter(unseen, pk=conversation.pk).update(seen_at=clock.now())
    if seen and newest[1] is not None:
        changes.visitor(newest[1])
    return bool(seen)

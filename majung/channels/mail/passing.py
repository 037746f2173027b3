"""One raw mail, many deliveries: what was found in one inbox and belongs to others, too."""

from collections.abc import Sequence

from majung.channels.models import InboundDelivery
from majung.conversations.models import Inbox
from majung.core.ids import uuid7


def on(*, delivery_id: int, inboxes: Sequence[Inbox]) -> list[int]:
    """Store a delivery for other inboxes as well, in the caller's transaction; return their keys.

    An inbox that has the item already keeps it as it is.
    """
    if not inboxes:
        return []
    row = InboundDelivery.objects.get(pk=delivery_id)
    copies = [
        InboundDelivery(
            public_id=uuid7(),
            inbox=inbox,
            external_id=row.external_id,
            sender=row.sender,
            raw=row.raw,
            raw_file_id=row.raw_file_id,
            headers=row.headers,
            received_at=row.received_at,
        )
        for inbox in inboxes
    ]
    InboundDelivery.objects.bulk_create(copies, ignore_conflicts=True)
    waiting = InboundDelivery.objects.waiting().filter(
        inbox__in=inboxes, external_id=row.external_id
    )
    return list(waiting.values_list("pk", flat=True))

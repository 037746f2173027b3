"""Pictures of cards: kept once, for every message that shows the card."""

from collections.abc import Iterable
from typing import IO, Final
from uuid import UUID

from majung.conversations import uploads
from majung.conversations.models import Upload
from majung.conversations.parts import Parts
from majung.core import blobs, clock
from majung.core.models import Blob

OWNER: Final = "card"
MOST_BYTES: Final = 5 * 1024 * 1024


class NoPicture(Exception):
    """The file is no picture that browsers show."""


def keep(*, stream: IO[bytes], name: str) -> Upload:
    """Store a picture for cards; it goes again within days unless something comes to ``hold`` it.

    Raises:
        NoPicture: it is none.
        blobs.TooLarge: over 5 MB.
    """
    if uploads.runs(name):
        raise NoPicture
    blob = blobs.store(stream, limit=MOST_BYTES, name=name)
    if blob.width is None:
        raise NoPicture
    return Upload.objects.create(
        blob=blob, name=name[-uploads.NAME_LENGTH :], owner=OWNER, created_at=clock.now()
    )


def hold(public_id: str) -> bool:
    """Keep a picture for good, in the transaction of what shows it; ``False`` if there is none.

    It stays even when nothing shows it any more: messages that were sent do.
    """
    rows = Upload.objects.filter(owner=OWNER, public_id=public_id)
    now = clock.now()
    if rows.filter(used_at=None).update(used_at=now):
        Blob.objects.filter(pk__in=rows.values("blob")).update(used_at=now)
        return True
    return rows.exists()


def of(parts: Iterable[Parts]) -> dict[str, Blob]:
    """Return the pictures of all these cards by their ids; one query, none without a picture."""
    wanted = {UUID(card.picture) for each in parts for card in each.cards if card.picture}
    if not wanted:
        return {}
    rows = Upload.objects.filter(owner=OWNER, public_id__in=wanted).select_related("blob")
    return {str(row.public_id): row.blob for row in rows if row.blob.scan == Blob.Scan.CLEAN}

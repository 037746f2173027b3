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
    """Store a picture for cards; it stays, since messages that were sent show it.

    Raises:
        NoPicture: it is none.
        blobs.TooLarge: over 5 MB.
    """
    if uploads.runs(name):
        raise NoPicture
    blob = blobs.store(stream, limit=MOST_BYTES, name=name)
    if blob.width is None:
        raise NoPicture
    blobs.mark_used(blob)
    now = clock.now()
    return Upload.objects.create(
        blob=blob, name=name[-uploads.NAME_LENGTH :], owner=OWNER, created_at=now, used_at=now
    )


def is_known(public_id: str) -> bool:
    """Say whether a card may show it."""
    return Upload.objects.filter(owner=OWNER, public_id=public_id).exists()


def of(parts: Iterable[Parts]) -> dict[str, Blob]:
    """Return the pictures of all these cards by their ids; one query, none without a picture."""
    wanted = {UUID(card.picture) for each in parts for card in each.cards if card.picture}
    if not wanted:
        return {}
    rows = Upload.objects.filter(owner=OWNER, public_id__in=wanted).select_related("blob")
    return {str(row.public_id): row.blob for row in rows if row.blob.scan == Blob.Scan.CLEAN}

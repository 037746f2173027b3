"""Where the bytes of a raw item lie: small ones in its row, large ones in a file.

A file is written before the row that names it, so a row never names bytes that are not there.
"""

from io import BytesIO
from typing import Final

from majung.channels.models import InboundDelivery
from majung.core import blobs
from majung.core.models import Blob

IN_ROW: Final = 256 * 1024
MOST: Final = 128 * 1024 * 1024


def put_aside(raw: bytes) -> Blob | None:
    """Write a large item to a file, outside a transaction; ``None`` for one that fits a row."""
    return blobs.store(BytesIO(raw), limit=MOST, name="raw") if len(raw) > IN_ROW else None


def of(delivery: InboundDelivery) -> bytes:
    """Return the bytes of an item as it came."""
    return bytes(delivery.raw) if delivery.raw_file is None else _bytes(delivery.raw_file)


def read(blob_id: int) -> bytes:
    """Return the bytes of a large item by the key of its file."""
    return _bytes(Blob.objects.get(pk=blob_id))


def _bytes(blob: Blob) -> bytes:
    with blobs.open_blob(blob) as file:
        return file.read()

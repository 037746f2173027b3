"""Files by content: stored once, kept while used, gone when nobody refers to them.

A file is written before its row is committed and deleted while its row is locked, so a row never
names bytes that are not there.
"""

import hashlib
from datetime import UTC, datetime, timedelta
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, Final, Protocol, cast

from django.db import transaction

from majung.core import blob_files, scan, thumbnails
from majung.core.clock import now
from majung.core.media_types import sniff
from majung.core.models import Blob

_CHUNK: Final = 256 * 1024
_IN_MEMORY: Final = 1024 * 1024  # bytes; larger files are spooled to disk
_LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)
_BATCH: Final = 500


class TooLarge(Exception):
    """The stream has more than ``limit`` bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"more than {limit} bytes")
        self.limit = limit


class BlobGone(Exception):
    """The file was purged before anything used it; it must be uploaded again."""


class Readable(Protocol):
    """Anything that gives bytes: an upload, a response, an open file."""

    def read(self, size: int, /) -> bytes: ...


def _spool(source: Readable, target: BinaryIO, *, limit: int) -> tuple[str, int]:
    """Copy a stream and return its SHA-256 in hex and its size; raises ``TooLarge``."""
    digest, size = hashlib.sha256(), 0
    while chunk := source.read(_CHUNK):
        size += len(chunk)
        if size > limit:
            raise TooLarge(limit)
        digest.update(chunk)
        target.write(chunk)
    return digest.hexdigest(), size


def _record(content: BinaryIO, *, sha256: str, size: int, name: str) -> Blob:
    """Return the row of a content, new or already there, both good for another day unused."""
    media_type = sniff(content, name=name)
    width, height = thumbnails.measure(content, media_type=media_type) or (None, None)
    fresh = Blob(
        sha256=sha256,
        size=size,
        media_type=media_type,
        width=width,
        height=height,
        scan=scan.first_state(),
        created_at=now(),
    )
    Blob.objects.bulk_create(
        [fresh], update_conflicts=True, unique_fields=["sha256"], update_fields=["created_at"]
    )
    blob = Blob.objects.get(sha256=sha256)
    if blob.public_id == fresh.public_id and blob.scan == Blob.Scan.PENDING:
        scan.order(blob)
    return blob


def store(stream: Readable, *, limit: int, name: str = "") -> Blob:
    """Store a stream of at most ``limit`` bytes and return its row; same bytes, same row.

    Call it outside a transaction (it locks the row), then ``mark_used`` in the transaction that
    refers to it; unused files are purged after a day. ``name`` only refines the type. Raises
    ``TooLarge``.
    """
    with SpooledTemporaryFile(max_size=_IN_MEMORY) as spool:
        content = cast("BinaryIO", spool)
        sha256, size = _spool(stream, content, limit=limit)
        path = blob_files.path_of(sha256)
        blob_files.put_missing(path, content)
        with transaction.atomic():
            blob = _record(content, sha256=sha256, size=size, name=name)
            # A purge may have taken the file between the two lines above; now we hold the row.
            blob_files.put_missing(path, content)
    if blob.scan == Blob.Scan.CLEAN and not blob.has_thumbnail:
        thumbnails.make(blob)
    return blob


def open_blob(blob: Blob, *, thumb: bool = False) -> BinaryIO:
    """Open the bytes (or the thumbnail's) for reading; raises ``FileNotFoundError``."""
    return blob_files.open_file(blob_files.path_of(blob.sha256, thumb=thumb))


def mark_used(blob: Blob) -> None:
    """Keep a file from being purged, in the transaction that refers to it.

    Raises ``BlobGone`` if it was purged meanwhile.
    """
    if not Blob.objects.filter(pk=blob.pk).update(used_at=now()):
        raise BlobGone


def _is_referred_to(blob: Blob) -> bool:
    return any(
        relation.related_model._base_manager.filter(**{relation.field.name: blob}).exists()
        for relation in Blob._meta.related_objects
    )


def _remove(pk: int, *, cutoff: datetime) -> bool:
    """Delete one unused file with its row, under the row's lock; say whether it went."""
    with transaction.atomic():
        blob = (
            Blob.objects.select_for_update()
            .filter(pk=pk, used_at=None, created_at__lte=cutoff)
            .first()
        )
        if blob is None:
            return False
        if _is_referred_to(blob):
            mark_used(blob)
            return False
        blob.delete()
        blob_files.remove(blob.sha256)
    return True


def purge_unused(*, older_than: timedelta = timedelta(hours=24)) -> int:
    """Delete files that nothing used within ``older_than`` of their last upload; return how many.

    Also sweeps what killed uploads left half-written.
    """
    cutoff = now() - older_than
    old = Blob.objects.filter(used_at=None, created_at__lte=cutoff)
    blob_files.sweep()
    gone, full = 0, True
    while full:
        keys = list(old.order_by("created_at").values_list("pk", flat=True)[:_BATCH])
        gone += sum(_remove(pk, cutoff=cutoff) for pk in keys)
        full = len(keys) == _BATCH
    return gone


def forget(blob: Blob) -> bool:
    """Erase a file whose referring rows the caller has deleted, in the caller's transaction.

    Returns ``False``, and keeps it, when other rows refer to the same bytes. The bytes go right
    after the commit; should the process die there, the next purge takes them.
    """
    with transaction.atomic():
        locked = Blob.objects.select_for_update().filter(pk=blob.pk).first()
        if locked is None:
            return True
        if _is_referred_to(locked):
            return False
        Blob.objects.filter(pk=blob.pk).update(used_at=None, created_at=_LONG_AGO)
        transaction.on_commit(lambda: _remove(blob.pk, cutoff=_LONG_AGO))
    return True

"""Files that were put up before the message they go with."""

from collections.abc import Sequence
from datetime import timedelta
from typing import IO
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from majung.conversations.models import Attachment, Message, Upload
from majung.core import blobs, clock
from majung.core.models import Blob

MOST_FILES = 5
MOST_BYTES = 20 * 1024 * 1024
NAME_LENGTH = 255
UNUSED_FOR = timedelta(hours=24)


# What runs when it is opened on an agent's computer. Whatever it says inside, it is not taken.
_PROGRAMS = (
    "apk app bat cmd com cpl exe hta jar js jse lnk msc msi msp ps1 pif reg scr vb vbe vbs wsf wsh"
)
_RUNS = frozenset(_PROGRAMS.split())


class UnknownUpload(Exception):
    """A message names a file that is not there, not the sender's, or was sent already."""


def runs(name: str) -> bool:
    """Say whether a file of that name is a program, which nobody may send."""
    return _clean(name).rpartition(".")[2].lower() in _RUNS


def put(
    *,
    stream: IO[bytes],
    name: str,
    owner: str,
    content_id: str = "",
    most: int = MOST_BYTES,
) -> Upload:
    """Keep a file for the message that ``owner`` is about to send.

    ``content_id`` is its name in the message's HTML, if it stands there.

    Raises:
        blobs.TooLarge: over ``most`` bytes, by default 20 MB.
    """
    blob = blobs.store(stream, limit=most, name=_clean(name))
    return Upload.objects.create(
        blob=blob, name=_clean(name), owner=owner, content_id=content_id, created_at=clock.now()
    )


def chosen(*, ids: Sequence[UUID], owner: str) -> list[Upload]:
    """Return the owner's unused uploads in the order named.

    Raises:
        UnknownUpload: one is missing, another's, or used.
    """
    if not ids:
        return []
    if len(ids) > MOST_FILES:
        raise UnknownUpload(_("파일은 한 번에 다섯 개까지 보낼 수 있어요."))
    rows = Upload.objects.filter(public_id__in=ids, owner=owner, used_at=None)
    found = {upload.public_id: upload for upload in rows.select_related("blob")}
    if len(found) != len(set(ids)):
        raise UnknownUpload(_("파일을 찾을 수 없어요. 다시 올려 주세요."))
    return [found[public_id] for public_id in dict.fromkeys(ids)]


def attach(*, message_id: int, uploads: Sequence[Upload]) -> None:
    """Make the uploads attachments of a message, in the caller's transaction.

    Raises:
        UnknownUpload: another message took one of them meanwhile.
    """
    if not uploads:
        return
    now = clock.now()
    keys = [upload.pk for upload in uploads]
    if Upload.objects.filter(pk__in=keys, used_at=None).update(used_at=now) != len(keys):
        raise UnknownUpload(_("파일을 찾을 수 없어요. 다시 올려 주세요."))
    Attachment.objects.bulk_create(
        Attachment(
            message_id=message_id,
            blob_id=upload.blob_id,
            name=upload.name,
            content_id=upload.content_id,
            position=place,
        )
        for place, upload in enumerate(uploads)
    )
    Blob.objects.filter(pk__in=[upload.blob_id for upload in uploads]).update(used_at=now)


def attachments_of(messages: Sequence[Message]) -> dict[int, list[Attachment]]:
    """Return the attachments of these messages by message key, in one query."""
    found: dict[int, list[Attachment]] = {}
    keys = [message.pk for message in messages]
    for attachment in Attachment.objects.filter(message__in=keys).select_related("blob"):
        found.setdefault(attachment.message_id, []).append(attachment)
    return found


def drop_unused() -> int:
    """Delete uploads that no message took within a day, and their files; return how many.

    What a draft holds stays as long as the draft.
    """
    old = Upload.objects.filter(used_at=None, drafts=None, created_at__lt=clock.now() - UNUSED_FOR)
    dropped = 0
    for upload in old.select_related("blob").order_by("created_at")[:500]:
        with transaction.atomic():
            if Upload.objects.filter(pk=upload.pk, used_at=None, drafts=None).delete()[0]:
                blobs.forget(upload.blob)
                dropped += 1
    return dropped


def _clean(name: str) -> str:
    base = name.replace("\\", "/").rsplit("/", 1)[-1]
    printable = "".join(sign for sign in base if sign.isprintable()).strip(" .")
    return printable[-NAME_LENGTH:] or "file"

"""Files that came along with a message: got from the channel, looked at, and stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Final, cast

from majung.channels import connected, outside, registry
from majung.channels.contract import Event, Fetches, InFile, Parsed, Unreached, Unreadable
from majung.conversations import entries, uploads
from majung.conversations.inbound import Received
from majung.conversations.models import Inbox, Upload
from majung.core import blobs

LINE: Final = "files_left_out"
MOST_FILES: Final = 50


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A message and its files, stored, before the transaction that takes it.

    ``left_out`` names files that were too large, programs, or not to be had.
    """

    parsed: Parsed
    files: Sequence[Upload]
    left_out: Sequence[str] = ()


def store(event: Event, *, inbox: Inbox, owner: str, is_last_try: bool) -> Event | Enclosed:
    """Store the files of a message, outside a transaction; those nobody takes go after a day.

    What has no files is returned as it is. At the last try a message comes without the files that
    cannot be had.

    Raises:
        Unreached: a file cannot be had now, and the message is to be tried again.
    """
    if not isinstance(event, Parsed) or not event.attached:
        return event
    kept: list[Upload] = []
    left_out = [file.name for file in event.attached[MOST_FILES:]]
    for file in event.attached[:MOST_FILES]:
        stored = _store(file, inbox, owner, is_last_try=is_last_try)
        if stored:
            kept.append(stored)
        else:
            left_out.append(file.name)
    return Enclosed(event, kept, left_out)


def tell(found: Enclosed, *, received: Received, inbox: Inbox) -> None:
    """Say in the thread which files of a message did not come in."""
    if found.left_out:
        entries.add(
            conversation_id=received.conversation_id,
            inbox_id=inbox.pk,
            what=LINE,
            names=[name[: uploads.NAME_LENGTH] for name in found.left_out],
        )


def _store(file: InFile, inbox: Inbox, owner: str, *, is_last_try: bool) -> Upload | None:
    if uploads.runs(file.name):
        return None
    try:
        content = _fetched(file, inbox) if file.reference else file.content
        return uploads.put(stream=BytesIO(content), name=file.name, owner=owner)
    except (Unreadable, blobs.TooLarge):
        return None
    except Unreached:
        if is_last_try:
            return None
        raise


def _fetched(file: InFile, inbox: Inbox) -> bytes:
    adapter = cast("Fetches", registry.adapter(inbox.kind))
    return adapter.fetch(file, connected.account(inbox), outside.context())

"""What stands under the key of a message: pressed again it is one message, changed it is told."""

from collections.abc import Sequence
from uuid import UUID

from majung.conversations import envelopes, parts
from majung.conversations.envelopes import Envelope
from majung.conversations.models import Conversation, Message, Upload
from majung.conversations.parts import Parts
from majung.core import rich_text
from majung.core.rich_text import Doc


class SentOtherwise(Exception):
    """Something else (``message``) was written under that key; nothing was written now."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message.public_id))
        self.message = message


def said(text: str, rich: Doc | None) -> tuple[str, Doc | None]:
    """Return the plain text and its formatted form, which exists only where it says more."""
    if rich is None:
        return text, None
    doc = rich_text.trimmed(rich)
    return rich_text.plain(doc), doc if rich_text.is_formatted(doc) else None


def under(
    client_key: str,
    *,
    conversation: Conversation,
    kind: str,
    text: str,
    rich: Doc | None = None,
    files: Sequence[UUID] = (),
    carries: Parts = parts.NOTHING,
    envelope: Envelope | None = None,
) -> Message | None:
    """Return the message that was written under that key, ``None`` if there is none.

    ``files`` are public ids of uploads, used or not. The rest is as for ``replies.send``.

    Raises:
        SentOtherwise: what was written is not what is given.
    """
    rows = Message.objects.filter(conversation=conversation, client_key=client_key)
    message = rows.first() if client_key else None
    if message is None:
        return None
    words, doc = said(text, rich)
    is_same = (
        (message.kind, message.text, message.rich) == (kind, words.strip(), doc)
        and _attached(message) == _chosen(files)
        and (kind == Message.Kind.NOTE or parts.of(message.data) == carries)
        and (envelope is None or envelopes.of(message.data) == envelopes.checked(envelope))
    )
    if not is_same:
        raise SentOtherwise(message)
    return message


def _attached(message: Message) -> list[tuple[int, str] | None]:
    return list(message.attachments.values_list("blob_id", "name"))


def _chosen(files: Sequence[UUID]) -> list[tuple[int, str] | None]:
    rows = Upload.objects.filter(public_id__in=files) if files else ()
    found = {upload.public_id: (upload.blob_id, upload.name) for upload in rows}
    return [found.get(public_id) for public_id in dict.fromkeys(files)]

"""Which reply of ours a channel speaks of, by whatever name it has there."""

from dataclasses import dataclass
from uuid import UUID

from majung.channels import wording
from majung.channels.mail import ids
from majung.channels.models import OutboundDelivery, SentPiece
from majung.conversations.models import Inbox, Message, MessageQuerySet


@dataclass(frozen=True, slots=True)
class Sent:
    """A reply, or a piece of it; ``is_last`` unless others come after the piece."""

    message: Message
    is_last: bool = True


def find(*, inbox: Inbox, key: str, external_id: str) -> Sent | None:
    """Return the reply of the inbox that was sent under a key of ours or has the channel's id."""
    rows = Message.objects.filter(inbox=inbox, kind=Message.Kind.REPLY).select_related("inbox")
    if key:
        return _by_key(rows, key)
    if not external_id:
        return None
    named = ids.message_of(external_id)
    if named:
        message = rows.filter(public_id=named).first()
        return Sent(message) if message else None
    return _by_external_id(inbox, external_id)


def _by_key(rows: MessageQuerySet, key: str) -> Sent | None:
    name, _dot, number = key.partition(".")
    try:
        public_id = UUID(name)
    except ValueError:
        return None
    message = rows.filter(public_id=public_id).first()
    if message is None:
        return None
    return Sent(message, is_last=_is_last(message, int(number) if number.isdecimal() else 1))


def _by_external_id(inbox: Inbox, external_id: str) -> Sent | None:
    piece = (
        SentPiece.objects.filter(external_id=external_id, outbound__message__inbox=inbox)
        .select_related("outbound__message__inbox")
        .order_by("-pk")
        .first()
    )
    if piece:
        message = piece.outbound.message
        return Sent(message, is_last=_is_last(message, piece.number))
    row = (
        OutboundDelivery.objects.filter(external_id=external_id, message__inbox=inbox)
        .select_related("message__inbox")
        .order_by("-pk")
        .first()
    )
    return Sent(row.message) if row else None


def _is_last(message: Message, number: int) -> bool:
    return number >= len(wording.pieces(message))

"""A message that a channel has read becomes one of ours: who wrote it, and what it is about."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_noop as _

from majung.channels.contract import Parsed, Unreadable
from majung.conversations import inbound, uploads
from majung.conversations.brief import ABOUT
from majung.conversations.models import Conversation, Inbox, Upload
from majung.core.statements import batch
from majung.customers import identity, profiles
from majung.customers.identity import Known


@dataclass(frozen=True, slots=True)
class SetAside:
    """An item that makes no message: why, and which message or conversation it is about.

    ``counts``: it meant something and is done; else it was nothing for us.
    """

    code: str
    words: str
    message_id: int | None = None
    conversation_id: int | None = None
    counts: bool = False


def take(
    *,
    inbox: Inbox,
    external_id: str,
    lock: str,
    parsed: Parsed,
    note: Callable[[inbound.Received], None],
    files: Sequence[Upload] = (),
) -> inbound.Received:
    """Save a message, in the caller's transaction. ``lock`` is held per inbox until it ends.

    ``files`` came along with it and are stored already.

    Raises:
        Unreadable: it names a conversation or a file that is not the sender's.
    """
    known = sender(parsed, inbox_id=inbox.pk, lock=lock)
    if parsed.name:
        profiles.hold(person_id=known.person_id)
    try:
        received = inbound.receive(
            inbox=inbox,
            sender=known,
            message=incoming(external_id, parsed, inbox, files=files),
            note=note,
        )
    except inbound.NotTheirs as error:
        raise Unreadable("no_conversation", _("상담을 찾을 수 없어요.")) from error
    learn(parsed, known)
    return received


def sender(parsed: Parsed, *, inbox_id: int, lock: str) -> Known:
    who = parsed.sender
    with batch():
        inbound.lock_sender(inbox_id=inbox_id, sender=lock)
        known = identity.find(kind=who.kind, scope=who.scope, address=who.address)
    return known or identity.resolve(
        kind=who.kind,
        scope=who.scope,
        address=who.address,
        evidence="channel",
        name=parsed.name,
        locale=parsed.locale,
    )


def incoming(
    external_id: str,
    parsed: Parsed,
    inbox: Inbox,
    *,
    conversation_id: int | None = None,
    files: Sequence[Upload] = (),
) -> inbound.Incoming:
    """Return the message as the core takes it; ``conversation_id`` is where it surely belongs."""
    return inbound.Incoming(
        external_id=external_id,
        text=parsed.text,
        subject=parsed.subject,
        uploads=files or _uploads(parsed),
        occurred_at=parsed.sent_at,
        conversation_id=conversation_id or _named(parsed.conversation, inbox),
        chosen=parsed.chosen,
        opens_new=parsed.opens_new,
        context=dict(parsed.context),
        data={ABOUT: dict(parsed.about)} if parsed.about else {},
    )


def learn(parsed: Parsed, known: Known) -> None:
    """Note what the sender says of themselves: it proves nothing."""
    for claimed in parsed.claims:
        identity.claim(
            customer_id=known.customer_id,
            kind=claimed.kind,
            address=claimed.address,
            evidence=parsed.evidence,
        )
    if parsed.name:
        profiles.call(customer_id=known.person_id, name=parsed.name)


def _uploads(parsed: Parsed) -> list[Upload]:
    try:
        return uploads.chosen(ids=parsed.files, owner=parsed.uploader)
    except uploads.UnknownUpload as error:
        raise Unreadable("unknown_file", str(error)) from error


def _named(public_id: UUID | None, inbox: Inbox) -> int | None:
    if public_id is None:
        return None
    key = (
        Conversation.objects.alive()
        .filter(public_id=public_id, inbox=inbox)
        .values_list("pk", flat=True)
        .first()
    )
    if key is None:
        raise Unreadable("no_conversation", _("상담을 찾을 수 없어요."))
    return key

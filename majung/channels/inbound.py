"""From the raw item to the thread: store, understand, receive, and a line in the ledger.

The walk of a message: ``accept`` commits the item as it came; ``process`` reads it through the
channel's adapter, finds the customer, hands it to ``conversations.inbound.receive`` and notes in
the same transaction where it went and why. What is stored but not processed, because the
process died between the two, is swept up by ``sweep``.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop as _

from majung.channels import registry
from majung.channels.contract import Parsed, RawItem, Unreadable
from majung.channels.models import InboundDelivery
from majung.conversations import inbound, uploads
from majung.conversations.brief import ABOUT
from majung.conversations.models import Conversation, Inbox, Upload
from majung.core import clock
from majung.core.ids import uuid7
from majung.core.statements import Statement, batch, json_of
from majung.customers import identity, profiles
from majung.customers.identity import Known

log = logging.getLogger("majung.inbound")

SWEEP_AFTER = timedelta(seconds=15)
MOST_ATTEMPTS = 5

_STORE = Statement(
    "INSERT INTO channels_inbounddelivery (public_id, inbox_id, external_id, sender, raw, headers, "
    "received_at, state, reason, details, attempts) "
    "VALUES (%s, %s, %s, %s, %s, %s, %s, 'received', '', '{}', 0) "
    "ON CONFLICT (inbox_id, external_id) DO NOTHING RETURNING id"
)
# Reads the item and keeps others from processing it until our transaction ends.
_TAKE = Statement(
    sqlite="SELECT inbox_id, external_id, sender, raw, headers, state, message_id, "
    "conversation_id, reason FROM channels_inbounddelivery WHERE id = %s",
    postgres="SELECT inbox_id, external_id, sender, raw, headers, state, message_id, "
    "conversation_id, reason FROM channels_inbounddelivery WHERE id = %s FOR UPDATE",
)
_DONE = Statement(
    "UPDATE channels_inbounddelivery SET state = 'processed', reason = %s, message_id = %s, "
    "conversation_id = %s, processed_at = %s, attempts = attempts + 1, details = '{}' "
    "WHERE id = %s"
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an item.

    ``fresh`` is false for a repeat of one that was done before; else ``saved`` is what was saved.
    """

    message_id: int
    conversation_id: int
    reason: str
    fresh: bool
    saved: inbound.Received | None = None


class Failed(Exception):
    """The item is kept in the failed list, with this reason."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


def accept(
    *, inbox_id: int, external_id: str, sender: str, raw: bytes, headers: Mapping[str, str]
) -> int:
    """Store an item as it came and return its key; the same item again has the same key.

    When this returns outside a transaction the item is safe on disk.
    """
    rows = _STORE.rows(uuid7(), inbox_id, external_id, sender, raw, dict(headers), clock.now())
    if rows:
        return int(rows[0][0])
    return InboundDelivery.objects.values_list("pk", flat=True).get(
        inbox_id=inbox_id, external_id=external_id
    )


def process(*, delivery_id: int, inbox: Inbox | None = None) -> Outcome:
    """Understand a stored item and put it where it belongs, once.

    Raises:
        Failed: it cannot be understood; it stands in the failed list and may be retried.
        Exception: something broke on our side; the item is noted as failed too, and a retry
            (the sender's, the sweep's or a person's) processes it again.
    """
    try:
        with transaction.atomic():
            return _process(delivery_id, inbox)
    except Unreadable as error:
        _note_failure(delivery_id, error.code, error.detail)
        raise Failed(error.code, error.detail) from error
    except Exception as error:
        log.exception("inbound item could not be processed", extra={"delivery_id": delivery_id})
        _note_failure(delivery_id, "error", type(error).__name__)
        raise


def _process(delivery_id: int, inbox: Inbox | None) -> Outcome:
    with batch():  # in one round trip with BEGIN
        row = _TAKE.rows(delivery_id)[0]
    inbox_id, external_id, sender, raw, headers, state, message_id, conversation_id, reason = row
    if state == InboundDelivery.State.PROCESSED:
        return Outcome(message_id, conversation_id, reason, fresh=False)
    if state == InboundDelivery.State.IGNORED:
        raise Unreadable("ignored", "건너뛴 항목이에요.")
    if inbox is None:
        inbox = Inbox.objects.select_related("brand").get(pk=inbox_id)
    parsed = registry.adapter(inbox.kind).parse(
        RawItem(
            external_id=external_id,
            sender=sender,
            raw=bytes(raw),
            headers=json_of(headers),
            received_at=clock.now(),
        )
    )
    known = _sender(parsed, inbox_id=inbox_id, sender=sender)
    if parsed.name:
        profiles.hold(person_id=known.person_id)
    try:
        received = inbound.receive(
            inbox=inbox,
            sender=known,
            message=_incoming(external_id, parsed, inbox),
            note=partial(_note_done, delivery_id),
        )
    except inbound.NotTheirs as error:
        raise Unreadable("no_conversation", _("상담을 찾을 수 없어요.")) from error
    _learn(parsed, known)
    return Outcome(
        received.message_id,
        received.conversation_id,
        received.reason,
        fresh=True,
        saved=received,
    )


def _note_done(delivery_id: int, received: inbound.Received) -> None:
    _DONE.run(
        received.reason,
        received.message_id,
        received.conversation_id,
        received.created_at,
        delivery_id,
    )


def _sender(parsed: Parsed, *, inbox_id: int, sender: str) -> Known:
    who = parsed.sender
    with batch():
        inbound.lock_sender(inbox_id=inbox_id, sender=sender)
        known = identity.find(kind=who.kind, scope=who.scope, address=who.address)
    return known or identity.resolve(
        kind=who.kind,
        scope=who.scope,
        address=who.address,
        evidence="channel",
        name=parsed.name,
        locale=parsed.locale,
    )


def _incoming(external_id: str, parsed: Parsed, inbox: Inbox) -> inbound.Incoming:
    return inbound.Incoming(
        external_id=external_id,
        text=parsed.text,
        subject=parsed.subject,
        uploads=_uploads(parsed),
        occurred_at=parsed.sent_at,
        conversation_id=_named(parsed.conversation, inbox),
        chosen=parsed.chosen,
        opens_new=parsed.opens_new,
        context=dict(parsed.context),
        data={ABOUT: dict(parsed.about)} if parsed.about else {},
    )


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


def _learn(parsed: Parsed, known: Known) -> None:
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


def _note_failure(delivery_id: int, code: str, detail: str) -> None:
    with transaction.atomic():
        row = InboundDelivery.objects.select_for_update().get(pk=delivery_id)
        if row.state in {InboundDelivery.State.PROCESSED, InboundDelivery.State.IGNORED}:
            return
        row.state = InboundDelivery.State.FAILED
        row.reason, row.details = code, {"detail": detail}
        row.attempts += 1
        row.processed_at = clock.now()
        row.save(update_fields=["state", "reason", "details", "attempts", "processed_at"])


def sweep() -> int:
    """Process what was stored and then left, and what failed on our side; return how many went.

    What the adapter cannot read stays failed until a person retries it.
    """
    before = clock.now() - SWEEP_AFTER
    left = InboundDelivery.objects.waiting().filter(received_at__lt=before)
    broken = InboundDelivery.objects.failed().filter(
        reason="error", attempts__lt=MOST_ATTEMPTS, processed_at__lt=before
    )
    done = 0
    for delivery_id in [
        *left.order_by("received_at").values_list("pk", flat=True)[:200],
        *broken.order_by("received_at").values_list("pk", flat=True)[:50],
    ]:
        try:
            process(delivery_id=delivery_id)
        except Exception as error:  # noqa: BLE001 - noted on the row; the others must not wait
            log.info("an item stays failed", extra={"reason": type(error).__name__})
        else:
            done += 1
    return done

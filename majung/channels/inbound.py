"""From the raw item to the thread: store, understand, receive, and a line in the ledger.

The walk of a message: ``accept`` commits the item as it came; ``process`` reads it through the
channel's adapter, finds the customer, hands it to ``conversations.inbound.receive`` and notes in
the same transaction where it went and why. What is stored but not processed, because the
process died between the two, is swept up by ``sweep``.
"""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from django.db import transaction
from django.db.models import F

from majung.channels import arriving, connected, enclosed, raws, registry, revising
from majung.channels.arriving import SetAside
from majung.channels.contract import Event, Parsed, RawItem, Unreadable
from majung.channels.enclosed import Enclosed
from majung.channels.mail import intake
from majung.channels.mail.intake import Prepared
from majung.channels.models import InboundDelivery
from majung.conversations import inbound
from majung.conversations.models import Inbox
from majung.core import blobs, clock
from majung.core.ids import uuid7
from majung.core.models import Blob
from majung.core.statements import Statement, batch, json_of

log = logging.getLogger("majung.inbound")

SWEEP_AFTER = timedelta(seconds=15)
MOST_ATTEMPTS = 5
SENDER_LENGTH = 120

_STORE = Statement(
    "INSERT INTO channels_inbounddelivery (public_id, inbox_id, external_id, sender, raw, "
    "raw_file_id, headers, received_at, state, reason, details, attempts) "
    "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, 'received', '', '{}', 0) "
    "ON CONFLICT (inbox_id, external_id) DO NOTHING RETURNING id"
)
# Reads the item and keeps others from processing it until our transaction ends.
_TAKE = Statement(
    sqlite="SELECT external_id, sender, raw, headers, state, message_id, "
    "conversation_id, reason FROM channels_inbounddelivery WHERE id = %s",
    postgres="SELECT external_id, sender, raw, headers, state, message_id, "
    "conversation_id, reason FROM channels_inbounddelivery WHERE id = %s FOR UPDATE",
)
_READ = Statement(
    "SELECT external_id, sender, raw, raw_file_id, headers, received_at, state, attempts "
    "FROM channels_inbounddelivery WHERE id = %s"
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
    What is no message has the ``message_id`` of the message it is about, or 0.
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
    *,
    inbox_id: int,
    external_id: str,
    sender: str,
    raw: bytes,
    headers: Mapping[str, str],
    raw_file: Blob | None = None,
) -> int:
    """Store an item as it came and return its key; the same item again has the same key.

    A large item lies in ``raw_file`` (``channels.raws``) instead of ``raw``. When this returns
    outside a transaction the item is safe on disk.
    """
    if raw_file:
        blobs.mark_used(raw_file)
    rows = _STORE.rows(
        uuid7(),
        inbox_id,
        external_id,
        sender,
        b"" if raw_file else raw,
        raw_file.pk if raw_file else None,
        dict(headers),
        clock.now(),
    )
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
        inbox = inbox or Inbox.objects.select_related("brand").get(inbound=delivery_id)
        read = _read(delivery_id, inbox) if _comes_from_outside(inbox) else None
        with transaction.atomic():
            outcome = _process(delivery_id, inbox, read)
    except Unreadable as error:
        _note_failure(delivery_id, error.code, error.detail)
        raise Failed(error.code, error.detail) from error
    except Exception as error:
        log.exception("inbound item could not be processed", extra={"delivery_id": delivery_id})
        _note_failure(delivery_id, "error", type(error).__name__)
        raise
    if isinstance(read, Prepared):
        process_each(read.passed)
    return outcome


def process_each(delivery_ids: Iterable[int], *, inbox: Inbox | None = None) -> int:
    """Process items one by one; what fails is noted on its row, and the others do not wait.

    ``inbox`` is theirs, if all are of one. Returns how many went well.
    """
    done = 0
    for delivery_id in delivery_ids:
        try:
            process(delivery_id=delivery_id, inbox=inbox)
        except Exception as error:  # noqa: BLE001 - noted on the row
            log.info("an item stays failed", extra={"reason": type(error).__name__})
        else:
            done += 1
    return done


def _read(delivery_id: int, inbox: Inbox) -> Event | Prepared | Enclosed | None:
    """Read what brings its files along before the transaction: they are stored outside of one."""
    row = _READ.rows(delivery_id)[0]
    external_id, sender, raw, raw_file_id, headers, received_at, state, attempts = row
    if state in {InboundDelivery.State.PROCESSED, InboundDelivery.State.IGNORED}:
        return None
    named = json_of(headers)
    item = RawItem(
        external_id=external_id,
        sender=sender,
        raw=raws.read(raw_file_id) if raw_file_id else bytes(raw),
        headers=named,
        received_at=received_at,
    )
    event = registry.adapter(inbox.kind).parse(item, connected.account(inbox))
    if not registry.capabilities(inbox.kind).letters:
        is_last_try = attempts >= MOST_ATTEMPTS - 1
        owner = f"item:{delivery_id}"
        return enclosed.store(event, inbox=inbox, owner=owner, is_last_try=is_last_try)
    past = received_at if named.get("past") else None
    return intake.prepare(
        event=event, owner=f"mail:{delivery_id}", past=past, released="released" in named
    )


def _comes_from_outside(inbox: Inbox) -> bool:
    """Say whether items come by another server, with their files, and may lie in files of ours."""
    can = registry.capabilities(inbox.kind)
    return can.letters or can.webhook or can.pulls


def _process(delivery_id: int, inbox: Inbox, read: Event | Prepared | Enclosed | None) -> Outcome:
    with batch():  # in one round trip with BEGIN
        row = _TAKE.rows(delivery_id)[0]
    external_id, sender, raw, headers, state, message_id, conversation_id, reason = row
    if state == InboundDelivery.State.PROCESSED:
        return Outcome(message_id or 0, conversation_id or 0, reason, fresh=False)
    if state == InboundDelivery.State.IGNORED:
        raise Unreadable("ignored", "건너뛴 항목이에요.")
    event = read or registry.adapter(inbox.kind).parse(
        RawItem(
            external_id=external_id,
            sender=sender,
            raw=bytes(raw),
            headers=json_of(headers),
            received_at=clock.now(),
        ),
        connected.account(inbox),
    )
    note = partial(_note_done, delivery_id)
    if isinstance(event, Prepared):
        taken = intake.take(
            inbox=inbox,
            delivery_id=delivery_id,
            external_id=external_id,
            prepared=event,
            note=note,
        )
    elif isinstance(event, Enclosed):
        taken = arriving.take(
            inbox=inbox,
            external_id=external_id,
            lock=sender,
            parsed=event.parsed,
            files=event.files,
            note=note,
        )
        enclosed.tell(event, received=taken, inbox=inbox)
    elif isinstance(event, Parsed):
        taken = arriving.take(
            inbox=inbox, external_id=external_id, lock=sender, parsed=event, note=note
        )
    else:
        taken = revising.apply(event, inbox=inbox)
    if isinstance(taken, SetAside):
        writer = event.parsed.sender.address if isinstance(event, Prepared) else ""
        return _set_aside(
            delivery_id, taken, f"email::{writer}"[:SENDER_LENGTH] if writer else sender
        )
    return Outcome(
        taken.message_id,
        taken.conversation_id,
        taken.reason,
        fresh=True,
        saved=taken,
    )


def _set_aside(delivery_id: int, aside: SetAside, sender: str) -> Outcome:
    """Note what an item meant that is no message, or why it is none of ours."""
    state = InboundDelivery.State.PROCESSED if aside.counts else InboundDelivery.State.IGNORED
    InboundDelivery.objects.filter(pk=delivery_id).update(
        state=state,
        sender=sender,
        reason=aside.code,
        details={"detail": aside.words},
        message_id=aside.message_id,
        conversation_id=aside.conversation_id,
        processed_at=clock.now(),
        attempts=F("attempts") + 1,
    )
    return Outcome(aside.message_id or 0, aside.conversation_id or 0, aside.code, fresh=True)


def _note_done(delivery_id: int, received: inbound.Received) -> None:
    _DONE.run(
        received.reason,
        received.message_id,
        received.conversation_id,
        clock.now(),
        delivery_id,
    )


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

    What the adapter cannot read stays failed until a person retries it; what came before the
    message that it is about is tried for a day.
    """
    before = clock.now() - SWEEP_AFTER
    left = InboundDelivery.objects.waiting().filter(received_at__lt=before)
    broken = InboundDelivery.objects.failed().filter(
        reason="error", attempts__lt=MOST_ATTEMPTS, processed_at__lt=before
    )
    return process_each(
        [
            *left.order_by("received_at").values_list("pk", flat=True)[:200],
            *broken.order_by("received_at").values_list("pk", flat=True)[:50],
            *revising.due(),
        ]
    )

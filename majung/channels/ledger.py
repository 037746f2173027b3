"""The ledger for people: read it, retry what failed, set aside what needs nothing."""

from typing import Final

from django.db import transaction

from majung.accounts import audit
from majung.accounts.models import Agent
from majung.channels import connected, inbound, raws, registry
from majung.channels.contract import Parsed, RawItem, Unreadable
from majung.channels.models import InboundDelivery
from majung.conversations.models import Message
from majung.core import clock, measures
from majung.customers import normal

BLOCKED: Final = "blocked"
RELEASED: Final = "released"


@measures.gauge("majung_inbound_failed", "Inbound items in the failed list")
def count_failed() -> int:
    """Return how many items wait for a person."""
    return InboundDelivery.objects.failed().count()


@measures.gauge("majung_outbound_unknown", "Replies whose arrival is unknown")
def count_unknown() -> int:
    """Return how many replies may or may not have arrived."""
    return Message.objects.filter(state=Message.State.UNKNOWN).count()


def retry(*, delivery: InboundDelivery, by: Agent) -> inbound.Outcome:
    """Process a failed item again.

    Raises:
        inbound.Failed: it still cannot be understood.
    """
    audit.record(action="inbound_retried", obj=delivery, by=by)
    return inbound.process(delivery_id=delivery.pk)


def release(*, delivery: InboundDelivery, by: Agent) -> inbound.Outcome | None:
    """Let in an item that was held because its sender is blocked; the block stays as it is.

    Returns ``None`` when it is no longer held.

    Raises:
        inbound.Failed: it cannot be understood.
    """
    with transaction.atomic():
        held = InboundDelivery.objects.select_for_update().filter(
            pk=delivery.pk, state=InboundDelivery.State.IGNORED, reason=BLOCKED
        )
        row = held.first()
        if row is None:
            return None
        row.state, row.reason, row.processed_at = InboundDelivery.State.RECEIVED, "", None
        row.headers = {**row.headers, RELEASED: "1"}
        row.save(update_fields=["state", "reason", "processed_at", "headers"])
        audit.record(action="inbound_released", obj=delivery, by=by)
    return inbound.process(delivery_id=delivery.pk)


def writer(delivery: InboundDelivery) -> str:
    """Return the address that a mail came from, read anew; empty if it cannot be read."""
    raw = raws.of(delivery)
    item = RawItem(
        external_id=delivery.external_id,
        sender=delivery.sender,
        raw=raw,
        headers=delivery.headers,
        received_at=delivery.received_at,
    )
    try:
        event = registry.adapter(delivery.inbox.kind).parse(item, connected.account(delivery.inbox))
        return normal.address("email", event.sender.address) if isinstance(event, Parsed) else ""
    except (Unreadable, ValueError):
        return ""


def ignore(*, delivery: InboundDelivery, by: Agent) -> bool:
    """Set a failed item aside; ``False`` when it is no longer failed."""
    with transaction.atomic():
        changed = (
            InboundDelivery.objects.failed()
            .filter(pk=delivery.pk)
            .update(
                state=InboundDelivery.State.IGNORED,
                reason="set_aside",
                processed_at=clock.now(),
            )
        )
        if changed:
            audit.record(action="inbound_ignored", obj=delivery, by=by)
    return bool(changed)

"""The ledger for people: read it, retry what failed, set aside what needs nothing."""

from django.db import transaction

from majung.accounts import audit
from majung.accounts.models import Agent
from majung.channels import inbound
from majung.channels.models import InboundDelivery
from majung.conversations.models import Message
from majung.core import clock, measures


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

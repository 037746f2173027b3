"""What people write into a customer's profile by hand."""

from django.db import transaction
from django.db.models import F, Q

from majung.accounts import audit
from majung.accounts.models import Agent, AuditEntry
from majung.core import live
from majung.core.statements import Statement
from majung.core.versions import save_version
from majung.customers import circle
from majung.customers.models import Customer

RENAMED = "customer_renamed"

_NAMELESS = Statement("SELECT 1 FROM customers_customer WHERE id = %s AND name = ''")


def rename(*, customer: Customer, name: str, expected: int, by: Agent) -> None:
    """Set the name of a customer who was read at version ``expected``.

    Raises:
        EditConflict: somebody else changed the profile meanwhile; ``last_rename`` tells who.
    """
    customer.name = name
    with transaction.atomic():
        save_version(customer, fields=["name"], expected=expected)
        audit.record(action=RENAMED, obj=customer, by=by)
    live.signal(f"customer:{customer.public_id}")


def hold(*, person_id: int) -> None:
    """Let other names and merges of the person wait until commit.

    Before anything else locks one of their profiles: in key order, as merges do, so that nobody
    waits for somebody who waits for them.
    """
    profiles = Customer.objects.filter(Q(pk=person_id) | Q(merged_into=person_id))
    list(profiles.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))


def is_nameless(*, person_id: int) -> bool:
    """Say whether nobody knows yet what the person is called."""
    return bool(_NAMELESS.rows(person_id))


def call(*, customer_id: int, name: str) -> bool:
    """Take the name that a person gives themselves, where none is known; ``False`` if one is."""
    nameless = Customer.objects.filter(pk=customer_id, name="")
    if not nameless.update(name=name, version=F("version") + 1):
        return False
    circle.signal(customer_id)
    return True


def last_rename(customer: Customer) -> AuditEntry | None:
    """Return the entry, with its agent, of the last change of the name by a person."""
    return (
        AuditEntry.objects.filter(object_kind="customer", object_id=customer.pk, action=RENAMED)
        .select_related("agent")
        .order_by("-at")
        .first()
    )

"""All profiles that are one person today."""

from collections.abc import Sequence

from django.db.models import QuerySet

from majung.core import live
from majung.customers.models import Customer, Identity


def ids(person_id: int) -> list[int]:
    """Return the keys of the circle, the standing profile first."""
    merged = Customer.objects.filter(merged_into_id=person_id).values_list("pk", flat=True)
    return [person_id, *merged.order_by("pk")]


def identities(members: Sequence[int]) -> QuerySet[Identity]:
    """Return every address of the person whose profiles these are, verified ones first."""
    return Identity.objects.filter(customer__in=members).order_by("verified_at", "created_at")


def signal(customer_id: int) -> None:
    """Tell the screens that show the person of this profile, once the transaction commits."""
    customer = Customer.objects.select_related("merged_into").get(pk=customer_id)
    live.signal(f"customer:{(customer.merged_into or customer).public_id}")

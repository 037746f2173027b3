"""All profiles that are one person today."""

from collections.abc import Sequence

from django.db.models import Count, F, Q, QuerySet

from majung.core import live
from majung.customers.models import Customer, Identity


def ids(person_id: int) -> list[int]:
    """Return the keys of the circle, the standing profile first."""
    merged = Customer.objects.filter(merged_into_id=person_id).values_list("pk", flat=True)
    return [person_id, *merged.order_by("pk")]


def browsers_by_id(person_id: int) -> dict[int, int]:
    """Return the keys of the circle, the standing profile first, and each one's browsers."""
    rows = Customer.objects.filter(Q(pk=person_id) | Q(merged_into=person_id))
    counted = rows.order_by("pk").annotate(browsers=browsers())
    found = dict(counted.values_list("pk", "browsers"))
    return {person_id: found.pop(person_id, 0), **found}


def browsers() -> Count:
    """Count the browsers of each profile, to annotate reads of profiles with."""
    return Count("identities", filter=Q(identities__kind=Identity.Kind.VISITOR))


def identities(members: Sequence[int]) -> QuerySet[Identity]:
    """Return every address of the person whose profiles these are, verified ones first."""
    rows = Identity.objects.filter(customer__in=members)
    return rows.order_by(F("verified_at").asc(nulls_last=True), "created_at", "pk")


def contacts(members: Sequence[int]) -> QuerySet[Identity]:
    """Return the addresses that are no browsers, as ``identities`` does.

    Each browser of a member who signs in adds one; they are counted, not listed.
    """
    return identities(members).exclude(kind=Identity.Kind.VISITOR)


def signal(customer_id: int) -> None:
    """Tell the screens that show the person of this profile, once the transaction commits."""
    customer = Customer.objects.select_related("merged_into").get(pk=customer_id)
    live.signal(f"customer:{(customer.merged_into or customer).public_id}")

"""Shared reads about customers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from majung.customers.models import Customer, Identity, Merge


@dataclass(frozen=True, slots=True)
class LooksLike:
    """Another profile that may be the same person: both name this address."""

    customer: Customer
    kind: str
    address: str


def standing(customer: Customer) -> Customer:
    """Return the profile that stands for the person."""
    return customer.merged_into or customer


def looks_like(members: Sequence[int], own: Iterable[Identity]) -> list[LooksLike]:
    """Return other profiles that share one of ``own``, verified or claimed, at most 5.

    A shared claim is a reason to ask, never to join by itself.
    """
    named = {Identity.Kind.EMAIL, Identity.Kind.PHONE}
    found: dict[int, LooksLike] = {}
    for kind, address in dict.fromkeys((one.kind, one.address) for one in own if one.kind in named):
        others = (
            Identity.objects.filter(kind=kind, address=address, customer__deleted_at=None)
            .exclude(customer_id__in=members)
            .select_related("customer__merged_into")
        )
        for other in others[:5]:
            person = standing(other.customer)
            found.setdefault(person.pk, LooksLike(person, kind, address))
    return list(found.values())[:5]


def merges_of(members: Sequence[int]) -> list[Merge]:
    """Return the merges that hold the circle together, newest first."""
    return list(
        Merge.objects.filter(winner_id__in=members, undone_at=None)
        .select_related("loser", "merged_by", "identity")
        .order_by("-merged_at")
    )

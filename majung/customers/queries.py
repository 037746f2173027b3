"""Shared reads about customers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from majung.customers.models import Customer, Identity, Merge

_MOST_ALIKE: Final = 5


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

    A shared claim is a reason to ask, never to join by itself. One query, none without an address.
    """
    named = {Identity.Kind.EMAIL, Identity.Kind.PHONE}
    places = dict.fromkeys((one.kind, one.address) for one in own if one.kind in named)
    if not places:
        return []
    # A few of each address: one that half of all people claim leaves room for the others.
    number = Window(RowNumber(), partition_by=[F("kind"), F("address")], order_by="pk")
    rows = (
        Identity.objects.filter(kind__in=named, address__in={address for _kind, address in places})
        .filter(customer__deleted_at=None)
        .exclude(customer_id__in=members)
        .annotate(number=number)
        .filter(number__lte=_MOST_ALIKE)
        .select_related("customer__merged_into")
    )
    others: dict[tuple[str, str], list[Customer]] = {place: [] for place in places}
    for row in rows.order_by("pk"):
        others.get((row.kind, row.address), []).append(standing(row.customer))
    found: dict[int, LooksLike] = {}
    for (kind, address), people in others.items():
        for person in people:
            found.setdefault(person.pk, LooksLike(person, kind, address))
    return list(found.values())[:_MOST_ALIKE]


def merges_of(members: Sequence[int]) -> list[Merge]:
    """Return the merges that hold the circle together, newest first; no query for one profile."""
    if len(members) < 2:
        return []
    return list(
        Merge.objects.filter(winner_id__in=members, undone_at=None)
        .select_related("loser", "merged_by", "identity")
        .order_by("-merged_at")
    )

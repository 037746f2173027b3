"""Two profiles, one person: joined by a pointer, with evidence, and taken back completely."""

import hashlib

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from majung.accounts import audit
from majung.accounts.models import Agent
from majung.core import clock, live
from majung.core.events import publish
from majung.customers import timeline
from majung.customers.events import CustomersMerged, MergeUndone
from majung.customers.models import Customer, Merge


class CannotMerge(Exception):
    """The two cannot be joined; the text says why, for a person to read."""


class ChangedMeanwhile(CannotMerge):
    """One of the two is not any more as the caller saw it; nothing was done."""


def mark(*persons: int) -> str:
    """Return a word for how these persons stand.

    It is another one once a profile of theirs is renamed, joined, parted or deleted.
    """
    circle = Q(pk__in=persons) | Q(merged_into__in=persons)
    rows = Customer.objects.alive().filter(circle).order_by("pk")
    told = list(rows.values_list("pk", "merged_into", "version"))
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def merge(
    *,
    winner_id: int,
    loser_id: int,
    evidence: str,
    by: Agent | None,
    identity_id: int | None = None,
    seen: str = "",
) -> Merge:
    """Let ``winner`` stand for both. Only pointers change; ``moved`` keeps the old ones.

    ``seen`` is the ``mark`` of the two as they were when somebody decided.

    Raises:
        CannotMerge: the same profile, one that was merged already, or one in the trash.
        ChangedMeanwhile: they are not as they were ``seen``.
    """
    with transaction.atomic():
        followers = Customer.objects.filter(merged_into_id=loser_id).values_list("pk", flat=True)
        locked = _lock(winner_id, loser_id, *followers)
        both = [locked[key] for key in {winner_id, loser_id} & locked.keys()]
        if len(both) != 2:
            raise CannotMerge(_("합칠 두 고객을 찾을 수 없어요. 한 분이 이미 지워졌을 수 있어요."))
        if any(customer.merged_into_id for customer in both):
            raise CannotMerge(_("이미 다른 고객과 합쳐졌어요. 화면을 새로 고쳐 주세요."))
        if seen and seen != mark(winner_id, loser_id):
            raise ChangedMeanwhile(_("그사이 고객 정보가 바뀌었어요. 다시 보고 합쳐 주세요."))
        moved: dict[str, int | None] = {str(loser_id): None}
        for follower in Customer.objects.filter(merged_into_id=loser_id).order_by("pk"):
            moved[str(follower.pk)] = loser_id
        Customer.objects.filter(pk__in=[int(key) for key in moved]).update(merged_into=winner_id)
        row = Merge.objects.create(
            winner_id=winner_id,
            loser_id=loser_id,
            evidence=evidence,
            identity_id=identity_id,
            moved=moved,
            merged_at=clock.now(),
            merged_by=by,
        )
        _tell("Customers Merged", row, by)
        publish(CustomersMerged(merge_id=row.pk, winner_id=winner_id, loser_id=loser_id))
    return row


def undo(*, merge: Merge, by: Agent) -> None:
    """Take a merge back: every profile that moved points again where it did before.

    Those that were pulled out of the circle since then by another undo stay where they are.

    Raises:
        CannotMerge: it was taken back already, or the winner was merged just now.
    """
    with transaction.atomic():
        person = _person_of(merge.winner_id)
        _lock(person, merge.winner_id, *map(int, merge.moved))
        if _person_of(merge.winner_id) != person:
            raise CannotMerge(_("이미 다른 고객과 합쳐졌어요. 화면을 새로 고쳐 주세요."))
        undone = Merge.objects.filter(pk=merge.pk, undone_at=None).update(
            undone_at=clock.now(), undone_by=by
        )
        if not undone:
            raise CannotMerge(_("이미 되돌린 합치기예요."))
        for key, before in merge.moved.items():
            Customer.objects.filter(pk=int(key), merged_into_id=person).update(merged_into=before)
        _tell("Merge Undone", merge, by)
        publish(MergeUndone(merge_id=merge.pk, winner_id=merge.winner_id, loser_id=merge.loser_id))


def _person_of(customer_id: int) -> int:
    return Customer.objects.only("merged_into_id").get(pk=customer_id).person_id


def _lock(*ids: int) -> dict[int, Customer]:
    """Lock the rows in key order, so that two merges at once wait instead of deadlocking."""
    rows = Customer.objects.select_for_update().alive().filter(pk__in=ids).order_by("pk")
    return {customer.pk: customer for customer in rows}


def _tell(name: str, merge: Merge, by: Agent | None) -> None:
    timeline.record(
        name=name,
        source="desk" if by else "identity",
        customer_id=merge.winner_id,
        properties={"merge": str(merge.public_id), "evidence": merge.evidence},
    )
    if by:
        audit.record(action=name.lower().replace(" ", "_"), obj=merge, by=by)
    both = Customer.objects.filter(pk__in=[merge.winner_id, merge.loser_id])
    shown = both.values_list("public_id", "merged_into__public_id")
    for public_id in {each for pair in shown for each in pair} - {None}:
        live.signal(f"customer:{public_id}")

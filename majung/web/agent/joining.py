"""What two profiles are, side by side, and what they would be as one person."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Count, F, Max, Min, Q, Window
from django.db.models.functions import Coalesce, RowNumber
from django.utils.translation import gettext as _

from majung.accounts.models import Agent
from majung.conversations.models import Conversation, ConversationTag, Tag
from majung.customers import circle
from majung.customers import merge as merging
from majung.customers.models import Customer, Identity, Merge
from majung.web import naming
from majung.web.agent import panel

MOST_ADDRESSES: Final = 100  # of each person
_CONTACTS: Final = {Identity.Kind.USER, Identity.Kind.EMAIL, Identity.Kind.PHONE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A person: who they are and what there is of them that the agent may see.

    ``profiles`` is how many profiles they are made of; ``first`` and ``last`` are when they were in
    touch, ``since`` when we first heard of them.
    """

    name: str
    addresses: list[panel.Address]
    browsers: int
    conversations: int
    first: datetime | None
    last: datetime | None
    tags: list[Tag]
    profiles: int
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """Two persons and the one that they would be. ``winner`` stands for both, for a reason."""

    winner: Customer
    loser: Customer
    kept: Side
    added: Side
    joined: Side
    why: str
    doubts: list[str]
    mark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rows:
    """What there is of one person."""

    profiles: int
    browsers: int
    identities: Sequence[Identity]
    talks: Sequence[Mapping[str, Any]]
    tags: Mapping[int, Tag]


def preview(
    one: Customer, other: Customer, *, agent: Agent, stands: Customer | None = None
) -> Preview:
    """Return what joining two standing profiles would give. Seven queries, whatever there is.

    ``stands`` is whom the agent wants to stand for both; without, the one that is known better.
    """
    mark = merging.mark(one.pk, other.pk)  # before all that is shown
    first, second = _rows(one, other, agent)
    winner, why = _better(one, first, other, second)
    if stands and stands != winner:
        winner, why = stands, _("직접 골랐어요.")
    loser = other if winner == one else one
    kept, added = (first, second) if winner == one else (second, first)
    both = _Rows(
        profiles=kept.profiles + added.profiles,
        browsers=kept.browsers + added.browsers,
        identities=[*kept.identities, *added.identities],
        talks=[*kept.talks, *added.talks],
        tags={**kept.tags, **added.tags},
    )
    return Preview(
        winner=winner,
        loser=loser,
        kept=_side(winner, kept),
        added=_side(loser, added),
        joined=_side(winner, both, since=min(one.created_at, other.created_at)),
        why=why,
        doubts=list(_doubts(one, first, other, second)),
        mark=mark,
    )


def _rows(one: Customer, other: Customer, agent: Agent) -> tuple[_Rows, _Rows]:
    """Read both persons. Five queries."""
    both = [one.pk, other.pk]
    found = Customer.objects.filter(Q(pk__in=both) | Q(merged_into__in=both))
    profiles = list(found.annotate(browsers=circle.browsers()).only("merged_into"))
    person = {row.pk: row.person_id for row in profiles}
    identities = _contacts(list(person))
    seen = Conversation.objects.visible_to(agent).filter(customer__in=list(person))
    talks = list(
        seen.order_by()
        .values("customer")
        .annotate(number=Count("pk"), first=Min("created_at"), last=Max("last_message_at"))
    )
    put = list(
        ConversationTag.objects.filter(conversation__in=seen)
        .order_by()
        .values_list("conversation__customer", "tag")
        .distinct()
    )
    tags = Tag.objects.in_bulk({tag for _customer, tag in put})

    def of(key: int) -> _Rows:
        return _Rows(
            profiles=list(person.values()).count(key),
            browsers=sum(row.browsers for row in profiles if row.person_id == key),
            identities=[row for row in identities if person[row.customer_id] == key],
            talks=[row for row in talks if person[row["customer"]] == key],
            tags={tag: tags[tag] for customer, tag in put if person[customer] == key},
        )

    return of(one.pk), of(other.pk)


def _contacts(members: Sequence[int]) -> list[Identity]:
    """Read the addresses of both persons, verified ones first, so many of each. One query."""
    number = Window(
        RowNumber(),
        partition_by=Coalesce("customer__merged_into", "customer"),
        order_by=[F("verified_at").asc(nulls_last=True), "created_at", "pk"],
    )
    rows = circle.contacts(members).annotate(number=number)
    return list(rows.filter(number__lte=MOST_ADDRESSES))


def _side(customer: Customer, rows: _Rows, *, since: datetime | None = None) -> Side:
    return Side(
        name=naming.customer_name(customer),
        addresses=panel.addresses_of(rows.identities),
        browsers=rows.browsers,
        conversations=sum(row["number"] for row in rows.talks),
        first=min((row["first"] for row in rows.talks), default=None),
        last=max((row["last"] for row in rows.talks), default=None),
        tags=sorted(rows.tags.values(), key=lambda tag: tag.folded),
        profiles=rows.profiles,
        since=since or customer.created_at,
    )


def _better(one: Customer, first: _Rows, other: Customer, second: _Rows) -> tuple[Customer, str]:
    """Return who is to stand for both, and why: named, then proven, then known for longer."""
    if bool(one.name) != bool(other.name):
        return (one if one.name else other), _("이름을 아는 쪽이에요.")
    proven = _is_proven(first)
    if proven != _is_proven(second):
        return (one if proven else other), _("확인된 연락처가 있는 쪽이에요.")
    return min(one, other, key=lambda each: (each.created_at, each.pk)), _("먼저 온 쪽이에요.")


def _is_proven(rows: _Rows) -> bool:
    return any(row.is_verified and row.kind in _CONTACTS for row in rows.identities)


def _doubts(one: Customer, first: _Rows, other: Customer, second: _Rows) -> Iterator[str]:
    """Yield what speaks against their being one person."""
    if _members(first) and _members(second) and _shops(first) & _shops(second):
        yield _(
            "같은 쇼핑몰의 회원이 서로 달라요. 계정을 두 개 만든 것이 아니라면 다른 사람이에요."
        )
    if _proven(first) and _proven(second) and not _shared(first, second):
        yield _("양쪽 모두 확인된 연락처가 있는데 겹치는 것이 없어요.")
    elif not _shared(first, second):
        yield _("겹치는 연락처가 없어요. 같은 사람인 것을 다른 방법으로 확인했나요?")
    undone = (
        Merge.objects.filter(
            Q(winner=one, loser=other) | Q(winner=other, loser=one), undone_at__isnull=False
        )
        .select_related("undone_by")
        .order_by("-undone_at")
        .first()
    )
    if undone and undone.undone_at:
        yield _("%(day)s에 합쳤다가 %(name)s 님이 되돌린 적이 있어요.") % {
            "day": naming.day(undone.undone_at),
            "name": undone.undone_by.name if undone.undone_by else "",
        }


def _members(rows: _Rows) -> set[tuple[str, str]]:
    return {(row.scope, row.address) for row in rows.identities if row.kind == Identity.Kind.USER}


def _shops(rows: _Rows) -> set[str]:
    return {scope for scope, _address in _members(rows)}


def _proven(rows: _Rows) -> set[tuple[str, str]]:
    return {(row.kind, row.address) for row in rows.identities if _counts(row) and row.is_verified}


def _shared(first: _Rows, second: _Rows) -> set[tuple[str, str]]:
    """Return what both name, proven or only said."""
    one, other = (
        {(row.kind, row.address) for row in rows.identities if _counts(row)}
        for rows in (first, second)
    )
    return one & other


def _counts(row: Identity) -> bool:
    return row.kind in {Identity.Kind.EMAIL, Identity.Kind.PHONE}

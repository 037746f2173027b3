"""Whose address is this? The only door through which a customer is found or made."""

from dataclasses import dataclass
from typing import cast

from django.db import IntegrityError, transaction

from majung.core import clock
from majung.core.statements import Statement
from majung.customers import circle, merge, normal
from majung.customers.models import Customer, Identity, Merge

# Reads the address and, through the pointer, the profile that stands for the person.
_FIND = Statement(
    "SELECT i.id, i.customer_id, COALESCE(c.merged_into_id, c.id) "
    "FROM customers_identity i JOIN customers_customer c ON c.id = i.customer_id "
    "WHERE i.kind = %s AND i.scope = %s AND i.address = %s AND i.verified_at IS NOT NULL"
)


@dataclass(frozen=True, slots=True)
class Known:
    """An address, the profile it stands on, and the profile that stands for the person."""

    identity_id: int
    customer_id: int
    person_id: int


def find(*, kind: str, address: str, scope: str = "") -> Known | None:
    """Return whose verified address this is; ``address`` in its one spelling."""
    rows = _FIND.rows(kind, scope, address)
    return Known(*rows[0]) if rows else None


def resolve(
    *, kind: str, address: str, scope: str = "", evidence: str, name: str = "", locale: str = ""
) -> Known:
    """Find the customer of a proven address, or make one.

    Call it only for an address whose control was just proven (a browser's own token, a signed
    identity token, a channel that vouches for its senders). Two that ask at once get the same.

    Raises:
        ValueError: not an address of that kind.
    """
    spelled = normal.address(kind, address)
    known = find(kind=kind, scope=scope, address=spelled)
    if known:
        return known
    try:
        with transaction.atomic():
            customer = Customer.objects.create(name=name, locale=locale, created_at=clock.now())
            identity = _add(customer, kind, scope, spelled, evidence)
    except IntegrityError:
        return cast("Known", find(kind=kind, scope=scope, address=spelled))
    return Known(identity.pk, customer.pk, customer.pk)


def prove(*, customer: Customer, kind: str, address: str, scope: str = "", evidence: str) -> None:
    """Note that the customer has proven an address; join the profile that has it already.

    Where a person has taken that very joining back, the address stays a claim.

    Raises:
        ValueError: not an address of that kind.
    """
    spelled = normal.address(kind, address)
    with transaction.atomic():
        known = find(kind=kind, scope=scope, address=spelled)
        if known is None:
            _turn_claim_or_add(customer, kind, scope, spelled, evidence)
            return
        person = person_of(customer.pk)
        if known.person_id != person and _were_parted(known, person):
            claim(customer_id=customer.pk, kind=kind, address=address)
        elif known.person_id != person:
            merge.merge(
                winner_id=known.person_id,
                loser_id=person,
                evidence=Merge.Evidence.VERIFIED,
                identity_id=known.identity_id,
                by=None,
            )


def claim(
    *, customer_id: int, kind: str, address: str, evidence: str = "said_so"
) -> Identity | None:
    """Note an address that the customer only says is theirs. It joins nobody.

    ``evidence`` tells where they said so: in a message (``said_so``), before the first one
    (``prechat``), or where they were asked for it (``asked``).

    Returns ``None`` when it is no address of that kind, or is known of this customer already.
    """
    try:
        spelled = normal.address(kind, address)
    except ValueError:
        return None
    identity, fresh = Identity.objects.get_or_create(
        customer_id=customer_id,
        kind=kind,
        scope="",
        address=spelled,
        defaults={"created_at": clock.now(), "evidence": evidence},
    )
    if not fresh:
        return None
    circle.signal(customer_id)
    return identity


def person_of(customer_id: int) -> int:
    """Return the key of the profile that stands for this one's person."""
    return Customer.objects.only("merged_into_id").get(pk=customer_id).person_id


def _were_parted(known: Known, person_id: int) -> bool:
    """Say whether this address joined the two before and somebody took that back."""
    return Merge.objects.filter(
        identity_id=known.identity_id,
        evidence=Merge.Evidence.VERIFIED,
        undone_at__isnull=False,
        winner__in=circle.ids(known.person_id),
        loser__in=circle.ids(person_id),
    ).exists()


def _turn_claim_or_add(
    customer: Customer, kind: str, scope: str, address: str, evidence: str
) -> None:
    claimed = Identity.objects.filter(
        customer=customer, kind=kind, scope=scope, address=address
    ).update(verified_at=clock.now(), evidence=evidence)
    if not claimed:
        _add(customer, kind, scope, address, evidence)


def _add(customer: Customer, kind: str, scope: str, address: str, evidence: str) -> Identity:
    now = clock.now()
    return Identity.objects.create(
        customer=customer,
        kind=kind,
        scope=scope,
        address=address,
        verified_at=now,
        evidence=evidence,
        created_at=now,
    )

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from majung.accounts.models import Agent
from majung.core import live
from majung.customers import circle, identity, merge, queries
from majung.customers.models import Customer, Identity, Merge
from tests import factories


def test_resolve_finds_the_same_customer_again(db: None) -> None:
    first = identity.resolve(kind="email", address="Haneul@Example.com", evidence="mail")
    again = identity.resolve(kind="email", address=" haneul@example.COM ", evidence="mail")
    assert first == again
    assert Customer.objects.count() == 1


def test_resolve_reads_phone_numbers_however_written(db: None) -> None:
    ways = ["010-0000-4821", "+82 10 0000 4821", "01000004821", "０１０－００００－４８２１"]
    found = {
        identity.resolve(kind="phone", address=way, evidence="sms").customer_id for way in ways
    }
    assert len(found) == 1


@pytest.mark.parametrize(
    ("kind", "address"), [("email", "not an address"), ("phone", "12"), ("visitor", "  ")]
)
def test_resolve_refuses_what_is_no_address(db: None, kind: str, address: str) -> None:
    with pytest.raises(ValueError, match="not a"):
        identity.resolve(kind=kind, address=address, evidence="x")
    assert Customer.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_resolve_by_many_at_once_makes_one_customer() -> None:
    def resolve(_: int) -> identity.Known:
        try:
            return identity.resolve(kind="user", scope="1", address="m-1", evidence="token")
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(resolve, range(24)))
    assert len(found) == 1
    assert Customer.objects.count() == 1


def test_claim_joins_nobody(customer: Customer, other_customer: Customer) -> None:
    factories.identity(other_customer, "email", "yujin@example.com")
    claim = identity.claim(customer_id=customer.pk, kind="email", address="Yujin@example.com")
    assert claim is not None
    assert not claim.is_verified
    assert Merge.objects.count() == 0
    assert [
        hint.customer for hint in queries.looks_like([customer.pk], customer.identities.all())
    ] == [other_customer]


def test_claim_is_not_found_as_a_sender(customer: Customer) -> None:
    identity.claim(customer_id=customer.pk, kind="email", address="haneul@example.com")
    known = identity.resolve(kind="email", address="haneul@example.com", evidence="mail")
    assert known.customer_id != customer.pk


def test_claim_that_is_no_address_is_left_alone(customer: Customer) -> None:
    assert identity.claim(customer_id=customer.pk, kind="phone", address="99") is None
    assert not customer.identities.exists()


def test_prove_turns_a_claim_into_a_verified_address(customer: Customer) -> None:
    identity.claim(customer_id=customer.pk, kind="email", address="haneul@example.com")
    identity.prove(customer=customer, kind="email", address="haneul@example.com", evidence="link")
    address = customer.identities.get()
    assert address.is_verified
    assert address.evidence == "link"


def test_prove_joins_the_customer_who_had_proven_it_before(
    customer: Customer, other_customer: Customer
) -> None:
    known = factories.identity(other_customer, "email", "haneul@example.com")
    identity.prove(customer=customer, kind="email", address="haneul@example.com", evidence="link")
    customer.refresh_from_db()
    assert customer.person_id == other_customer.pk
    row = Merge.objects.get()
    assert (row.evidence, row.identity) == (Merge.Evidence.VERIFIED, known)


def test_merge_keeps_rows_where_they_are_and_shows_one_circle(
    customer: Customer, other_customer: Customer, agent: Agent
) -> None:
    merge.merge(winner_id=customer.pk, loser_id=other_customer.pk, evidence="agent", by=agent)
    assert circle.ids(customer.pk) == [customer.pk, other_customer.pk]


def test_merge_of_a_merged_profile_is_refused(
    customer: Customer, other_customer: Customer, agent: Agent
) -> None:
    third = factories.customer("박민서")
    merge.merge(winner_id=customer.pk, loser_id=other_customer.pk, evidence="agent", by=agent)
    with pytest.raises(merge.CannotMerge):
        merge.merge(winner_id=third.pk, loser_id=other_customer.pk, evidence="agent", by=agent)
    with pytest.raises(merge.CannotMerge):
        merge.merge(winner_id=customer.pk, loser_id=customer.pk, evidence="agent", by=agent)


@pytest.mark.django_db(transaction=True)
def test_merge_of_two_into_each_other_at_once_joins_them_once(
    customer: Customer, other_customer: Customer, agent: Agent
) -> None:
    def join(pair: tuple[int, int]) -> bool:
        try:
            merge.merge(winner_id=pair[0], loser_id=pair[1], evidence="agent", by=agent)
        except merge.CannotMerge:
            return False
        finally:
            connection.close()
        return True

    pairs = [(customer.pk, other_customer.pk), (other_customer.pk, customer.pk)] * 4
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(join, pairs)) == 1
    assert Customer.objects.exclude(merged_into=None).count() == 1


def test_undo_brings_every_pointer_back(db: None, agent: Agent) -> None:
    a, b, c, d = (factories.customer(name) for name in "가나다라")
    first = merge.merge(winner_id=b.pk, loser_id=a.pk, evidence="agent", by=agent)
    second = merge.merge(winner_id=c.pk, loser_id=b.pk, evidence="agent", by=agent)
    merge.merge(winner_id=c.pk, loser_id=d.pk, evidence="agent", by=agent)
    assert circle.ids(c.pk) == [c.pk, a.pk, b.pk, d.pk]

    merge.undo(merge=second, by=agent)
    assert circle.ids(c.pk) == [c.pk, d.pk]
    assert circle.ids(b.pk) == [b.pk, a.pk]

    merge.undo(merge=first, by=agent)
    assert circle.ids(b.pk) == [b.pk]
    assert circle.ids(a.pk) == [a.pk]


def test_undo_of_an_inner_merge_leaves_the_outer_one(db: None, agent: Agent) -> None:
    a, b, c = (factories.customer(name) for name in "가나다")
    inner = merge.merge(winner_id=b.pk, loser_id=a.pk, evidence="agent", by=agent)
    outer = merge.merge(winner_id=c.pk, loser_id=b.pk, evidence="agent", by=agent)
    merge.undo(merge=inner, by=agent)
    assert circle.ids(c.pk) == [c.pk, b.pk]
    merge.undo(merge=outer, by=agent)
    assert [circle.ids(row.pk) for row in (a, b, c)] == [[a.pk], [b.pk], [c.pk]]


def test_undo_twice_is_refused(customer: Customer, other_customer: Customer, agent: Agent) -> None:
    row = merge.merge(winner_id=customer.pk, loser_id=other_customer.pk, evidence="agent", by=agent)
    merge.undo(merge=row, by=agent)
    with pytest.raises(merge.CannotMerge):
        merge.undo(merge=row, by=agent)


def test_merged_circle_may_merge_again_after_undo(
    customer: Customer, other_customer: Customer, agent: Agent
) -> None:
    row = merge.merge(winner_id=customer.pk, loser_id=other_customer.pk, evidence="agent", by=agent)
    merge.undo(merge=row, by=agent)
    merge.merge(winner_id=other_customer.pk, loser_id=customer.pk, evidence="agent", by=agent)
    assert circle.ids(other_customer.pk) == [other_customer.pk, customer.pk]


def test_verified_address_belongs_to_one_customer_by_constraint(
    customer: Customer, other_customer: Customer
) -> None:
    factories.identity(customer, "email", "haneul@example.com")
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.identity(other_customer, "email", "haneul@example.com")
    assert Identity.objects.filter(kind="email").count() == 1


def test_undone_joining_is_not_repeated_by_the_same_address(db: None, agent: Agent) -> None:
    mother, son = factories.customer("최유진"), factories.customer("김하늘")
    identity.prove(customer=mother, kind="phone", address="010-0000-4821", evidence="token")
    identity.prove(customer=son, kind="phone", address="010-0000-4821", evidence="token")
    merge.undo(merge=Merge.objects.get(), by=agent)
    identity.prove(customer=son, kind="phone", address="010-0000-4821", evidence="token")
    assert identity.person_of(son.pk) == son.pk
    assert [hint.customer for hint in queries.looks_like([son.pk], son.identities.all())] == [
        mother
    ]


def test_members_whose_ids_only_look_alike_are_two(db: None) -> None:
    found = [
        identity.resolve(kind="user", scope="1", address=address, evidence="identity_token")
        for address in ("ﬁ-1", "fi-1", "ｆｉ-1")
    ]
    assert len({one.customer_id for one in found}) == 3


def test_undo_tells_the_person_on_screen(
    db: None, agent: Agent, django_capture_on_commit_callbacks: Any
) -> None:
    a, b, c = (factories.customer(name) for name in "가나다")
    inner = merge.merge(winner_id=b.pk, loser_id=a.pk, evidence="agent", by=agent)
    merge.merge(winner_id=c.pk, loser_id=b.pk, evidence="agent", by=agent)
    topic = f"customer:{c.public_id}"
    before = live.marks([topic])["marks"][topic]
    with django_capture_on_commit_callbacks(execute=True):
        merge.undo(merge=inner, by=agent)
    assert live.marks([topic])["marks"][topic] > before


def test_claim_tells_the_screens_that_show_the_person(
    db: None, agent: Agent, django_capture_on_commit_callbacks: Any
) -> None:
    a, b = (factories.customer(name) for name in "가나")
    merge.merge(winner_id=b.pk, loser_id=a.pk, evidence="agent", by=agent)
    topic = f"customer:{b.public_id}"
    told = []
    for _ in range(2):
        before = live.marks([topic])["marks"][topic]
        with django_capture_on_commit_callbacks(execute=True):
            identity.claim(customer_id=a.pk, kind="email", address="haneul@example.com")
        told.append(live.marks([topic])["marks"][topic] - before)
    assert told == [1, 0]


def test_an_address_that_a_mail_names_as_its_sender_counts_as_verified_for_nothing(
    db: None,
) -> None:
    known = identity.resolve(
        kind="email", scope=Identity.UNPROVEN, address="a@b.test", evidence="mail"
    )
    assert not Identity.objects.get(pk=known.identity_id).is_verified
    assert identity.find(kind="email", address="a@b.test") is None

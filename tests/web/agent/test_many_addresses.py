"""People with more browsers and more addresses than any screen can list."""

from collections.abc import Iterable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from majung.accounts.models import Agent
from majung.conversations.models import Conversation, Inbox
from majung.core import clock
from majung.customers import circle, queries
from majung.customers.models import Customer, Identity
from majung.web.agent import joining, panel
from tests import factories


def browse(customer: Customer, times: int) -> None:
    """A member who signs in brings each browser along as a proven address of theirs."""
    now = clock.now()
    Identity.objects.bulk_create(
        Identity(
            customer=customer,
            kind="visitor",
            scope="1",
            address=f"{customer.pk}-{number}",
            verified_at=now,
            created_at=now,
        )
        for number in range(times)
    )


def claim(customer: Customer, addresses: Iterable[str]) -> None:
    now = clock.now()
    Identity.objects.bulk_create(
        Identity(customer=customer, kind="email", address=address, created_at=now)
        for address in addresses
    )


@pytest.fixture
def twin(widget: Inbox) -> Customer:
    """Says to have 김하늘's address."""
    other = factories.customer("하늘")
    factories.conversation(widget, other, "환불 문의")
    factories.identity(other, "email", "haneul@naver.test", verified=False)
    return other


def test_browsers_leave_room_for_addresses_in_the_panel(
    agent: Agent, conversation: Conversation, customer: Customer, twin: Customer
) -> None:
    browse(customer, 60)
    factories.identity(customer, "email", "haneul@naver.test")
    told = panel.about(customer, agent=agent, beside=conversation)
    assert [(one.kind, one.proven) for one in told.addresses] == [("이메일", True)]
    assert [one.customer for one in told.suggestions] == [twin]
    assert told.browsers == 61  # the one they wrote from is another


def test_browsers_of_a_joined_profile_count(agent: Agent, customer: Customer) -> None:
    other = factories.customer("하늘", merged_into=customer)
    browse(other, 3)
    browse(customer, 2)
    assert panel.about(customer, agent=agent).browsers == 5
    assert circle.browsers_by_id(customer.pk) == {customer.pk: 2, other.pk: 3}
    assert list(circle.browsers_by_id(customer.pk)) == circle.ids(customer.pk)


def test_browsers_leave_room_for_addresses_in_a_preview(
    agent: Agent, customer: Customer, twin: Customer
) -> None:
    browse(customer, 120)
    factories.identity(customer, "email", "haneul@naver.test")
    told = joining.preview(customer, twin, agent=agent)
    assert told.doubts == []
    assert [len(side.addresses) for side in (told.kept, told.added)] == [1, 1]
    assert told.kept.browsers == told.joined.browsers - 1 == 120


def test_each_side_of_a_preview_has_room_of_its_own(
    agent: Agent, customer: Customer, twin: Customer
) -> None:
    many = factories.customer("하늘", merged_into=customer)
    claim(many, (f"m{number}@naver.test" for number in range(joining.MOST_ADDRESSES + 20)))
    Identity.objects.filter(customer=twin).update(created_at=timezone.now())
    factories.identity(customer, "email", "haneul@naver.test")
    told = joining.preview(customer, twin, agent=agent)
    assert len(told.kept.addresses) == joining.MOST_ADDRESSES
    assert len(told.added.addresses) == 1
    assert told.doubts == []


def test_proven_addresses_come_first(agent: Agent, customer: Customer) -> None:
    claim(customer, (f"m{number}@naver.test" for number in range(panel.MOST_ADDRESSES)))
    proven = factories.identity(customer, "phone", "+821012344821")
    assert circle.identities([customer.pk])[0] == proven
    told = panel.about(customer, agent=agent).addresses
    assert (told[0].kind, told[0].proven) == ("전화번호", True)
    assert len(told) == panel.MOST_ADDRESSES


def test_many_claims_cost_the_page_no_more(
    desk: Client, conversation: Conversation, customer: Customer, twin: Customer
) -> None:
    path = f"/desk/c/{conversation.public_id}/panel"
    claim(customer, ["haneul@naver.test"])
    counts = []
    for number in range(3):
        desk.get(path)
        with CaptureQueriesContext(connection) as caught:
            assert "하늘" in desk.get(path).content.decode()
        counts.append(len(caught))
        claim(customer, (f"m{number}-{each}@naver.test" for each in range(10)))
    assert counts[0] == counts[1] == counts[2]


def test_an_address_that_everybody_names_leaves_room_for_others(
    customer: Customer, twin: Customer
) -> None:
    claim(customer, ["none@naver.test", "haneul@naver.test"])
    for number in range(4):
        claim(factories.customer(str(number)), ["none@naver.test"])
    found = queries.looks_like([customer.pk], customer.identities.order_by("pk"))
    assert [like.address for like in found] == ["none@naver.test"] * 4 + ["haneul@naver.test"]
    # A phone of the same letters is no e-mail address.
    factories.identity(factories.customer("전화"), "phone", "haneul@naver.test", verified=False)
    found = queries.looks_like([customer.pk], customer.identities.filter(address__startswith="h"))
    assert [like.customer for like in found] == [twin]

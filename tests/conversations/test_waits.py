"""How long people wait for a first reply, and that nothing is said where nothing is known."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection

from majung.accounts import hours
from majung.accounts.models import Brand
from majung.conversations import waits
from majung.conversations.models import Conversation, Inbox
from majung.customers.models import Customer
from tests import factories
from tests.people import MONDAY_TEN

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with time_machine.travel(MONDAY_TEN, tick=False):
        yield


def answered(inbox: Inbox, customer: Customer, *minutes: int, at: datetime = MONDAY_TEN) -> None:
    for number, wait in enumerate(minutes):
        begun = at - timedelta(days=7) + number * timedelta(seconds=1)
        factories.conversation(
            inbox, customer, at=begun, first_reply_at=begun + wait * MINUTE, waiting_since=None
        )


def measured(brand: Brand, kind: str = "webchat") -> waits.Wait | None:
    return waits.measure(brand=brand, kind=kind, hours=hours.of_plan(hours.USUAL, brand))


def test_half_and_four_of_five(brand: Brand, widget: Inbox, customer: Customer) -> None:
    answered(widget, customer, *range(1, 21))
    assert measured(brand) == waits.Wait(median=630, most=960, samples=20)


def test_below_twenty_nothing_is_said(brand: Brand, widget: Inbox, customer: Customer) -> None:
    answered(widget, customer, *range(1, 20))
    assert measured(brand) is None


def test_only_like_hours_count(
    brand: Brand, widget: Inbox, form: Inbox, other_widget: Inbox, customer: Customer
) -> None:
    answered(widget, customer, *[1] * 20)
    answered(widget, customer, *[60] * 9, at=MONDAY_TEN + timedelta(hours=6))  # the afternoon
    answered(widget, customer, *[60] * 9, at=MONDAY_TEN - timedelta(days=1))  # a Sunday
    answered(widget, customer, *[60] * 9, at=MONDAY_TEN - timedelta(days=8))  # too long ago
    answered(form, customer, *[60] * 9)
    answered(other_widget, customer, *[60] * 9)
    found = measured(brand)
    assert found is not None
    assert (found.most, found.samples) == (60, 20)


def test_those_who_still_wait_count(brand: Brand, widget: Inbox, customer: Customer) -> None:
    answered(widget, customer, *[1] * 15)
    for number in range(10):
        factories.conversation(widget, customer, at=MONDAY_TEN - (30 + number) * MINUTE)
    found = measured(brand)
    assert found is not None
    assert found.samples == 25
    assert found.most == 34 * 60


def test_a_figure_is_kept_for_a_minute(brand: Brand, widget: Inbox, customer: Customer) -> None:
    answered(widget, customer, *[1] * 20)
    usual = hours.of_plan(hours.USUAL, brand)
    first = waits.expected(brand=brand, kind="webchat", hours=usual)
    Conversation.objects.update(deleted_at=MONDAY_TEN)
    answered(widget, customer, *[9] * 40)
    assert waits.expected(brand=brand, kind="webchat", hours=usual) == first
    assert first is not None


def test_answers_are_read_from_their_index(brand: Brand, widget: Inbox, customer: Customer) -> None:
    answered(widget, customer, *[1] * 50)
    values: list[Any] = [brand.pk, MONDAY_TEN - waits.WINDOW, brand.pk, "webchat"]
    sql = waits._ANSWERED.postgres
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}", values)
        else:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f"EXPLAIN {sql}", values)
        plan = "\n".join(str(row) for row in cursor.fetchall())
    assert "conversation_answered" in plan, plan
    assert "TEMP B-TREE" not in plan, plan

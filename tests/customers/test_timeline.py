import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction

from majung.core import clock
from majung.customers import partitions, timeline
from majung.customers.models import Event, TimelineCursor


def record(name: str = "Message Received", **fields: Any) -> bool:
    fields = {"customer_id": 1, "source": "webchat", "properties": {"a": 1}, **fields}
    with transaction.atomic():
        return timeline.record(name=name, **fields)


def read(reader: str = "test", limit: int = 500) -> list[str]:
    with transaction.atomic():
        return [event.name for event in timeline.read(reader=reader, limit=limit)]


def read_next(count: int, reader: str = "test") -> list[str]:
    """Read the next ``count`` events, waiting for them.

    PostgreSQL counts transactions over all databases of a server, so another test's open one,
    beside us, may hold a reader back for a while; it never makes it skip anything.
    """
    found: list[str] = []
    deadline = time.monotonic() + 60
    while len(found) < count and time.monotonic() < deadline:
        found += read(reader, limit=count - len(found))
    return found


def test_record_keeps_the_envelope(db: None) -> None:
    told = uuid4()
    record(brand_id=7, message_id=told, properties={"channel": "채팅"})
    event = Event.objects.get()
    assert (event.type, event.name, event.source) == ("track", "Message Received", "webchat")
    assert (event.customer_id, event.brand_id, event.message_id) == (1, 7, told)
    assert event.properties == {"channel": "채팅"}
    assert event.occurred_at == event.received_at


def test_record_with_the_same_key_is_stored_once(db: None) -> None:
    assert record(key="client-1")
    assert not record(key="client-1")
    assert record(key="client-1", source="sdk")
    assert Event.objects.count() == 2


def test_record_is_undone_with_its_transaction(db: None) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        timeline.record(
            name="Message Received", source="webchat", customer_id=1, properties={}, key="k"
        )
        raise RuntimeError
    assert record(key="k")
    assert Event.objects.count() == 1


def test_of_pages_through_equal_times_without_loss(db: None) -> None:
    moment = clock.now()
    for number in range(70):
        record(f"E{number}", occurred_at=moment - timedelta(seconds=number // 40))
    seen, before = [], None
    while page := timeline.of([1], before=before):
        seen += [event.name for event in page]
        before = (page[-1].occurred_at, page[-1].pk)
    assert sorted(seen) == sorted(f"E{number}" for number in range(70))


def test_read_gives_every_event_once_to_each_reader(transactional_db: None) -> None:
    for number in range(5):
        record(f"E{number}")
    assert read_next(3) == ["E0", "E1", "E2"]
    record("E5")
    assert read_next(3) == ["E3", "E4", "E5"]
    assert read() == []
    assert read_next(6, "other") == [f"E{number}" for number in range(6)]


def test_read_needs_a_transaction(transactional_db: None) -> None:
    with pytest.raises(transaction.TransactionManagementError):
        timeline.read(reader="test")


@pytest.mark.only_on("postgres")
@pytest.mark.django_db(transaction=True)
def test_read_never_skips_what_commits_late() -> None:
    begun, finish = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            timeline.record(name="Slow", source="x", customer_id=1, properties={})
            begun.set()
            finish.wait(10)
        connection.close()

    writer = threading.Thread(target=slow)
    writer.start()
    begun.wait(10)
    record("Quick")
    assert read() == []  # Quick stays behind Slow, which began before it
    finish.set()
    writer.join()
    assert read_next(2) == ["Slow", "Quick"]


@pytest.mark.only_on("postgres")
def test_events_lie_in_the_month_they_came(db: None) -> None:
    partitions.ensure(first=datetime(2031, 12, 5, tzinfo=UTC), months=2)
    record(received_at=datetime(2031, 12, 31, 23, 59, tzinfo=UTC))
    record(received_at=datetime(2032, 1, 1, tzinfo=UTC))
    record(received_at=datetime(2049, 1, 1, tzinfo=UTC))
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text FROM customers_event ORDER BY received_at")
        tables = [row[0] for row in cursor.fetchall()]
    assert tables == [
        "customers_event_2031_12",
        "customers_event_2032_01",
        "customers_event_stray",
    ]


@pytest.mark.only_on("postgres")
def test_restored_events_stay_behind_new_ones(transactional_db: None) -> None:
    record("Before")
    assert read_next(1) == ["Before"]
    # A restored database stands on a server whose count begins anew, far below the old one's.
    with connection.cursor() as cursor:
        cursor.execute("UPDATE customers_event SET xid = xid + 1000000")
    TimelineCursor.objects.update(xid=Event.objects.get().xid)
    partitions.raise_xid_base()
    record("After")
    assert read_next(1) == ["After"]

"""The timeline (고객 이력): one append-only row for everything that happens to a customer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from majung.core import clock
from majung.core.ids import uuid7
from majung.core.statements import Statement
from majung.customers.models import Event, TimelineCursor

_APPEND = Statement(
    "INSERT INTO customers_event (received_at, occurred_at, customer_id, brand_id, anonymous_id, "
    "type, name, source, message_id, properties, context) "
    "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
)

_FIRST_TIME = Statement(
    "INSERT INTO customers_eventkey (source, key, seen_at) VALUES (%s, %s, %s) "
    "ON CONFLICT DO NOTHING RETURNING id"
)


def record(
    *,
    name: str,
    source: str,
    customer_id: int | None,
    properties: dict[str, Any],
    brand_id: int | None = None,
    occurred_at: datetime | None = None,
    message_id: UUID | None = None,
    key: str = "",
    received_at: datetime | None = None,
) -> bool:
    """Append one ``track`` event, in the caller's transaction.

    ``name`` is "Object Action" in the past ("Message Received"), ``source`` the channel or part
    that saw it. With ``key``, the sender's own id, the same event is stored once per source;
    the answer is then ``False`` for a repeat.
    """
    now = received_at or clock.now()
    if key and not _first_time(source, key, now):
        return False
    _APPEND.run(
        now,
        occurred_at or now,
        customer_id,
        brand_id,
        "",
        "track",
        name,
        source,
        message_id or uuid7(),
        properties,
        {},
    )
    return True


def _first_time(source: str, key: str, now: datetime) -> bool:
    return bool(_FIRST_TIME.rows(source, key, now))


@dataclass(frozen=True, slots=True)
class Named:
    """Events of these names, or with ``is_rest`` all that have another."""

    names: tuple[str, ...]
    is_rest: bool = False


def of(
    customer_ids: Sequence[int],
    *,
    before: tuple[datetime, int] | None = None,
    only: Named | None = None,
) -> list[Event]:
    """Return the newest 30 events of these profiles, those before a place if one is given."""
    rows = Event.objects.filter(customer_id__in=customer_ids).order_by("-occurred_at", "-id")
    if only:
        named = Q(name__in=only.names)
        rows = rows.filter(~named if only.is_rest else named)
    if before:
        moment, event_id = before
        rows = rows.filter(occurred_at__lte=moment).exclude(occurred_at=moment, id__gte=event_id)
    return list(rows[:30])


def read(*, reader: str, limit: int = 500) -> list[Event]:
    """Return what this reader has not seen, in the order of commit, and move its cursor.

    Runs in the caller's transaction, so what the reader writes and how far it came are one.
    On PostgreSQL only rows below the oldest running transaction are read: a row that commits
    late still lies ahead of the cursor.
    """
    if not connection.in_atomic_block:
        msg = "timeline.read belongs into the transaction that writes what was read"
        raise transaction.TransactionManagementError(msg)
    TimelineCursor.objects.get_or_create(reader=reader, defaults={"moved_at": clock.now()})
    cursor = TimelineCursor.objects.select_for_update().get(reader=reader)
    events = _after(cursor, limit)
    if events:
        cursor.xid, cursor.event_id = events[-1].xid, events[-1].pk
        cursor.moved_at = clock.now()
        cursor.save(update_fields=["xid", "event_id", "moved_at"])
    return events


def _after(cursor: TimelineCursor, limit: int) -> list[Event]:
    visible = " AND xid < majung_oldest_xid()" if connection.vendor == "postgresql" else ""
    query = (
        f"SELECT * FROM customers_event WHERE (xid, id) > (%s, %s){visible} "  # noqa: S608 - constant
        "ORDER BY xid, id LIMIT %s"
    )
    return list(Event.objects.raw(query, [cursor.xid, cursor.event_id, limit]))

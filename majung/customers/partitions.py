"""Months of the timeline on PostgreSQL, and its transaction numbers across a restore."""

from datetime import datetime

from django.db import connection

from majung.core import backup, clock, timers

MONTHS_AHEAD = 3
_YEAR = 12


def month_after(moment: datetime, months: int) -> datetime:
    """Return the first instant (UTC) of the month ``months`` after the one of ``moment``."""
    index = moment.year * _YEAR + moment.month - 1 + months
    return moment.replace(
        year=index // _YEAR,
        month=index % _YEAR + 1,
        day=1,
        hour=0,
        minute=0,
        second=0,
        microsecond=0,
    )


def ensure(*, first: datetime, months: int) -> None:
    """Create the partitions of ``months`` months from the one of ``first`` on, where missing."""
    if connection.vendor != "postgresql":
        return
    for step in range(months):
        start, end = month_after(first, step), month_after(first, step + 1)
        with connection.cursor() as cursor:
            cursor.execute(
                f"CREATE TABLE IF NOT EXISTS customers_event_{start:%Y_%m} "
                "PARTITION OF customers_event "
                f"FOR VALUES FROM ('{start:%Y-%m-%d}+00') TO ('{end:%Y-%m-%d}+00')"
            )


@timers.every(hours=12)
def ensure_ahead() -> None:
    """Keep the next months ready, so that no insert ever waits for a table."""
    ensure(first=clock.now(), months=MONTHS_AHEAD + 1)


@backup.after_restore
def raise_xid_base() -> None:
    """Let the numbers of the restored rows stay below all that this server will give.

    A new server counts transactions from the beginning; without this, new events would sort
    below the readers' cursors and never be read.
    """
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE customers_xidbase SET base = GREATEST(base, 0) + "
            "(SELECT COALESCE(MAX(xid), 0) + 1 FROM customers_event)"
        )

"""Prepared statements for the few hot verbs; everything else uses the ORM.

A statement runs on Django's default connection, inside whatever ``atomic()`` block is open, and
stores values exactly as the ORM stores them, so that the two can be mixed on the same rows. It
skips the ORM's compilers and cursors: SQLite keeps the compiled statement in its cache, and
PostgreSQL binds values on the server and keeps the plan.
"""

import json
import time
import uuid
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction

Row = tuple[Any, ...]
PREPARED_AT_MOST = 500
NOT_KNOWN_YET = -1


@dataclass(frozen=True, slots=True)
class AsJson:
    """Marks a value that goes to a JSON column though it is not a ``dict``."""

    value: Any


class Statement:
    """One SQL statement with ``%s`` for each value, the same for both databases or one for each.

    Values: text, numbers, bool, None, bytes, aware ``datetime``, ``UUID``; a ``dict`` is JSON, as
    is what ``AsJson`` wraps. A ``list`` is an array on PostgreSQL (``= ANY(%s)``) and JSON text on
    SQLite (``IN (SELECT value FROM json_each(%s))``).
    """

    def __init__(self, sql: str = "", *, sqlite: str = "", postgres: str = "") -> None:
        self.sqlite = (sqlite or sql).replace("%s", "?")
        self.postgres = postgres or sql
        self._writes = not self.sqlite.lstrip().upper().startswith("SELECT")

    def rows(self, *values: Any) -> list[Row]:
        """Return all rows; times are aware UTC, see ``uuid_of`` and ``json_of`` for the rest.

        Raises what the ORM would raise: ``django.db.IntegrityError`` and its like.
        """
        with self._turn():
            cursor = self._execute(values)
            with connection.wrap_database_errors:
                found: list[Row] = cursor.fetchall()
        if connection.vendor == "sqlite":
            return [tuple(map(_from_sqlite, row)) for row in found]
        return found

    def run(self, *values: Any) -> int:
        """Return how many rows were touched; inside ``batch()`` on PostgreSQL that is -1."""
        with self._turn():
            return int(self._execute(values).rowcount)

    def _turn(self) -> AbstractContextManager[None]:
        """Let a write that stands alone wait in line, not in SQLite's busy handler, which polls."""
        alone = self._writes and connection.vendor == "sqlite" and not connection.in_atomic_block
        return transaction.atomic() if alone else nullcontext()

    def _execute(self, values: Row) -> Any:
        connection.validate_no_broken_transaction()
        connection.close_if_health_check_failed()
        connection.ensure_connection()
        begun = time.perf_counter()
        try:
            with connection.wrap_database_errors:
                if connection.vendor == "sqlite":
                    return connection.connection.execute(self.sqlite, list(map(_to_sqlite, values)))
                return self._execute_on_postgres(values)
        finally:
            if connection.queries_logged:
                self._log(time.perf_counter() - begun)

    def _execute_on_postgres(self, values: Row) -> Any:
        # Django's wrapper knows its driver; naming it here would make psycopg a must.
        driver: Any = connection.Database  # type: ignore[attr-defined]
        raw = connection.connection
        raw.prepared_max = PREPARED_AT_MOST
        bound = [_to_postgres(driver, value) for value in values]
        prepare = True if raw.prepare_threshold is not None else None
        return driver.Cursor(raw).execute(self.postgres, bound, prepare=prepare)

    def _log(self, seconds: float) -> None:
        sql = self.sqlite if connection.vendor == "sqlite" else self.postgres
        connection.queries_log.append({"sql": sql, "time": f"{seconds:.3f}"})


@contextmanager
def batch() -> Iterator[None]:
    """Send the statements of the block in one round trip (PostgreSQL's pipeline mode).

    Must be inside ``atomic()``. On PostgreSQL ``run`` knows no row counts inside, and an error may
    surface only at the end of the block; ``rows`` waits for its answer. On SQLite nothing changes.
    """
    if not connection.in_atomic_block:
        msg = "batch() must be inside transaction.atomic()"
        raise transaction.TransactionManagementError(msg)
    if connection.vendor == "sqlite":
        yield
        return
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.pipeline():
        yield


def uuid_of(value: str | uuid.UUID) -> uuid.UUID:
    """Read a UUID column: SQLite gives 32 hexadecimal digits, PostgreSQL a ``UUID``."""
    return value if isinstance(value, uuid.UUID) else uuid.UUID(value)


def json_of(value: str) -> Any:
    """Read a JSON column, which both databases give as text."""
    return json.loads(value)


def _from_sqlite(value: Any) -> Any:
    # Django declares datetime columns, so the driver has parsed them, without a zone.
    return value.replace(tzinfo=UTC) if type(value) is datetime else value


def _to_sqlite(value: Any) -> Any:
    kind = type(value)
    if kind is str or kind is int or value is None:
        return value
    if isinstance(value, datetime):
        if value.tzinfo is None:
            msg = "a time without a zone cannot be stored"
            raise ValueError(msg)
        return str(value.astimezone(UTC).replace(tzinfo=None))
    if isinstance(value, uuid.UUID):
        return value.hex
    return _to_sqlite_json(value)


def _to_sqlite_json(value: Any) -> Any:
    if isinstance(value, AsJson):
        return json.dumps(value.value)
    if isinstance(value, dict):
        return json.dumps(value)
    if isinstance(value, list):
        return json.dumps([_to_sqlite(item) for item in value])
    return value


def _to_postgres(driver: Any, value: Any) -> Any:
    kind = type(value)
    if kind is str or value is None:
        return value
    if kind is int:
        # One width, or the driver would prepare the statement anew for small and large numbers.
        return driver.types.numeric.Int8(value)
    if isinstance(value, datetime) and value.tzinfo is None:
        msg = "a time without a zone cannot be stored"
        raise ValueError(msg)
    if isinstance(value, AsJson):
        return driver.types.json.Jsonb(value.value)
    if isinstance(value, dict):
        return driver.types.json.Jsonb(value)
    return value

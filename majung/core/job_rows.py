"""The prepared statements of the job table: insert, claim, hold, finish, put off.

A claim is a lease (``lease_until``) under an ``epoch``. Whoever writes about a claimed job names
its epoch; when another worker took the job over, that write finds no row and so does nothing.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from majung.core.clock import now
from majung.core.statements import Row, Statement, json_of

CRASHED = "the worker stopped, or its lease ran out, before the job was done"

# Only the head of a key, its oldest unfinished job, may run. What a claim finds behind a head is
# marked as waiting, and leaves the index of due jobs: a long queue behind one key costs nobody.
_HEAD = """
    SELECT head.id FROM core_job AS head {index}
    WHERE head.key = {key} AND NOT (head.key = '') AND head.failed_at IS NULL
    ORDER BY head.key, head.id LIMIT 1
"""
# MATERIALIZED: the database must choose and lock once, not once for each row that it updates.
_CLAIM_DUE = """
    WITH due AS MATERIALIZED (
      SELECT id, (key = '' OR id = ({head})) AS free FROM core_job AS job
      WHERE failed_at IS NULL AND NOT waiting AND lease_until IS NULL AND run_at <= %s
      ORDER BY run_at, id LIMIT %s {lock})
    UPDATE core_job SET waiting = NOT due.free, epoch = epoch + 1,
      lease_until = CASE WHEN due.free THEN %s ELSE NULL END
    FROM due WHERE core_job.id = due.id
    RETURNING core_job.id, epoch, task, key, payload, attempts, run_at, waiting
"""
_CLAIM_ABANDONED = """
    WITH due AS MATERIALIZED (
      SELECT id FROM core_job
      WHERE failed_at IS NULL AND NOT (lease_until IS NULL) AND lease_until <= %s
      ORDER BY lease_until, id LIMIT %s {lock})
    UPDATE core_job SET lease_until = %s, epoch = epoch + 1, attempts = attempts + 1, error = %s
    WHERE id IN (SELECT id FROM due)
    RETURNING id, epoch, task, key, payload, attempts, run_at, waiting
"""
_ADVANCE = "UPDATE core_job SET waiting = FALSE WHERE waiting AND id = ({head})"


def _statement(sql: str, *, key: str) -> Statement:
    """Fill in what differs: SQLite, left alone, would look for heads in the whole table."""
    indexed = _HEAD.format(index="INDEXED BY job_order", key=key)
    plain = _HEAD.format(index="", key=key)
    return Statement(
        sqlite=sql.format(head=indexed, lock=""),
        postgres=sql.format(head=plain, lock="FOR UPDATE SKIP LOCKED").replace(
            "THEN %s ELSE", "THEN %s::timestamptz ELSE"
        ),
    )


CLAIM_DUE = _statement(_CLAIM_DUE, key="job.key")
CLAIM_ABANDONED = _statement(_CLAIM_ABANDONED, key="")
ADVANCE = _statement(_ADVANCE, key="%s")
STUCK = Statement(
    "SELECT key FROM core_job AS job"
    " WHERE id IN (SELECT min(id) FROM core_job WHERE waiting GROUP BY key)"
    " AND NOT EXISTS (SELECT 1 FROM core_job AS before WHERE before.key = job.key"
    " AND NOT (before.key = '') AND before.id < job.id AND before.failed_at IS NULL)"
)
INSERT = Statement(
    "INSERT INTO core_job (task, payload, key, created_at, run_at, waiting, epoch,"
    " attempts, error)"
    " VALUES (%s, %s, %s, %s, %s, FALSE, 0, 0, '')"
)
HOLD = Statement("UPDATE core_job SET lease_until = %s WHERE id = %s AND epoch = %s")
DELETE = Statement("DELETE FROM core_job WHERE id = %s AND epoch = %s")
PUT_OFF = Statement(
    "UPDATE core_job SET lease_until = NULL, attempts = %s, error = %s, run_at = %s,"
    " failed_at = %s WHERE id = %s AND epoch = %s"
)
END_LEASES = Statement(
    "UPDATE core_job SET lease_until = %s WHERE failed_at IS NULL AND NOT (lease_until IS NULL)"
)
NOTIFY = Statement(postgres="NOTIFY majung_jobs")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One job that this worker may run until its lease is over; ``attempts`` ended in failure."""

    id: int
    epoch: int
    task: str
    key: str
    payload: dict[str, Any]
    attempts: int


def insert(
    *, task: str, rows: Sequence[tuple[str, Mapping[str, object]]], run_at: datetime | None
) -> None:
    """Insert one job for each (key, payload); raises TypeError where a payload is not JSON."""
    created = now()
    due = created if run_at is None else run_at
    with _turn():
        for key, payload in rows:
            INSERT.run(task, dict(payload), key, created, due)


def claim_due(*, limit: int, lease: float) -> list[Claim]:
    """Take up to ``limit`` due jobs for ``lease`` seconds, the longest due first."""
    while True:
        moment = now()
        with _turn():
            rows = CLAIM_DUE.rows(moment, limit, moment + timedelta(seconds=lease))
        free = [row for row in rows if not row[7]]
        for key in {row[3] for row in rows if row[7]}:
            advance(key)
        if free or not rows:
            return _claims(free)


def claim_abandoned(*, lease: float) -> list[Claim]:
    """Take over one job (or none) whose lease ran out, and count that as a failed attempt.

    One at a time: a job that kills its process must not take the same neighbours with it again.
    """
    moment = now()
    with _turn():
        return _claims(CLAIM_ABANDONED.rows(moment, 1, moment + timedelta(seconds=lease), CRASHED))


def _claims(rows: list[Row]) -> list[Claim]:
    return [
        Claim(
            id=row[0],
            epoch=row[1],
            task=row[2],
            key=row[3],
            payload=json_of(row[4]),
            attempts=row[5],
        )
        for row in sorted(rows, key=lambda row: (row[6], row[0]))
    ]


def advance(key: str) -> None:
    """Let the head of a key run: called once a head's end, or a mark of waiting, is committed.

    A claim that sees a head just before it ends marks the next one as waiting just after. Each of
    the two commits what it did and then looks here, so that the later one sees both.
    """
    if key:
        _write(ADVANCE, key)


def advance_stuck() -> int:
    """Free the heads that wait behind nobody: a process stopped before it could ``advance``."""
    stuck = [row[0] for row in STUCK.rows()]
    for key in stuck:
        advance(key)
    return len(stuck)


def hold(claim: Claim, *, lease: float) -> bool:
    """Hold a claimed job for ``lease`` seconds from now; False when it was taken over."""
    return _write(HOLD, now() + timedelta(seconds=lease), claim.id, claim.epoch)


def release(claims: Sequence[Claim]) -> None:
    """Give back jobs that were claimed but not begun."""
    with _turn():
        for claim in claims:
            HOLD.run(None, claim.id, claim.epoch)


def end_leases() -> int:
    """Let every claimed job be taken over at once, and return how many there were.

    Only for a process that starts and knows that it is alone (``majung serve`` on SQLite): what is
    claimed then was claimed by a process that is gone.
    """
    with _turn():
        return END_LEASES.run(now())


def delete(claim: Claim) -> bool:
    """Remove a done job; False when it was taken over."""
    return _write(DELETE, claim.id, claim.epoch)


def put_off(claim: Claim, *, attempts: int, error: str, seconds: float) -> bool:
    """Write a failure down and try again after ``seconds``; False when it was taken over."""
    due = now() + timedelta(seconds=seconds)
    return _write(PUT_OFF, attempts, error, due, None, claim.id, claim.epoch)


def park(claim: Claim, *, attempts: int, error: str) -> bool:
    """Put a job among the failed ones, until a person retries it; False if it was taken over."""
    moment = now()
    return _write(PUT_OFF, attempts, error, moment, moment, claim.id, claim.epoch)


def notify() -> None:
    """Tell workers in other processes, once this transaction commits (PostgreSQL only)."""
    if connection.vendor == "postgresql":
        NOTIFY.run()


def _write(statement: Statement, *values: object) -> bool:
    with _turn():
        return statement.run(*values) == 1


def _turn() -> AbstractContextManager[None]:
    """On SQLite, write in a transaction: writers take turns only there."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        return transaction.atomic()
    return nullcontext()

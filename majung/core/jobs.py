"""Jobs: work that a transaction leaves behind as a row, and that is done although we are killed.

    @job
    def welcome(*, customer_id: int) -> None: ...

    enqueue(welcome, customer_id=7)      # inside the transaction that it belongs to

An atomic job (the default) runs in one transaction together with the removal of its row: what it
writes to the database happens exactly once, and it is short, since on SQLite nobody else writes
meanwhile. ``@job(atomic=False)`` is for a function that talks to the outside or takes long: it
runs without a transaction and at least once, so it must be idempotent.

Jobs with the same ``key`` run one after the other in the order of their insertion; a job that
waits for its next attempt holds up those behind it, a parked one (see ``failed``) does not.
"""

import logging
import random
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Condition
from typing import Any, TypeVar, overload

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, QuerySet

from majung.core import job_rows
from majung.core.clock import now
from majung.core.job_rows import Claim
from majung.core.models import Job

LEASE_SECONDS: float = settings.MAJUNG_LEASE_SECONDS
RETRIES = 8
LONGEST_DELAY = 600
NAME_LENGTH = 120
ERROR_LENGTH = 500

log = logging.getLogger("majung.jobs")

Function = Callable[..., None]
Decorated = TypeVar("Decorated", bound=Function)


class LeaseLostError(Exception):
    """Another worker has taken this job over; what is left to do is no longer ours."""


class NotYet(Exception):
    """Raised by a job that is to run again after ``seconds``; it keeps its place under its key."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A registered function: ``retries`` further attempts after the first, ``lease`` seconds."""

    name: str
    function: Function
    atomic: bool = True
    retries: int = RETRIES
    lease: float = LEASE_SECONDS


class Bell:
    """Wakes the workers of this process; a ring is never missed, since it is counted."""

    def __init__(self) -> None:
        self.rings = 0
        self.workers = 0
        self._condition = Condition()

    def ring(self) -> None:
        with self._condition:
            self.rings += 1
            self._condition.notify_all()

    def wait(self, *, since: int, seconds: float) -> None:
        """Return once it has rung after the count ``since``, or after ``seconds``."""
        with self._condition:
            self._condition.wait_for(lambda: self.rings != since, seconds)


bell = Bell()
_tasks: dict[str, Task] = {}
_names: dict[Function, str] = {}
_running: ContextVar[tuple[Task, Claim] | None] = ContextVar("majung_job", default=None)


def register(task: Task, *, known_as: Function | None = None) -> None:
    """Make a task known under its name; ``known_as`` is what ``enqueue`` is called with.

    Raises ValueError for a name that is taken or too long.
    """
    if task.name in _tasks or len(task.name) > NAME_LENGTH:
        msg = f"this task name is taken or longer than {NAME_LENGTH} characters: {task.name}"
        raise ValueError(msg)
    _tasks[task.name] = task
    _names[known_as or task.function] = task.name


def name_of(function: Callable[..., object]) -> str:
    """Return the dotted name under which a function is registered by default."""
    return f"{function.__module__}.{function.__qualname__}"


@overload
def job(function: Decorated, /) -> Decorated: ...
@overload
def job(
    *, atomic: bool = True, retries: int = RETRIES, lease: float = LEASE_SECONDS
) -> Callable[[Decorated], Decorated]: ...
def job(
    function: Decorated | None = None,
    /,
    *,
    atomic: bool = True,
    retries: int = RETRIES,
    lease: float = LEASE_SECONDS,
) -> Decorated | Callable[[Decorated], Decorated]:
    """Register a function as a job; its keyword arguments are plain JSON values."""

    def decorate(function: Decorated) -> Decorated:
        name = name_of(function)
        register(Task(name=name, function=function, atomic=atomic, retries=retries, lease=lease))
        return function

    return decorate if function is None else decorate(function)


def enqueue(
    function: Function, *, key: str = "", run_at: datetime | None = None, **payload: object
) -> None:
    """Leave one job behind in the current transaction, due now or at ``run_at``.

    Raises LookupError for a function that is no job, TypeError for a payload that is not JSON.
    """
    enqueue_named(_name(function), [(key, payload)], run_at=run_at)


def enqueue_many(
    function: Function,
    payloads: Sequence[Mapping[str, object]],
    *,
    key: Callable[[Mapping[str, object]], str] | None = None,
    run_at: datetime | None = None,
) -> None:
    """Leave one job behind for each payload; ``key`` makes the ordering key of a payload."""
    rows = [(key(payload) if key else "", payload) for payload in payloads]
    enqueue_named(_name(function), rows, run_at=run_at)


def enqueue_named(
    name: str, rows: Sequence[tuple[str, Mapping[str, object]]], *, run_at: datetime | None = None
) -> None:
    """Leave one job behind for each (key, payload) under a task's name, known here or not."""
    if not rows:
        return
    if any(len(key) > NAME_LENGTH for key, _ in rows):
        msg = f"a job's key has at most {NAME_LENGTH} characters"
        raise ValueError(msg)
    job_rows.insert(task=name, rows=rows, run_at=run_at)
    _wake()


def retry(job_id: int) -> bool:
    """Make a parked job due now with all its attempts; False when it is not parked any more."""
    revived = Job.objects.filter(pk=job_id).exclude(failed_at=None)
    done = revived.update(
        failed_at=None, lease_until=None, attempts=0, run_at=now(), epoch=F("epoch") + 1
    )
    if done:
        _wake()
    return done == 1


def busy(keys: Iterable[str]) -> set[str]:
    """Return those of the keys that have jobs to come or under way; parked ones do not count."""
    waiting = Job.objects.filter(key__in=set(keys), failed_at=None)
    return set(waiting.values_list("key", flat=True))


def failed() -> QuerySet[Job]:
    """Return the parked jobs, the latest first."""
    return Job.objects.exclude(failed_at=None).order_by("-failed_at", "-pk")


def extend_lease() -> None:
    """Hold the running non-atomic job for one more lease; raises LeaseLostError if it is too late.

    An atomic job needs none: its transaction holds its row.
    """
    running = _running.get()
    if running is None or running[0].atomic:
        return
    task, claim = running
    if not job_rows.hold(claim, lease=task.lease):
        raise LeaseLostError


def run_due(limit: int = 100) -> int:
    """Run what is due in this thread, and what that leaves behind; return how many jobs ran."""
    count = 0
    while count < limit:
        claims = job_rows.claim_abandoned(lease=LEASE_SECONDS) or claim(limit - count)
        if not claims and not job_rows.advance_stuck():
            break
        for each in claims:
            execute(each)
        count += len(claims)
    return count


def claim(limit: int) -> list[Claim]:
    """Take up to ``limit`` due jobs, those first that do not talk to the outside."""
    claims = job_rows.claim_due(limit=limit, lease=LEASE_SECONDS)
    return sorted(claims, key=is_outside)


def is_outside(claim: Claim) -> bool:
    """Say whether a claimed job talks to the outside and so may take long."""
    task = _tasks.get(claim.task)
    return task is not None and not task.atomic


def execute(claim: Claim) -> bool:
    """Run one claimed job to its end, good or bad; False when another worker had taken it over.

    Raises only what the database raises when the outcome cannot be written; then the lease ends.
    """
    done = _execute(claim)
    job_rows.advance(claim.key)
    return done


def _execute(claim: Claim) -> bool:
    task = _tasks.get(claim.task)
    if task is None:
        return _park(claim, attempts=claim.attempts + 1, error=f"unknown task: {claim.task}")
    if claim.attempts > task.retries:
        return _park(claim, attempts=claim.attempts, error=job_rows.CRASHED)
    try:
        with _as_running(task, claim):
            return _run(task, claim)
    except NotYet as wait:
        return job_rows.put_off(claim, attempts=claim.attempts, error="", seconds=wait.seconds)
    except Exception as error:  # noqa: BLE001  (whatever a job raises is written on its row)
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()
        return _fail(task, claim, error)


def _run(task: Task, claim: Claim) -> bool:
    own_lease = not task.atomic or task.lease != LEASE_SECONDS
    if own_lease and not job_rows.hold(claim, lease=task.lease):
        return False
    if not task.atomic:
        task.function(**claim.payload)
        return job_rows.delete(claim)
    with transaction.atomic():
        # Deleted first: the row is locked from here on, so nobody does this work beside us.
        if not job_rows.delete(claim):
            return False
        task.function(**claim.payload)
    return True


@contextmanager
def _as_running(task: Task, claim: Claim) -> Iterator[None]:
    token = _running.set((task, claim))
    try:
        yield
    finally:
        _running.reset(token)


def _fail(task: Task, claim: Claim, error: Exception) -> bool:
    attempts = claim.attempts + 1
    # The first line only: PostgreSQL repeats the row's values in the lines after it.
    message = (str(error).splitlines() or [""])[0]
    reason = f"{type(error).__name__}: {message}"[:ERROR_LENGTH]
    log.warning("job failed", extra=_facts(claim, attempts) | {"reason": where(error)})
    if attempts > task.retries:
        return _park(claim, attempts=attempts, error=reason)
    return job_rows.put_off(claim, attempts=attempts, error=reason, seconds=delay(attempts))


def _park(claim: Claim, *, attempts: int, error: str) -> bool:
    log.error("job parked", extra=_facts(claim, attempts))
    return job_rows.park(claim, attempts=attempts, error=error)


def _facts(claim: Claim, attempts: int) -> dict[str, object]:
    return {"task": claim.task, "job_id": claim.id, "attempts": attempts}


def where(error: Exception) -> str:
    """Name an error and its place for a log, without its message: that may quote a customer."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {frame.name} ({Path(frame.filename).name}:{frame.lineno})"


def delay(attempts: int) -> float:
    """Return the seconds before the next attempt: 1, 4, 9 … at most 600, plus up to a fifth."""
    spread = random.uniform(1, 1.2)
    return min(attempts**2, LONGEST_DELAY) * spread


def _name(function: Function) -> str:
    name = _names.get(function)
    if name is None:
        msg = f"{name_of(function)} is not registered as a job"
        raise LookupError(msg)
    return name


def _wake() -> None:
    """Ring once per transaction: here when it commits, elsewhere if nobody here would work."""
    pending: Sequence[Any] = connection.run_on_commit
    if connection.in_atomic_block and any(entry[1] is _ring for entry in reversed(pending)):
        return
    transaction.on_commit(_ring)
    if not bell.workers:
        job_rows.notify()


def _ring() -> None:
    bell.ring()

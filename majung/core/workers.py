"""Worker threads: they claim and run jobs, tick the timers and listen for other processes."""

import logging
from collections import deque
from collections.abc import Callable
from threading import Event, Lock, Thread
from time import monotonic
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import Count, Min, Q

from majung.core import job_rows, jobs, ticks, timers
from majung.core.clock import now
from majung.core.job_rows import Claim
from majung.core.models import Job

BATCH = 16
TICK_SECONDS = 1.0
HEAL_SECONDS = 1.0

log = logging.getLogger("majung.jobs")


class Workers:
    """Threads of this process that do jobs; each has a database connection of its own.

    ``threads`` do jobs (0: none), one more ticks the timers where ``ticking``, and on PostgreSQL
    one more listens. ``poll`` is how many seconds a worker sleeps when nobody wakes it.
    """

    def __init__(self, *, threads: int = 2, ticking: bool = True, poll: float = 1.0) -> None:
        self._poll = poll
        self._stopping = Event()
        self._lock = Lock()
        self._taken_over_at = 0.0
        self._waiting: list[deque[Claim]] = [deque() for _ in range(threads)]
        self._threads = [
            self._thread(f"majung-jobs-{number}", self._work_with(claims))
            for number, claims in enumerate(self._waiting, start=1)
        ]
        if ticking:
            self._threads.append(self._thread("majung-tick", self._tick))
        if threads and connection.vendor == "postgresql":
            self._threads.append(self._thread("majung-listen", self._listen))

    def start(self) -> None:
        jobs.bell.workers += len(self._waiting)
        for thread in self._threads:
            thread.start()

    def stop(self, timeout: float = 30) -> bool:
        """Claim no more, let what runs end, give the rest back; False if something still runs."""
        deadline = monotonic() + timeout
        if not self._stopping.is_set():
            jobs.bell.workers -= len(self._waiting)
        self._stopping.set()
        jobs.bell.ring()
        for thread in self._threads:
            thread.join(max(0.0, deadline - monotonic()))
        for claims in self._waiting:
            job_rows.release(tuple(claims))
        late = sum(thread.is_alive() for thread in self._threads)
        if late:
            log.warning("stopped while jobs were running", extra={"count": late})
        return not late

    def _thread(self, name: str, body: Callable[[], None]) -> Thread:
        return Thread(target=self._keep_going, args=(body,), name=name, daemon=True)

    def _keep_going(self, body: Callable[[], None]) -> None:
        """Begin again on a new connection whatever happens: a restarted database, a full disk."""
        try:
            while not self._stopping.is_set():
                try:
                    body()
                except Exception as error:  # noqa: BLE001  (a worker thread must not die)
                    log.warning("worker begins again", extra={"reason": jobs.where(error)})
                    connections.close_all()
                    self._stopping.wait(HEAL_SECONDS)
        finally:
            connections.close_all()

    def _work_with(self, claims: deque[Claim]) -> Callable[[], None]:
        def work() -> None:
            claims.clear()  # after an error: their leases end by themselves
            while True:
                rings = jobs.bell.rings
                if self._stopping.is_set():
                    return
                claims.extend(self._take_over() or jobs.claim(BATCH))
                if not claims:
                    jobs.bell.wait(since=rings, seconds=self._poll)
                self._work_off(claims)

        return work

    def _work_off(self, claims: deque[Claim]) -> None:
        while claims:
            first = claims.popleft()
            if self._stopping.is_set():
                job_rows.release((first, *claims))
                claims.clear()
                return
            if claims and jobs.is_outside(first):
                # It may take long; what waits behind it is for whoever is free.
                job_rows.release(tuple(claims))
                claims.clear()
            jobs.execute(first)

    def _take_over(self) -> list[Claim]:
        """Look for an abandoned job about once a second, and at once after one was found."""
        with self._lock:
            if monotonic() - self._taken_over_at < TICK_SECONDS:
                return []
            self._taken_over_at = monotonic()
        found = job_rows.claim_abandoned(lease=jobs.LEASE_SECONDS)
        if found:
            log.warning("job taken over", extra={"task": found[0].task, "job_id": found[0].id})
            self._taken_over_at = 0.0
        return found

    def _tick(self) -> None:
        while not self._stopping.is_set():
            timers.tick()
            ticks.tick()
            if job_rows.advance_stuck():
                jobs.bell.ring()
            self._stopping.wait(TICK_SECONDS)

    def _listen(self) -> None:
        """Ring the bell when another process left a job behind; what is lost, polling finds."""
        wrapper: Any = connections.create_connection(DEFAULT_DB_ALIAS)
        parameters = wrapper.get_connection_params()
        parameters.pop("pool", None)
        with wrapper.Database.connect(**parameters, autocommit=True) as listening:
            listening.execute("LISTEN majung_jobs")
            jobs.bell.ring()
            while not self._stopping.is_set():
                for _ in listening.notifies(timeout=TICK_SECONDS, stop_after=1):
                    jobs.bell.ring()


def snapshot() -> dict[str, float]:
    """Count the jobs for /metrics: pending, failed, and the seconds the oldest due one waits."""
    moment = now()
    waiting = Q(failed_at=None, lease_until=None, run_at__lte=moment)
    counts = Job.objects.aggregate(
        pending=Count("pk", filter=Q(failed_at=None)),
        failed=Count("pk", filter=~Q(failed_at=None)),
        oldest=Min("run_at", filter=waiting),
    )
    oldest = counts["oldest"]
    seconds = (moment - oldest).total_seconds() if oldest else 0.0
    return {
        "pending": counts["pending"],
        "failed": counts["failed"],
        "oldest_seconds": seconds,
    }

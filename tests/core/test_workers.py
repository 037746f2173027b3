import logging
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from threading import Thread

import psycopg
import pytest
from django.db import connection, transaction

from majung.core import job_rows, jobs, timers
from majung.core.clock import now
from majung.core.models import Job
from majung.core.workers import Workers, snapshot
from tests.core import job_tasks
from tests.core.job_tasks import seen, written

pytestmark = pytest.mark.django_db(transaction=True)

KEYS = ["a", "b", "c", "d"]
NEVER = 60.0


@pytest.fixture(autouse=True)
def _forget() -> None:
    job_tasks.forget()


@pytest.fixture
def start() -> Iterator[Callable[..., Workers]]:
    started: list[Workers] = []

    def make(**options: object) -> Workers:
        workers = Workers(**{"ticking": False, **options})  # type: ignore[arg-type]
        started.append(workers)
        workers.start()
        return workers

    yield make
    job_tasks.gate.set()
    for workers in started:
        assert workers.stop(10)


def wait_for(ready: Callable[[], bool], seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


def all_done() -> bool:
    return not Job.objects.exists()


@pytest.mark.parametrize("task", [job_tasks.append, job_tasks.append_outside])
def test_several_threads_keep_the_order_of_each_key(
    task: Callable[..., None], start: Callable[..., Workers]
) -> None:
    """Nobody ticks or polls here: whoever ends a job must itself let the next of its key run."""
    start(threads=4, poll=NEVER)
    for number in range(120):
        with transaction.atomic():
            for key in KEYS:
                jobs.enqueue(task, key=key, what=key, number=number)
    wait_for(all_done)
    order = list(range(120))
    assert {key: [n for what, n in seen if what == key] for key in KEYS} == {
        "a": order, "b": order, "c": order, "d": order,
    }  # fmt: skip


def test_several_threads_run_each_job_once(start: Callable[..., Workers]) -> None:
    jobs.enqueue_many(job_tasks.append, [{"what": "x", "number": n} for n in range(60)])
    start(threads=3)
    wait_for(all_done)
    assert sorted(seen) == [("x", n) for n in range(60)]


def test_commit_wakes_a_sleeping_worker(start: Callable[..., Workers]) -> None:
    start(threads=1, poll=NEVER)
    time.sleep(0.3)
    with transaction.atomic():
        jobs.enqueue(job_tasks.count, what="a")
    wait_for(all_done, seconds=5)
    assert written() == {"a": 1}


@pytest.mark.only_on("postgres")
def test_another_process_wakes_a_sleeping_worker(
    start: Callable[..., Workers], database_url: str
) -> None:
    start(threads=1, poll=NEVER)
    time.sleep(0.5)
    rows = [("", {"what": "a"})]
    job_rows.insert(task="tests.core.job_tasks.count", rows=rows, run_at=None)
    time.sleep(0.3)
    assert written() == {}
    with psycopg.connect(database_url, autocommit=True) as other:
        other.execute("NOTIFY majung_jobs")
    wait_for(all_done, seconds=5)
    assert written() == {"a": 1}


def test_poll_finds_what_nobody_announced(start: Callable[..., Workers]) -> None:
    start(threads=1, poll=0.1)
    time.sleep(0.2)
    rows = [("", {"what": "a"})]
    job_rows.insert(task="tests.core.job_tasks.count", rows=rows, run_at=None)
    wait_for(all_done, seconds=5)


def test_stop_lets_the_running_job_end_and_gives_the_rest_back(
    start: Callable[..., Workers],
) -> None:
    jobs.enqueue(job_tasks.wait_at_gate_within, what="a")
    jobs.enqueue_many(job_tasks.count, [{"what": "b"}] * 3)
    workers = start(threads=1)
    assert job_tasks.begun.wait(10)
    stopped: list[bool] = []
    stopping = Thread(target=lambda: stopped.append(workers.stop(10)))
    stopping.start()
    time.sleep(0.2)
    job_tasks.gate.set()
    stopping.join()
    assert stopped == [True]
    assert written() == {"a": 1}
    assert list(Job.objects.values_list("lease_until", "attempts")) == [(None, 0)] * 3


def test_stop_returns_in_time_although_a_job_does_not_end(start: Callable[..., Workers]) -> None:
    jobs.enqueue(job_tasks.wait_at_gate, what="a")
    workers = start(threads=1)
    assert job_tasks.begun.wait(10)
    assert workers.stop(0.1) is False
    job_tasks.gate.set()
    assert workers.stop(10) is True
    assert written() == {"a": 1}


def test_long_outside_job_does_not_hold_up_those_claimed_with_it(
    start: Callable[..., Workers],
) -> None:
    jobs.enqueue(job_tasks.wait_at_gate, what="long")
    jobs.enqueue_many(job_tasks.append_outside, [{"what": "x", "number": n} for n in range(3)])
    jobs.enqueue(job_tasks.count, what="quick")
    start(threads=2)
    wait_for(lambda: Job.objects.count() == 1)
    assert (sorted(seen), written()) == ([("x", 0), ("x", 1), ("x", 2)], {"quick": 1})


def test_abandoned_job_is_taken_over(start: Callable[..., Workers]) -> None:
    jobs.enqueue(job_tasks.count, what="a")
    assert len(jobs.claim(1)) == 1
    Job.objects.update(lease_until=now() - timedelta(seconds=1))
    start(threads=1)
    wait_for(all_done)
    assert written() == {"a": 1}


def test_ticking_workers_ring_timers(start: Callable[..., Workers]) -> None:
    timers.arm(kind="bell", key="1", due_at=now())
    start(threads=1, ticking=True)
    wait_for(lambda: written().get("bell:1:1") == 1)


@pytest.mark.only_on("postgres")
def test_workers_survive_the_loss_of_their_connections(start: Callable[..., Workers]) -> None:
    start(threads=2, ticking=True)
    jobs.enqueue(job_tasks.count, what="before")
    wait_for(lambda: written().get("before") == 1)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        assert cursor.fetchone() >= (4,)
    jobs.enqueue(job_tasks.count, what="later")
    wait_for(lambda: written().get("later") == 1)


def test_logs_name_the_job_but_not_its_payload(
    start: Callable[..., Workers], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="majung.jobs")
    jobs.enqueue(job_tasks.fail_outside, what="010-1234-5678")
    start(threads=1)
    wait_for(lambda: jobs.failed().exists())
    records = [record for record in caplog.records if record.name == "majung.jobs"]
    assert [record.getMessage() for record in records] == ["job failed", "job parked"]
    assert [vars(record)["task"] for record in records] == ["tests.core.job_tasks.fail_outside"] * 2
    assert "010-1234-5678" not in str([vars(record) for record in records])


def test_snapshot_counts_waiting_and_failed_jobs() -> None:
    assert snapshot() == {"pending": 0, "failed": 0, "oldest_seconds": 0.0}
    jobs.enqueue(job_tasks.fail_outside, what="a")
    jobs.run_due()
    jobs.enqueue(job_tasks.count, what="a", run_at=now() - timedelta(seconds=90))
    jobs.enqueue(job_tasks.count, what="a", run_at=now() + timedelta(seconds=90))
    counts = snapshot()
    assert (counts["pending"], counts["failed"]) == (2, 1)
    assert 90 <= counts["oldest_seconds"] < 100

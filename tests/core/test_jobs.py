import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import psycopg
import pytest
import time_machine
from django.db import connection, transaction

from majung.core import job_rows, jobs
from majung.core.clock import now
from majung.core.models import Job
from tests.core import job_tasks
from tests.core.job_tasks import written

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _forget() -> None:
    job_tasks.forget()


def states() -> list[tuple[str, int, bool]]:
    """Each job left: its short name, failed attempts, parked or not."""
    return [
        (job.task.rpartition(".")[2], job.attempts, job.failed_at is not None)
        for job in Job.objects.order_by("pk")
    ]


def wait_for(ready: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


@contextmanager
def worker_process(database_url: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.core.job_program"],
        env={**os.environ, "DATABASE_URL": database_url},
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@pytest.mark.django_db(transaction=True)
def test_job_of_a_rolled_back_transaction_never_was() -> None:
    with pytest.raises(KeyError), transaction.atomic():
        jobs.enqueue(job_tasks.count, what="a")
        raise KeyError
    assert jobs.run_due() == 0
    assert written() == {}


@pytest.mark.django_db(transaction=True)
def test_job_of_a_committed_transaction_runs_once() -> None:
    with transaction.atomic():
        jobs.enqueue(job_tasks.count, what="a")
    assert jobs.run_due() == 1
    assert jobs.run_due() == 0
    assert written() == {"a": 1}
    assert states() == []


@pytest.mark.django_db
def test_run_due_also_runs_what_jobs_leave_behind() -> None:
    jobs.enqueue(job_tasks.count_twice, what="a")
    assert jobs.run_due() == 2
    assert written() == {"a": 2}


@pytest.mark.django_db
def test_run_due_stops_at_its_limit() -> None:
    jobs.enqueue_many(job_tasks.count, [{"what": "a"}] * 5)
    assert jobs.run_due(limit=3) == 3
    assert written() == {"a": 3}


@pytest.mark.django_db
def test_job_for_later_waits() -> None:
    with time_machine.travel(START, tick=False) as clock:
        jobs.enqueue(job_tasks.count, what="a", run_at=START + timedelta(minutes=1))
        assert jobs.run_due() == 0
        clock.shift(60)
        assert jobs.run_due() == 1


@pytest.mark.django_db
def test_enqueue_stores_what_the_model_reads() -> None:
    with time_machine.travel(START, tick=False):
        jobs.enqueue(job_tasks.count, key="고객:7", run_at=START, what="안녕 'x' %s ?")
    job = Job.objects.get()
    assert (job.task, job.key, job.payload) == (
        "tests.core.job_tasks.count",
        "고객:7",
        {"what": "안녕 'x' %s ?"},
    )
    assert (job.created_at, job.run_at, job.lease_until, job.failed_at) == (
        START,
        START,
        None,
        None,
    )
    assert (job.epoch, job.attempts, job.error) == (0, 0, "")


@pytest.mark.django_db
def test_enqueue_refuses_what_is_no_job_and_what_is_no_json() -> None:
    with pytest.raises(LookupError, match=r"job_tasks\.forget is not registered"):
        jobs.enqueue(job_tasks.forget)
    with pytest.raises(TypeError):
        jobs.enqueue(job_tasks.count, what=START)
    with pytest.raises(ValueError, match="at most 120"):
        jobs.enqueue(job_tasks.count, key="k" * 121, what="a")
    assert states() == []


def test_two_jobs_cannot_share_a_name() -> None:
    with pytest.raises(ValueError, match="taken"):
        jobs.job(job_tasks.count)


@pytest.mark.django_db
def test_only_the_oldest_job_of_a_key_is_claimed() -> None:
    for number in range(3):
        jobs.enqueue(job_tasks.append, key="k", what="k", number=number)
    jobs.enqueue_many(
        job_tasks.append,
        [{"what": "free", "number": 7}, {"what": "other", "number": 8}],
        key=lambda payload: "" if payload["what"] == "free" else "other",
    )
    claims = jobs.claim(10)
    assert [claim.payload["number"] for claim in claims] == [0, 7, 8]
    assert jobs.claim(10) == []
    jobs.execute(claims[0])
    assert [claim.payload["number"] for claim in jobs.claim(10)] == [1]


@pytest.mark.django_db
def test_jobs_behind_a_head_are_looked_at_once() -> None:
    jobs.enqueue_many(
        job_tasks.append,
        [{"what": "k", "number": number} for number in range(20)],
        key=lambda payload: str(payload["what"]),
    )
    (head,) = jobs.claim(50)
    assert Job.objects.filter(waiting=True).count() == 19
    job_rows.release([head])
    assert jobs.run_due() == 20
    assert job_tasks.seen == [("k", number) for number in range(20)]


@pytest.mark.django_db
def test_next_of_a_key_runs_although_its_head_was_removed_by_hand() -> None:
    jobs.enqueue(job_tasks.append, key="k", what="k", number=1)
    jobs.enqueue(job_tasks.append, key="k", what="k", number=2)
    jobs.enqueue(job_tasks.append, key="k", what="k", number=3)
    (head,) = jobs.claim(10)
    Job.objects.filter(pk=head.id).delete()
    assert job_rows.advance_stuck() == 1
    assert job_rows.advance_stuck() == 0
    assert jobs.run_due() == 2
    assert job_tasks.seen == [("k", 2), ("k", 3)]


@pytest.mark.django_db
def test_waiting_job_holds_up_its_key_and_a_parked_one_does_not() -> None:
    with time_machine.travel(START, tick=False) as clock:
        jobs.enqueue(job_tasks.write_and_fail, key="k", what="a")
        jobs.enqueue(job_tasks.count, key="k", what="b")
        assert jobs.run_due() == 1
        clock.shift(2)
        assert jobs.run_due() == 1
        assert written() == {}
        clock.shift(5)
        assert jobs.run_due() == 2
        assert states() == [("write_and_fail", 3, True)]
        assert written() == {"b": 1}


@pytest.mark.django_db(transaction=True)
def test_failed_job_leaves_nothing_but_its_reason() -> None:
    with time_machine.travel(START, tick=False):
        jobs.enqueue(job_tasks.write_and_fail, what="a")
        assert jobs.run_due() == 1
    assert written() == {}
    job = Job.objects.get()
    assert (job.attempts, job.error, job.failed_at) == (1, "ValueError: no a today", None)
    assert timedelta(seconds=1) <= job.run_at - START <= timedelta(seconds=1.2)
    assert job.lease_until is None


@pytest.mark.parametrize(("attempts", "seconds"), [(1, 1), (3, 9), (8, 64), (25, 600), (99, 600)])
def test_delay_grows_and_is_spread(attempts: int, seconds: int) -> None:
    delays = {jobs.delay(attempts) for _ in range(50)}
    assert len(delays) > 1
    assert all(seconds <= delay <= seconds * 1.2 for delay in delays)


@pytest.mark.django_db
def test_parked_job_is_listed_and_can_be_retried() -> None:
    jobs.enqueue(job_tasks.fail_outside, what="a")
    assert jobs.run_due() == 1
    parked = jobs.failed().get()
    assert (parked.attempts, parked.error) == (1, "ConnectionError: ")
    assert jobs.run_due() == 0
    assert jobs.retry(parked.pk) is True
    assert jobs.retry(parked.pk) is False
    assert states() == [("fail_outside", 0, False)]
    assert jobs.run_due() == 1
    assert written() == {"a": 2}


@pytest.mark.django_db
def test_unknown_task_is_parked_with_its_reason() -> None:
    jobs.enqueue_named("majung.gone.jobs.vanished", [("", {})])
    assert jobs.run_due() == 1
    assert jobs.failed().get().error == "unknown task: majung.gone.jobs.vanished"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("task", [job_tasks.count, job_tasks.append_outside])
def test_worker_that_lost_its_lease_does_nothing(task: Callable[..., None]) -> None:
    payload = {"what": "a"} if task is job_tasks.count else {"what": "a", "number": 1}
    jobs.enqueue(task, **payload)
    (slow,) = jobs.claim(10)
    assert job_rows.claim_abandoned(lease=60) == []
    Job.objects.update(lease_until=now() - timedelta(seconds=1))
    (quick,) = job_rows.claim_abandoned(lease=60)
    assert (quick.id, quick.epoch, quick.attempts) == (slow.id, slow.epoch + 1, 1)
    assert jobs.execute(slow) is False
    assert (written(), job_tasks.seen) == ({}, [])
    assert jobs.execute(quick) is True
    assert jobs.execute(quick) is False
    assert (written(), job_tasks.seen) in (({"a": 1}, []), ({}, [("a", 1)]))


@pytest.mark.django_db(transaction=True)
def test_late_failure_of_a_lost_job_does_not_disturb_the_new_owner() -> None:
    jobs.enqueue(job_tasks.write_and_fail, what="a")
    (slow,) = jobs.claim(10)
    Job.objects.update(lease_until=now() - timedelta(seconds=1))
    (quick,) = job_rows.claim_abandoned(lease=60)
    assert job_rows.put_off(slow, attempts=9, error="late", seconds=0) is False
    assert job_rows.park(slow, attempts=9, error="late") is False
    job_rows.release([slow])
    assert job_rows.hold(quick, lease=60) is True


@pytest.mark.django_db
def test_process_that_is_alone_can_end_the_leases_of_its_dead_predecessor() -> None:
    jobs.enqueue_many(job_tasks.count, [{"what": "a"}] * 3)
    assert len(jobs.claim(2)) == 2
    assert jobs.run_due() == 1
    assert job_rows.end_leases() == 2
    assert jobs.run_due() == 2
    assert written() == {"a": 3}


@pytest.mark.only_on("postgres")
@pytest.mark.django_db(transaction=True)
def test_running_atomic_job_is_not_taken_over_although_its_lease_ran_out() -> None:
    jobs.enqueue(job_tasks.wait_at_gate_within, what="a")
    (claim,) = jobs.claim(10)
    Job.objects.update(lease_until=now() - timedelta(seconds=1))

    def run() -> None:
        jobs.execute(claim)
        connection.close()

    thread = Thread(target=run)
    thread.start()
    assert job_tasks.begun.wait(10)
    assert job_rows.claim_abandoned(lease=60) == []
    job_tasks.gate.set()
    thread.join()
    assert (written(), states()) == ({"a": 1}, [])


@pytest.mark.django_db
def test_running_job_can_extend_its_lease_until_it_is_lost() -> None:
    with time_machine.travel(START, tick=False) as clock:
        jobs.enqueue(job_tasks.hold_on, what="a")
        (claim,) = jobs.claim(1)
        clock.shift(30)
        assert jobs.execute(claim) is True
    jobs.extend_lease()
    assert written() == {"a": 1}


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("task", [job_tasks.hang_once, job_tasks.hang_once_outside])
def test_job_of_a_killed_worker_is_taken_over_within_its_lease(
    task: Callable[..., None], tmp_path: Path, database_url: str
) -> None:
    marker = tmp_path / "begun"
    jobs.enqueue(task, marker=str(marker))
    with worker_process(database_url) as process:
        wait_for(marker.exists)
        process.send_signal(signal.SIGKILL)
        process.wait()
    killed = time.monotonic()
    wait_for(lambda: jobs.run_due() == 1)
    assert time.monotonic() - killed <= job_tasks.SHORT_LEASE + 2
    assert written() == {"effect": 1}
    assert states() == []


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_job_that_kills_its_process_is_parked_in_the_end(database_url: str) -> None:
    jobs.enqueue(job_tasks.kill_the_process)
    jobs.enqueue(job_tasks.count, what="neighbour")
    for _ in range(2):
        with worker_process(database_url) as process:
            assert process.wait(30) == -signal.SIGKILL
    time.sleep(0.3)
    jobs.run_due()
    parked = jobs.failed().get()
    assert (parked.attempts, parked.error) == (2, job_rows.CRASHED)
    assert written() == {"neighbour": 1}


@pytest.mark.only_on("postgres")
@pytest.mark.django_db(transaction=True)
def test_other_processes_are_notified_once_per_transaction(database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as listening:
        listening.execute("LISTEN majung_jobs")
        with transaction.atomic():
            for _ in range(3):
                jobs.enqueue(job_tasks.count, what="a")
            assert list(listening.notifies(timeout=0.1)) == []
        first = list(listening.notifies(timeout=5, stop_after=1))
        assert [note.channel for note in first] == ["majung_jobs"]
        assert list(listening.notifies(timeout=0.2)) == []
        with transaction.atomic():
            with pytest.raises(KeyError), transaction.atomic():
                jobs.enqueue(job_tasks.count, what="undone")
                raise KeyError
            jobs.enqueue(job_tasks.count, what="b")
        assert len(list(listening.notifies(timeout=5, stop_after=1))) == 1

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
import time_machine
from django.db import connection, transaction

from majung.core import jobs, timers
from majung.core.models import Job, Timer
from tests.core import job_tasks
from tests.core.job_tasks import written

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SWEEP = "every:tests.core.job_tasks.sweep"


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def ring_all() -> None:
    timers.tick()
    Job.objects.filter(task__startswith="every:").delete()
    jobs.run_due()


@pytest.mark.django_db
def test_timer_rings_once_when_it_is_due(clock: time_machine.Traveller) -> None:
    timers.arm(kind="bell", key="1", due_at=START + MINUTE, payload={"times": 3})
    ring_all()
    assert written() == {}
    clock.shift(60)
    ring_all()
    ring_all()
    assert written() == {"bell:1:3": 1}
    assert not Timer.objects.filter(kind="bell").exists()


@pytest.mark.django_db(transaction=True)
def test_timer_armed_in_a_rolled_back_transaction_never_rings() -> None:
    with pytest.raises(KeyError), transaction.atomic():
        timers.arm(kind="bell", key="1", due_at=START)
        raise KeyError
    ring_all()
    assert written() == {}


@pytest.mark.django_db
def test_arming_again_replaces_time_and_payload(clock: time_machine.Traveller) -> None:
    timers.arm(kind="bell", key="1", due_at=START, payload={"times": 1})
    timers.arm(kind="bell", key="1", due_at=START + MINUTE, payload={"times": 2})
    ring_all()
    assert written() == {}
    timer = Timer.objects.get(kind="bell")
    assert (timer.epoch, timer.due_at, timer.payload) == (2, START + MINUTE, {"times": 2})
    clock.shift(60)
    ring_all()
    assert written() == {"bell:1:2": 1}


@pytest.mark.django_db
def test_ring_on_its_way_is_stale_once_armed_again(clock: time_machine.Traveller) -> None:
    timers.arm(kind="bell", key="1", due_at=START)
    timers.tick()
    timers.arm(kind="bell", key="1", due_at=START + MINUTE, payload={"times": 2})
    jobs.run_due()
    assert "bell:1:1" not in written()
    clock.shift(60)
    ring_all()
    assert written()["bell:1:2"] == 1


@pytest.mark.django_db
def test_ring_on_its_way_is_stale_once_disarmed_and_armed_anew(
    clock: time_machine.Traveller,
) -> None:
    timers.arm(kind="bell", key="1", due_at=START)
    timers.tick()
    timers.disarm(kind="bell", key="1")
    timers.arm(kind="bell", key="1", due_at=START + MINUTE, payload={"times": 2})
    ring_all()
    clock.shift(60)
    ring_all()
    assert {key: n for key, n in written().items() if key != "sweep"} == {"bell:1:2": 1}


@pytest.mark.django_db
def test_disarmed_timer_is_silent(clock: time_machine.Traveller) -> None:
    timers.arm(kind="bell", key="1", due_at=START + MINUTE)
    timers.arm(kind="bell", key="2", due_at=START + MINUTE)
    timers.disarm(kind="bell", key="1")
    clock.shift(60)
    ring_all()
    assert written() == {"bell:2:1": 1}


@pytest.mark.usefixtures("clock")
@pytest.mark.django_db
def test_timer_can_arm_itself_again() -> None:
    timers.arm(kind="cuckoo", key="1", due_at=START)
    for _ in range(3):
        ring_all()
    assert written() == {"cuckoo:1": 3}


@pytest.mark.usefixtures("clock")
@pytest.mark.django_db
def test_failing_ring_is_tried_again_and_keeps_its_timer() -> None:
    timers.arm(kind="broken", key="1", due_at=START)
    ring_all()
    assert written() == {}
    assert Job.objects.get().error == "RuntimeError: 1"
    assert Timer.objects.get(kind="broken").due_at is None


@pytest.mark.django_db
def test_timer_of_an_unknown_kind_ends_among_the_failed_jobs() -> None:
    timers.arm(kind="gone", key="1", due_at=START)
    ring_all()
    assert jobs.failed().get().error == "unknown task: timer:gone"


@pytest.mark.usefixtures("clock")
@pytest.mark.django_db
def test_tick_rings_more_than_one_batch() -> None:
    for number in range(timers.BATCH + 5):
        timers.arm(kind="bell", key=str(number), due_at=START)
    timers.tick()
    assert Job.objects.filter(task="timer:bell").count() == timers.BATCH + 5


@pytest.mark.django_db
def test_periodic_function_keeps_step_and_makes_up_for_nothing(
    clock: time_machine.Traveller,
) -> None:
    timers.tick()
    jobs.run_due()
    assert written() == {"sweep": 1}
    clock.shift(299)
    timers.tick()
    jobs.run_due()
    assert written() == {"sweep": 1}
    clock.shift(3600)
    timers.tick()
    timers.tick()
    jobs.run_due()
    assert written() == {"sweep": 2}
    due_at = Timer.objects.get(kind="every", key="tests.core.job_tasks.sweep").due_at
    assert due_at == START + timedelta(minutes=65)


@pytest.mark.django_db
def test_periodic_function_has_one_job_at_most(clock: time_machine.Traveller) -> None:
    for _ in range(4):
        timers.tick()
        clock.shift(300)
    job = Job.objects.get(task=SWEEP)
    Job.objects.filter(pk=job.pk).update(failed_at=START, attempts=9)
    timers.tick()
    job.refresh_from_db()
    assert (job.failed_at, job.attempts) == (None, 0)
    assert Job.objects.filter(task=SWEEP).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_ticks_at_once_ring_everything_once() -> None:
    for number in range(30):
        timers.arm(kind="bell", key=str(number), due_at=START)
    barrier = Barrier(2)

    def tick() -> None:
        barrier.wait()
        timers.tick()
        connection.close()

    threads = [Thread(target=tick) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    timers.tick()
    assert Job.objects.filter(task="timer:bell").count() == 30
    assert Job.objects.filter(task=SWEEP).count() == 1
    assert Timer.objects.filter(kind="every", key="tests.core.job_tasks.sweep").count() == 1
    assert job_tasks.sweep.__name__ == "sweep"


@pytest.mark.django_db
def test_arming_sooner_never_makes_a_timer_later(clock: time_machine.Traveller) -> None:
    timers.arm_sooner(kind="bell", key="1", due_at=START + 5 * MINUTE)
    timers.arm_sooner(kind="bell", key="1", due_at=START + 9 * MINUTE)
    assert Timer.objects.get(kind="bell").due_at == START + 5 * MINUTE
    timers.arm_sooner(kind="bell", key="1", due_at=START + 2 * MINUTE)
    assert Timer.objects.get(kind="bell").due_at == START + 2 * MINUTE


@pytest.mark.django_db
def test_arming_sooner_what_has_just_rung_rings_at_once(clock: time_machine.Traveller) -> None:
    timers.arm(kind="bell", key="1", due_at=START)
    timers.tick()
    timers.arm_sooner(kind="bell", key="1", due_at=START + 9 * MINUTE)
    assert Timer.objects.get(kind="bell").due_at == START
    jobs.run_due()
    assert Timer.objects.filter(kind="bell").exists()  # what had rung was stale

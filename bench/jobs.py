"""Jobs per second: left behind one per transaction, then claimed and run by worker threads."""

import time

from django.db import transaction

from bench import ground
from majung.core import jobs
from majung.core.models import Job
from majung.core.workers import Workers

KEYS = 500


@jobs.job
def nothing(*, number: int) -> None:
    """Do nothing: what is measured is everything around it."""


def run(*, database: str, quick: bool) -> dict[str, float]:
    """Return jobs/s for leaving behind, and for running without and with ordering keys."""
    count = 3_000 if quick else 20_000
    ground.say(f"{count} jobs on {database}")
    figures = {"enqueued_per_s": _leave(count, keyed=False)}
    figures["run_per_s"] = _work_off(count)
    _leave(count, keyed=True)
    figures["run_in_order_per_s"] = _work_off(count)
    return figures


def _leave(count: int, *, keyed: bool) -> float:
    begun = time.perf_counter()
    for number in range(count):
        with transaction.atomic():
            jobs.enqueue(nothing, key=f"key {number % KEYS}" if keyed else "", number=number)
    return count / (time.perf_counter() - begun)


def _work_off(count: int) -> float:
    workers = Workers(threads=2, ticking=False)
    begun = time.perf_counter()
    workers.start()
    while Job.objects.exists():
        time.sleep(0.01)
    seconds = time.perf_counter() - begun
    workers.stop()
    return count / seconds

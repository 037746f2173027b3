"""Jobs, events and timers that only the tests of ``core`` know."""

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from threading import Event as Gate
from threading import Lock

from django.db.models import F

from majung.core import jobs, timers
from majung.core.clock import now
from majung.core.events import Event, after, on
from majung.core.models import RateWindow

SHORT_LEASE = 1.0

_lock = Lock()
seen: list[tuple[str, int]] = []
gate = Gate()
begun = Gate()


def forget() -> None:
    seen.clear()
    gate.clear()
    begun.clear()


def write(what: str) -> None:
    """Count something in the database, as the effect of a job."""
    RateWindow.objects.get_or_create(key=what, defaults={"started_at": now()})
    RateWindow.objects.filter(key=what).update(count=F("count") + 1)


def written() -> dict[str, int]:
    return dict(RateWindow.objects.order_by("key").values_list("key", "count"))


@jobs.job
def count(*, what: str) -> None:
    write(what)


@jobs.job
def count_twice(*, what: str) -> None:
    write(what)
    jobs.enqueue(count, what=what)


@jobs.job(retries=2)
def write_and_fail(*, what: str) -> None:
    write(what)
    msg = f"no {what} today\nDETAIL: Key (phone)=(010-1234-5678)"
    raise ValueError(msg)


@jobs.job(atomic=False, retries=0)
def fail_outside(*, what: str) -> None:
    write(what)
    raise ConnectionError


@jobs.job
def append(*, what: str, number: int) -> None:
    with _lock:
        seen.append((what, number))


@jobs.job(atomic=False)
def append_outside(*, what: str, number: int) -> None:
    time.sleep(0.002)
    with _lock:
        seen.append((what, number))


@jobs.job(atomic=False)
def wait_at_gate(*, what: str) -> None:
    begun.set()
    gate.wait(20)
    write(what)


@jobs.job
def wait_at_gate_within(*, what: str) -> None:
    begun.set()
    gate.wait(20)
    write(what)


@jobs.job(atomic=False, lease=5)
def hold_on(*, what: str) -> None:
    jobs.extend_lease()
    write(what)


@jobs.job(lease=SHORT_LEASE)
def hang_once(*, marker: str) -> None:
    write("effect")
    hang_at(marker)


@jobs.job(atomic=False, lease=SHORT_LEASE)
def hang_once_outside(*, marker: str) -> None:
    hang_at(marker)
    write("effect")


def hang_at(marker: str) -> None:
    if not Path(marker).exists():
        Path(marker).touch()
        time.sleep(60)


@jobs.job(atomic=False, retries=1, lease=0.2)
def kill_the_process() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Greeted(Event):
    name: str
    times: int = 1
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Parted(Event):
    name: str


received: list[Event] = []


@on(Greeted)
def refuse_strangers(event: Greeted) -> None:
    if event.name == "stranger":
        raise PermissionError(event.name)
    write(f"on:{event.name}")


@after(Greeted, Parted, key="name")
def remember(event: Greeted | Parted) -> None:
    received.append(event)


@after(Parted, retries=0)
def break_down(event: Parted) -> None:
    raise RuntimeError(event.name)


@timers.timer("bell")
def ring_bell(*, key: str, times: int = 1) -> None:
    write(f"bell:{key}:{times}")


@timers.timer("cuckoo")
def ring_again(*, key: str) -> None:
    write(f"cuckoo:{key}")
    timers.arm(kind="cuckoo", key=key, due_at=now())


@timers.timer("broken")
def break_bell(*, key: str) -> None:
    write(f"broken:{key}")
    raise RuntimeError(key)


@timers.every(minutes=5)
def sweep() -> None:
    write("sweep")

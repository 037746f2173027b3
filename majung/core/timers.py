"""Timers: clocks as rows. One per (kind, key); arming again replaces, disarming removes it.

    @timer("snooze")
    def wake(*, key: str, conversation_id: int) -> None: ...

    arm(kind="snooze", key="42", due_at=…, payload={"conversation_id": 42})

When a timer is due, ``tick`` leaves a job behind that names the timer's row and epoch. If the
timer was armed again or disarmed before that job runs, they no longer match and nothing happens.
``@every(minutes=5)`` makes a function periodic; a ring missed, or not yet worked off, is not
made up for.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from majung.core import jobs
from majung.core.clock import now
from majung.core.models import Job, Timer
from majung.core.statements import Statement

BATCH = 200
EVERY = "every"

ARM = Statement(
    "INSERT INTO core_timer (kind, key, due_at, epoch, payload) VALUES (%s, %s, %s, 1, %s)"
    " ON CONFLICT (kind, key) DO UPDATE SET due_at = excluded.due_at,"
    " payload = excluded.payload, epoch = core_timer.epoch + 1"
)

# One that has rung and whose job still waits rings again at once: it does not know what is new.
ARM_SOONER = Statement(
    "INSERT INTO core_timer (kind, key, due_at, epoch, payload) VALUES (%s, %s, %s, 1, '{}')"
    " ON CONFLICT (kind, key) DO UPDATE SET epoch = core_timer.epoch + 1, due_at = CASE"
    " WHEN core_timer.due_at IS NULL THEN %s"
    " WHEN core_timer.due_at < excluded.due_at THEN core_timer.due_at ELSE excluded.due_at END"
)


@dataclass(frozen=True, slots=True)
class _Period:
    interval: timedelta
    task: str


_periods: dict[str, _Period] = {}


def timer(
    kind: str, *, retries: int = jobs.RETRIES
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register what happens when a timer of this kind rings: ``function(key=…, **payload)``.

    It runs in one transaction; what talks to the outside is a job that it leaves behind.
    """

    def decorate(function: Callable[..., None]) -> Callable[..., None]:
        def ring(*, timer: int, epoch: int) -> None:
            armed = Timer.objects.select_for_update().filter(pk=timer, epoch=epoch, due_at=None)
            row = armed.first()
            if row is not None:
                row.delete()
                function(key=row.key, **row.payload)

        jobs.register(jobs.Task(name=_task(kind), function=ring, retries=retries))
        return function

    return decorate


def every(
    *, seconds: float = 0, minutes: float = 0, hours: float = 0, atomic: bool = True
) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Make a function periodic; it first runs soon after it became known to the database.

    ``atomic=False`` is for what talks to the outside, as with ``jobs.job``.
    """
    interval = timedelta(seconds=seconds, minutes=minutes, hours=hours)

    def decorate(function: Callable[[], None]) -> Callable[[], None]:
        name = jobs.name_of(function)
        task = jobs.Task(name=f"{EVERY}:{name}", function=function, atomic=atomic)
        jobs.register(task)
        _periods[name] = _Period(interval, task.name)
        return function

    return decorate


def arm(
    *, kind: str, key: str, due_at: datetime, payload: Mapping[str, object] | None = None
) -> None:
    """Let the timer ring at ``due_at``, and only then, whatever it was set to before."""
    ARM.run(kind, key, due_at, dict(payload or {}))


def arm_sooner(*, kind: str, key: str, due_at: datetime) -> None:
    """Let the timer ring at ``due_at``, or before that if it was set so; it has no payload.

    For what looks at the state when it rings, and arms itself again if it came too early.
    """
    ARM_SOONER.run(kind, key, due_at, now())


def disarm(*, kind: str, key: str) -> None:
    """Remove the timer; a ring that is already on its way does nothing."""
    Timer.objects.filter(kind=kind, key=key).delete()


def tick() -> int:
    """Ring what is due and return how many did; any number of processes may tick at once."""
    _know_the_periods()
    count = _ring_periods()
    while rung := _ring_timers():
        count += rung
    return count


def _ring_timers() -> int:
    due = Timer.objects.exclude(kind=EVERY).filter(due_at__lte=now()).order_by("due_at")
    if not due.exists():  # without this, an idle tick would take SQLite's write lock
        return 0
    with transaction.atomic():
        timers = list(due.select_for_update(skip_locked=True)[:BATCH])
        Timer.objects.filter(pk__in=[each.pk for each in timers]).update(due_at=None)
        for each in timers:
            jobs.enqueue_named(_task(each.kind), [("", {"timer": each.pk, "epoch": each.epoch})])
    return len(timers)


def _know_the_periods() -> None:
    known = set(Timer.objects.filter(kind=EVERY).values_list("key", flat=True))
    new = [Timer(kind=EVERY, key=name, due_at=now()) for name in _periods if name not in known]
    if new:
        Timer.objects.bulk_create(new, ignore_conflicts=True)


def _ring_periods() -> int:
    # A name that this version does not know is left alone: a newer one beside us may know it.
    due = Timer.objects.filter(kind=EVERY, key__in=list(_periods), due_at__lte=now())
    if not due.exists():
        return 0
    with transaction.atomic():
        timers = list(due.select_for_update(skip_locked=True).order_by("due_at"))
        for each in timers:
            period = _periods[each.key]
            each.due_at = _next(each.due_at, period.interval)
            each.epoch += 1
            each.save(update_fields=["due_at", "epoch"])
            _ring_period(period)
    return len(timers)


def _ring_period(period: _Period) -> None:
    """Leave one job behind, unless the last one still waits; a parked one gets another chance."""
    last = Job.objects.filter(key=period.task).first()
    if last is None:
        jobs.enqueue_named(period.task, [(period.task, {})])
    elif last.failed_at is not None:
        jobs.retry(last.pk)


def _next(due_at: datetime | None, interval: timedelta) -> datetime:
    """Return the first moment after now that keeps step with ``due_at``."""
    moment = now()
    return moment + interval - (moment - (due_at or moment)) % interval


def _task(kind: str) -> str:
    return f"timer:{kind}"

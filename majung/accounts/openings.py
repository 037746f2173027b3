"""When a brand is open: pure functions of its hours, exact to the minute of the wall clock.

A brand is open while the clock on the wall of its zone shows a time of the day's spans; so an hour
that a clock change repeats counts twice, and one that it skips does not count. A span that runs
past midnight belongs to the day on which it begins, whatever the next day is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from majung.accounts import calendars

DAY: Final = 24 * 60  # minutes
_LONGEST: Final = timedelta(days=2)  # from a day's midnight to the end of its last span
_LOOK_AHEAD: Final = (3, 10, 40, 400)  # days

# Minutes after the midnight with which the day begins: 540 to 1080 is 09:00 to 18:00.
Span: TypeAlias = tuple[int, int]
Spans: TypeAlias = tuple[Span, ...]
Moments: TypeAlias = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Special:
    """A day of the brand's own; ``day`` is "2026-12-24", or "12-24" for every year."""

    day: str
    name: str = ""
    spans: Spans = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """What a person switched by hand: open or closed from one moment to another, or for good."""

    opens: bool
    begins: datetime
    ends: datetime | None = None

    def holds(self, at: datetime) -> bool:
        return self.begins <= at and (self.ends is None or at < self.ends)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """The hours of a brand. ``week`` is Monday to Sunday; ``lunch`` is not open on ``lunch_days``.

    ``holidays`` is how public holidays of the country count: "closed", "open" (as the day of the
    week) or "own" (``holiday_spans``). Special days and own hours of holidays have no lunch.
    """

    zone: str = "Asia/Seoul"
    country: str = "KR"
    week: tuple[Spans, ...] = ((),) * 7
    lunch: Span | None = None
    lunch_days: tuple[int, ...] = ()
    holidays: str = "closed"
    holiday_spans: Spans = ()
    special: tuple[Special, ...] = ()
    override: Override | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """How one day is: ``why`` is "week", "holiday" or "special", ``name`` what it is called."""

    why: str
    spans: Spans
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Whether a brand is open, and why: "hours", "lunch", "holiday", "special" or "override"."""

    is_open: bool
    why: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """When a brand opens or closes next; ``why`` is that of the state it comes to."""

    at: datetime
    opens: bool
    why: str
    name: str = ""


def joined(spans: Sequence[Span]) -> Spans:
    """Return the same times in order, with those that meet made one."""
    found: list[Span] = []
    for begins, ends in sorted(spans):
        if found and begins <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], ends)
        elif ends > begins:
            found.append((begins, ends))
    return tuple(found)


def without(spans: Spans, hole: Span) -> Spans:
    """Return the spans with a hole in them."""
    parts = [
        part
        for begins, ends in spans
        for part in ((begins, min(ends, hole[0])), (max(begins, hole[1]), ends))
    ]
    return joined([part for part in parts if part[0] < part[1]])


@lru_cache(maxsize=8192)
def day(hours: Hours, on: date) -> Day:
    """Return how a day is: a special day before a public holiday before the day of the week."""
    for special in hours.special:
        if special.day in {f"{on:%Y-%m-%d}", f"{on:%m-%d}"}:
            return Day(why="special", spans=special.spans, name=special.name)
    holiday = calendars.holiday_of(on, hours.country)
    if holiday and hours.holidays != "open":
        own = hours.holiday_spans if hours.holidays == "own" else ()
        return Day(why="holiday", spans=own, name=holiday)
    spans = hours.week[on.weekday()]
    if hours.lunch and on.weekday() in hours.lunch_days:
        spans = without(spans, hours.lunch)
    return Day(why="week", spans=spans)


def is_open(hours: Hours, at: datetime) -> bool:
    """Say whether the brand is open at an aware moment."""
    if hours.override and hours.override.holds(at):
        return hours.override.opens
    return is_open_ordinarily(hours, at)


def is_open_ordinarily(hours: Hours, at: datetime) -> bool:
    """Say whether it would be open if nobody had switched it by hand."""
    wall = at.astimezone(ZoneInfo(hours.zone))
    minute = wall.hour * 60 + wall.minute
    return any(
        begins <= minute + DAY * back < ends
        for back in (0, 1)
        for begins, ends in day(hours, wall.date() - timedelta(days=back)).spans
    )


def state(hours: Hours, at: datetime) -> State:
    """Return whether the brand is open at a moment, and why."""
    if hours.override and hours.override.holds(at):
        return State(is_open=hours.override.opens, why="override")
    if is_open_ordinarily(hours, at):
        return State(is_open=True, why="hours")
    wall = at.astimezone(ZoneInfo(hours.zone))
    today = day(hours, wall.date())
    if today.why != "week":
        return State(is_open=False, why=today.why, name=today.name)
    minute = wall.hour * 60 + wall.minute
    is_lunch = (
        hours.lunch is not None
        and wall.weekday() in hours.lunch_days
        and hours.lunch[0] <= minute < hours.lunch[1]
        and any(begins <= minute < ends for begins, ends in hours.week[wall.weekday()])
    )
    return State(is_open=False, why="lunch" if is_lunch else "hours")


def next_change(hours: Hours, at: datetime) -> Change | None:
    """Return when the brand opens or closes next after a moment; ``None``: not within a year."""
    now = is_open(hours, at)
    for days in _LOOK_AHEAD:
        until = at + timedelta(days=days)
        for begins, ends in intervals(hours, at, until):
            edge = ends if now else begins
            if at < edge < until:
                why = state(hours, edge)
                return Change(at=edge, opens=not now, why=why.why, name=why.name)
            if now:
                break
    return None


def next_opening(hours: Hours, at: datetime) -> Change | None:
    """Return when a closed brand opens; ``None`` when it is open or stays closed for a year."""
    change = next_change(hours, at)
    return change if change and change.opens else None


def open_seconds_between(hours: Hours, begins: datetime, ends: datetime) -> float:
    """Return how long the brand was open between two moments, in seconds; 0 when none is."""
    if ends <= begins:
        return 0.0
    return sum((b - a).total_seconds() for a, b in intervals(hours, begins, ends))


def after_open_seconds(hours: Hours, begins: datetime, seconds: float) -> datetime | None:
    """Return when the brand will have been open that long; ``None``: not within a year."""
    left = seconds
    done_until = begins
    for days in _LOOK_AHEAD:
        until = begins + timedelta(days=days)
        for a, b in intervals(hours, done_until, until):
            length = (b - a).total_seconds()
            if length >= left:
                return a + timedelta(seconds=left)
            left -= length
        done_until = until
    return None


def intervals(hours: Hours, begins: datetime, ends: datetime) -> list[Moments]:
    """Return the open times within [begins, ends), in order, in UTC, none touching another."""
    begins, ends = begins.astimezone(UTC), ends.astimezone(UTC)
    found = _ordinary(hours, begins, ends)
    override = hours.override
    if override is None:
        return found
    o_begins, o_ends = max(override.begins, begins), min(override.ends or ends, ends)
    if o_begins >= o_ends:
        return found
    if override.opens:
        return _merged([*found, (o_begins, o_ends)])
    parts = [part for a, b in found for part in ((a, min(b, o_begins)), (max(a, o_ends), b))]
    return [(a, b) for a, b in parts if a < b]


def _ordinary(hours: Hours, begins: datetime, ends: datetime) -> list[Moments]:
    zone = ZoneInfo(hours.zone)
    on = begins.astimezone(zone).date() - _LONGEST
    last = ends.astimezone(zone).date()
    found: list[Moments] = []
    while on <= last:
        found.extend(_of_day(hours, on))
        on += timedelta(days=1)
    cut = [(max(a, begins), min(b, ends)) for a, b in found]
    return _merged([(a, b) for a, b in cut if a < b])


def _merged(moments: Sequence[Moments]) -> list[Moments]:
    found: list[Moments] = []
    for a, b in sorted(moments):
        if found and a <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], b)
        else:
            found.append((a, b))
    return found


@lru_cache(maxsize=8192)
def _of_day(hours: Hours, on: date) -> tuple[Moments, ...]:
    midnight = datetime.combine(on, time())
    zone = ZoneInfo(hours.zone)
    return tuple(
        moments
        for begins, ends in day(hours, on).spans
        for moments in _moments(
            midnight + timedelta(minutes=begins), midnight + timedelta(minutes=ends), zone
        )
    )


def _moments(begins: datetime, ends: datetime, zone: ZoneInfo) -> Iterator[Moments]:
    """Yield when the wall clock shows a time in [begins, ends): twice where it is set back."""
    before = _offset(begins - timedelta(days=1), zone)
    after = _offset(ends + timedelta(days=1), zone)
    if before == after:
        yield (begins - before).replace(tzinfo=UTC), (ends - before).replace(tzinfo=UTC)
        return
    turn = _turn(begins, ends, before=before, zone=zone)
    first = begins - before, min(ends - before, turn)
    second = max(begins - after, turn), ends - after
    for a, b in (first, second):
        if a < b:
            yield a.replace(tzinfo=UTC), b.replace(tzinfo=UTC)


def _offset(wall: datetime, zone: ZoneInfo) -> timedelta:
    return wall.replace(tzinfo=zone).utcoffset() or timedelta()


def _turn(begins: datetime, ends: datetime, *, before: timedelta, zone: ZoneInfo) -> datetime:
    """Return the moment (UTC, naive) about that day at which the offset ``before`` ends."""
    low, high = begins - timedelta(days=1) - before, ends + timedelta(days=2) - before
    while high - low > timedelta(seconds=1):
        middle = (low + (high - low) / 2).replace(microsecond=0)
        moment = middle.replace(tzinfo=UTC).astimezone(zone)
        if moment.utcoffset() == before:
            low = middle
        else:
            high = middle
    return high

"""When customers write and when agents answer, in Korean time (UTC+9 all year)."""

from bisect import bisect_right
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache
from itertools import accumulate
from random import Random

import holidays

from majung.demo.content.company import Hours

SEOUL = timezone(timedelta(hours=9), "KST")
WINDOW_DAYS = 180

_WEEKDAY_LOAD = (1.55, 1.2, 1.1, 1.05, 1.0, 0.55, 0.6)
_HOLIDAY_LOAD = 0.5
# One week in the window is a sale: the shop sells and hears twice as much.
_SALE_FROM, _SALE_UNTIL, _SALE_LOAD = 66, 59, 1.9
# Share of messages by hour of the day, 0 to 23: peaks after opening, after lunch, in the evening.
_HOUR_LOAD = (
    1.6, 0.9, 0.5, 0.3, 0.2, 0.3, 0.7, 1.6, 3.2, 7.4, 8.9, 7.6,
    4.9, 7.2, 8.1, 7.5, 6.8, 5.2, 3.6, 3.5, 4.1, 4.6, 4.2, 2.8,
)  # fmt: skip
_HOUR_SUMS = tuple(accumulate(_HOUR_LOAD))


@lru_cache(maxsize=64)
def _closed_days(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("KR", years=year))


def is_business_day(day: date, *, hours: Hours) -> bool:
    """Return whether the brand works on that day (Korean public holidays are free)."""
    return day.weekday() in hours.days and day not in _closed_days(day.year)


def next_business_day(day: date, *, count: int = 1, hours: Hours) -> date:
    """Return the `count`-th business day after `day`."""
    for _ in range(count):
        day += timedelta(days=1)
        while not is_business_day(day, hours=hours):
            day += timedelta(days=1)
    return day


def working(moment: datetime, *, hours: Hours) -> datetime:
    """Return `moment` if agents work then, else the next time they begin, in Korean time."""
    local = moment.astimezone(SEOUL)
    clock = local.time()
    day = local.date()
    if is_business_day(day, hours=hours):
        if clock < hours.opens:
            return _at(day, hours.opens)
        if hours.lunch[0] <= clock < hours.lunch[1]:
            return _at(day, hours.lunch[1])
        if clock < hours.closes:
            return local
    return _at(next_business_day(day, hours=hours), hours.opens)


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, tzinfo=SEOUL)


def arrivals(rng: Random, *, count: int, now: datetime) -> list[datetime]:
    """Return `count` times (UTC, in order) within the window before `now`."""
    today = now.astimezone(SEOUL).date()
    days = [today - timedelta(days=back) for back in range(WINDOW_DAYS - 1, -1, -1)]
    loads = [_load(day, back=(today - day).days) for day in days]
    moments: list[datetime] = []
    while len(moments) < count:
        for day in rng.choices(days, weights=loads, k=count - len(moments)):
            moment = _at(day, time()) + timedelta(seconds=_second_of_day(rng))
            if moment < now:
                moments.append(moment.astimezone(UTC))
    return sorted(moments)


def recent(rng: Random, *, count: int, now: datetime) -> list[datetime]:
    """Return `count` times (UTC, in order) of the last thirty hours, few of them at night."""
    moments = []
    for _ in range(count):
        tries = [now - timedelta(hours=rng.triangular(0.05, 30, 2)) for _ in range(3)]
        moments.append(max(tries, key=lambda moment: _HOUR_LOAD[moment.astimezone(SEOUL).hour]))
    return sorted(moment.astimezone(UTC) for moment in moments)


def awake(moment: datetime, rng: Random) -> datetime:
    """Return `moment`, or a time of the morning after it when people sleep."""
    local = moment.astimezone(SEOUL)
    if 1 <= local.hour < 7:
        return _at(local.date(), time(7)) + timedelta(minutes=rng.uniform(5, 150))
    return moment


def _load(day: date, *, back: int) -> float:
    load = _WEEKDAY_LOAD[day.weekday()] * (1.15 - 0.45 * back / WINDOW_DAYS)
    if day in _closed_days(day.year):
        load *= _HOLIDAY_LOAD
    return load * (_SALE_LOAD if _SALE_UNTIL <= back <= _SALE_FROM else 1.0)


def _second_of_day(rng: Random) -> int:
    hour = bisect_right(_HOUR_SUMS, rng.random() * _HOUR_SUMS[-1])
    return min(hour, 23) * 3600 + rng.randrange(3600)

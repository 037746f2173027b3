"""Moments: in headers, and as programs write them into quotes in many languages."""

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import Final

_ZONES: Final = {" KST": " +0900", " JST": " +0900", " (KST)": " +0900"}
_YEARS: Final = range(1970, 2101)
_NUMBERS: Final = re.compile(
    r"(\d{4}|\d{2})\s{0,2}[년年./-]\s{0,2}(\d{1,2})\s{0,2}[월月./-]\s{0,2}(\d{1,2})"
)
_NAMED: Final = re.compile(r"\b([A-Za-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})")
_DAY_FIRST: Final = re.compile(r"\b(\d{1,2})\.? ([A-Za-z]{3,9})\.? (\d{4})")
_CLOCK: Final = re.compile(
    r"(오전|오후|上午|下午|午前|午後)?\s{0,2}(\d{1,2})\s?(?::|시|時)\s?(\d{1,2})"
    r"(?:\s?(?::|분|分)\s?(\d{1,2})(?!\d))?[초秒]?\s{0,2}([AaPp]\.?[Mm])?"
)
_ZONE: Final = re.compile(r"(?:GMT|UTC|\s)([+-])(\d{1,2})(?::?(\d{2}))?")
_MONTHS: Final = (
    "jan",
    "feb",
    "mar",
    "apr",
    "may",
    "jun",
    "jul",
    "aug",
    "sep",
    "oct",
    "nov",
    "dec",
)
_AFTERNOON: Final = frozenset({"오후", "下午", "午後", "pm"})
_MORNING: Final = frozenset({"오전", "上午", "午前", "am"})


def header(text: str) -> datetime | None:
    """Return the moment of a ``Date`` header; ``None`` for one that cannot be read."""
    value = text.strip()[:200]
    for name, offset in _ZONES.items():
        if value.endswith(name) and "+0" not in value:
            value = value.removesuffix(name) + offset
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        return None
    if moment.year not in _YEARS:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def loose(text: str) -> datetime | None:
    """Return the moment that a quoted header names, without a zone if it names none."""
    value = text[:200]
    day = _day(value)
    if day is None:
        return header(value)
    year, month, date, end = day
    hour, minute, second, stop = _clock(value, end)
    try:
        return datetime(year, month, date, hour, minute, second, tzinfo=_zone(value, stop))
    except ValueError:
        return None


def _day(value: str) -> tuple[int, int, int, int] | None:
    if match := _NUMBERS.search(value):
        year = int(match[1])
        return year + 2000 * (year < 100), int(match[2]), int(match[3]), match.end()
    if (match := _NAMED.search(value)) and match[1][:3].lower() in _MONTHS:
        return int(match[3]), _MONTHS.index(match[1][:3].lower()) + 1, int(match[2]), match.end()
    if (match := _DAY_FIRST.search(value)) and match[2][:3].lower() in _MONTHS:
        return int(match[3]), _MONTHS.index(match[2][:3].lower()) + 1, int(match[1]), match.end()
    return None


def _clock(value: str, start: int) -> tuple[int, int, int, int]:
    match = _CLOCK.search(value, start)
    if match is None:
        return 0, 0, 0, start
    half = (match[1] or match[5] or "").replace(".", "").lower()
    hour = int(match[2])
    if half in _AFTERNOON and hour < 12:
        hour += 12
    elif half in _MORNING and hour == 12:
        hour = 0
    return hour, int(match[3]), int(match[4] or 0), match.end()


def _zone(value: str, start: int) -> timezone | None:
    match = _ZONE.search(value, max(0, start - 1))
    if match is None:
        return None
    ahead = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    if ahead >= timedelta(hours=24):
        return None
    return timezone(ahead if match[1] == "+" else -ahead)

"""The hours of a brand in sentences, and the coming two weeks drawn."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from majung.accounts import hours, openings, spans
from majung.accounts.models import Brand, BrandHours
from majung.accounts.openings import DAY, Hours, Spans
from majung.core import clock
from majung.core.text import moments

DAY_NAMES: Final = (
    gettext_lazy("월요일"),
    gettext_lazy("화요일"),
    gettext_lazy("수요일"),
    gettext_lazy("목요일"),
    gettext_lazy("금요일"),
    gettext_lazy("토요일"),
    gettext_lazy("일요일"),
)
FORTNIGHT: Final = 14
WORKING_DAY: Final = timedelta(hours=10)
# The drawing, in units of its own: a day is a row, an hour ten.
ROW, LEFT, HOUR = 22, 84, 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One open time of a drawn day."""

    x: int
    width: int
    times: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One drawn day; ``name`` is what is special about it."""

    y: int
    label: str
    name: str
    bars: list[Bar]
    is_free: bool
    told: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What stands beside the form: what the hours say, and the two weeks to come.

    ``wrong`` tells of fields that could not be read, and are drawn as they were before.
    """

    sentences: list[str]
    rows: list[Row]
    wrong: Sequence[str] = ()

    @property
    def height(self) -> int:
        return len(self.rows) * ROW + 18


@dataclass(frozen=True, slots=True, kw_only=True)
class Now:
    """How a brand is now: in a sentence, and what a switch would do.

    ``until`` is when a switch that holds ends; ``boundary`` until when one would hold that is made
    now, ``span`` how long that is if it is longer than a working day. Both are empty when it would
    hold for good. ``soon`` is a moment to begin a choice from, as ``datetime-local`` takes it.
    """

    brand: Brand
    is_open: bool
    is_switched: bool
    text: str
    until: str
    boundary: str
    span: str
    soon: str
    is_set: bool


def picture(of: Hours, *, wrong: Sequence[str] = ()) -> Picture:
    """Return the drawing of hours from today on."""
    today = clock.now().astimezone(ZoneInfo(of.zone)).date()
    days = [today + timedelta(days=number) for number in range(FORTNIGHT)]
    rows = [_row(of, day, number) for number, day in enumerate(days)]
    return Picture(sentences=list(sentences(of)), rows=rows, wrong=wrong)


def now(brand: Brand, of: Hours, *, is_set: bool) -> Now:
    """Return how a brand is at this moment."""
    at = clock.now()
    is_open = openings.is_open(of, at)
    change = openings.next_change(of, at)
    boundary = openings.next_change(replace(of, override=None), at)
    override = of.override
    ends = override.ends if override and override.holds(at) else None
    return Now(
        brand=brand,
        is_open=is_open,
        is_switched=override is not None and override.holds(at),
        text=_said(change.at if change else None, at, of.zone, is_open=is_open),
        until=moments.near(ends, now=at, zone=of.zone) if ends else "",
        boundary=moments.near(boundary.at, now=at, zone=of.zone) if boundary else "",
        span=_span(boundary.at - at) if boundary else "",
        soon=f"{_soon(at).astimezone(ZoneInfo(of.zone)):%Y-%m-%dT%H:%M}",
        is_set=is_set,
    )


def nows(brands: Iterable[Brand]) -> Iterator[tuple[BrandHours | None, Now]]:
    """Yield the hours of each brand, if it has any, and how it is now. One query."""
    rows = {row.brand_id: row for row in BrandHours.objects.all()}
    for brand in brands:
        row = rows.get(brand.pk)
        of_brand = hours.of_row(row, brand) if row else hours.of_plan(hours.ALWAYS, brand)
        yield row, now(brand, of_brand, is_set=bool(row))


def sentences(of: Hours) -> Iterator[str]:
    """Yield what the hours say, a sentence each."""
    for first, last, times in _runs(of.week):
        when = {"days": _days(first, last), "times": _times(times)}
        if times == ((0, DAY),):
            yield _("%(days)s 24시간 열어요") % when
        else:
            yield (_("%(days)s %(times)s에 열어요") if times else _("%(days)s 쉬어요")) % when
    if of.lunch and of.lunch_days:
        yield _("점심 %(times)s에 쉬어요") % {"times": _times((of.lunch,))}
    match of.holidays:
        case "open":
            yield _("공휴일에도 요일대로 열어요")
        case "own":
            yield _("공휴일에는 %(times)s에 열어요") % {"times": _times(of.holiday_spans)}
        case _:
            yield _("공휴일에는 쉬어요")
    if of.special:
        count = len(of.special)
        yield ngettext("따로 정한 날 %(n)d개", "따로 정한 날 %(n)d개", count) % {"n": count}


def brief(of: Hours) -> str:
    """Return what the hours say of a usual week, as short as one would say it."""
    parts = [
        f"{_short(first, last)} {_('24시간') if times == ((0, DAY),) else _times(times)}"
        for first, last, times in _runs(of.week)
        if times
    ]
    if not parts:
        return _("여는 요일 없음")
    if of.lunch and of.lunch_days:
        parts.append(_("점심 %(times)s") % {"times": _times((of.lunch,))})
    return ", ".join(parts)


def _span(length: timedelta) -> str:
    """Return how long a switch would hold, where that may surprise."""
    if length <= WORKING_DAY:
        return ""
    days, rest = divmod(round(length.total_seconds() / 3600), 24)
    told = {"days": days, "hours": rest}
    if days and rest:
        return _("%(days)d일 %(hours)d시간") % told
    return (_("%(days)d일") if days else _("%(hours)d시간")) % told


def _soon(at: datetime) -> datetime:
    """Return the next half hour that is two hours away at least."""
    half = timedelta(minutes=30)
    later = at + timedelta(hours=2)
    return later + (datetime.min.replace(tzinfo=later.tzinfo) - later) % half


def _said(until: datetime | None, at: datetime, zone: str, *, is_open: bool) -> str:
    when = {"when": moments.near(until, now=at, zone=zone) if until else ""}
    if is_open:
        return _("%(when)s까지 열어요") % when if until else _("쉬는 시간 없이 열어요")
    return _("%(when)s에 열어요") % when if until else _("여는 때가 정해지지 않았어요")


def _runs(week: Sequence[Spans]) -> Iterator[tuple[int, int, Spans]]:
    """Yield the days that are alike and follow each other: first, last, their times."""
    first = 0
    for day in range(1, len(week) + 1):
        if day == len(week) or week[day] != week[first]:
            yield first, day - 1, week[first]
            first = day


def _days(first: int, last: int) -> str:
    if (first, last) == (0, 6):
        return _("매일")
    if (first, last) == (0, 4):
        return _("평일에는")
    if (first, last) == (5, 6):
        return _("주말에는")
    if first == last:
        return _("%(day)s에는") % {"day": DAY_NAMES[first]}
    return _("%(first)s부터 %(last)s까지는") % {
        "first": DAY_NAMES[first],
        "last": DAY_NAMES[last],
    }


def _short(first: int, last: int) -> str:
    known = {(0, 6): _("매일"), (0, 4): _("평일"), (5, 6): _("주말")}
    if first == last:
        return str(DAY_NAMES[first])
    return known.get((first, last)) or f"{DAY_NAMES[first]}–{DAY_NAMES[last]}"


def _times(times: Spans) -> str:
    return spans.told(times, next_day=_("익일 "))


def _row(of: Hours, day: date, number: int) -> Row:
    today = openings.day(of, day)
    before = openings.day(of, day - timedelta(days=1))
    shown = openings.joined(
        [
            *((begins, min(ends, DAY)) for begins, ends in today.spans),
            *((0, ends - DAY) for _begins, ends in before.spans if ends > DAY),
        ]
    )
    return Row(
        y=number * ROW,
        label=moments.day(datetime(day.year, day.month, day.day)),  # noqa: DTZ001 - a date's face
        name=today.name,
        bars=[
            Bar(
                x=LEFT + begins * HOUR // 60,
                width=max(1, (ends - begins) * HOUR // 60),
                times=spans.told(((begins, ends),)),
            )
            for begins, ends in shown
        ],
        is_free=not today.spans,
        told=_times(today.spans) if today.spans else _("쉬어요"),
    )

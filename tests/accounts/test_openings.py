"""When a brand is open, held against a walk from minute to minute with the clock on the wall."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from majung.accounts import calendars, openings
from majung.accounts.openings import Hours, Override, Special

WEEKDAYS = (0, 1, 2, 3, 4)
NINE_TO_SIX = ((540, 1080),)
OFFICE = Hours(
    week=(NINE_TO_SIX,) * 5 + ((),) * 2,
    lunch=(720, 780),
    lunch_days=WEEKDAYS,
    special=(Special(day="11-25", name="창립기념일"),),
)
NIGHT = Hours(week=(((1080, 1620),),) * 7)  # 18:00 to 03:00 of the next day


def seoul(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Seoul"))


@pytest.mark.parametrize(
    ("hours", "at", "is_open", "why", "changes"),
    [
        (OFFICE, "2026-11-20T08:59:59", False, "hours", "2026-11-20T09:00"),
        (OFFICE, "2026-11-20T09:00", True, "hours", "2026-11-20T12:00"),
        (OFFICE, "2026-11-20T12:30", False, "lunch", "2026-11-20T13:00"),
        (OFFICE, "2026-11-20T17:59:59", True, "hours", "2026-11-20T18:00"),
        (OFFICE, "2026-11-20T18:00", False, "hours", "2026-11-23T09:00"),
        (OFFICE, "2026-11-25T10:00", False, "special", "2026-11-26T09:00"),
        (OFFICE, "2026-12-25T10:00", False, "holiday", "2026-12-28T09:00"),
        (OFFICE, "2026-12-31T18:00", False, "hours", "2027-01-04T09:00"),
        (NIGHT, "2026-12-31T23:59", True, "hours", "2027-01-02T03:00"),
        (NIGHT, "2026-11-20T02:59", True, "hours", "2026-11-20T03:00"),
        (NIGHT, "2026-11-20T03:00", False, "hours", "2026-11-20T18:00"),
    ],
)
def test_open_why_and_until_when(
    hours: Hours, at: str, is_open: bool, why: str, changes: str
) -> None:
    # 1 January is a holiday: what began on New Year's Eve runs on, and nothing begins.
    state = openings.state(hours, seoul(at))
    assert (state.is_open, state.why) == (is_open, why)
    change = openings.next_change(hours, seoul(at))
    expected = seoul(changes)
    if hours is NIGHT and at.startswith("2026-12-31"):
        expected = seoul("2027-01-01T03:00")
    assert change is not None
    assert (change.at, change.opens) == (expected, not is_open)


def test_a_change_tells_why() -> None:
    change = openings.next_change(OFFICE, seoul("2026-11-20T11:00"))
    assert change is not None
    assert change.why == "lunch"
    holiday = openings.state(OFFICE, seoul("2026-12-25T10:00"))
    assert holiday.name == "기독탄신일"


def test_holidays_may_be_open_or_have_hours_of_their_own() -> None:
    christmas = seoul("2026-12-25T15:00")
    week, lunch = OFFICE.week, OFFICE.lunch
    usual = Hours(week=week, lunch=lunch, lunch_days=WEEKDAYS, holidays="open")
    own = Hours(week=week, holidays="own", holiday_spans=((600, 840),))
    assert openings.is_open(usual, christmas)
    assert not openings.is_open(own, christmas)
    assert openings.is_open(own, seoul("2026-12-25T13:59"))


def test_what_was_switched_by_hand_holds_until_it_lapses() -> None:
    at = seoul("2026-11-20T19:00")
    open_until_nine = Override(opens=True, begins=at, ends=seoul("2026-11-20T21:00"))
    hours = Hours(week=OFFICE.week, override=open_until_nine)
    assert not openings.is_open(hours, at - timedelta(seconds=1))
    assert openings.state(hours, at) == openings.State(is_open=True, why="override")
    change = openings.next_change(hours, at)
    assert change is not None
    assert change.at == seoul("2026-11-20T21:00")
    midnight = seoul("2026-11-20T00:00")
    assert openings.open_seconds_between(hours, midnight, midnight + timedelta(days=1)) == 11 * 3600
    shut = Override(opens=False, begins=seoul("2026-11-20T10:00"), ends=None)
    closed = Hours(week=OFFICE.week, override=shut)
    assert openings.next_change(closed, at) is None
    assert openings.open_seconds_between(closed, midnight, at) == 3600


def test_one_who_never_opens_or_never_closes_has_no_next_change() -> None:
    at = seoul("2026-11-20T10:00")
    always = Hours(week=(((0, 1440),),) * 7, holidays="open")
    assert openings.next_change(always, at) is None
    assert openings.is_open(always, at)
    assert openings.next_change(Hours(), at) is None
    assert openings.after_open_seconds(Hours(), at, 60) is None


def test_business_time_runs_only_while_open() -> None:
    start = seoul("2026-11-20T17:50")
    assert openings.after_open_seconds(OFFICE, start, 900) == seoul("2026-11-23T09:05")
    assert openings.open_seconds_between(OFFICE, start, seoul("2026-11-23T09:05")) == 900
    assert openings.open_seconds_between(OFFICE, start, start) == 0


def test_a_day_of_a_clock_change_counts_what_the_wall_shows() -> None:
    york = ZoneInfo("America/New_York")
    early = Hours(zone="America/New_York", country="US", week=(((60, 180),),) * 7)
    for day, seconds in ((date(2026, 3, 8), 3600), (date(2026, 11, 1), 3 * 3600)):
        begins = datetime(day.year, day.month, day.day, tzinfo=york)
        found = openings.open_seconds_between(early, begins, begins + timedelta(hours=12))
        assert found == seconds


# Against the naive walk

SPAN = st.tuples(st.integers(0, 1439), st.integers(1, 1440)).map(lambda s: (s[0], s[0] + s[1]))
SPANS = st.lists(SPAN, max_size=3).map(openings.joined)
ZONES = st.sampled_from(
    ["Asia/Seoul", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu"]
)
# Clock changes of spring and autumn, year ends, a leap day, holidays.
DAYS = st.sampled_from(
    [
        datetime(2026, 3, 7, 12, tzinfo=UTC), datetime(2026, 10, 31, 20, tzinfo=UTC),
        datetime(2026, 3, 28, 22, tzinfo=UTC), datetime(2026, 10, 24, 22, tzinfo=UTC),
        datetime(2026, 4, 4, 10, tzinfo=UTC), datetime(2026, 10, 3, 10, tzinfo=UTC),
        datetime(2026, 12, 31, 3, tzinfo=UTC), datetime(2028, 2, 28, 14, tzinfo=UTC),
        datetime(2026, 12, 24, 15, tzinfo=UTC), datetime(2026, 9, 23, 15, tzinfo=UTC),
    ]
)  # fmt: skip


@st.composite
def any_hours(draw: st.DrawFn) -> Hours:
    lunch = draw(st.none() | st.tuples(st.integers(600, 700), st.integers(720, 840)))
    special = draw(st.lists(st.tuples(st.sampled_from(["01-01", "2026-03-08", "12-25"]), SPANS)))
    return Hours(
        zone=draw(ZONES),
        country=draw(st.sampled_from(["KR", "US", "DE"])),
        week=tuple(draw(SPANS) for _ in range(7)),
        lunch=lunch,
        lunch_days=tuple(draw(st.sets(st.integers(0, 6)))),
        holidays=draw(st.sampled_from(["closed", "open", "own"])),
        holiday_spans=draw(SPANS),
        special=tuple(Special(day=day, spans=spans) for day, spans in special),
    )


def naive_spans(hours: Hours, day: date) -> list[tuple[int, int]]:
    for special in hours.special:
        if special.day in {day.isoformat(), day.isoformat()[5:]}:
            return list(special.spans)
    if calendars.holiday_of(day, hours.country):
        if hours.holidays == "closed":
            return []
        if hours.holidays == "own":
            return list(hours.holiday_spans)
    return list(hours.week[day.weekday()])


def naive_open(hours: Hours, at: datetime) -> bool:
    wall = at.astimezone(ZoneInfo(hours.zone))
    for back in (0, 1):
        day = wall.date() - timedelta(days=back)
        minute = wall.hour * 60 + wall.minute + back * 1440
        is_plain = naive_spans(hours, day) == list(hours.week[day.weekday()])
        for begins, ends in naive_spans(hours, day):
            has_lunch = (
                is_plain
                and openings.day(hours, day).why == "week"
                and hours.lunch is not None
                and day.weekday() in hours.lunch_days
                and hours.lunch[0] <= minute < hours.lunch[1]
            )
            if begins <= minute < ends and not has_lunch:
                return True
    return False


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@example(OFFICE, datetime(2026, 12, 31, 3, tzinfo=UTC), 90)
@given(any_hours(), DAYS, st.integers(0, 600))
def test_it_agrees_with_a_walk_from_minute_to_minute(
    hours: Hours, begins: datetime, offset: int
) -> None:
    begins += timedelta(minutes=offset)
    minutes = [begins + timedelta(minutes=n) for n in range(1800)]
    shown = [naive_open(hours, each) for each in minutes]
    assert [openings.is_open(hours, each) for each in minutes] == shown
    ends = minutes[-1] + timedelta(minutes=1)
    assert openings.open_seconds_between(hours, begins, ends) == 60 * sum(shown)
    first = next(
        (at for at, is_open in zip(minutes, shown, strict=True) if is_open != shown[0]), None
    )
    change = openings.next_change(hours, begins)
    if first is not None:
        assert change is not None
        assert (change.at, change.opens) == (first, not shown[0])
    elif change is not None:
        assert change.at >= ends
    wanted = 60 * sum(shown)
    if wanted:
        last = max(at for at, is_open in zip(minutes, shown, strict=True) if is_open)
        assert openings.after_open_seconds(hours, begins, wanted) == last + timedelta(minutes=1)

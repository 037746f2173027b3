from datetime import UTC, date, datetime

import pytest

from majung.accounts import calendars
from tests import factories


@pytest.mark.parametrize(
    ("zone", "moment", "day"),
    [
        ("Asia/Seoul", datetime(2026, 11, 20, 14, 59, 59, tzinfo=UTC), date(2026, 11, 20)),
        ("Asia/Seoul", datetime(2026, 11, 20, 15, 0, 0, tzinfo=UTC), date(2026, 11, 21)),
        ("America/New_York", datetime(2026, 11, 20, 4, 59, 59, tzinfo=UTC), date(2026, 11, 19)),
        ("America/New_York", datetime(2026, 11, 20, 5, 0, 0, tzinfo=UTC), date(2026, 11, 20)),
        # Summer time: New York is four hours behind then.
        ("America/New_York", datetime(2026, 7, 1, 4, 0, 0, tzinfo=UTC), date(2026, 7, 1)),
        ("UTC", datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC), date(2026, 12, 31)),
    ],
)
def test_the_date_is_that_of_the_brands_zone(
    db: None, zone: str, moment: datetime, day: date
) -> None:
    brand = factories.brand(timezone=zone)
    assert calendars.business_date(moment, brand) == day


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 11, 20), True),  # a Friday
        (date(2026, 11, 21), False),  # Saturday
        (date(2026, 11, 22), False),  # Sunday
        (date(2026, 9, 25), False),  # 추석
        (date(2026, 3, 1), False),  # 삼일절, a Sunday
        (date(2026, 3, 2), False),  # and its substitute on Monday
        (date(2026, 8, 17), False),  # substitute for 광복절 on a Saturday
        (date(2025, 5, 6), False),  # substitute: 어린이날 and 부처님오신날 fell on one day
        (date(2026, 3, 3), True),
    ],
)
def test_korean_holidays_and_their_substitutes_are_free(db: None, day: date, works: bool) -> None:
    assert calendars.is_business_day(day, factories.brand()) is works


def test_a_brand_keeps_the_holidays_of_its_own_country(db: None) -> None:
    american = factories.brand(country="US", timezone="America/New_York")
    thanksgiving = date(2026, 11, 26)
    assert calendars.is_business_day(thanksgiving, american) is False
    assert calendars.is_business_day(thanksgiving, factories.brand()) is True
    assert calendars.holiday_name(thanksgiving, american) == "Thanksgiving Day"

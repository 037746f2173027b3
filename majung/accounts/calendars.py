"""Which day it is for a brand, and whether people work on it."""

from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays
from holidays.holiday_base import HolidayBase

from majung.accounts.models import Brand

_SATURDAY = 5


def business_date(moment: datetime, brand: Brand) -> date:
    """Return the date on the wall calendar of the brand's zone; ``moment`` is aware."""
    return moment.astimezone(ZoneInfo(brand.timezone)).date()


def is_business_day(day: date, brand: Brand) -> bool:
    """Say whether the brand's country works on that day.

    Saturdays, Sundays and public holidays are free; substitute holidays (대체공휴일) are those of
    관공서의 공휴일에 관한 규정 제3조, as kept by the ``holidays`` package.
    """
    return day.weekday() < _SATURDAY and day not in _holidays(brand.country, day.year)


def holiday_name(day: date, brand: Brand) -> str:
    """Return what the brand's country celebrates on that day, or the empty text."""
    return holiday_of(day, brand.country)


def holiday_of(day: date, country: str) -> str:
    """Return what a country celebrates on that day, in its own language, or the empty text."""
    return str(_holidays(country, day.year).get(day) or "")


@lru_cache(maxsize=64)
def _holidays(country: str, year: int) -> HolidayBase:
    # Without a language the package would follow the locale of whoever started the process.
    language = holidays.country_holidays(country).default_language
    return holidays.country_holidays(country, years=year, language=language)

"""A moment near now in words, as one says it: "오늘 18:00", "내일 09:00", "11월 23일(월) 09:00"."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.dateformat import format as date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _


def near(at: datetime, *, now: datetime, zone: str) -> str:
    """Return a moment as the clocks of a zone show it, in the active language."""
    local = at.astimezone(ZoneInfo(zone))
    days = (local.date() - now.astimezone(ZoneInfo(zone)).date()).days
    clock = f"{local:%H:%M}"
    if days == 0:
        return _("오늘 %(clock)s") % {"clock": clock}
    if days == 1:
        return _("내일 %(clock)s") % {"clock": clock}
    return f"{day(local)} {clock}"


def day(local: datetime) -> str:
    """Return a day without its year: "11월 23일(월)"."""
    if (get_language() or "ko").startswith("ko"):
        return f"{local.month}월 {local.day}일({date_format(local, 'l')[0]})"
    return date_format(local, "D, j M")

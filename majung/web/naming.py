"""What people are called on the screen, and how addresses are shown without giving them away."""

import re
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.dateformat import format as date_format
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _

from majung.core import clock
from majung.customers.models import Customer, Identity

TINTS = 5
_DOTS = "••••"
_WEEKDAYS = "월화수목금토일"
_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


def customer_name(customer: Customer) -> str:
    """Return the name of the person the profile stands for today, or a word for a nameless one."""
    person = customer.merged_into or customer
    return person.name or customer.name or nameless(person)


def nameless(customer: Customer) -> str:
    """Return what to call a profile whose name nobody knows."""
    return _("방문자 %(code)s") % {"code": customer.public_id.hex[-4:]}


def language(code: str) -> str:
    """Return the name of a language in the active one, nothing for a code nobody knows."""
    try:
        return str(get_language_info(code)["name_translated"]) if code else ""
    except KeyError:
        return ""


def initial(name: str) -> str:
    """Return the first letter or syllable of a name."""
    return name.strip()[:1].upper() or "?"


def tint(key: int) -> str:
    """Return one of the calm tints for a person; the same person has the same."""
    return f"t{key % TINTS + 1}"


def masked(identity: Identity) -> str:
    """Return an address as far as one needs it to tell two apart."""
    address = identity.address
    if identity.kind == Identity.Kind.EMAIL:
        local, _at, host = address.partition("@")
        return f"{local[:1]}{_DOTS[:3]}@{host}"
    if identity.kind == Identity.Kind.PHONE:
        return _masked_phone(address)
    return address if len(address) <= 4 else f"{address[:2]}{_DOTS[:3]}{address[-2:]}"


def _masked_phone(number: str) -> str:
    korean = re.fullmatch(r"\+82(2|\d\d)\d{3,4}(\d{4})", number)
    if korean:
        return f"0{korean[1]}-{_DOTS}-{korean[2]}"
    return f"{number[:4]} {_DOTS} {number[-3:]}"


def ago(moment: datetime) -> str:
    """Return 방금, 4분, 3시간, 어제, 11월 20일: how the browser, too, tells times."""
    now = clock.now()
    past = now - moment
    if past < -_MINUTE:
        return day(moment)
    if past < _MINUTE:
        return _("방금")
    if past < _HOUR:
        return _("%(number)d분") % {"number": past // _MINUTE}
    days = _date(now) - _date(moment)
    if past < _DAY and (days == 0 or past < _HOUR * 12):
        return _("%(number)d시간") % {"number": past // _HOUR}
    if days <= 1:
        return _("어제")
    return day(moment)


def day(moment: datetime) -> str:
    """Return the date, with the year unless it is this one: 11월 20일."""
    local, now = timezone.localtime(moment), timezone.localtime(clock.now())
    korean = get_language() != "en"
    if local.year == now.year:
        return date_format(local, "n월 j일" if korean else "M j")
    return date_format(local, "Y년 n월 j일" if korean else "M j, Y")


def weekday(moment: datetime) -> str:
    """Return the date and its day of the week: 11월 20일 (금)."""
    local = timezone.localtime(moment)
    if get_language() == "en":
        return f"{date_format(local, 'D')}, {day(moment)}"
    return f"{day(moment)} ({_WEEKDAYS[local.weekday()]})"


def moment(at: datetime) -> str:
    """Return a day and its clock, the nearest days by name: 오늘 18:00, 내일 09:00, 11월 30일 09:00."""
    local = timezone.localtime(at)
    days = _date(at) - _date(clock.now())
    words = {0: _("오늘"), 1: _("내일")}
    return f"{words.get(days) or weekday(at)} {date_format(local, 'H:i')}"


def soon(at: datetime) -> str:
    """Return a moment ahead in few letters: 18:00, 내일 09:00, 11월 30일."""
    days = _date(at) - _date(clock.now())
    if days > 1:
        return day(at)
    return moment(at) if days == 1 else date_format(timezone.localtime(at), "H:i")


def _date(moment: datetime) -> int:
    return timezone.localtime(moment).toordinal()

"""The hours of a brand as a setting, and the switch by hand that lapses by itself."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from majung.accounts import audit, editables, of_brand, openings, revisions, spans
from majung.accounts.editables import Data, Editable, Reading
from majung.accounts.events import HoursChanged
from majung.accounts.models import Agent, Brand, BrandHours
from majung.accounts.openings import Hours, Override, Special
from majung.core import clock
from majung.core.events import publish

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOLIDAYS: Final = ("closed", "open", "own")
MOST_SPECIAL: Final = 200
NAME_LENGTH: Final = 40
LONGEST_SWITCH: Final = timedelta(days=31)
FIELDS: Final = {
    "brand": gettext_lazy("브랜드"),
    "week": gettext_lazy("요일별 시간"),
    "lunch": gettext_lazy("점심시간"),
    "lunch_days": gettext_lazy("점심에 쉬는 요일"),
    "holidays": gettext_lazy("공휴일"),
    "holiday_hours": gettext_lazy("공휴일에 여는 시간"),
    "special": gettext_lazy("따로 정한 날"),
}
ALWAYS: Final[Data] = {
    "week": {day: [spans.ALL_DAY] for day in DAYS},
    "lunch": "",
    "lunch_days": [],
    "holidays": "open",
    "holiday_hours": [],
    "special": [],
}
# What a new setting starts from.
USUAL: Final[Data] = ALWAYS | {
    "week": {day: ["09:00-18:00"] if day not in {"sat", "sun"} else [] for day in DAYS},
    "lunch": "12:00-13:00",
    "lunch_days": list(DAYS[:5]),
    "holidays": "closed",
}
_DATE: Final = re.compile(r"(?:\d{4}-)?\d{2}-\d{2}")


class CannotSwitch(Exception):
    """Nothing was switched; the text says why, for the person to read."""


def of(brand: Brand) -> Hours:
    """Return the hours of a brand with what is switched by hand; without a setting always open."""
    row = BrandHours.objects.filter(brand=brand).first()
    return of_row(row, brand) if row else of_plan(ALWAYS, brand)


def of_row(row: BrandHours, brand: Brand) -> Hours:
    """Return the hours that a row stands for."""
    hours = of_plan(row.plan, brand)
    if not row.switched or row.switched_at is None:
        return hours
    opens = row.switched == BrandHours.Switched.OPEN
    override = Override(opens=opens, begins=row.switched_at, ends=row.switched_until)
    return replace(hours, override=override)


def of_plan(plan: Mapping[str, Any], brand: Brand) -> Hours:
    """Return the hours that a cleaned state says, in the brand's zone and country."""
    lunch = spans.read(plan["lunch"])
    return Hours(
        zone=brand.timezone,
        country=brand.country,
        week=tuple(spans.read(plan["week"].get(day, [])) for day in DAYS),
        lunch=lunch[0] if lunch else None,
        lunch_days=tuple(DAYS.index(day) for day in plan["lunch_days"]),
        holidays=plan["holidays"],
        holiday_spans=spans.read(plan["holiday_hours"]),
        special=tuple(
            Special(day=each["day"], name=each["name"], spans=spans.read(each["hours"]))
            for each in plan["special"]
        ),
    )


def switch(*, brand: Brand, opens: bool, by: Agent, until: datetime | None = None) -> Hours:
    """Open or close a brand by hand, now; return its hours with that.

    It lapses at ``until``, else at the next boundary of the ordinary hours (lunch is one); hours
    without a boundary stay switched until ``let_go``. Switching to what the hours say anyway,
    without ``until``, takes back what was switched before.

    Raises:
        CannotSwitch: ``until`` is past, or more than a month away.
    """
    now = clock.now()
    if until is not None and not now < until <= now + LONGEST_SWITCH:
        raise CannotSwitch(_("지금부터 한 달 안의 시각을 골라 주세요."))
    with transaction.atomic():
        row = _row(brand, by)
        ordinary = of_plan(row.plan, brand)
        if until is None and openings.is_open_ordinarily(ordinary, now) == opens:
            return _let_go(row, brand, by)
        change = openings.next_change(ordinary, now)
        row.switched = BrandHours.Switched.OPEN if opens else BrandHours.Switched.CLOSED
        row.switched_at = now
        row.switched_until = until or (change.at if change else None)
        _save(row)
        action = "hours_opened" if opens else "hours_closed"
        ends = row.switched_until.isoformat() if row.switched_until else ""
        audit.record(action=action, obj=row, by=by, details={"until": ends})
    return of_row(row, brand)


def let_go(*, brand: Brand, by: Agent) -> Hours:
    """Take back what was switched by hand; the ordinary hours count again."""
    with transaction.atomic():
        return _let_go(_row(brand, by), brand, by)


def _let_go(row: BrandHours, brand: Brand, by: Agent) -> Hours:
    if row.switched:
        row.switched, row.switched_at, row.switched_until = BrandHours.Switched.NO, None, None
        _save(row)
        audit.record(action="hours_let_go", obj=row, by=by)
    return of_row(row, brand)


def _save(row: BrandHours) -> None:
    # The version stays: somebody who edits the plan meanwhile has missed nothing of it.
    row.save(update_fields=["switched", "switched_at", "switched_until"])
    publish(HoursChanged(brand_id=row.brand_id))


def _row(brand: Brand, by: Agent) -> BrandHours:
    """Return the brand's row under a lock; one that is always open is made where there is none."""
    # Two who make the first row at once: the brand's lock lets them stand in line.
    Brand.objects.select_for_update().get(pk=brand.pk)
    rows = BrandHours.objects.select_for_update(of=("self",)).select_related("brand")
    row = rows.filter(brand=brand).first()
    if row is None:
        state = {"brand": str(brand.public_id), **ALWAYS}
        row = revisions.create(kind=EDITABLE.kind, data=state, by=by)
        assert isinstance(row, BrandHours)
    return row


# The setting


def _read(row: BrandHours) -> Data:
    return {"brand": str(row.brand.public_id), **ALWAYS, **row.plan}


def _clean(data: Data, row: BrandHours | None) -> Data:
    reading = Reading(data, FIELDS)
    taken = _("이 브랜드의 상담 시간은 벌써 있어요. 그것을 고쳐 주세요.")
    brand = of_brand.read_owner(reading, row, known=BrandHours.objects, taken=taken)
    cleaned = {"brand": brand, **_plan(reading)}
    reading.finish()
    return cleaned


def checked(plan: Data) -> Data:
    """Return the one right spelling of a state without its brand.

    Raises:
        Invalid: something in it is wrong.
    """
    reading = Reading(plan, FIELDS)
    cleaned = _plan(reading)
    reading.finish()
    return cleaned


def _plan(reading: Reading) -> Data:
    cleaned: Data = {
        "week": _week(reading),
        "lunch": "",
        "lunch_days": [day for day in reading.names("lunch_days") if day in DAYS],
        "holidays": reading.choice("holidays", HOLIDAYS, default="closed"),
        "holiday_hours": _hours(reading, "holiday_hours", reading.take("holiday_hours", [])),
        "special": _special(reading),
    }
    lunch = _hours(reading, "lunch", reading.text("lunch", most=20))
    if len(lunch) > 1:
        reading.wrong("lunch", _("점심시간은 하나만 적어 주세요."))
    cleaned["lunch"] = lunch[0] if lunch else ""
    cleaned["lunch_days"] = [day for day in DAYS if day in cleaned["lunch_days"]]
    if cleaned["holidays"] != "own":
        cleaned["holiday_hours"] = []
    elif not cleaned["holiday_hours"]:
        reading.wrong("holiday_hours", _("공휴일에 여는 시간을 적어 주세요. 예: 10:00-14:00"))
    return cleaned


def _week(reading: Reading) -> dict[str, list[str]]:
    given = reading.take("week", {})
    if not isinstance(given, Mapping) or set(given) - set(DAYS):
        reading.wrong("week", _("mon부터 sun까지 요일마다 적어 주세요."))
        return {}
    return {day: _hours(reading, f"week.{day}", given.get(day) or []) for day in DAYS}


def _hours(reading: Reading, name: str, given: object) -> list[str]:
    texts = [given] if isinstance(given, str) else given
    if not isinstance(texts, list) or not all(isinstance(each, str) for each in texts):
        reading.wrong(name, _("09:00-18:00처럼 적어 주세요."))
        return []
    try:
        return spans.spell(spans.read(", ".join(texts)))
    except spans.NoTimes:
        text = _("%(given)s: 09:00-18:00처럼 적어 주세요. 자정을 넘기면 18:00-03:00처럼 적어요.")
        reading.wrong(name, text % {"given": ", ".join(texts)[:60]})
        return []


def _special(reading: Reading) -> list[Data]:
    given = reading.take("special", [])
    if not isinstance(given, list) or len(given) > MOST_SPECIAL:
        text = _("따로 정한 날은 %(most)d개까지 적을 수 있어요.")
        reading.wrong("special", text % {"most": MOST_SPECIAL})
        return []
    found: dict[str, Data] = {}
    for each in given:
        special = _special_day(reading, each)
        if special and special["day"] in found:
            reading.wrong("special", _("%(day)s: 같은 날이 두 번 나와요.") % special)
        elif special:
            found[special["day"]] = special
    return sorted(found.values(), key=lambda one: (len(one["day"]), one["day"]))


def _special_day(reading: Reading, given: object) -> Data | None:
    if not isinstance(given, Mapping) or set(given) - {"day", "name", "hours"}:
        reading.wrong("special", _("날짜와 이름, 여는 시간으로 적어 주세요."))
        return None
    on, name = str(given.get("day") or "").strip(), str(given.get("name") or "").strip()
    if not _is_date(on):
        text = _("%(day)s: 2026-12-24 또는 해마다면 12-24처럼 적어 주세요.")
        reading.wrong("special", text % {"day": on[:20] or "?"})
        return None
    if len(name) > NAME_LENGTH:
        text = _("%(day)s: 이름은 %(most)d자까지 적을 수 있어요.")
        reading.wrong("special", text % {"day": on, "most": NAME_LENGTH})
    return {
        "day": on,
        "name": name.replace("\x00", "")[:NAME_LENGTH],
        "hours": _hours(reading, "special", given.get("hours") or []),
    }


def _is_date(text: str) -> bool:
    if not _DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text if len(text) > 5 else f"2028-{text}")  # a leap year
    except ValueError:
        return False
    return True


def _put(row: BrandHours, data: Data) -> None:
    row.brand = Brand.objects.get(public_id=data["brand"])
    row.plan = {name: value for name, value in data.items() if name != "brand"}


def _relate(row: BrandHours, _data: Data) -> None:
    publish(HoursChanged(brand_id=row.brand_id))


def _find(data: Data) -> Any:
    rows = BrandHours.objects.select_related("brand")
    return rows.filter(brand__public_id=str(data["brand"])).first() if "brand" in data else None


EDITABLE = editables.register(
    Editable(
        kind="hours",
        section="hours",
        model=BrandHours,
        label=gettext_lazy("상담 시간"),
        fields=FIELDS,
        columns=("brand", "plan"),
        read=_read,
        clean=_clean,
        put=_put,
        relate=_relate,
        spell=of_brand.spell,
        unspell=of_brand.unspell,
        find=_find,
    )
)

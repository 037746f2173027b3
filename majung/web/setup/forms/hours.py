"""The form of a brand's hours: a line a day, as one would say it."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy

from majung.accounts import hours
from majung.accounts.editables import Data, Invalid
from majung.accounts.models import Brand
from majung.web.setup.forms.settings import SettingForm, edit_with
from majung.web.setup.hours_words import DAY_NAMES, Picture, picture

_LINE: Final = re.compile(r"(?P<day>\S+)(?:\s+(?P<rest>.*))?")
_TIMES: Final = re.compile(r"(?:^|\s)(\d{1,2}(?::\d{2})?\s*[-~–]\s*.*|24시간)$")


class HoursForm(SettingForm):
    fields_of = {f"week.{day}": day for day in hours.DAYS}

    lunch = forms.CharField(
        label=gettext_lazy("점심시간"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"placeholder": "12:00-13:00"}),
        help_text=gettext_lazy("점심을 고른 요일에만 쉬어요. 비우면 쉬지 않아요."),
    )
    holidays = forms.ChoiceField(
        label=gettext_lazy("공휴일에는"),
        choices=[
            ("closed", gettext_lazy("쉬어요")),
            ("open", gettext_lazy("요일대로 열어요")),
            ("own", gettext_lazy("시간을 따로 정해요")),
        ],
    )
    holiday_hours = forms.CharField(
        label=gettext_lazy("공휴일에 여는 시간"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"placeholder": "10:00-14:00"}),
    )
    special = forms.CharField(
        label=gettext_lazy("따로 정한 날"),
        required=False,
        widget=forms.Textarea(
            attrs={
                "rows": 4,
                "placeholder": gettext_lazy("2026-12-31 10:00-15:00\n11-25 창립기념일"),
            }
        ),
        help_text=gettext_lazy(
            "한 줄에 하루씩 날짜, 이름, 여는 시간 순서로 적어요. 시간이 없으면 쉬는 날이고, "
            "연도가 없으면 해마다예요."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for day, label in zip(hours.DAYS, DAY_NAMES, strict=True):
            self.fields[day] = forms.CharField(
                label=label,
                required=False,
                max_length=100,
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
            )
            self.fields[f"lunch_{day}"] = forms.BooleanField(
                label=gettext_lazy("점심"), required=False
            )

    @property
    def days(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The fields of each day: its times, and whether it has lunch."""
        return [(self[day], self[f"lunch_{day}"]) for day in hours.DAYS]

    @staticmethod
    def initial_of(data: Data) -> Data:
        week = data.get("week", {})
        days = {day: ", ".join(week.get(day, [])) for day in hours.DAYS}
        lunches = {f"lunch_{day}": day in data.get("lunch_days", []) for day in hours.DAYS}
        return {
            **data,
            **days,
            **lunches,
            "holiday_hours": ", ".join(data.get("holiday_hours", [])),
            "special": "\n".join(_line(each) for each in data.get("special", [])),
        }

    def data_of(self, before: Data) -> Data:
        return {"brand": before["brand"], **self._plan(self.cleaned_data)}

    def picture(self, brand: Brand) -> Picture:
        """Return what the form says as a drawing, and of each field that is wrong what it says.

        Such a field is drawn as it was before, so that one mistake does not hide the rest.
        """
        if self.is_bound:
            try:
                hours.checked(self._plan(self._readable()))
            except Invalid as error:
                self.mark(error.mistakes)
        plan = hours.checked(self._plan(self._readable()))
        return picture(hours.of_plan(plan, brand), wrong=list(self._wrong()))

    def _readable(self) -> Data:
        """Return the values of the fields; of those that are wrong the values before."""
        kept = {**self.initial_of(hours.USUAL), **self.initial}
        if not self.is_bound:
            return kept
        # Asked first: it cleans; a field with a mistake is not among what is cleaned.
        wrong = self.errors
        given = {**kept, **self.cleaned_data}
        if "holiday_hours" in wrong:
            given["holidays"] = kept["holidays"]
        return given

    def _wrong(self) -> Iterator[str]:
        for name, told in self.errors.items() if self.is_bound else ():
            if name in self.shown:
                yield f"{self[name].label}: {' '.join(str(each) for each in told)}"

    @staticmethod
    def _plan(given: Mapping[str, Any]) -> Data:
        return {
            "week": {day: _parts(given[day]) for day in hours.DAYS},
            "lunch": given["lunch"],
            "lunch_days": [day for day in hours.DAYS if given[f"lunch_{day}"]],
            "holidays": given["holidays"],
            "holiday_hours": _parts(given["holiday_hours"]),
            "special": [_special(line) for line in given["special"].splitlines() if line.strip()],
        }


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _line(special: Data) -> str:
    parts = (special["day"], special["name"], ", ".join(special["hours"]))
    return " ".join(part for part in parts if part)


def _special(line: str) -> Data:
    match = _LINE.fullmatch(line.strip())
    assert match
    rest = match["rest"] or ""
    times = _TIMES.search(rest)
    name = rest[: times.start()] if times else rest
    return {
        "day": match["day"].removeprefix("매년"),
        "name": name.strip(),
        "hours": _parts(times[1]) if times else [],
    }


edit_with("hours", HoursForm)

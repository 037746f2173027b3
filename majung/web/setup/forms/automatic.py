"""The form of automatic messages: four of them, each on or off, in two languages."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from majung.accounts import hours
from majung.accounts.editables import Data
from majung.accounts.models import Brand
from majung.conversations import automatic_texts
from majung.core import clock
from majung.web.setup.forms.settings import LOCALES, SettingForm, edit_with

_HINTS: Final = {
    "greeting": gettext_lazy("위젯을 열면 처음 보이는 말이에요. 메시지로 남지 않아요."),
    "away": gettext_lazy("쉬는 시간에 고객이 쓰면, 그 쉬는 시간에 상담마다 한 번 보내요."),
    "slow": gettext_lazy("여는 시간으로 셈해서 그만큼 답이 없으면, 기다림마다 한 번 보내요."),
    "closing": gettext_lazy("답한 상담을 끝내고 1분 뒤에 보내요. 그 안에 다시 열면 보내지 않아요."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The fields of one message, for the template."""

    label: str
    hint: str
    on: forms.BoundField
    texts: list[forms.BoundField]
    minutes: forms.BoundField | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """How a message reads to an invented customer; ``is_on`` says whether it is sent."""

    label: str
    text: str
    is_on: bool


class AutomaticForm(SettingForm):
    fields_of = {
        f"{kind}.{name}": f"{kind}_{name}"
        for kind in automatic_texts.KINDS
        for name in ("on", "minutes", *automatic_texts.LOCALES)
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in automatic_texts.KINDS:
            self.fields[f"{kind}_on"] = forms.BooleanField(
                label=automatic_texts.FIELDS[kind], required=False
            )
            if kind == "slow":
                self.fields["slow_minutes"] = forms.IntegerField(
                    label=gettext_lazy("몇 분 동안 답이 없을 때"),
                    min_value=automatic_texts.LEAST_MINUTES,
                    max_value=automatic_texts.MOST_MINUTES,
                )
            for locale, language in LOCALES:
                self.fields[f"{kind}_{locale}"] = forms.CharField(
                    label=language,
                    required=False,
                    max_length=automatic_texts.MOST_TEXT,
                    widget=forms.Textarea(attrs={"rows": 2, "lang": locale}),
                )

    @property
    def names(self) -> str:
        """The variables as one writes them: in Korean with a particle, too."""
        korean = [f"{{{name}}}" for name in automatic_texts.NAMES]
        if not (get_language() or "ko").startswith("ko"):
            return ", ".join(f"{{{name}}}" for name in automatic_texts.NAMES.values())
        return ", ".join([*korean, "{고객|을/를}"])

    @property
    def parts(self) -> list[Part]:
        return [
            Part(
                label=str(automatic_texts.FIELDS[kind]),
                hint=str(_HINTS[kind]),
                on=self[f"{kind}_on"],
                texts=[self[f"{kind}_{locale}"] for locale in automatic_texts.LOCALES],
                minutes=self["slow_minutes"] if kind == "slow" else None,
            )
            for kind in automatic_texts.KINDS
        ]

    def samples(self, brand: Brand) -> Iterator[Sample]:
        """Yield how each message reads with what the form has now, in the brand's language."""
        of_brand, now = hours.of(brand), clock.now()
        for kind in automatic_texts.KINDS:
            text = str(self[f"{kind}_{brand.locale}"].value() or "") or str(
                self[f"{kind}_ko"].value() or ""
            )
            yield Sample(
                label=str(automatic_texts.FIELDS[kind]),
                text=automatic_texts.fill(
                    text,
                    brand=brand,
                    hours=of_brand,
                    customer=_("김하늘"),
                    locale=brand.locale,
                    now=now,
                ),
                is_on=bool(self[f"{kind}_on"].value()),
            )

    @staticmethod
    def initial_of(data: Data) -> Data:
        found = dict(data)
        for kind in automatic_texts.KINDS:
            for name, value in (data.get(kind) or {}).items():
                found[f"{kind}_{name}"] = value
        return found

    def data_of(self, before: Data) -> Data:
        found: Data = {"brand": before["brand"]}
        for kind in automatic_texts.KINDS:
            names = ["on", *(["minutes"] if kind == "slow" else []), *automatic_texts.LOCALES]
            found[kind] = {name: self.cleaned_data[f"{kind}_{name}"] for name in names}
        return found


edit_with("automatic", AutomaticForm)

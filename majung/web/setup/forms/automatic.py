"""The form of automatic messages: four of them, each on or off, in two languages."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.utils.translation import get_language, gettext_lazy, override
from django.utils.translation import gettext as _

from majung.accounts import hours
from majung.accounts.editables import Data
from majung.accounts.models import Brand
from majung.conversations import automatic_texts, parts
from majung.core import clock
from majung.web import scores
from majung.web.setup.forms.settings import LOCALES, SettingForm, edit_with

_HINTS: Final = {
    "greeting": gettext_lazy("위젯을 열면 처음 보이는 말이에요. 메시지로 남지 않아요."),
    "away": gettext_lazy("쉬는 시간에 고객이 쓰면, 그 쉬는 시간에 상담마다 한 번 보내요."),
    "slow": gettext_lazy("여는 시간으로 셈해서 그만큼 답이 없으면, 기다림마다 한 번 보내요."),
    "closing": gettext_lazy("답한 상담을 끝내고 1분 뒤에 보내요. 그 안에 다시 열면 보내지 않아요."),
    "rating": gettext_lazy(
        "답한 상담이 끝나면 위젯에서 다섯 가지 가운데 하나와 한마디를 물어요. 14일 안에 답하고, "
        "답한 뒤 24시간 동안 바꿀 수 있어요."
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The fields of one message, for the template."""

    label: str
    hint: str
    on: forms.BoundField
    texts: list[forms.BoundField]
    minutes: forms.BoundField | None
    choices: list[forms.BoundField]

    @property
    def says(self) -> str:
        """What the box switches on."""
        kind = self.on.name.removesuffix("_on")
        return {"greeting": _("보여 주기"), "rating": _("묻기")}.get(kind, _("보내기"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """How a message reads to an invented customer; ``is_on`` says whether it is sent."""

    label: str
    text: str
    is_on: bool
    choices: list[str]


class AutomaticForm(SettingForm):
    fields_of = {
        f"{kind}.{name}": f"{kind}_{name}"
        for kind in automatic_texts.KINDS
        for name in ("on", "minutes", *automatic_texts.LOCALES)
    } | {f"greeting.choices.{locale}": f"choices_{locale}" for locale in automatic_texts.LOCALES}

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
        for locale, language in LOCALES:
            self.fields[f"choices_{locale}"] = forms.CharField(
                label=_("%(language)s 빠른 답장") % {"language": language},
                required=False,
                widget=forms.Textarea(attrs={"rows": 3, "lang": locale}),
                help_text=_("한 줄에 하나씩 여덟 개까지. 누르면 그 말이 고객의 첫 메시지가 돼요."),
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
                choices=[self[f"choices_{locale}"] for locale in automatic_texts.LOCALES]
                if kind == "greeting"
                else [],
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
                choices=self._choices(kind, brand.locale),
            )

    def _choices(self, kind: str, locale: str) -> list[str]:
        """Return what may be pressed under a message."""
        if kind == "rating":
            with override(locale):
                return [str(word) for word in scores.WORDS]
        if kind != "greeting":
            return []
        given = str(self[f"choices_{locale}"].value() or "")
        return _lines(given)[: parts.MOST_CHOICES]

    @staticmethod
    def initial_of(data: Data) -> Data:
        found = dict(data)
        for kind in automatic_texts.KINDS:
            for name, value in (data.get(kind) or {}).items():
                found[f"{kind}_{name}"] = value
        for locale, choices in (found.pop("greeting_choices", None) or {}).items():
            found[f"choices_{locale}"] = "\n".join(choices)
        return found

    def data_of(self, before: Data) -> Data:
        found: Data = {"brand": before["brand"]}
        for kind in automatic_texts.KINDS:
            names = ["on", *(["minutes"] if kind == "slow" else []), *automatic_texts.LOCALES]
            found[kind] = {name: self.cleaned_data[f"{kind}_{name}"] for name in names}
        found["greeting"]["choices"] = {
            locale: _lines(self.cleaned_data[f"choices_{locale}"])
            for locale in automatic_texts.LOCALES
        }
        return found


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


edit_with("automatic", AutomaticForm)

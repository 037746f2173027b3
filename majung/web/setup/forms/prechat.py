"""The fields of a widget for what it asks: before the first message, and while nobody answers."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy

from majung.accounts.editables import Data
from majung.channels import prechat

_ASKS: Final = [
    ("off", gettext_lazy("묻지 않기")),
    ("optional", gettext_lazy("원하면 적기")),
    ("required", gettext_lazy("꼭 적기")),
]
_LABELS: Final = {
    "name": gettext_lazy("상담 전에 이름"),
    "email": gettext_lazy("상담 전에 이메일"),
    "phone": gettext_lazy("상담 전에 전화번호"),
    "topic": gettext_lazy("상담 전에 문의 주제"),
}
FIELDS_OF: Final = {
    "prechat": "ask_topic",
    **{f"prechat.{name}": f"ask_{name}" for name in _LABELS},
    "prechat.topics": "topics_ko",
    "prechat.question": "question_ko",
    "prechat.only_closed": "ask_only_closed",
}


def add_to(form: forms.Form) -> None:
    """Add the fields to a form, below those it has."""
    for name, label in _LABELS.items():
        form.fields[f"ask_{name}"] = forms.ChoiceField(
            label=label, choices=_ASKS, required=False, initial="off"
        )
    form.fields["ask_name"].help_text = gettext_lazy(
        "로그인한 회원에게 이미 아는 것은 묻지 않아요. 적은 연락처는 확인되지 않은 것으로 남아요."
    )
    for locale in ("ko", "en"):
        form.fields[f"question_{locale}"] = forms.CharField(
            label=gettext_lazy("주제를 묻는 말")
            if locale == "ko"
            else gettext_lazy("주제를 묻는 말 (영어)"),
            required=False,
            max_length=prechat.LONGEST_QUESTION,
            widget=forms.TextInput(attrs={"lang": locale}),
        )
        form.fields[f"topics_{locale}"] = forms.CharField(
            label=gettext_lazy("고를 주제") if locale == "ko" else gettext_lazy("고를 주제 (영어)"),
            required=False,
            widget=forms.Textarea(attrs={"rows": 3, "lang": locale}),
            help_text=gettext_lazy("한 줄에 하나씩, 두 개에서 여덟 개까지 적어 주세요.")
            if locale == "ko"
            else "",
        )
    form.fields["ask_only_closed"] = forms.BooleanField(
        label=gettext_lazy("상담 시간이 아닐 때만 상담 전에 묻기"), required=False
    )
    form.fields["asks_contact"] = forms.BooleanField(
        label=gettext_lazy("답이 늦으면 연락처를 남길 칸 보여 주기"),
        required=False,
        help_text=gettext_lazy(
            "상담 시간이 아니거나 보통보다 오래 답이 없을 때, 답을 못 받고 창을 닫았을 때 한 번만 물어요."
        ),
    )


def initial_of(config: Data) -> Data:
    """Return what the fields show for a widget's config."""
    asked = config.get("prechat") or {}
    question, topics = asked.get("question") or {}, asked.get("topics") or {}
    return {
        **{f"ask_{name}": asked.get(name, "off") for name in _LABELS},
        **{f"question_{locale}": question.get(locale, "") for locale in ("ko", "en")},
        **{f"topics_{locale}": "\n".join(topics.get(locale, [])) for locale in ("ko", "en")},
        "ask_only_closed": asked.get("only_closed", False),
        "asks_contact": config.get("asks_contact", True),
    }


def config_of(values: Data) -> Data:
    """Return what the fields say of the config."""
    return {
        "prechat": {
            **{name: values[f"ask_{name}"] or "off" for name in _LABELS},
            "question": _by_locale(values, "question", str.strip),
            "topics": _by_locale(values, "topics", _lines),
            "only_closed": values["ask_only_closed"],
        },
        "asks_contact": values["asks_contact"],
    }


def _by_locale(values: Data, name: str, read: Any) -> Data:
    found = {locale: read(values[f"{name}_{locale}"]) for locale in ("ko", "en")}
    return {locale: value for locale, value in found.items() if value}


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]

"""The fields of a widget for its outer side: the button, its words, languages, sound."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy

from majung.accounts.editables import Data
from majung.channels import inbox_config

LANGUAGES: Final = [("ko", "한국어"), ("en", "English")]
NAMES: Final = (
    "position",
    "side",
    "bottom",
    "launcher",
    "label_ko",
    "label_en",
    "locales",
    "sound",
    "title",
)
FIELDS_OF: Final = {"label": "label_ko"}


def add_to(form: forms.Form) -> None:
    """Add the fields to a form; they stand in sentences (``setup/widget_fields.html``)."""
    form.fields["side"] = _pixels(gettext_lazy("옆에서 띄우는 거리"))
    form.fields["bottom"] = _pixels(gettext_lazy("아래에서 띄우는 거리"))
    form.fields["launcher"] = _choice(gettext_lazy("위젯의 버튼을 보여요."))
    for locale, name in LANGUAGES:
        form.fields[f"label_{locale}"] = forms.CharField(
            label=gettext_lazy("버튼의 글 (한국어)")
            if locale == "ko"
            else gettext_lazy("버튼의 글 (영어)"),
            required=False,
            max_length=inbox_config.LABEL_LENGTH,
            widget=forms.TextInput(
                attrs={"lang": locale, "size": 12, "placeholder": name, "class": "inline"}
            ),
        )
    form.fields["locales"] = forms.MultipleChoiceField(
        label=gettext_lazy("상담하는 언어"),
        choices=LANGUAGES,
        widget=forms.CheckboxSelectMultiple,
    )
    for name in ("position", "side", "bottom", "label_ko", "label_en"):
        field = form.fields[name]
        field.widget.attrs["aria-label"] = field.label
    form.fields["sound"] = _choice(gettext_lazy("새 메시지가 오면 알림음을 내요."))
    form.fields["title"] = _choice(gettext_lazy("못 읽은 메시지 수를 페이지 제목에 보여요."))


def initial_of(config: Data) -> Data:
    """Return what the fields show for a widget's config."""
    label = config.get("label") or {}
    return {
        "side": config.get("side", 24),
        "bottom": config.get("bottom", 24),
        "launcher": config.get("launcher", True),
        **{f"label_{locale}": label.get(locale, "") for locale, _name in LANGUAGES},
        "locales": config.get("locales") or list(inbox_config.LOCALES),
        "sound": config.get("sound", False),
        "title": config.get("title", True),
    }


def config_of(given: Data) -> Data:
    """Return the config that the fields say."""
    label = {locale: given[f"label_{locale}"].strip() for locale, _name in LANGUAGES}
    plain = ("side", "bottom", "launcher", "locales", "sound", "title")
    return {
        **{name: given[name] for name in plain},
        "label": {locale: text for locale, text in label.items() if text},
    }


def _pixels(label: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=0,
        max_value=inbox_config.FARTHEST,
        widget=forms.NumberInput(attrs={"class": "inline"}),
    )


def _choice(label: Any) -> forms.BooleanField:
    return forms.BooleanField(label=label, required=False)

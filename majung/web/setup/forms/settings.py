"""Forms of what has drafts and a history: each turns a state into fields and back."""

import zoneinfo
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Final

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from majung.accounts.editables import Data, Mistake
from majung.accounts.models import Agent, Brand
from majung.web.setup.forms import prechat, shell

LOCALES: Final = [("ko", "한국어"), ("en", "English")]
COUNTRIES: Final = [
    ("KR", gettext_lazy("대한민국")),
    ("JP", gettext_lazy("일본")),
    ("US", gettext_lazy("미국")),
    ("GB", gettext_lazy("영국")),
    ("DE", gettext_lazy("독일")),
    ("VN", gettext_lazy("베트남")),
    ("SG", gettext_lazy("싱가포르")),
    ("TW", gettext_lazy("대만")),
]
ZONES: Final = sorted(
    zone
    for zone in zoneinfo.available_timezones()
    if zone.partition("/")[0]
    in {
        "Africa",
        "America",
        "Asia",
        "Atlantic",
        "Australia",
        "Europe",
        "Indian",
        "Pacific",
        "UTC",
    }
)


class SettingForm(forms.Form):
    """``based_on`` and ``draft_at`` say what the person had on screen."""

    based_on = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    draft_at = forms.CharField(widget=forms.HiddenInput, required=False)
    # Names of a state that stand in a field of another name.
    fields_of: ClassVar[Mapping[str, str]] = {}
    # What draws the fields, where one below the other is not enough.
    template = ""
    # What the page of a new one is called, if not after its kind.
    new_title: str | Promise = ""
    # What a person must know of what a draft does not hold.
    left_out = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.error_messages["required"] = _("비워 둘 수 없어요.")
            field.error_messages["invalid_choice"] = _("보기 가운데 하나를 골라 주세요.")

    @staticmethod
    def initial_of(data: Data) -> Data:
        """Return the values of the fields for a state."""
        return data

    def data_of(self, before: Data) -> Data:
        """Return the state that the fields say, over the one before."""
        own = {name: self.cleaned_data[name] for name in self.shown}
        return before | own

    def keep(self, obj: Any, *, by: Agent) -> bool:  # noqa: ARG002
        """Store what is no part of the state (a password); say whether there was something."""
        return False

    @property
    def shown(self) -> list[str]:
        return [name for name in self.fields if name not in {"based_on", "draft_at"}]

    def mark(self, mistakes: Sequence[Mistake]) -> None:
        """Put what is wrong beside the field it is about."""
        for mistake in mistakes:
            bare = mistake.name.removeprefix("config.")
            name = self.fields_of.get(bare, bare)
            if name in self.fields:
                self.add_error(name, mistake.text)
            else:
                self.add_error(None, f"{mistake.name}: {mistake.text}")


class BrandForm(SettingForm):
    name = forms.CharField(label=gettext_lazy("이름"), max_length=80)
    slug = forms.CharField(
        label=gettext_lazy("주소 이름"),
        max_length=40,
        help_text=gettext_lazy("주소에 쓰는 이름이에요. 영어 소문자, 숫자, 가운데 줄표. 예: ondam"),
    )
    greeting = forms.CharField(
        label=gettext_lazy("인사말"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("위젯에 따로 적지 않았을 때 고객이 처음 보는 말이에요."),
    )
    accent_hue = forms.IntegerField(
        label=gettext_lazy("색"),
        min_value=0,
        max_value=359,
        widget=forms.NumberInput(attrs={"type": "range"}),
        help_text=gettext_lazy("색상만 고르면 밝기는 글자가 잘 보이도록 맞춰요."),
    )
    locale = forms.ChoiceField(label=gettext_lazy("고객에게 쓰는 언어"), choices=LOCALES)
    timezone = forms.ChoiceField(
        label=gettext_lazy("시간대"),
        choices=[(zone, zone) for zone in ZONES],
        help_text=gettext_lazy("하루와 영업일을 이 시간대로 셈해요."),
    )
    country = forms.ChoiceField(label=gettext_lazy("공휴일을 따르는 나라"), choices=COUNTRIES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("timezone", "country"):
            _offer(self, name)


class TeamForm(SettingForm):
    name = forms.CharField(label=gettext_lazy("이름"), max_length=80)
    brands = forms.MultipleChoiceField(
        label=gettext_lazy("맡는 브랜드"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("팀원은 고른 브랜드의 상담만 볼 수 있어요."),
    )
    members = forms.MultipleChoiceField(
        label=gettext_lazy("팀원"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choices(self, "brands", _brands())
        people = Agent.objects.active().order_by("name", "pk")
        _choices(
            self, "members", [(str(one.public_id), f"{one.name} · {one.email}") for one in people]
        )
        for name in ("brands", "members"):
            _offer(self, name)


class InboxForm(SettingForm):
    name = forms.CharField(
        label=gettext_lazy("이름"),
        max_length=80,
        help_text=gettext_lazy("상담원만 보는 이름이에요."),
    )
    brand = forms.ChoiceField(label=gettext_lazy("브랜드"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choices(self, "brand", _brands())
        _offer(self, "brand")

    def data_of(self, before: Data) -> Data:
        config = dict(before.get("config", {})) | self.config_of()
        own = {"name": self.cleaned_data["name"], "brand": self.cleaned_data["brand"]}
        return before | own | {"config": config}

    def config_of(self) -> Data:
        return {}


class WidgetForm(InboxForm):
    fields_of = {"greeting": "greeting_ko", **shell.FIELDS_OF, **prechat.FIELDS_OF}

    origins = forms.CharField(
        label=gettext_lazy("위젯을 띄워도 되는 곳"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "placeholder": "https://shop.example"}),
        help_text=gettext_lazy(
            "한 줄에 하나씩, 주소의 앞부분만 적어 주세요. 적지 않으면 마중 안에서만 떠요. "
            "어디든 되게 하려면 *를 적어요."
        ),
    )
    greeting_ko = forms.CharField(
        label=gettext_lazy("한국어 인사말"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    greeting_en = forms.CharField(
        label=gettext_lazy("영어 인사말"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    position = forms.ChoiceField(
        label=gettext_lazy("버튼 자리"),
        choices=[
            ("right", gettext_lazy("오른쪽 아래")),
            ("left", gettext_lazy("왼쪽 아래")),
        ],
    )
    reopen_hours = forms.IntegerField(
        label=gettext_lazy("끝난 상담을 다시 여는 시간"),
        min_value=0,
        help_text=gettext_lazy("끝난 뒤 이 시간 안에 고객이 다시 쓰면 같은 상담으로 이어져요."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shell.add_to(self)
        prechat.add_to(self)

    @property
    def shell_names(self) -> tuple[str, ...]:
        """The fields that stand together, in sentences."""
        return shell.NAMES

    @staticmethod
    def initial_of(data: Data) -> Data:
        config = data.get("config", {})
        greeting = config.get("greeting", {})
        return {
            **data,
            "origins": "\n".join(config.get("origins", [])),
            "greeting_ko": greeting.get("ko", ""),
            "greeting_en": greeting.get("en", ""),
            "position": config.get("position", "right"),
            "reopen_hours": config.get("reopen_hours", 72),
            **shell.initial_of(config),
            **prechat.initial_of(config),
        }

    def config_of(self) -> Data:
        given = self.cleaned_data
        return {
            "origins": _lines(given["origins"]),
            "greeting": _by_locale(given["greeting_ko"], given["greeting_en"]),
            "position": given["position"],
            "reopen_hours": given["reopen_hours"],
            **shell.config_of(given),
            **prechat.config_of(given),
        }


class ContactForm(InboxForm):
    fields_of = {"intro": "intro_ko", "files": "has_files"}

    intro_ko = forms.CharField(
        label=gettext_lazy("한국어 안내"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("폼 위에 보이는 말이에요. 답이 언제 오는지 알려 주면 좋아요."),
    )
    intro_en = forms.CharField(
        label=gettext_lazy("영어 안내"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    topics = forms.CharField(
        label=gettext_lazy("고를 수 있는 주제"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("한 줄에 하나씩 적어 주세요. 없으면 묻지 않아요."),
    )
    phone = forms.ChoiceField(
        label=gettext_lazy("전화번호"),
        choices=[
            ("off", gettext_lazy("묻지 않기")),
            ("optional", gettext_lazy("원하면 적기")),
            ("required", gettext_lazy("꼭 적기")),
        ],
    )
    has_files = forms.BooleanField(label=gettext_lazy("파일을 붙일 수 있어요"), required=False)

    @staticmethod
    def initial_of(data: Data) -> Data:
        config = data.get("config", {})
        intro, fields = config.get("intro", {}), config.get("fields", {})
        return {
            **data,
            "intro_ko": intro.get("ko", ""),
            "intro_en": intro.get("en", ""),
            "topics": "\n".join(config.get("topics", [])),
            "phone": fields.get("phone", "optional"),
            "has_files": fields.get("files", True),
        }

    def config_of(self) -> Data:
        given = self.cleaned_data
        return {
            "intro": _by_locale(given["intro_ko"], given["intro_en"]),
            "topics": _lines(given["topics"]),
            "fields": {"phone": given["phone"], "files": given["has_files"]},
        }


_forms: dict[str, type[SettingForm]] = {"brand": BrandForm, "team": TeamForm}


_channels: dict[str, type[SettingForm]] = {"webchat": WidgetForm, "webform": ContactForm}


def connect_with(channel: str, form: type[SettingForm]) -> None:
    """Let the accounts of a channel be edited by a form that stands in a module of its own."""
    _channels[channel] = form


_others: list[Callable[[str], type[SettingForm] | None]] = []


def connect_others_with(make: Callable[[str], type[SettingForm] | None]) -> None:
    """Let the accounts of channels that came as packages be edited by forms that ``make`` makes."""
    _others.append(make)


def edit_with(kind: str, form: type[SettingForm]) -> None:
    """Let a kind of setting be edited by a form that stands in a module of its own."""
    _forms[kind] = form


def form_class(kind: str, channel: str = "") -> type[SettingForm]:
    """Return the form for a kind of setting, and for which channel if it is an inbox."""
    if kind == "inbox":
        made = (make(channel) for make in _others)
        return _channels.get(channel) or next(filter(None, made), InboxForm)
    return _forms[kind]


def _brands() -> list[tuple[str, str]]:
    return [(str(one.public_id), one.name) for one in Brand.objects.alive()]


def _choices(form: forms.Form, name: str, choices: list[tuple[str, str]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices


def _offer(form: forms.Form, name: str) -> None:
    """Offer what is set now even when it is not among the usual choices (a trashed brand)."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    now = form.initial.get(name) or []
    known = {str(key) for key, _label in field.choices}  # type: ignore[union-attr, misc]
    extra = [(key, key) for key in ([now] if isinstance(now, str) else now) if key not in known]
    if extra:
        field.choices = [*field.choices, *extra]  # type: ignore[misc]


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _by_locale(korean: str, english: str) -> dict[str, str]:
    return {key: text.strip() for key, text in (("ko", korean), ("en", english)) if text.strip()}

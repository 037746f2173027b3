"""The form of an account whose channel came as a package: what its ``SETTINGS`` ask for."""

from typing import Any, ClassVar, Final

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from majung.accounts.editables import Data
from majung.accounts.models import Agent
from majung.channels import connected, registry
from majung.channels.contract import Setting
from majung.channels.models import AccountSecret
from majung.conversations.models import Inbox
from majung.web.setup.forms.settings import InboxForm, SettingForm, connect_others_with

# Their names must not be those of an account's own fields.
PREFIX: Final = "set_"
# Where a secret would go: who changes it names the secret again.
_PLACES: Final = ("url", "host", "server")


class PluggedForm(InboxForm):
    """``form_for`` makes one for a channel. Secrets go in and never out."""

    asked: ClassVar[tuple[Setting, ...]] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for setting in self.asked:
            field = _field(setting)
            field.error_messages["required"] = _("비워 둘 수 없어요.")
            self.fields[PREFIX + setting.name] = field
            if setting.name in self.kept:
                field.widget.attrs["placeholder"] = _("저장되어 있어요. 바꿀 때만 적어 주세요.")

    @property
    def shown(self) -> list[str]:
        secrets = {PREFIX + each.name for each in self._secrets}
        return [name for name in super().shown if name not in secrets]

    def config_of(self) -> Data:
        return {
            each.name: _value(each, self.cleaned_data[PREFIX + each.name])
            for each in self.asked
            if each.kind != "secret"
        }

    def clean(self) -> Data:
        """Ask for secrets that are missing, or that would go to another place than before."""
        given = super().clean() or self.cleaned_data
        moved = self._inbox is not None and self._is_elsewhere(given)
        for each in self._secrets:
            name = PREFIX + each.name
            if given.get(name):
                continue
            if each.name in self.kept and moved:
                text = _("주소를 바꾸면 다시 적어 주세요. 저장된 것은 그 주소에만 보내요.")
                self.add_error(name, text)
            elif each.required and each.name not in self.kept:
                self.add_error(name, _("비워 둘 수 없어요."))
        return given

    def keep(self, obj: Any, *, by: Agent) -> bool:
        typed = {each.name: self.cleaned_data[PREFIX + each.name] for each in self._secrets}
        for name, value in typed.items():
            if value:
                connected.set_secret(inbox=obj, name=name, value=value, by=by)
        return any(typed.values())

    @property
    def left_out(self) -> str:  # type: ignore[override]
        if not any(self.cleaned_data.get(PREFIX + each.name) for each in self._secrets):
            return ""
        return _("비밀값은 초안에 남지 않아요. 게시할 때 다시 적어 주세요.")

    @cached_property
    def kept(self) -> frozenset[str]:
        """Return the names of the secrets that are stored."""
        rows = AccountSecret.objects.filter(inbox=self._inbox) if self._inbox else ()
        return frozenset(row.name for row in rows if row.value)

    @cached_property
    def _inbox(self) -> Inbox | None:
        return Inbox.objects.filter(key=str(self.initial.get("key") or "-")).first()

    @property
    def _secrets(self) -> list[Setting]:
        return [each for each in self.asked if each.kind == "secret"]

    def _is_elsewhere(self, given: Data) -> bool:
        before = self._inbox.config if self._inbox else {}
        places = [each for each in self.asked if any(word in each.name for word in _PLACES)]
        return any(before.get(each.name) != given.get(PREFIX + each.name) for each in places)


def form_for(channel: str) -> type[SettingForm] | None:
    """Return the form for the accounts of a channel that came as a package."""
    if channel in registry.BUILT_IN or not registry.works(channel):
        return None
    asked = registry.asked(channel)

    def initial_of(data: Data) -> Data:
        config = data.get("config", {})
        own = {
            PREFIX + each.name: _shown(each, config.get(each.name, each.default))
            for each in asked
            if each.kind != "secret"
        }
        return {**data, **own}

    fields_of = {each.name: PREFIX + each.name for each in asked}
    own = {"asked": asked, "fields_of": fields_of, "initial_of": staticmethod(initial_of)}
    return type("PluggedForm", (PluggedForm,), own)


def _field(setting: Setting) -> forms.Field:
    told: dict[str, Any] = {
        "label": setting.label,
        "help_text": setting.help,
        "required": setting.required,
    }
    match setting.kind:
        case "secret":
            widget = forms.PasswordInput(attrs={"autocomplete": "new-password"}, render_value=False)
            help_text = " ".join(
                filter(None, [setting.help, _("봉해서 저장하고 다시 보여 주지 않아요.")])
            )
            told |= {"required": False, "help_text": help_text}
            return forms.CharField(strip=True, max_length=5000, widget=widget, **told)
        case "number":
            return forms.IntegerField(**told)
        case "flag":
            return forms.BooleanField(**told | {"required": False})
        case "choice":
            return forms.ChoiceField(choices=setting.choices, **told)
        case "lines":
            return forms.CharField(widget=forms.Textarea(attrs={"rows": 4}), **told)
        case _:
            return forms.CharField(max_length=500, **told)


def _shown(setting: Setting, value: Any) -> Any:
    if setting.kind == "lines" and isinstance(value, list):
        return "\n".join(map(str, value))
    return value


def _value(setting: Setting, given: Any) -> Any:
    if setting.kind == "lines":
        return [line.strip() for line in str(given).splitlines() if line.strip()]
    return given


connect_others_with(form_for)

"""The form of a mailbox: its addresses, both servers, its rules; passwords go in and never out."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from majung.accounts.editables import Data
from majung.accounts.models import Agent
from majung.channels import connected
from majung.channels.mail import config as mail_config
from majung.channels.models import AccountSecret
from majung.conversations.models import Inbox
from majung.web.setup import mail_presets
from majung.web.setup.forms.settings import InboxForm, connect_with

KINDS: Final = ("imap", "smtp")
PASSWORDS: Final = ("imap_password", "smtp_password")
SERVER: Final = ("host", "port", "security")
_SECURITY: Final = [
    ("tls", "TLS"),
    ("starttls", "STARTTLS"),
    ("none", gettext_lazy("암호화 안 함")),
]
_RULES: Final = [
    ("link", gettext_lazy("새 상담으로 열어요")),
    ("join", gettext_lazy("진행 중인 상담이 있으면 거기에 이어 붙여요")),
]
_PLAIN: Final = {"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}


def _text(label: Any, placeholder: str = "", help_text: Any = "") -> forms.CharField:
    attrs = {**_PLAIN, "placeholder": placeholder}
    return forms.CharField(
        label=label, required=False, widget=forms.TextInput(attrs=attrs), help_text=help_text
    )


def _password(label: Any, help_text: Any) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": "new-password"}, render_value=False)
    return forms.CharField(
        label=label, required=False, strip=False, max_length=500, widget=widget, help_text=help_text
    )


def _lines(label: Any, rows: int, placeholder: str, help_text: Any, **more: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={**_PLAIN, "rows": rows, "placeholder": placeholder})
    return forms.CharField(label=label, widget=widget, help_text=help_text, **more)


def _number(label: Any) -> forms.IntegerField:
    widget = forms.NumberInput(attrs={"class": "inline", "aria-label": label})
    return forms.IntegerField(label=label, min_value=0, widget=widget)


class MailForm(InboxForm):
    fields_of = {"signature": "signature_ko"}
    template = "setup/mail_fields.html"
    new_title = gettext_lazy("메일함 연결")

    addresses = _lines(
        gettext_lazy("고객이 쓰는 우리 주소"),
        3,
        "온담 고객지원 <help@ondam.example>",
        gettext_lazy(
            "한 줄에 하나씩, 보내는 사람으로 보일 이름과 함께 적어 주세요. 첫 줄이 대표 주소이고, "
            "답장은 고객이 쓴 주소에서 나가요."
        ),
    )
    preset = forms.ChoiceField(label=gettext_lazy("메일 서비스"), required=False)
    imap_host = _text(gettext_lazy("받는 서버 (IMAP)"), "imap.example.com")
    imap_port = forms.IntegerField(label=gettext_lazy("포트"), min_value=1, max_value=65535)
    imap_security = forms.ChoiceField(label=gettext_lazy("보안"), choices=_SECURITY)
    imap_user = _text(gettext_lazy("계정"))
    imap_password = _password(
        gettext_lazy("비밀번호"), gettext_lazy("봉해서 저장하고 다시 보여 주지 않아요.")
    )
    folders = _lines(
        gettext_lazy("읽는 폴더"),
        2,
        "INBOX",
        gettext_lazy("한 줄에 하나씩 적어 주세요. 읽음 표시도 옮기기도 하지 않아요."),
        required=False,
    )
    since = forms.DateField(
        label=gettext_lazy("이날부터 온 메일을 가져와요"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("비우면 연결한 뒤에 온 메일부터 가져와요."),
    )
    smtp_host = _text(gettext_lazy("보내는 서버 (SMTP)"), "smtp.example.com")
    smtp_port = forms.IntegerField(label=gettext_lazy("포트"), min_value=1, max_value=65535)
    smtp_security = forms.ChoiceField(label=gettext_lazy("보안"), choices=_SECURITY)
    smtp_user = _text(gettext_lazy("계정"))
    smtp_password = _password(
        gettext_lazy("비밀번호"),
        gettext_lazy("계정이 받는 쪽과 같으면 비워도 돼요. 받는 비밀번호를 함께 써요."),
    )
    new_mail = forms.ChoiceField(
        label=gettext_lazy("새 메일"), choices=_RULES, widget=forms.RadioSelect
    )
    reopen_hours = _number(gettext_lazy("끝난 상담을 다시 여는 시간"))
    tags = forms.BooleanField(label=gettext_lazy("상담마다 답장 주소를 따로 써요."), required=False)
    continues_chats = forms.BooleanField(
        label=gettext_lazy("고객이 읽지 않은 채팅 답변을 10분 뒤 이 메일함에서 메일로 보내요."),
        required=False,
    )
    hourly = _number(gettext_lazy("한 도메인에 한 시간 동안 보내는 메일 수"))
    signature_ko = _lines(
        gettext_lazy("한국어 서명"),
        3,
        "",
        gettext_lazy("답장 아래에 붙어요. 답변 템플릿의 변수를 쓸 수 있어요."),
        required=False,
    )
    signature_en = _lines(gettext_lazy("영어 서명"), 3, "", "", required=False)
    trusts = _lines(
        gettext_lazy("보낸 사람을 확인해 주는 메일 서버"),
        2,
        "mx.naver.com",
        gettext_lazy(
            "Authentication-Results를 쓰는 우리 메일 서버의 이름이에요. 그 서버가 DMARC를 통과했다고 "
            "하면 주소를 그 고객의 것으로 믿어요. 비우면 아무 말도 믿지 않아요."
        ),
        required=False,
    )
    through = forms.ChoiceField(
        label=gettext_lazy("다른 메일함으로 함께 받기"),
        required=False,
        help_text=gettext_lazy(
            "이 주소의 메일이 다른 메일함으로 들어올 때 골라 주세요. 그러면 받는 서버는 비워 둬요."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        presets = [(key, preset.name) for key, preset in mail_presets.PRESETS.items()]
        self._choose("preset", [*presets, (mail_presets.OTHER, _("직접 입력"))])
        self._choose("through", [("", _("함께 받지 않아요")), *self._others()])

    @property
    def shown(self) -> list[str]:
        return [name for name in super().shown if name not in {"preset", *PASSWORDS}]

    @staticmethod
    def initial_of(data: Data) -> Data:
        config = mail_config.spell({"addresses": [], **data.get("config", {})})[0]
        signature = config["signature"]
        return {
            **data,
            **config,
            **{name: "\n".join(config[name]) for name in ("addresses", "folders", "trusts")},
            "since": config["since"] and date.fromisoformat(config["since"]),
            "preset": mail_presets.of(config["imap_host"], config["smtp_host"]),
            "signature_ko": signature.get("ko", ""),
            "signature_en": signature.get("en", ""),
        }

    def config_of(self) -> Data:
        given = self.cleaned_data
        names = [f"{kind}_{name}" for kind in KINDS for name in (*SERVER, "user")]
        rules = ("new_mail", "reopen_hours", "tags", "continues_chats", "hourly", "through")
        signature = {locale: given[f"signature_{locale}"] for locale in mail_config.LOCALES}
        return {
            **{name: given[name] for name in (*names, *rules)},
            **{name: _split(given[name]) for name in ("addresses", "folders", "trusts")},
            "since": given["since"].isoformat() if given["since"] else "",
            "signature": {locale: text for locale, text in signature.items() if text.strip()},
        }

    def clean(self) -> Data:
        """Ask for a password anew where it would go to another server than it was set for."""
        given = super().clean() or self.cleaned_data
        for kind in KINDS:
            is_elsewhere = self._is_elsewhere(kind, given)
            if f"{kind}_password" in self.kept and is_elsewhere and not self.typed(given, kind):
                text = _(
                    "서버를 바꾸면 비밀번호도 다시 적어 주세요. 저장된 것은 그 서버에만 보내요."
                )
                self.add_error(f"{kind}_password", text)
        return given

    def secrets(self) -> dict[str, str]:
        """Return the passwords as they would be used: what is typed, else what is kept."""
        given, found = self.cleaned_data, {}
        stored = connected.Secrets(self._inbox.pk) if self._inbox else {}
        for kind in KINDS:
            name = f"{kind}_password"
            usable = "" if self._is_elsewhere(kind, given) else stored.get(name, "")
            found[name] = self.typed(given, kind) or usable
        return {name: value for name, value in found.items() if value}

    def keep(self, inbox: Inbox, *, by: Agent) -> bool:
        typed = {f"{kind}_password": self.typed(self.cleaned_data, kind) for kind in KINDS}
        for name, value in typed.items():
            if value:
                connected.set_secret(inbox=inbox, name=name, value=value, by=by)
        return any(typed.values())

    @property
    def left_out(self) -> str:  # type: ignore[override]
        if not any(self.cleaned_data[name] for name in PASSWORDS):
            return ""
        return _("비밀번호는 초안에 남지 않아요. 게시할 때 다시 적어 주세요.")

    @cached_property
    def kept(self) -> frozenset[str]:
        """Return the names of the passwords that are stored."""
        rows = AccountSecret.objects.filter(inbox=self._inbox) if self._inbox else ()
        return frozenset(row.name for row in rows if row.value)

    @property
    def hint(self) -> str:
        """What to do at the chosen service."""
        return mail_presets.hint(str(self["preset"].value() or ""))

    @staticmethod
    def typed(given: Data, kind: str) -> str:
        """Return the password that was typed for receiving or sending."""
        own = str(given.get(f"{kind}_password") or "")
        same = given.get("smtp_user") and given.get("smtp_user") == given.get("imap_user")
        return own or (str(given.get("imap_password") or "") if kind == "smtp" and same else "")

    @cached_property
    def _inbox(self) -> Inbox | None:
        return Inbox.objects.filter(key=str(self.initial.get("key") or "-")).first()

    def _is_elsewhere(self, kind: str, given: Data) -> bool:
        before = str(self._inbox.config.get(f"{kind}_host") or "") if self._inbox else ""
        now = str(given.get(f"{kind}_host") or "").strip().lower()
        return bool(before and now) and before != now

    def _others(self) -> list[tuple[str, str]]:
        rows = Inbox.objects.alive().filter(kind="email").select_related("brand").order_by("name")
        own = self.initial.get("key")
        return [(row.key, f"{row.brand.name} · {row.name}") for row in rows if row.key != own]

    def _choose(self, name: str, choices: Iterable[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(choices)


def _split(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


connect_with("email", MailForm)

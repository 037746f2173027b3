"""The contact form's fields."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from majung.channels.inbox_config import FormConfig
from majung.customers import normal
from majung.customers.models import Identity
from majung.web.helpcenter.forms.files import ManyFilesField


class ContactForm(forms.Form):
    """Who asks, about what, and what; the e-mail and phone are claims that prove nothing."""

    name = forms.CharField(
        label=_("이름"),
        max_length=80,
        error_messages={"required": _("이름을 적어 주세요.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.CharField(
        label=_("이메일"),
        max_length=254,
        error_messages={"required": _("답을 받을 이메일을 적어 주세요.")},
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    phone = forms.CharField(
        label=_("휴대폰"),
        max_length=40,
        error_messages={"required": _("휴대폰 번호를 적어 주세요.")},
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    topic = forms.ChoiceField(
        label=_("주제"), error_messages={"required": _("주제를 골라 주세요.")}
    )
    text = forms.CharField(
        label=_("내용"),
        max_length=5000,
        error_messages={
            "required": _("내용을 적어 주세요."),
            "max_length": _("한 번에 5,000자까지 보낼 수 있어요."),
        },
        widget=forms.Textarea(attrs={"rows": 7}),
    )
    attachments = ManyFilesField(label=_("파일"), required=False)
    nonce = forms.CharField(widget=forms.HiddenInput)
    identity = forms.CharField(widget=forms.HiddenInput, required=False, max_length=4096)
    # Nobody sees this field; whoever fills it in is a program. Named so that no browser would.
    leave_empty = forms.CharField(required=False)

    def __init__(self, *args: Any, config: FormConfig, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if config.phone == "off":
            del self.fields["phone"]
        elif config.phone == "optional":
            self.fields["phone"].required = False
        if config.topics:
            choices = [("", _("골라 주세요")), *((topic, topic) for topic in config.topics)]
            self.fields["topic"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["topic"]
        if not config.files:
            del self.fields["attachments"]
        for name, field in self.fields.items():
            if not field.widget.is_hidden:
                field.widget.attrs.setdefault("class", "in")
            if name in self.errors:
                field.widget.attrs["aria-invalid"] = "true"
                field.widget.attrs["aria-describedby"] = f"id_{name}_error"

    def clean_email(self) -> str:
        return _address(
            Identity.Kind.EMAIL,
            self.cleaned_data["email"],
            _("name@example.com처럼 이메일 주소를 적어 주세요."),
        )

    def clean_phone(self) -> str:
        written: str = self.cleaned_data["phone"]
        if not written:
            return ""
        return _address(
            Identity.Kind.PHONE, written, _("010-1234-5678처럼 휴대폰 번호를 적어 주세요.")
        )


def _address(kind: str, written: str, mistake: Any) -> str:
    try:
        return normal.address(kind, written)
    except ValueError as error:
        raise forms.ValidationError(mistake) from error

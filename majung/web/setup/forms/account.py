"""The forms of sign-in in our words."""

from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm
from allauth.account.forms import ReauthenticateForm as PasswordAgainForm
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as MfaAgainForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


def _say(form: forms.Form, **labels: str) -> None:
    for name, label in labels.items():
        field = form.fields[name]
        field.label, field.help_text = label, ""
        field.widget.attrs.pop("placeholder", None)
        field.error_messages["required"] = _("비워 둘 수 없어요.")


class SignInForm(LoginForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, login=_("이메일"), password=_("비밀번호"))
        self.fields["login"].error_messages["invalid"] = _("이메일 주소를 다시 확인해 주세요.")
        self.fields["login"].widget.attrs["autocomplete"] = "username"


class PasswordForm(ChangePasswordForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(
            self,
            oldpassword=_("지금 비밀번호"),
            password1=_("새 비밀번호"),
            password2=_("새 비밀번호 한 번 더"),
        )
        self.fields["password1"].help_text = PASSWORD_HINT


class AgainForm(PasswordAgainForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, password=_("비밀번호"))


class _Code:
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        form: Any = self
        _say(form, code=_("코드"))
        form.fields["code"].widget.attrs["autofocus"] = True


class CodeForm(_Code, AuthenticateForm):  # type: ignore[misc]
    pass


class CodeAgainForm(_Code, MfaAgainForm):  # type: ignore[misc]
    pass


class ActivateForm(_Code, ActivateTOTPForm):  # type: ignore[misc]
    pass


PASSWORD_HINT = gettext_lazy(
    "8자 이상, 다른 곳에서 쓰지 않는 문장이 좋아요. 흔한 비밀번호와 숫자만 있는 것은 쓸 수 없어요."
)

"""Sign-in as we want it of allauth: closed to strangers, slow to those who guess, sealed."""

import math
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from majung.accounts import audit, sign_in_limits
from majung.accounts.models import Agent
from majung.core import secrets
from majung.core.limits import LimitExceeded
from majung.web import this_browser


class SignInAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Counts wrong passwords in the database, says how long to wait, and lets nobody sign up."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": gettext_lazy(
            "이메일이나 비밀번호가 맞지 않아요. 다시 확인해 주세요."
        ),
        "enter_current_password": gettext_lazy("지금 쓰는 비밀번호가 아니에요."),
        "incorrect_password": gettext_lazy("비밀번호가 맞지 않아요."),
        "incorrect_code": gettext_lazy("코드가 맞지 않아요. 앱에 새로 나온 코드를 적어 주세요."),
        "too_many_login_attempts": gettext_lazy(
            "여러 번 틀려서 잠시 잠갔어요. 5분 뒤에 다시 시도해 주세요."
        ),
        "rate_limited": gettext_lazy("잠시 뒤에 다시 시도해 주세요."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the address as the server found it; proxies were seen to before."""
        return str(request.META.get("REMOTE_ADDR") or "unknown")

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Agent | None:
        account, address = str(credentials.get("email", "")), self.get_client_ip(request)
        _begin(account, address)
        agent = authenticate(request, **credentials)
        if not isinstance(agent, Agent):
            return None
        sign_in_limits.succeed(account=account, address=address)
        return agent

    def reauthenticate(self, user: Agent, password: str) -> bool:
        address = self.get_client_ip(context.request)
        _begin(user.email, address)
        if not user.check_password(password):
            return False
        sign_in_limits.succeed(account=user.email, address=address)
        return True

    def login(self, request: HttpRequest, user: Agent) -> None:
        super().login(request, user)
        audit.record(action="signed_in", obj=user, by=user)

    def logout(self, request: HttpRequest) -> None:
        this_browser.forget(request)
        super().logout(request)

    def add_message(self, *_args: Any, **_kwargs: Any) -> None:
        """Say nothing: that one is signed in is seen."""


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Keeps the seeds of authenticator apps and recovery codes sealed."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy("코드가 맞지 않아요. 앱에 새로 나온 코드를 적어 주세요."),
        "cannot_delete_authenticator": gettext_lazy("지금은 끌 수 없어요."),
        "cannot_generate_recovery_codes": gettext_lazy("먼저 2단계 인증을 켜 주세요."),
    }

    def encrypt(self, text: str) -> str:
        return secrets.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return secrets.unseal(encrypted_text)


def _begin(account: str, address: str) -> None:
    try:
        sign_in_limits.begin(account=account, address=address)
    except LimitExceeded as error:
        raise ValidationError(_locked(error.retry_after), code="locked") from error


def _locked(seconds: int) -> str:
    if seconds < 60:
        return _("여러 번 틀려서 잠시 잠갔어요. %(seconds)d초 뒤에 다시 시도해 주세요.") % {
            "seconds": seconds
        }
    return _("여러 번 틀려서 잠시 잠갔어요. %(minutes)d분 뒤에 다시 시도해 주세요.") % {
        "minutes": math.ceil(seconds / 60)
    }

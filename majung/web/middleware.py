"""The signed-in agent's language and zone, and an honest answer to screens that were signed out."""

import zoneinfo
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import resolve_url
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from majung.accounts.models import Agent
from majung.core.problems import problem

# Customers read these in their own language, also when an agent looks at them.
_OF_CUSTOMERS = {"widget", "form"}


class AgentMiddleware:
    """Speak the agent's language and tell times in the agent's zone, on the pages of agents."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        try:
            answer = self.get_response(request)
        finally:
            timezone.deactivate()
        return _signed_out() if _is_sign_in(request, answer) else answer

    def process_view(self, request: HttpRequest, *_view: object) -> None:
        match = request.resolver_match
        if match is None or _OF_CUSTOMERS & set(match.app_names):
            return
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return
        agent = request.user
        if isinstance(agent, Agent):
            translation.activate(agent.locale)
            request.LANGUAGE_CODE = translation.get_language()
            _activate_zone(agent.timezone)


def _activate_zone(name: str) -> None:
    try:
        timezone.activate(zoneinfo.ZoneInfo(name))
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        timezone.deactivate()


def is_scripted(request: HttpRequest) -> bool:
    """Return whether a script asks, which can do nothing with a whole page.

    Browsers say so themselves (Fetch Metadata): what a navigation asks for has a destination.
    """
    return (
        "HX-Request" in request.headers
        or request.headers.get("X-Requested-With") == "fetch"
        or request.headers.get("Sec-Fetch-Dest") == "empty"
    )


def _is_sign_in(request: HttpRequest, answer: HttpResponseBase) -> bool:
    return (
        answer.status_code == 302
        and is_scripted(request)
        and answer.headers["Location"].startswith(resolve_url(settings.LOGIN_URL))
    )


def _signed_out() -> HttpResponse:
    """Answer 401 instead of a sign-in page that would land inside the screen."""
    return problem(
        401,
        _("로그아웃되었어요"),
        _("다시 로그인하면 이어서 할 수 있어요. 쓰던 글은 이 브라우저에 남아 있어요."),
        code="signed_out",
    )

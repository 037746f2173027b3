"""How the agent wants the screen: its language, its light."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from majung.accounts import preferences
from majung.web.access import AgentRequest, agent_required

THEMES = {"auto", "light", "dark"}
YEAR = 365 * 24 * 60 * 60


@require_POST
@agent_required
def update(request: AgentRequest) -> HttpResponse:
    locale, theme = request.POST.get("locale", ""), request.POST.get("theme", "")
    if locale in dict(settings.LANGUAGES):
        preferences.speak(agent=request.user, locale=locale)
    answer = redirect(_back(request))
    if theme in THEMES:
        # Belongs to the device, not to the person: a cookie, readable by nobody else.
        answer.set_cookie(
            "theme",
            theme,
            max_age=YEAR,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return answer


def _back(request: AgentRequest) -> str:
    wanted = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure()):
        return wanted
    return resolve_url("desk:index")

"""How the agent wants the screen: its language, its light, how close its lines stand."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from majung.accounts import preferences
from majung.web.access import AgentRequest, agent_required

# Belong to the device, not to the person: cookies, readable by nobody else.
OF_THE_DEVICE = {
    "theme": {"auto", "light", "dark"},
    "density": {"comfortable", "compact"},
}
UNDO_CHOICES = {str(seconds) for seconds in preferences.UNDO_SECONDS}
YEAR = 365 * 24 * 60 * 60


@require_POST
@agent_required
def update(request: AgentRequest) -> HttpResponse:
    locale = request.POST.get("locale", "")
    if locale in dict(settings.LANGUAGES):
        preferences.speak(agent=request.user, locale=locale)
    if (undo := request.POST.get("undo", "")) in UNDO_CHOICES:
        preferences.hold_replies(agent=request.user, seconds=int(undo))
    answer = redirect(_back(request))
    for name, values in OF_THE_DEVICE.items():
        value = request.POST.get(name, "")
        if value in values:
            answer.set_cookie(
                name,
                value,
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

"""``GET /widget/<key>/frame``: the page inside the widget's iframe, the same for everybody."""

import json
from http import HTTPStatus
from typing import Final

from csp.decorators import csp_replace
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.templatetags.static import static
from django.utils import translation
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from majung.channels import inbox_config
from majung.conversations.models import Inbox
from majung.web import accents
from majung.web.widget import locales, settings
from majung.web.widget.settings import Shown

# What the talk fetches when it is needed (frontend/src/frame/late/).
LATE: Final = ("attachments", "emoji", "extras", "parts", "rich")


@require_safe
@xframe_options_exempt
def show(request: HttpRequest, key: str) -> HttpResponseBase:
    """Show the chat, which only the widget's own pages may hold."""
    inbox = settings.find(key)
    if inbox is None:
        return _held_by(["*"], _gone(request))
    # Who may hold it is never a matter of a draft.
    origins = inbox_config.chat(inbox.config).origins
    anywhere = inbox_config.ANY_ORIGIN in origins
    own = f"{request.scheme}://{request.get_host()}"
    page = _page(request, inbox, ["*"] if anywhere else [own, *origins])
    return _held_by(["*"] if anywhere else ["'self'", *origins], page)


def _page(request: HttpRequest, inbox: Inbox, origins: list[str]) -> HttpResponse:
    shown = settings.shown(request, inbox)
    asked = request.GET.get("locale", "")
    locale = locales.offered(shown.config.locales, asked, inbox.brand.locale)
    context = {
        "inbox": inbox,
        "brand": inbox.brand,
        "locale": locale,
        "tokens": accents.tokens(inbox.brand.accent_hue),
        "origins": json.dumps(origins),
        "locales": " ".join(shown.config.locales),
        "sound": "on" if shown.config.sound else "off",
        "greeting": _greeting(shown, locale),
        "talk": {
            "now": static(_script("frame", locale)),
            "old": static(_script("frame-old", locale)),
        },
        "late": json.dumps(_late(locale)),
    }
    with translation.override(locale):
        page = render(request, "widget/frame.html", context)
    page.headers["Cache-Control"] = "no-store" if shown.is_draft else "no-cache"
    page.headers["Referrer-Policy"] = "no-referrer"
    return page


def _greeting(shown: Shown, locale: str) -> str:
    """Return what a draft says first; what is published comes with the session."""
    return shown.config.greets(locale) if shown.is_draft else ""


def _script(name: str, locale: str) -> str:
    """Return a script of the talk; each of its languages is one of its own."""
    return f"built/widget-{name}{'.en' if locale == 'en' else ''}.js"


def _late(locale: str) -> dict[str, str]:
    built = {f"{name}.js": _script(name, locale) for name in LATE}
    built |= {f"{name}.css": f"built/widget-{name}.css" for name in LATE}
    return {file: static(path) for file, path in built.items() if finders.find(path)}


def _gone(request: HttpRequest) -> HttpResponse:
    locale = locales.spoken(request.GET.get("locale", ""))
    with translation.override(locale):
        return render(request, "widget/gone.html", {"locale": locale}, status=HTTPStatus.NOT_FOUND)


def _held_by(origins: list[str], page: HttpResponse) -> HttpResponseBase:
    """Let pages of these origins hold the page in a frame."""
    return csp_replace({"frame-ancestors": origins})(lambda _request: page)(HttpRequest())

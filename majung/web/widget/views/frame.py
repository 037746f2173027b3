"""``GET /widget/<key>/frame``: the page inside the widget's iframe, the same for everybody."""

import json
from http import HTTPStatus

from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from majung.channels import inbox_config
from majung.conversations.models import Inbox
from majung.web.widget import looks


@require_safe
@xframe_options_exempt
def show(request: HttpRequest, key: str) -> HttpResponseBase:
    """Show the chat, which only the widget's own pages may hold."""
    inbox = Inbox.objects.open().filter(kind="webchat", key=key).select_related("brand").first()
    if inbox is None:
        return _held_by(["*"], _gone(request))
    config = inbox_config.chat(inbox.config)
    anywhere = inbox_config.ANY_ORIGIN in config.origins
    own = f"{request.scheme}://{request.get_host()}"
    page = _page(request, inbox, ["*"] if anywhere else [own, *config.origins])
    return _held_by(["*"] if anywhere else ["'self'", *config.origins], page)


def _page(request: HttpRequest, inbox: Inbox, origins: list[str]) -> HttpResponse:
    locale = looks.locale(request.GET.get("locale", ""), inbox.brand.locale)
    context = {
        "inbox": inbox,
        "brand": inbox.brand,
        "locale": locale,
        "accent": looks.accent(inbox.brand),
        "origins": json.dumps(origins),
    }
    with translation.override(locale):
        page = render(request, "widget/frame.html", context)
    page.headers["Cache-Control"] = "no-cache"
    page.headers["Referrer-Policy"] = "no-referrer"
    return page


def _gone(request: HttpRequest) -> HttpResponse:
    locale = looks.locale(request.GET.get("locale", ""))
    with translation.override(locale):
        return render(request, "widget/gone.html", {"locale": locale}, status=HTTPStatus.NOT_FOUND)


def _held_by(origins: list[str], page: HttpResponse) -> HttpResponseBase:
    """Let pages of these origins hold the page in a frame."""
    return csp_replace({"frame-ancestors": origins})(lambda _request: page)(HttpRequest())

"""What the public pages share: language, privacy, size, and a page for links that lead nowhere."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from majung.conversations import uploads
from majung.core.problems import Problem
from majung.web.widget import locales

MOST_BYTES: Final = uploads.MOST_FILES * uploads.MOST_BYTES + 1024 * 1024
View = Callable[..., HttpResponseBase]


def private(view: View) -> View:
    """Make a page that nobody keeps, lists or passes on, in the customer's language.

    Its address never leaves the site: the referrer goes to our own pages only. (With
    ``no-referrer`` browsers send forms with ``Origin: null``, which no forgery check can pass.)
    Too large a form is refused before it is read.
    """
    checked = csrf_protect(view)

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        length = request.META.get("CONTENT_LENGTH") or "0"
        with translation.override(_locale(request)):
            if not length.isdigit() or int(length) > MOST_BYTES:
                raise _too_large()
            response = checked(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        patch_vary_headers(response, ["Accept-Language"])
        return response

    return guarded


def gone(request: HttpRequest, *, title: str, text: str) -> HttpResponse:
    """Return a friendly page for a link that leads nowhere (404)."""
    context = {"title": title, "text": text, "locale": _locale(request)}
    return render(request, "form/gone.html", context, status=HTTPStatus.NOT_FOUND)


def _locale(request: HttpRequest) -> str:
    return locales.spoken(request.GET.get("lang", "") or translation.get_language() or "")


def _too_large() -> Problem:
    detail = _(
        "파일을 줄이거나 나누어 보내 주세요. 한 번에 다섯 개, 하나에 20MB까지 보낼 수 있어요."
    )
    return Problem(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _("파일이 너무 커요"), detail, code="too_large"
    )

"""The door of the widget's API: a bearer token, no cookies, problems as JSON."""

import json
from collections.abc import Callable, Mapping
from functools import wraps
from http import HTTPStatus
from typing import Any, Final

from django.http import HttpRequest, HttpResponseBase
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from majung.channels import sessions
from majung.channels.models import WidgetSession
from majung.core.problems import Problem, json_endpoint

MOST_BYTES: Final = 128 * 1024
Endpoint = Callable[..., HttpResponseBase]


def open_endpoint(view: Endpoint) -> Endpoint:
    """Make a JSON endpoint that needs no session; there is no cookie a forger could borrow."""
    guarded = json_endpoint(view)

    @csrf_exempt
    @wraps(view)
    def endpoint(request: HttpRequest, key: str) -> HttpResponseBase:
        return _unstored(guarded(request, key))

    return endpoint


def visitor_required(view: Callable[[HttpRequest, WidgetSession], HttpResponseBase]) -> Endpoint:
    """Make a JSON endpoint for the browser whose token it is, in its own language.

    One query. An unknown token, or one of another widget, is a 401 ``session_unknown``.
    """
    inner = json_endpoint(view)

    @wraps(view)
    def guarded(request: HttpRequest, key: str) -> HttpResponseBase:
        session = find(request, key)
        with translation.override(session.locale):
            return inner(request, session)

    return open_endpoint(guarded)


def find(request: HttpRequest, key: str) -> WidgetSession:
    """Return the session of the request's token.

    Raises:
        Problem: 401 ``session_unknown``.
    """
    session = sessions.find(inbox_key=key, token=bearer(request))
    if session is None:
        raise Problem(
            HTTPStatus.UNAUTHORIZED,
            _("상담을 다시 시작해 주세요"),
            code="session_unknown",
            headers={"WWW-Authenticate": "Bearer"},
        )
    return session


def bearer(request: HttpRequest) -> str:
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip()[:200] if scheme.lower() == "bearer" else ""


def body(request: HttpRequest) -> bytes:
    """Return the body.

    Raises:
        Problem: 413, over 128 KB.
    """
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > MOST_BYTES:
        raise too_large()
    return request.body


def fields(request: HttpRequest) -> Mapping[str, Any]:
    """Return the body's JSON object.

    Raises:
        Problem: 400, it is none.
    """
    try:
        found = json.loads(body(request) or b"{}")
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise Problem(HTTPStatus.BAD_REQUEST, _("요청을 읽을 수 없어요."), code="not_json")
    return found


def text(values: Mapping[str, Any], name: str, most: int) -> str:
    """Return a text of the object, cut to ``most`` letters; anything else counts as missing."""
    value = values.get(name)
    return value.replace("\x00", "")[:most] if isinstance(value, str) else ""


def too_large() -> Problem:
    return Problem(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _("너무 커서 받을 수 없어요"), code="too_large"
    )


def _unstored(response: HttpResponseBase) -> HttpResponseBase:
    response.headers["Cache-Control"] = "no-store"
    return response

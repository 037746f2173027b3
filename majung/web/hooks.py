"""``/hooks/<inbox key>``: where vendors call us. No session, no cookie; each call proves itself."""

from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from majung.channels import webhooks
from majung.channels.contract import Refused, Request
from majung.core import clock
from majung.core.problems import Problem, json_endpoint
from majung.web.widget.budgets import Budget

# By caller, so that nobody can use up what belongs to the vendor.
CALLS: Final = Budget(name="hook.call", limit=6000, per=60, free=600)
_STATUS: Final = {"missing": HTTPStatus.UNAUTHORIZED}


@csrf_exempt
@json_endpoint
@require_http_methods(["GET", "POST"])
def endpoint(request: HttpRequest, key: str) -> HttpResponseBase:
    """Take a call and answer as the vendor expects, once all that it brought is stored.

    Problems: 401 (no signature), 403 (forged, or too old), 404 (no such account), 413 (over 4 MB),
    429 (too many), 500 (it was not stored: the vendor calls again).
    """
    remote = str(request.META.get("REMOTE_ADDR") or "")
    CALLS.take(f"{key}:{remote}")
    try:
        arrival = webhooks.take(key=key, request=_plain(request, remote))
    except webhooks.NoWebhook as error:
        raise Problem(HTTPStatus.NOT_FOUND, _("찾을 수 없어요"), code="not_found") from error
    except Refused as refused:
        raise _refusal(refused) from refused
    answer = HttpResponse(arrival.body, status=arrival.status, content_type=arrival.content_type)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _plain(request: HttpRequest, remote: str) -> Request:
    return Request(
        method=request.method or "",
        query=request.GET.dict(),
        headers={name.lower(): value for name, value in request.headers.items()},
        body=_body(request),
        remote=remote,
        received_at=clock.now(),
    )


def _body(request: HttpRequest) -> bytes:
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > webhooks.MOST_BYTES:
        raise _too_large()
    # Read, not ``request.body``, whose limit is that of forms.
    body = request.read(webhooks.MOST_BYTES + 1)
    if len(body) > webhooks.MOST_BYTES:
        raise _too_large()
    return body


def _too_large() -> Problem:
    return Problem(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _("너무 커서 받을 수 없어요"), code="too_large"
    )


def _refusal(refused: Refused) -> Problem:
    return Problem(
        _STATUS.get(refused.code, HTTPStatus.FORBIDDEN),
        _("보낸 곳을 확인할 수 없어요"),
        code=f"signature_{refused.code}",
    )

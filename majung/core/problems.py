"""Errors as problem details (RFC 9457): made, raised and rendered here."""

import json
import logging
from collections.abc import Callable, Mapping
from functools import wraps
from http import HTTPStatus
from typing import Final

from django.core.exceptions import PermissionDenied
from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from majung.core.limits import LimitExceeded
from majung.core.logs import current_request_id

MEDIA_TYPE: Final = "application/problem+json"
View = Callable[..., HttpResponseBase]
logger = logging.getLogger("majung.problems")


class Problem(Exception):
    """An error to tell the client, raised anywhere below a view; the fields are ``problem``'s."""

    def __init__(
        self,
        status: int,
        title: str,
        detail: str = "",
        *,
        code: str = "",
        headers: Mapping[str, str] | None = None,
        **extra: object,
    ) -> None:
        super().__init__(f"{status} {code or title}")
        self.status = status
        self.title = title
        self.detail = detail
        self.code = code
        self.headers = dict(headers or {})
        self.extra = extra

    def response(self) -> HttpResponse:
        return problem(
            self.status,
            self.title,
            self.detail,
            code=self.code,
            headers=self.headers,
            **self.extra,
        )


def problem(
    status: int,
    title: str,
    detail: str = "",
    *,
    code: str = "",
    headers: Mapping[str, str] | None = None,
    **extra: object,
) -> HttpResponse:
    """Return an ``application/problem+json`` answer (RFC 9457) in UTF-8.

    ``code`` is a stable word for programs; it also makes the ``type`` URN. ``extra`` become
    extension members and must be plain JSON values, dates or UUIDs.
    """
    body: dict[str, object] = {
        "type": f"urn:majung:problem:{code}" if code else "about:blank",
        "title": title,
        "status": status,
    }
    if detail:
        body["detail"] = detail
    if code:
        body["code"] = code
    text = json.dumps({**body, **extra}, ensure_ascii=False, cls=DjangoJSONEncoder)
    answer = HttpResponse(text, status=status, content_type=MEDIA_TYPE, headers=dict(headers or {}))
    answer.headers.setdefault("Cache-Control", "no-store")
    return answer


def _too_many(error: LimitExceeded) -> Problem:
    return Problem(
        HTTPStatus.TOO_MANY_REQUESTS,
        _("요청이 너무 많아요"),
        _("%(seconds)d초 뒤에 다시 시도해 주세요.") % {"seconds": error.retry_after},
        code="too_many_requests",
        headers={"Retry-After": str(error.retry_after)},
        retry_after=error.retry_after,
    )


def _unexpected() -> Problem:
    return Problem(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        _("처리하지 못했어요"),
        _("잠시 뒤에 다시 시도해 주세요. 계속되면 요청 번호를 알려 주세요."),
        code="unexpected",
        request_id=current_request_id(),
    )


def _as_problem(error: Exception) -> Problem | None:
    """Return the problem an expected exception stands for; ``None`` for any other."""
    match error:
        case Problem():
            return error
        case LimitExceeded():
            return _too_many(error)
        case _:
            return None


def _as_problem_for_json(error: Exception) -> Problem:
    match error:
        case Http404():
            return Problem(HTTPStatus.NOT_FOUND, _("찾을 수 없어요"), code="not_found")
        case PermissionDenied():
            return Problem(HTTPStatus.FORBIDDEN, _("권한이 없어요"), code="forbidden")
        case _:
            return _as_problem(error) or _unexpected()


def json_endpoint(view: View) -> View:
    """Make a view answer every exception as a problem; an unexpected one is logged, then a 500."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except Exception as error:
            found = _as_problem_for_json(error)
            if found.code == "unexpected":
                logger.exception("unexpected error in a JSON view")
            return found.response()

    return guarded


class ProblemMiddleware:
    """Render ``Problem`` and ``LimitExceeded`` from any view: a page for people, else JSON."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        found = _as_problem(error)
        if found is None:
            return None
        if request.get_preferred_type(["application/json", "text/html"]) != "text/html":
            return found.response()
        page = render(request, "core/problem.html", {"problem": found}, status=found.status)
        for name, value in found.headers.items():
            page.headers[name] = value
        page.headers.setdefault("Cache-Control", "no-store")
        return page

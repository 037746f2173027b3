"""The outermost middleware: a request id, one access line, the time it took."""

import logging
import time
from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from majung.core.logs import request_id, sane_request_id
from majung.core.measures import REQUESTS

HEADER = "X-Request-Id"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
logger = logging.getLogger("majung.access")


def route_of(request: HttpRequest) -> str:
    """Return the route's name, or its pattern: never the path, which may hold signed tokens."""
    match = request.resolver_match
    if match is None:
        return "unmatched"
    return match.view_name if match.url_name else match.route


class RequestLogMiddleware:
    """Give the request an id (a sane ``X-Request-Id`` is kept) and write one line when done."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        begun = time.perf_counter()
        given, address = request.headers.get(HEADER, ""), request.META.get("REMOTE_ADDR") or None
        with request_id(sane_request_id(given), address=address) as identifier:
            response = self.get_response(request)
            response.headers[HEADER] = identifier
            self._note(request, response.status_code, time.perf_counter() - begun)
        return response

    def _note(self, request: HttpRequest, status: int, seconds: float) -> None:
        method = request.method if request.method in _METHODS else "other"
        route = route_of(request)
        REQUESTS.labels(route=route, method=method, status=str(status)).observe(seconds)
        fields = {
            "method": method,
            "route": route,
            "status": status,
            "duration_ms": round(seconds * 1000, 1),
        }
        logger.info("request", extra=fields)

"""Pages travel packed: a conversation's page is a fifth of its size then."""

from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.gzip import GZipMiddleware

_TEXT: Final = ("text/", "application/json", "application/problem+json")


class PackingMiddleware(GZipMiddleware):
    """Compress text for browsers that take it; files of customers go as they are.

    Django adds random bytes and masks the CSRF token anew in each answer, so that the packed size
    tells nothing of secrets in the page (BREACH).
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        kind = response.headers.get("Content-Type", "")
        if not isinstance(response, HttpResponse) or not kind.startswith(_TEXT):
            return response
        return super().process_response(request, response)

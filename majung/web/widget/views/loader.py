"""``GET /widget.js``: the script a host page names; small, cached, without cookies."""

import gzip
import hashlib
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

BUILT = "built/widget.js"
MAX_AGE = 600


@dataclass(frozen=True, slots=True)
class Script:
    content: bytes
    packed: bytes
    tag: str


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Answer the loader, for any page of any site; 404 when the front end is not built."""
    found = finders.find(BUILT)
    if not isinstance(found, str):
        return HttpResponse(status=HTTPStatus.NOT_FOUND)
    script = _script(found, Path(found).stat().st_mtime_ns)
    packed = "gzip" in request.headers.get("Accept-Encoding", "").lower()
    etag = f'"{script.tag}{"-z" if packed else ""}"'
    if etag in request.headers.get("If-None-Match", ""):
        answer = HttpResponse(status=HTTPStatus.NOT_MODIFIED)
    else:
        answer = HttpResponse(script.packed if packed else script.content)
        if packed:
            answer.headers["Content-Encoding"] = "gzip"
    answer.headers["Content-Type"] = "text/javascript; charset=utf-8"
    answer.headers["ETag"] = etag
    answer.headers["Cache-Control"] = f"public, max-age={MAX_AGE}"
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    patch_vary_headers(answer, ["Accept-Encoding"])
    return answer


@lru_cache(maxsize=2)
def _script(path: str, _changed: int) -> Script:
    content = Path(path).read_bytes()
    digest = hashlib.sha256(content).hexdigest()[:32]
    return Script(content, gzip.compress(content, mtime=0), digest)

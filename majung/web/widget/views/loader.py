"""What a host page names: the script, its types, its sheet for old browsers, and its settings."""

import gzip
import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path
from typing import Final

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from majung.web.widget import settings

SCRIPT: Final = "text/javascript; charset=utf-8"
# The built files by the names that pages know them by.
FILES: Final = {
    "widget.js": ("built/widget.js", SCRIPT),
    "widget.css": ("built/widget.css", "text/css; charset=utf-8"),
    "majung.d.ts": ("built/majung.d.ts", "text/plain; charset=utf-8"),
}
MAX_AGE: Final = 600


@dataclass(frozen=True, slots=True)
class Built:
    content: bytes
    packed: bytes
    tag: str


@require_safe
def show(request: HttpRequest, name: str) -> HttpResponse:
    """Answer one of ``FILES``, for any page of any site; 404 when the front end is not built."""
    path, kind = FILES[name]
    found = finders.find(path)
    if not isinstance(found, str):
        return HttpResponse(status=HTTPStatus.NOT_FOUND)
    built = _built(found, Path(found).stat().st_mtime_ns)
    packed = "gzip" in request.headers.get("Accept-Encoding", "").lower()
    etag = f'"{built.tag}{"-z" if packed else ""}"'
    if etag in request.headers.get("If-None-Match", ""):
        answer = HttpResponse(status=HTTPStatus.NOT_MODIFIED)
    else:
        answer = HttpResponse(built.packed if packed else built.content)
        if packed:
            answer.headers["Content-Encoding"] = "gzip"
    answer.headers["ETag"] = etag
    answer.headers["Cache-Control"] = f"public, max-age={MAX_AGE}"
    patch_vary_headers(answer, ["Accept-Encoding"])
    return _for_any_page(answer, kind)


@require_safe
def setting(request: HttpRequest, key: str) -> HttpResponse:
    """Answer a widget's settings as a script, so that a page's policy needs no rule for them.

    Nothing for a widget that is not there: no button is shown. ``preview`` is a token of
    ``channels.widget_previews``: whoever has one gets the draft.
    """
    inbox = settings.find(key)
    told = settings.told(settings.shown(request, inbox), inbox.brand) if inbox else None
    script = f"(window.majungWidgets=window.majungWidgets||{{}})[{_plain(key)}]={_plain(told)};"
    answer = HttpResponse(script)
    is_draft = told is not None and told["preview"]
    answer.headers["Cache-Control"] = "no-store" if is_draft else f"public, max-age={MAX_AGE}"
    return _for_any_page(answer, SCRIPT)


def _plain(value: object) -> str:
    """Return JSON that is a script too, whatever stands around it."""
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    return text.replace("<", "\\u003c")


def _for_any_page(answer: HttpResponse, kind: str) -> HttpResponse:
    answer.headers["Content-Type"] = kind
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer


@lru_cache(maxsize=8)
def _built(path: str, _changed: int) -> Built:
    content = Path(path).read_bytes()
    digest = hashlib.sha256(content).hexdigest()[:32]
    return Built(content, gzip.compress(content, mtime=0), digest)

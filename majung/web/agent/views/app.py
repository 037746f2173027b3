"""The desk as an app of its own: manifest, service worker, and the page for when we are offline.

They say nothing about anybody, so browsers may ask for them without a sign-in.
"""

import json
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

BUILT = "built/desk-worker.js"
PAGE_FILES = ("built/desk.css", "built/desk.js", "built/icons.svg")
PAPER = "#fbfaf7"


@require_safe
@cache_control(max_age=3600)
def manifest(_request: HttpRequest) -> HttpResponse:
    """Answer the web app manifest: https://www.w3.org/TR/appmanifest/."""
    icons = [
        _icon("app/icon.svg", "any", "image/svg+xml"),
        _icon("app/icon-192.png", "192x192", "image/png"),
        _icon("app/icon-512.png", "512x512", "image/png"),
        {**_icon("app/icon-maskable-512.png", "512x512", "image/png"), "purpose": "maskable"},
    ]
    return JsonResponse(
        {
            "id": "/desk/",
            "name": _("마중 상담 데스크"),
            "short_name": _("마중"),
            "lang": get_language(),
            "start_url": reverse("desk:index"),
            "scope": "/desk/",
            "display": "standalone",
            "background_color": PAPER,
            "theme_color": PAPER,
            "icons": icons,
        },
        content_type="application/manifest+json",
    )


@require_safe
@cache_control(no_cache=True)
def worker(_request: HttpRequest) -> HttpResponse:
    """Answer the service worker of everything under /desk/; 404 when the front end is not built.

    The files of the offline page stand in it, so that a new build is a new worker.
    """
    found = finders.find(BUILT)
    if not isinstance(found, str):
        return HttpResponse(status=HTTPStatus.NOT_FOUND)
    kept = [reverse("app:offline"), *map(static, PAGE_FILES)]
    build = Path(found).stat().st_mtime_ns
    known = {
        "KEPT": kept,
        "ICON": static("app/icon-192.png"),
        "BADGE": static("app/badge.png"),
    }
    text = f"Object.assign(self, {json.dumps(known)});\n{_script(found, build)}"
    answer = HttpResponse(text, content_type="text/javascript; charset=utf-8")
    answer.headers["Service-Worker-Allowed"] = "/desk/"
    return answer


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """Answer the page that the worker keeps for when nothing can be reached."""
    return render(request, "desk/offline.html")


@lru_cache(maxsize=2)
def _script(path: str, _changed: int) -> str:
    return Path(path).read_text()


def _icon(name: str, sizes: str, media_type: str) -> dict[str, str]:
    return {"src": static(name), "sizes": sizes, "type": media_type}

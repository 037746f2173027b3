"""What every settings page shares: the guard is on the view, the frame and the way back are here."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from majung.core.text.korean import josa


def show(
    request: HttpRequest, template: str, *, here: str, status: int = 200, **context: Any
) -> HttpResponse:
    """Render a settings page; ``here`` is the entry of the side list it belongs to."""
    page = render(request, f"setup/{template}", {"here": here, **context}, status=status)
    page.headers.setdefault("Cache-Control", "no-store")
    return page


def done(request: HttpRequest, text: str, *, undo: str = "") -> None:
    """Say on the next page what was done; ``undo`` is the address that takes it back by POST."""
    messages.success(request, text, extra_tags=undo)


def named(name: str) -> dict[str, str]:
    """Return what a sentence like "%(name)s%(to)s 만들었어요" needs; English leaves out the 조사."""
    return {"name": name, "to": josa(name, "을/를")}


def nothing_done(request: HttpRequest, text: str) -> None:
    """Say on the next page why nothing was done, and what to do."""
    messages.warning(request, text)

"""Answers to what an agent does: to a script a word and what to read again, else a page."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from majung.core.problems import problem
from majung.web.middleware import is_scripted


def done(request: HttpRequest, text: str, *, back: str, undo: str = "") -> HttpResponse:
    """Say that it is done; ``undo`` is an address that takes it back, ``back`` the page."""
    if not is_scripted(request):
        messages.success(request, text, extra_tags=undo)
        return redirect(back)
    notice = {"text": text, "undo": undo, "undo_text": _("되돌리기")} if undo else {"text": text}
    return _with_trigger(HttpResponse(status=204), notice=notice)


def quiet(request: HttpRequest, *, back: str) -> HttpResponse:
    """Say nothing: what is done shows by itself."""
    return HttpResponse(status=204) if is_scripted(request) else redirect(back)


def refused(
    request: HttpRequest, text: str, *, back: str, status: int = 409, code: str = "conflict"
) -> HttpResponse:
    """Say plainly why it was not done, and let the screen be read again."""
    if not is_scripted(request):
        messages.error(request, text)
        return redirect(back)
    answer = problem(status, _("하지 않았어요"), text, code=code)
    return _with_trigger(answer, refetch={"target": "#thread"})


def _with_trigger(answer: HttpResponse, **events: dict[str, Any]) -> HttpResponse:
    # Headers are Latin-1, so what is not ASCII travels escaped.
    answer.headers["HX-Trigger"] = json.dumps(events, ensure_ascii=True)
    return answer

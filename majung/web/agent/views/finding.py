"""The palette (``Ctrl+K``) and the page of all messages found."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from majung.conversations import search
from majung.core.search import query
from majung.core.text.korean import josa
from majung.web.access import AgentRequest, agent_required
from majung.web.agent import finding

MOST_DIGITS = 18


@require_safe
@never_cache
@agent_required
def palette(request: AgentRequest) -> HttpResponse:
    """Answer the lines for what is typed, as options of a listbox."""
    text = _typed(request)
    context = {"groups": finding.groups(request.user, text), "text": text}
    return render(request, "desk/palette.html", context)


@require_safe
@never_cache
@agent_required
def index(request: AgentRequest) -> HttpResponse:
    """Show the messages that hold the words, newest first, fifty at a time."""
    text = _typed(request)
    brands = finding.brands(request.user)
    brand = next((one for one in brands if one.slug == request.GET.get("brand")), None)
    before = request.GET.get("before", "")
    found = search.find(
        agent=request.user,
        text=text,
        brand=brand,
        before=int(before) if before.isdigit() and len(before) <= MOST_DIGITS else None,
    )
    context = {
        "text": text,
        "particle": josa(text, "이/가") if text and get_language() == "ko" else "",
        "brands": brands,
        "brand": brand,
        "is_wordless": bool(text) and query.parse(text) is None,
        "hits": [(hit, finding.thing(hit)) for hit in found.hits],
        "more": found.more,
        "is_first": not before,
    }
    return render(request, "desk/search.html", context)


def _typed(request: AgentRequest) -> str:
    return request.GET.get("q", "").strip()[: query.LONGEST]

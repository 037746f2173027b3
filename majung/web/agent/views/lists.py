"""The lists of conversations."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from majung.accounts.models import Agent, Brand
from majung.conversations import ratings
from majung.web.access import AgentRequest, agent_required
from majung.web.agent import listing
from majung.web.live_page import page_live

MOST_NAMED = 3


@require_safe
@agent_required
def home(_request: HttpRequest) -> HttpResponse:
    """Begin with one's own conversations."""
    return redirect("desk:list", view="mine")


@require_safe
@never_cache
@agent_required
def index(request: AgentRequest, view: str) -> HttpResponse:
    return render(request, "desk/index.html", list_context(request, view))


@require_safe
@never_cache
@agent_required
def rows(request: AgentRequest, view: str) -> HttpResponse:
    """Answer the list again (live), or with ``cursor`` the rows that follow."""
    part = "more" if request.GET.get("cursor") else "live"
    context = list_context(request, view, is_part=part == "live")
    return render(request, f"desk/list_{part}.html", context)


def list_context(
    request: AgentRequest, view: str, *, current: UUID | None = None, is_part: bool = False
) -> dict[str, Any]:
    """Return what the templates of the list need."""
    own = request.GET.get("own") == "1"
    choice = chosen(request.user, view, request.GET.get("brand", ""), own=own)
    current = current or _current(request.GET.get("at", ""))
    live = page_live(choice.topics)
    return {
        "choice": choice,
        "view": choice.view,
        "list_live": live,
        "list_part": is_part,
        "current": current,
        "page": listing.page(choice, cursor=request.GET.get("cursor", ""), current=current),
        "counts": listing.counts(choice),
        "content": None if is_part else _content(choice),
        "admins": _admins() if not choice.brands else [],
    }


def _admins() -> list[str]:
    """Return whom to ask, by name, when one sees nothing."""
    found = Agent.objects.active().filter(role=Agent.Role.ADMIN).order_by("name", "pk")
    return list(found.values_list("name", flat=True)[:MOST_NAMED])


def _content(choice: listing.Choice) -> ratings.Average | None:
    """Return how content customers were lately, for those who lead, above what is closed."""
    if choice.view != "closed" or choice.agent.role == Agent.Role.AGENT:
        return None
    brands = [choice.brand] if choice.brand else choice.brands
    return ratings.together(ratings.lately(brand.pk for brand in brands).values())


def chosen(agent: Agent, view: str, brand: str = "", *, own: bool = False) -> listing.Choice:
    """Return the choice that an address names; raises ``Http404`` for one there is not."""
    brands = tuple(Brand.objects.visible_to(agent))
    one = next((known for known in brands if known.slug == brand), None)
    if view not in listing.VIEWS or (brand and one is None):
        raise Http404
    return listing.Choice(view=view, agent=agent, brands=brands, brand=one, own=own)


def _current(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None

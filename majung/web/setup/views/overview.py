"""The front page of the settings: what there is, and what comes next."""

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from majung.accounts.models import Agent, Brand, Team
from majung.channels import leases
from majung.channels.models import InboundDelivery
from majung.conversations.models import Inbox, SharedReply, Tag
from majung.core import jobs
from majung.web.access import AgentRequest, admin_required
from majung.web.setup import screen, standing

MANY = 1000


@admin_required
@require_GET
def show(request: AgentRequest) -> HttpResponse:
    """Show the state of the place, the next step of a new one first."""
    brands = list(Brand.objects.alive())
    counts = {
        "brands": len(brands),
        "teams": Team.objects.alive().count(),
        "agents": Agent.objects.active().count(),
        "inboxes": Inbox.objects.open().count(),
        "canned": SharedReply.objects.filter(is_retired=False).count(),
        "tags": Tag.objects.in_use().count(),
        # Counted as far as it matters: a flood of failures must not make this page slow.
        "troubled": int(leases.count_in_trouble()),
        "failed_items": InboundDelivery.objects.failed()[:MANY].count(),
        "failed_jobs": jobs.failed()[:MANY].count(),
    }
    return screen.show(
        request,
        "overview.html",
        here="index",
        counts=counts,
        hours=standing.of_hours(brands),
        automatic=standing.of_automatic(brands),
        next=_next(counts),
    )


def _next(counts: dict[str, int]) -> str:
    """Return the first thing that is missing."""
    if not counts["brands"]:
        return "brand"
    if not counts["inboxes"]:
        return "inbox"
    if not counts["teams"]:
        return "team"
    return "agent" if counts["agents"] < 2 else ""

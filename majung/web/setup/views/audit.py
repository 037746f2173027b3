"""The audit trail: who did what, who read whose data."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from majung.accounts.models import AuditEntry
from majung.web.access import AgentRequest, admin_required
from majung.web.setup import paging, screen, words

PAGE = 50


@dataclass(frozen=True, slots=True)
class Line:
    entry: AuditEntry
    action: str
    about: str


@admin_required
@require_GET
def index(request: AgentRequest) -> HttpResponse:
    """Show the trail, the latest first."""
    entries = AuditEntry.objects.select_related("agent")
    found = paging.page(entries, query=request.GET, moment="at", size=PAGE)
    lines = [
        Line(entry, words.action(entry.action), words.thing(entry.object_kind))
        for entry in found.rows
    ]
    return screen.show(request, "audit.html", here="audit", lines=lines, page=found)

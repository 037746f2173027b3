"""The trash: what was thrown away in the last thirty days, and the way back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from majung.accounts import editables
from majung.accounts.models import Agent
from majung.core.trash import KEPT
from majung.web.access import AgentRequest, admin_required
from majung.web.setup import screen

MOST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Thrown:
    """One thing in the trash; ``gone_at`` is when it is deleted for good."""

    label: str
    name: str
    by: str
    at: datetime
    gone_at: datetime
    restore: str


@admin_required
@require_GET
def index(request: AgentRequest) -> HttpResponse:
    """Show what can be put back, the latest first."""
    rows = [
        (editable, row)
        for editable in editables.every()
        if editable.has_trash
        for row in editable.model.objects.exclude(deleted_at=None).order_by("-deleted_at")[:MOST]
    ]
    keys = {row.deleted_by_id for _editable, row in rows}
    names = dict(Agent.objects.filter(pk__in=keys).values_list("pk", "name"))
    thrown = [_thrown(editable, row, names) for editable, row in rows]
    thrown.sort(key=lambda one: one.at, reverse=True)
    return screen.show(request, "trash.html", here="trash", thrown=thrown)


def _thrown(editable: editables.Editable, row: Any, names: dict[int, str]) -> Thrown:
    return Thrown(
        label=str(editable.label),
        name=str(row),
        by=names.get(row.deleted_by_id, ""),
        at=row.deleted_at,
        gone_at=row.deleted_at + KEPT,
        restore=reverse(f"setup:{editable.kind}_restoring", args=[row.public_id]),
    )

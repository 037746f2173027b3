"""Teams: who answers for which brands."""

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from majung.accounts.models import Team
from majung.web.access import AgentRequest, admin_required
from majung.web.setup import screen


@admin_required
@require_GET
def index(request: AgentRequest) -> HttpResponse:
    """Show every team with its people and brands."""
    teams = Team.objects.alive().prefetch_related("brands", "members")
    return screen.show(request, "teams.html", here="teams", teams=teams)

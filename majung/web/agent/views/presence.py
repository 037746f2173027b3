"""Who looks at a conversation now, and who could."""

from uuid import UUID

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from majung.conversations import watching
from majung.conversations.models import Conversation
from majung.conversations.rules import who_can_see
from majung.core.problems import Problem
from majung.web import naming
from majung.web.access import AgentRequest, agent_required
from majung.web.agent import visible


@require_safe
@never_cache
@agent_required
def show(request: AgentRequest, public_id: UUID) -> HttpResponse:
    """Answer the place where the names of those who look appear."""
    _check(request, public_id)
    return render(request, "desk/presence.html", {"watched": public_id})


@require_POST
@agent_required
def tell(request: AgentRequest, public_id: UUID) -> HttpResponse:
    """Tell the others what one does here: ``state`` is came, looking, typing or gone."""
    _check(request, public_id)
    state = request.POST.get("state", "")
    if state not in watching.STATES:
        raise Problem(400, _("알 수 없는 상태예요"), code="unknown_state")
    watching.tell(conversation=public_id, agent=request.user, state=state)
    return HttpResponse(status=204)


@require_safe
@never_cache
@agent_required
def colleagues(request: AgentRequest, public_id: UUID) -> HttpResponse:
    """Answer the others who may see the conversation, with their teams, as JSON."""
    conversation = visible.conversation(request.user, public_id)
    others = who_can_see(conversation.brand).exclude(pk=request.user.pk).prefetch_related("teams")
    found = [
        {
            "id": str(agent.public_id),
            "name": agent.name,
            "team": ", ".join(
                sorted(team.name for team in agent.teams.all() if team.deleted_at is None)
            ),
            "tint": naming.tint(agent.pk),
        }
        for agent in others
    ]
    return JsonResponse({"colleagues": found})


def _check(request: AgentRequest, public_id: UUID) -> None:
    if not Conversation.objects.visible_to(request.user).filter(public_id=public_id).exists():
        raise Http404

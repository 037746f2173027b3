"""Who answers: to take, to hand over, to let go."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from majung.accounts.models import Agent, Team
from majung.conversations import assignment
from majung.conversations.models import Conversation
from majung.web.access import AgentRequest, agent_required
from majung.web.agent import answers, visible

NOBODY = "none"


@require_POST
@agent_required
def update(request: AgentRequest, public_id: UUID) -> HttpResponse:
    """Assign to ``agent`` or give to ``team`` (a public id or ``none``).

    With ``from``, only if it is still with whom one saw it; ``team`` with ``agent`` brings back
    both, as the undo of a step asks.
    """
    conversation = visible.conversation(request.user, public_id)
    back = reverse("desk:conversation", args=[public_id])
    wanted, expected = _wanted(request, conversation), _given(request, "from")
    before = f"agent={_word(conversation.assignee)}"
    if wanted.moves_team:
        before += f"&team={_word(conversation.team)}"
    if (conversation.assignee, conversation.team) == (wanted.agent, wanted.team):
        return answers.quiet(request, back=back)
    if expected and expected != _word(conversation.assignee):
        return answers.refused(request, _taken(conversation), back=back)
    if not _assign(conversation, wanted, request.user, expected=expected):
        conversation.refresh_from_db(fields=["assignee"])
        return answers.refused(request, _taken(conversation), back=back)
    undo = f"{reverse('desk:assignment', args=[public_id])}?{before}"
    return answers.done(request, _told(wanted, request.user), back=back, undo=undo)


@require_POST
@agent_required
def next_one(request: AgentRequest) -> HttpResponse:
    """Take the conversation that has waited longest, and open it."""
    conversation = assignment.next_for(agent=request.user)
    if conversation is None:
        messages.info(request, _("기다리는 상담이 없어요. 새 상담이 오면 미배정에 보여요."))
        return redirect("desk:list", view="mine")
    return redirect(f"{reverse('desk:conversation', args=[conversation.public_id])}?view=mine")


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Where a conversation shall stand; ``moves_team`` when the team was chosen, too."""

    agent: Agent | None
    team: Team | None
    moves_team: bool


def _wanted(request: AgentRequest, conversation: Conversation) -> _Wanted:
    agent, team = _given(request, "agent"), _given(request, "team")
    if not team:
        return _Wanted(_agent(agent, conversation), conversation.team, moves_team=False)
    return _Wanted(
        _agent(agent or NOBODY, conversation), _team(team, conversation), moves_team=True
    )


def _given(request: AgentRequest, name: str) -> str:
    return str(request.POST.get(name) or request.GET.get(name, ""))


def _assign(conversation: Conversation, wanted: _Wanted, by: Agent, *, expected: str) -> bool:
    # Guarded by the database: of two who take it at once, one learns that it is taken.
    guard = {"before": conversation.assignee} if expected else {}
    try:
        if wanted.moves_team:
            return assignment.give_to_team(
                conversation=conversation, team=wanted.team, agent=wanted.agent, by=by, **guard
            )
        if guard:
            return assignment.hand_over(
                conversation=conversation, agent=wanted.agent, by=by, before=conversation.assignee
            )
        return assignment.assign(conversation=conversation, agent=wanted.agent, by=by)
    except assignment.CannotAssign as error:
        raise Http404 from error


def _agent(word: str, conversation: Conversation) -> Agent | None:
    """Return the agent of a public id, ``None`` for "none"; raises ``Http404`` for any other."""
    if word == NOBODY:
        return None
    for agent in visible.colleagues(conversation.brand):
        if str(agent.public_id) == word:
            return agent
    raise Http404


def _team(word: str, conversation: Conversation) -> Team | None:
    """Return the team of a public id, as ``_agent`` does."""
    if word == NOBODY:
        return None
    for team in visible.teams(conversation.brand):
        if str(team.public_id) == word:
            return team
    raise Http404


def _word(one: Agent | Team | None) -> str:
    return str(one.public_id) if one else NOBODY


def _taken(conversation: Conversation) -> str:
    if conversation.assignee is None:
        return _("그사이 담당이 비었어요. 화면을 보고 다시 골라 주세요.")
    return _("그사이 %(name)s 님이 먼저 맡았어요.") % {"name": conversation.assignee.name}


def _told(wanted: _Wanted, by: Agent) -> str:
    if wanted.moves_team and wanted.team:
        return _("%(team)s 팀에 넘겼어요") % {"team": wanted.team.name}
    if wanted.agent is None:
        return _("담당을 비웠어요")
    if wanted.agent == by:
        return _("내가 맡았어요")
    return _("%(name)s 님에게 맡겼어요") % {"name": wanted.agent.name}

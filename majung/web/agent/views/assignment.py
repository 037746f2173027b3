"""Who answers: to take, to hand over, to let go."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from majung.accounts.models import Agent
from majung.conversations import assignment
from majung.conversations.models import Conversation
from majung.web.access import AgentRequest, agent_required
from majung.web.agent import answers, visible

NOBODY = "none"


@require_POST
@agent_required
def update(request: AgentRequest, public_id: UUID) -> HttpResponse:
    """Assign to ``agent`` (a public id or ``none``), if it is still with ``from`` as one saw it."""
    conversation = visible.conversation(request.user, public_id)
    back = reverse("desk:conversation", args=[public_id])
    agent = _named(request.POST.get("agent") or request.GET.get("agent", ""), conversation)
    expected, before = request.POST.get("from", ""), _word(conversation.assignee)
    if agent == conversation.assignee:
        return answers.quiet(request, back=back)
    if expected and expected != before:
        return answers.refused(request, _taken(conversation), back=back)
    if not _assign(conversation, agent, request.user, expected=expected):
        conversation.refresh_from_db(fields=["assignee"])
        return answers.refused(request, _taken(conversation), back=back)
    return answers.done(
        request,
        _told(agent, request.user),
        back=back,
        undo=f"{reverse('desk:assignment', args=[public_id])}?agent={before}",
    )


@require_POST
@agent_required
def next_one(request: AgentRequest) -> HttpResponse:
    """Take the conversation that has waited longest, and open it."""
    conversation = assignment.next_for(agent=request.user)
    if conversation is None:
        messages.info(request, _("기다리는 상담이 없어요. 새 상담이 오면 미배정에 보여요."))
        return redirect("desk:list", view="mine")
    return redirect(f"{reverse('desk:conversation', args=[conversation.public_id])}?view=mine")


def _assign(conversation: Conversation, agent: Agent | None, by: Agent, *, expected: str) -> bool:
    try:
        if not expected:
            return assignment.assign(conversation=conversation, agent=agent, by=by)
        # Guarded by the database: of two who take it at once, one learns that it is taken.
        return assignment.hand_over(
            conversation=conversation, agent=agent, by=by, before=conversation.assignee
        )
    except assignment.CannotAssign as error:
        raise Http404 from error


def _named(word: str, conversation: Conversation) -> Agent | None:
    """Return the agent of a public id, ``None`` for "none"; raises ``Http404`` for any other."""
    if word == NOBODY:
        return None
    for agent in visible.colleagues(conversation.brand):
        if str(agent.public_id) == word:
            return agent
    raise Http404


def _word(agent: Agent | None) -> str:
    return str(agent.public_id) if agent else NOBODY


def _taken(conversation: Conversation) -> str:
    if conversation.assignee is None:
        return _("그사이 담당이 비었어요. 화면을 보고 다시 골라 주세요.")
    return _("그사이 %(name)s 님이 먼저 맡았어요.") % {"name": conversation.assignee.name}


def _told(agent: Agent | None, by: Agent) -> str:
    if agent is None:
        return _("담당을 비웠어요")
    if agent == by:
        return _("내가 맡았어요")
    return _("%(name)s 님에게 맡겼어요") % {"name": agent.name}

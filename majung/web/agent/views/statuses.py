"""To end a conversation, to put it on hold, to open it again."""

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from majung.conversations import lifecycle
from majung.web.access import AgentRequest, agent_required
from majung.web.agent import answers, visible
from majung.web.agent import thread as threads


@require_POST
@agent_required
def close(request: AgentRequest, public_id: UUID) -> HttpResponse:
    conversation = visible.conversation(request.user, public_id)
    seen = threads.last_on_screen(request)
    try:
        changed = lifecycle.close(conversation=conversation, by=request.user, seen=seen)
    except lifecycle.WroteMeanwhile:
        text = _("그사이 고객이 글을 남겼어요. 읽고 나서 다시 마쳐 주세요.")
        back = reverse("desk:conversation", args=[public_id])
        return answers.refused(request, text, back=back)
    return _answer(request, public_id, _("상담을 마쳤어요"), changed=changed, undo=True)


@require_POST
@agent_required
def hold(request: AgentRequest, public_id: UUID) -> HttpResponse:
    conversation = visible.conversation(request.user, public_id)
    changed = lifecycle.hold(conversation=conversation, by=request.user)
    return _answer(request, public_id, _("상담을 보류했어요"), changed=changed, undo=True)


@require_POST
@agent_required
def reopen(request: AgentRequest, public_id: UUID) -> HttpResponse:
    conversation = visible.conversation(request.user, public_id)
    changed = lifecycle.reopen(conversation=conversation, by=request.user)
    return _answer(request, public_id, _("상담을 다시 열었어요"), changed=changed, undo=False)


def _answer(
    request: AgentRequest, public_id: UUID, text: str, *, changed: bool, undo: bool
) -> HttpResponse:
    back = reverse("desk:conversation", args=[public_id])
    if not changed:
        return answers.quiet(request, back=back)
    way_back = reverse("desk:reopening", args=[public_id]) if undo else ""
    return answers.done(request, text, back=back, undo=way_back)

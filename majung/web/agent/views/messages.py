"""A reply that did not go out, or may not have: what a person decides about it."""

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from majung.channels import delivery
from majung.web.access import AgentRequest, agent_required
from majung.web.agent import answers, visible


@require_POST
@agent_required
def resend(request: AgentRequest, public_id: UUID) -> HttpResponse:
    message = visible.message(request.user, public_id)
    changed = delivery.resend(message=message, by=request.user)
    return _answer(
        request, message.conversation.public_id, _("다시 보내고 있어요"), changed=changed
    )


@require_POST
@agent_required
def settle(request: AgentRequest, public_id: UUID) -> HttpResponse:
    message = visible.message(request.user, public_id)
    changed = delivery.settle(message=message, by=request.user)
    return _answer(
        request, message.conversation.public_id, _("도착한 것으로 표시했어요"), changed=changed
    )


def _answer(request: AgentRequest, public_id: UUID, text: str, *, changed: bool) -> HttpResponse:
    back = reverse("desk:conversation", args=[public_id])
    if not changed:
        gone = _("그사이 상태가 바뀌어서 그대로 두었어요.")
        return answers.refused(request, gone, back=back)
    return answers.done(request, text, back=back)

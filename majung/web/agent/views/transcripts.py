"""What was said in a conversation, as one mail to whom it was said with."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from majung.accounts import audit
from majung.channels.mail import chats, notices, transcripts
from majung.web.access import AgentRequest, agent_required
from majung.web.agent import answers, visible
from majung.web.middleware import is_scripted

LONGEST = 254


@require_safe
@never_cache
@agent_required
def new(request: AgentRequest, public_id: UUID) -> HttpResponse:
    """Ask where to."""
    conversation = visible.conversation(request.user, public_id)
    audit.read(obj=conversation.customer, by=request.user)
    context = {
        "conversation": conversation,
        "to": chats.address_of(conversation),
        "by": chats.first_mailbox(conversation.brand_id),
    }
    if is_scripted(request):
        return render(request, "desk/transcript.html", context)
    page = {"part": "desk/transcript.html", "title": _("대화 내용 메일로 보내기")}
    return render(request, "desk/part_page.html", {**context, **page})


@require_POST
@agent_required
def create(request: AgentRequest, public_id: UUID) -> HttpResponse:
    """Send it (``to``). Problem: 409 with what is in the way."""
    conversation = visible.conversation(request.user, public_id)
    back = reverse("desk:conversation", args=[conversation.public_id])
    to = request.POST.get("to", "").strip()[:LONGEST]
    try:
        transcripts.send(conversation=conversation, to=to, by=request.user)
    except notices.CannotSend as error:
        return answers.refused(request, str(error), back=back)
    return answers.done(request, _("대화 내용을 메일로 보냈어요"), back=back)

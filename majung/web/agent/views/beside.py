"""What stands folded beside a conversation and is read once one opens it; and to follow it."""

from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from majung.accounts import audit
from majung.conversations import following
from majung.conversations.models import Message
from majung.web import naming
from majung.web.access import AgentRequest, agent_required
from majung.web.agent import answers, visible
from majung.web.agent import participants as people
from majung.web.live_page import page_live
from majung.web.middleware import is_scripted

LAST_WORDS: Final = 5


@require_safe
@never_cache
@agent_required
def participants(request: AgentRequest, public_id: UUID) -> HttpResponse:
    """Show who took part, and who looks or writes now: a part to a script, else a page."""
    live = page_live([f"conversation:{public_id}"])
    conversation = visible.conversation(request.user, public_id)
    audit.read(obj=conversation, by=request.user)
    context = {
        "conversation": conversation,
        "participants_live": live,
        "participants": people.of(conversation),
    }
    return _part_or_page(request, "desk/participants.html", _("참여자"), context)


@require_safe
@never_cache
@agent_required
def peek(request: AgentRequest, public_id: UUID) -> HttpResponse:
    """Show the last words of a conversation without opening it: it does not count as seen."""
    conversation = visible.conversation(request.user, public_id)
    audit.read(obj=conversation, by=request.user)
    said = (
        conversation.messages.exclude(kind=Message.Kind.EVENT)
        .filter(deleted_at=None)
        .select_related("author")
        .order_by("-pk")[:LAST_WORDS]
    )
    name = naming.customer_name(conversation.customer)
    context = {"conversation": conversation, "customer_name": name, "said": list(said)[::-1]}
    return _part_or_page(request, "desk/peek.html", name, context)


@require_POST
@agent_required
def follow(request: AgentRequest, public_id: UUID) -> HttpResponse:
    """Be told of the customer's next words, or with ``off`` no more."""
    conversation = visible.conversation(request.user, public_id)
    back = reverse("desk:conversation", args=[public_id])
    path = reverse("desk:following", args=[public_id])
    if "off" in request.POST or "off" in request.GET:
        if not following.unfollow(conversation=conversation, by=request.user):
            return answers.quiet(request, back=back)
        return answers.done(request, _("이 상담은 이제 알리지 않을게요"), back=back, undo=path)
    if not following.follow(conversation=conversation, by=request.user):
        return answers.quiet(request, back=back)
    text = _("고객이 쓰면 알려 드릴게요")
    return answers.done(request, text, back=back, undo=f"{path}?off=1")


def _part_or_page(
    request: AgentRequest, template: str, title: str, context: dict[str, Any]
) -> HttpResponse:
    if is_scripted(request):
        return render(request, template, context)
    return render(request, "desk/part_page.html", {**context, "part": template, "title": title})

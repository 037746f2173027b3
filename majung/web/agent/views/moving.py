"""A mail that stands in the wrong conversation: where to, and back."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from majung.accounts import audit
from majung.channels.models import Letter
from majung.conversations import moving
from majung.conversations.models import Conversation, Message
from majung.conversations.moving import CannotMove, Moved
from majung.core.text.korean import josa
from majung.web.access import AgentRequest, agent_required
from majung.web.agent import answers, moving_choices, visible
from majung.web.middleware import is_scripted

NEW = "new"


@require_safe
@never_cache
@agent_required
def choose(request: AgentRequest, public_id: UUID) -> HttpResponse:
    """Offer conversations to move a mail to, found by ``q``: the customer's, or by words or number."""
    message, _letter = _mail(request, public_id)
    text = request.GET.get("q", "")[:100]
    audit.read(obj=message, by=request.user)
    context = {
        "message": message,
        "conversation": message.conversation,
        "choices": moving_choices.of(message, agent=request.user, text=text),
        "text": text,
    }
    if request.GET.get("only") == "choices":
        return render(request, "desk/move_choices.html", context)
    if is_scripted(request):
        return render(request, "desk/move.html", context)
    page = {"part": "desk/move.html", "title": _("다른 상담으로 옮기기")}
    return render(request, "desk/part_page.html", {**context, **page})


@require_POST
@agent_required
def undo(request: AgentRequest, public_id: UUID) -> HttpResponse:
    """Take a move back; the id is that of a line that told of it."""
    line = visible.message(request.user, public_id)
    back = reverse("desk:conversation", args=[line.conversation.public_id])
    _check_other(request, line)
    try:
        moved = moving.take_back(line=line, by=request.user)
    except CannotMove as error:
        return answers.refused(request, str(error), back=back)
    audit.record(action="mail_moved_back", obj=moved.target, by=request.user)
    return answers.done(request, _("메일을 원래 상담으로 되돌렸어요"), back=back)


def _check_other(request: AgentRequest, line: Message) -> None:
    """Whoever takes a move back may see both conversations."""
    other = line.data.get("conversation")
    if other:
        get_object_or_404(Conversation.objects.visible_to(request.user), public_id=other)


@require_POST
@agent_required
def create(request: AgentRequest, public_id: UUID) -> HttpResponse:
    """Move a mail: ``into`` is a public id or "new", ``seen_in`` where the agent saw it.

    Problems: 409 (moved meanwhile, or no such place), 422.
    """
    message, letter = _mail(request, public_id)
    back = reverse("desk:conversation", args=[message.conversation.public_id])
    try:
        seen_in, into = _places(request)
    except ValueError:
        text = _("옮길 상담을 골라 주세요.")
        return answers.refused(request, text, back=back, status=422, code="no_place")
    if into:
        # Another team's is not found, as everywhere.
        visible.conversation(request.user, into)
    try:
        moved = moving.move(
            message=message, seen_in=seen_in, into=into, by=request.user, subject=letter.subject
        )
    except CannotMove as error:
        return answers.refused(request, str(error), back=back)
    audit.record(action="mail_moved", obj=moved.target, by=request.user)
    return answers.done(
        request,
        _said(moved),
        back=back,
        undo=reverse("desk:move_undoing", args=[moved.line.public_id]),
    )


def _mail(request: AgentRequest, public_id: UUID) -> tuple[Message, Letter]:
    message = visible.message(request.user, public_id)
    letter = get_object_or_404(Letter.objects.only("subject"), message=message)
    if not message.is_from_customer:
        raise Http404
    return message, letter


def _places(request: AgentRequest) -> tuple[UUID, UUID | None]:
    given = request.POST.get("into", "")
    return UUID(request.POST.get("seen_in", "")), None if given == NEW else UUID(given)


def _said(moved: Moved) -> str:
    number = str(moved.target.pk)
    return _("메일을 상담 #%(number)s%(to)s 옮겼어요") % {
        "number": number,
        "to": josa(number, "으로/로"),
    }

"""Canned replies (답변 템플릿): those offered in a conversation, and an agent's own."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from majung.accounts.editables import Invalid
from majung.conversations import canned, parts
from majung.conversations.models import CannedReply
from majung.core.problems import json_endpoint
from majung.core.versions import EditConflict
from majung.web.access import AgentRequest, agent_required
from majung.web.agent import visible
from majung.web.setup.forms.canned import CannedForm, OwnReplyForm


@require_safe
@never_cache
@agent_required
@json_endpoint
def offered(request: AgentRequest, public_id: UUID) -> HttpResponse:
    """Answer ``{replies: [{id, title, shortcut, folder, text, own}]}``, the likeliest first."""
    conversation = visible.conversation(request.user, public_id)
    found = canned.offered(conversation=conversation, agent=request.user)
    told = [
        {
            "id": str(each.public_id),
            "title": each.title,
            "shortcut": each.shortcut,
            "folder": each.folder,
            "text": each.text,
            "own": each.owner_id is not None,
        }
        for each in found
    ]
    return JsonResponse({"replies": told})


@require_safe
@never_cache
@agent_required
@json_endpoint
def filled(request: AgentRequest, public_id: UUID, reply: UUID) -> HttpResponse:
    """Answer one of them as it reads in the conversation: ``{id, text, parts}``."""
    conversation = visible.conversation(request.user, public_id)
    try:
        found = canned.fill(conversation=conversation, agent=request.user, public_id=reply)
    except CannedReply.DoesNotExist as error:
        raise Http404 from error
    told = {
        "id": str(found.reply.public_id),
        "text": found.text,
        "parts": parts.spell(found.parts),
    }
    return JsonResponse(told)


@require_safe
@agent_required
def index(request: AgentRequest) -> HttpResponse:
    """Show the agent's own canned replies."""
    own = canned.own(request.user)
    return render(request, "desk/canned.html", {"replies": own})


@require_safe
@agent_required
def new(request: AgentRequest) -> HttpResponse:
    """Show the form of a new one of the agent's own."""
    return _page(request, OwnReplyForm(initial={"locale": request.user.locale}), None)


@require_POST
@agent_required
def create(request: AgentRequest) -> HttpResponse:
    """Make one of the agent's own."""
    form = OwnReplyForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            reply = canned.make_own(data=form.state(), by=request.user)
        except Invalid as error:
            form.mark(error.mistakes)
        else:
            messages.success(request, _("답변 템플릿을 만들었어요."))
            return redirect("desk:canned_reply", reply.public_id)
    return _page(request, form, None)


@require_safe
@agent_required
def show(request: AgentRequest, public_id: UUID) -> HttpResponse:
    """Show one of the agent's own for editing."""
    reply = _own(request, public_id)
    state = canned.state_of(reply)
    initial = {**OwnReplyForm.initial_of(state), "version": reply.version}
    return _page(request, OwnReplyForm(initial=initial), reply)


@require_POST
@agent_required
def update(request: AgentRequest, public_id: UUID) -> HttpResponse:
    """Change one of the agent's own."""
    reply = _own(request, public_id)
    form = OwnReplyForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            canned.change_own(
                reply=reply,
                data=form.state() | {"is_retired": reply.is_retired},
                by=request.user,
                expected=form.cleaned_data["version"] or 0,
            )
        except Invalid as error:
            form.mark(error.mistakes)
        except EditConflict:
            return _conflict(request, form, reply)
        else:
            messages.success(request, _("답변 템플릿을 저장했어요."))
            return redirect("desk:canned_reply", public_id)
    return _page(request, form, reply)


@require_POST
@agent_required
def preview(request: AgentRequest) -> HttpResponse:
    """Show how a canned reply reads as it is being written: shared or own."""
    is_shared = "brand" in request.POST and request.user.is_admin  # the others' brands have no name
    form = CannedForm(request.POST) if is_shared else OwnReplyForm(request.POST)
    return render(request, "desk/canned_preview_text.html", {"preview": form.preview()})


@require_POST
@agent_required
def retire(request: AgentRequest, public_id: UUID) -> HttpResponse:
    """Take one of the agent's own out of use, or back into it (``to`` is "on")."""
    reply = _own(request, public_id)
    retired = request.POST.get("to") != "on"
    state = canned.state_of(reply) | {"is_retired": retired}
    canned.change_own(reply=reply, data=state, by=request.user, expected=reply.version)
    text = _("이제 이 템플릿을 쓰지 않아요.") if retired else _("다시 쓸 수 있어요.")
    messages.success(request, text)
    return redirect("desk:canned")


def _own(request: AgentRequest, public_id: UUID) -> CannedReply:
    return get_object_or_404(canned.own(request.user), public_id=public_id)


def _page(
    request: AgentRequest, form: OwnReplyForm, reply: CannedReply | None, **more: Any
) -> HttpResponse:
    status = more.pop("status", 422 if form.errors else 200)
    context = {"form": form, "reply": reply, "preview": form.preview(), **more}
    return render(request, "desk/canned_reply.html", context, status=status)


def _conflict(request: AgentRequest, form: OwnReplyForm, reply: CannedReply) -> HttpResponse:
    """Show what was typed beside what stands; saving once more takes what was typed."""
    reply.refresh_from_db()
    assert isinstance(form.data, QueryDict)
    sent = form.data.copy()  # with the picture that was put up
    sent["version"] = str(reply.version)
    again = OwnReplyForm(sent)
    again.is_valid()
    return _page(request, again, reply, status=409, theirs=reply.text)

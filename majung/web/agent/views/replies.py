"""What an agent writes."""

import json
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from majung.channels import delivery
from majung.conversations import canned, holding, lifecycle, parts, replies, uploads
from majung.conversations.models import Conversation, Message, Upload
from majung.conversations.parts import Parts
from majung.core import clock, live, rich_text
from majung.core.ids import uuid7
from majung.core.problems import problem
from majung.web.access import AgentRequest, agent_required
from majung.web.agent import answers, composing, visible
from majung.web.agent import thread as threads
from majung.web.agent.views.conversations import page_context
from majung.web.middleware import is_scripted

KEY_LENGTH = 64


class Refused(Exception):
    """Nothing was written; the text is for the agent, the code for programs."""

    def __init__(self, status: int, code: str, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.code = code
        self.text = text


@require_POST
@agent_required
def create(request: AgentRequest, public_id: UUID) -> HttpResponse:
    """Write a reply; without scripts the form's radio may say that it is a note.

    ``then`` is "close" where the conversation is to end with it. To a script: 201 (again 200)
    ``{id, held, undo, closed}``, ``held`` in seconds, ``undo`` the address that takes it back.
    Problems: 409 (a colleague answered, or the customer wrote before the end), 422.
    """
    is_note = request.POST.get("kind") == "note" and not is_scripted(request)
    return _create(request, public_id, is_note=is_note)


@require_POST
@agent_required
def create_note(request: AgentRequest, public_id: UUID) -> HttpResponse:
    return _create(request, public_id, is_note=True)


@require_POST
@agent_required
def typing(request: AgentRequest, public_id: UUID) -> HttpResponse:
    """Let the customer see that somebody is writing."""
    conversation = visible.conversation(request.user, public_id)
    visitor = (
        conversation.messages.filter(kind=Message.Kind.CUSTOMER)
        .exclude(identity=None)
        .order_by("-pk")
        .values_list("identity__public_id", flat=True)
        .first()
    )
    if visitor:
        live.signal(f"visitor:{visitor}", kind="typing", ids=[str(request.user.public_id)])
    return HttpResponse(status=204)


def _create(request: AgentRequest, public_id: UUID, *, is_note: bool) -> HttpResponse:
    conversation = visible.conversation(request.user, public_id)
    key = request.POST.get("key", "")[:KEY_LENGTH] or str(uuid7())
    known = _written(conversation, key)
    try:
        message = known or _write(request, conversation, key, is_note=is_note)
    except Refused as refused:
        # The same page sent twice at once: the other one took the files.
        known = _written(conversation, key)
        if known is None:
            return _refusal(request, public_id, refused)
        message = known
    if is_scripted(request):
        return JsonResponse(_told(message), status=200 if known else 201)
    return redirect(f"{reverse('desk:conversation', args=[public_id])}#msg-{message.public_id}")


@require_POST
@agent_required
def withdraw(request: AgentRequest, public_id: UUID) -> HttpResponse:
    """Take a held reply back: to a script 200 with the draft it is again, 409 when it is sent."""
    message = visible.message(request.user, public_id)
    back = reverse("desk:conversation", args=[message.conversation.public_id])
    try:
        draft = delivery.withdraw(message=message, by=request.user)
    except delivery.AlreadySent:
        return answers.refused(request, _("이미 보냈어요."), back=back, code="already_sent")
    carried = parts.spell(parts.of(message.data))
    told = {**composing.told(draft), "parts": carried}
    return JsonResponse(told) if is_scripted(request) else redirect(back)


def _told(message: Message) -> dict[str, Any]:
    held = 0.0
    if message.held_until and holding.is_held(message):
        held = max(0.0, (message.held_until - clock.now()).total_seconds())
    return {
        "id": str(message.public_id),
        "held": held,
        "undo": reverse("desk:withdrawal", args=[message.public_id]) if held else "",
        "closed": bool(message.data.get("closes")),
    }


def _written(conversation: Conversation, key: str) -> Message | None:
    return Message.objects.filter(conversation=conversation, client_key=key).first()


def _write(
    request: AgentRequest, conversation: Conversation, key: str, *, is_note: bool
) -> Message:
    text = request.POST.get("text", "").replace("\r\n", "\n")
    try:
        rich = rich_text.read(request.POST.get("rich", ""))
        files = _uploads(request)
        if is_note:
            message = replies.note(
                conversation=conversation,
                text=text,
                rich=rich,
                by=request.user,
                client_key=key,
                uploads=files,
                tab=request.POST.get("tab", ""),
            )
        else:
            message = replies.send(
                conversation=conversation,
                text=text,
                rich=rich,
                by=request.user,
                client_key=key,
                uploads=files,
                seen=threads.last_on_screen(request),
                held_for=timedelta(seconds=request.user.undo_seconds),
                closes=request.POST.get("then") == "close",
                tab=request.POST.get("tab", ""),
                carries=_parts(request),
            )
    except replies.AnsweredMeanwhile as error:
        raise Refused(409, "answered_meanwhile", str(error)) from error
    except lifecycle.WroteMeanwhile as error:
        text = _("그사이 고객이 글을 남겼어요. 읽고 나서 다시 보내 주세요.")
        raise Refused(409, "wrote_meanwhile", text) from error
    except (replies.CannotReply, rich_text.NotRichText, uploads.UnknownUpload) as error:
        raise Refused(422, "not_written", str(error)) from error
    if used := _ids(request.POST.getlist("canned")):
        canned.note_use(public_ids=used, conversation=conversation, by=request.user)
    return message


def _uploads(request: AgentRequest) -> list[Upload]:
    given = request.POST.getlist("files")
    ids = _ids(given)
    if len(ids) != len(given):
        raise Refused(422, "unknown_file", _("파일을 찾을 수 없어요. 다시 올려 주세요."))
    return uploads.chosen(ids=ids, owner=f"agent:{request.user.pk}")


def _parts(request: AgentRequest) -> Parts:
    """Read the quick replies and cards that a canned reply brought along, as JSON."""
    try:
        return parts.read(json.loads(request.POST.get("parts") or "{}"))
    except (ValueError, RecursionError) as error:
        raise Refused(422, "not_parts", _("카드를 읽을 수 없어요. 다시 골라 주세요.")) from error
    except parts.Wrong as error:
        raise Refused(422, "not_parts", error.mistakes[0].text) from error


def _ids(given: list[str]) -> list[UUID]:
    """Read those that are ids."""
    found = []
    for text in given:
        with suppress(ValueError):
            found.append(UUID(text))
    return found


def _refusal(request: AgentRequest, public_id: UUID, refused: Refused) -> HttpResponse:
    if is_scripted(request):
        return problem(refused.status, _("보내지 않았어요"), refused.text, code=refused.code)
    context = page_context(
        request,
        public_id,
        text=request.POST.get("text", ""),
        kind=request.POST.get("kind", "reply"),
        error=refused.text,
    )
    return render(request, "desk/conversation.html", context, status=refused.status)

"""What an agent writes."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from majung.channels import delivery
from majung.conversations import (
    canned,
    envelopes,
    holding,
    lifecycle,
    once,
    parts,
    replies,
    uploads,
)
from majung.conversations.envelopes import Envelope
from majung.conversations.models import Conversation, Message
from majung.conversations.parts import Parts
from majung.core import clock, live, rich_text
from majung.core.ids import uuid7
from majung.core.problems import problem
from majung.core.rich_text import Doc
from majung.web.access import AgentRequest, agent_required
from majung.web.agent import addressing, answers, composing, visible
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What was written, as the page sends it; ``files`` are public ids of uploads."""

    kind: Message.Kind
    text: str
    rich: Doc | None
    files: list[UUID]
    carries: Parts
    envelope: Envelope | None = None


@require_POST
@agent_required
def create(request: AgentRequest, public_id: UUID) -> HttpResponse:
    """Write a reply; without scripts the form's radio may say that it is a note.

    ``then`` is "close" where the conversation is to end with it, ``resend`` is "1" where the page
    tries again by itself. To a script: 201 (again 200) ``{id, held, undo, closed}``, ``held`` in
    seconds, ``undo`` the address that takes it back. Problems: 409 (a colleague answered; the
    customer wrote before the end or the resending; ``sent_otherwise``: the key is that of a
    message that says something else), 422.
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
        ids = [str(request.user.public_id), str(conversation.public_id)]
        live.signal(f"visitor:{visitor}", kind="typing", ids=ids)
    return HttpResponse(status=204)


def _create(request: AgentRequest, public_id: UUID, *, is_note: bool) -> HttpResponse:
    conversation = visible.conversation(request.user, public_id)
    key = request.POST.get("key", "")[:KEY_LENGTH] or str(uuid7())
    try:
        given = _given(request, conversation, is_note=is_note)
        message, is_fresh = _once(request, conversation, key, given)
    except Refused as refused:
        return _refusal(request, public_id, refused)
    if is_scripted(request):
        return JsonResponse(_told(message), status=201 if is_fresh else 200)
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
    return JsonResponse(composing.told(draft)) if is_scripted(request) else redirect(back)


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


def _given(request: AgentRequest, conversation: Conversation, *, is_note: bool) -> Given:
    files = request.POST.getlist("files")
    ids = _ids(files)
    if len(ids) != len(files):
        raise Refused(422, "unknown_file", _("파일을 찾을 수 없어요. 다시 올려 주세요."))
    try:
        rich = rich_text.read(request.POST.get("rich", ""))
    except rich_text.NotRichText as error:
        raise Refused(422, "not_written", str(error)) from error
    return Given(
        kind=Message.Kind.NOTE if is_note else Message.Kind.REPLY,
        text=request.POST.get("text", "").replace("\r\n", "\n"),
        rich=rich,
        files=ids,
        carries=parts.NOTHING if is_note else _parts(request),
        envelope=None if is_note else _envelope(request, conversation),
    )


def _once(
    request: AgentRequest, conversation: Conversation, key: str, given: Given
) -> tuple[Message, bool]:
    if known := _known(conversation, key, given):
        return known, False
    try:
        return _write(request, conversation, key, given), True
    except Refused:
        # The same page sent twice at once: the other one took the files.
        if known := _known(conversation, key, given):
            return known, False
        raise


def _known(conversation: Conversation, key: str, given: Given) -> Message | None:
    try:
        return once.under(
            key,
            conversation=conversation,
            kind=given.kind,
            text=given.text,
            rich=given.rich,
            files=given.files,
            carries=given.carries,
            envelope=given.envelope,
        )
    except once.SentOtherwise as error:
        raise _sent_otherwise() from error


def _sent_otherwise() -> Refused:
    text = _(
        "먼저 누른 글이 이미 나갔어요. 대화를 확인하고, 이 글도 보내려면 한 번 더 눌러 주세요."
    )
    return Refused(409, "sent_otherwise", text)


def _write(request: AgentRequest, conversation: Conversation, key: str, given: Given) -> Message:
    try:
        files = uploads.chosen(ids=given.files, owner=f"agent:{request.user.pk}")
        if given.kind == Message.Kind.NOTE:
            message = replies.note(
                conversation=conversation,
                text=given.text,
                rich=given.rich,
                by=request.user,
                client_key=key,
                uploads=files,
                tab=request.POST.get("tab", ""),
            )
        else:
            message = replies.send(
                conversation=conversation,
                text=given.text,
                rich=given.rich,
                by=request.user,
                client_key=key,
                uploads=files,
                seen=threads.last_on_screen(request),
                held_for=timedelta(seconds=request.user.undo_seconds),
                closes=request.POST.get("then") == "close",
                resends=request.POST.get("resend") == "1",
                tab=request.POST.get("tab", ""),
                carries=given.carries,
                envelope=given.envelope,
            )
    except replies.AnsweredMeanwhile as error:
        raise Refused(409, "answered_meanwhile", str(error)) from error
    except lifecycle.WroteMeanwhile as error:
        text = _("그사이 고객이 글을 남겼어요. 읽고 나서 다시 보내 주세요.")
        raise Refused(409, "wrote_meanwhile", text) from error
    except once.SentOtherwise as error:
        raise _sent_otherwise() from error
    except (replies.CannotReply, uploads.UnknownUpload) as error:
        raise Refused(422, "not_written", str(error)) from error
    if used := _ids(request.POST.getlist("canned")):
        canned.note_use(public_ids=used, conversation=conversation, by=request.user)
    return message


def _parts(request: AgentRequest) -> Parts:
    """Read the quick replies and cards that a canned reply brought along, as JSON."""
    try:
        return parts.read_json(request.POST.get("parts", ""))
    except parts.Wrong as error:
        raise Refused(422, "not_parts", error.mistakes[0].text) from error


def _envelope(request: AgentRequest, conversation: Conversation) -> Envelope | None:
    """Read to whom it goes by mail; what cannot be written to is told before anything is written."""
    try:
        found = addressing.given(request, conversation)
        return envelopes.checked(found) if found else None
    except envelopes.WrongEnvelope as error:
        raise Refused(422, "not_an_envelope", str(error)) from error


def _still_carried(request: AgentRequest) -> composing.Carried | None:
    with suppress(Refused):
        return composing.carried(_parts(request))
    return None


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
        carried=_still_carried(request),
    )
    return render(request, "desk/conversation.html", context, status=refused.status)

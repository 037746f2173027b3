"""To end a conversation, to put it on hold, to open it again; and how much it presses."""

from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from majung.conversations import lifecycle, snoozing
from majung.conversations import priority as priorities
from majung.conversations.models import Conversation
from majung.core import clock
from majung.core.text.korean import josa
from majung.web import naming
from majung.web.access import AgentRequest, agent_required
from majung.web.agent import answers, visible, words
from majung.web.agent import thread as threads

Status = Conversation.Status


@require_POST
@agent_required
def close(request: AgentRequest, public_id: UUID) -> HttpResponse:
    conversation = visible.conversation(request.user, public_id)
    undo = _way_back(conversation)
    seen = threads.last_on_screen(request)
    try:
        changed = lifecycle.close(conversation=conversation, by=request.user, seen=seen)
    except lifecycle.WroteMeanwhile:
        text = _("그사이 고객이 글을 남겼어요. 읽고 나서 다시 마쳐 주세요.")
        back = reverse("desk:conversation", args=[public_id])
        return answers.refused(request, text, back=back)
    return _answer(request, public_id, _("상담을 마쳤어요"), changed=changed, undo=undo)


@require_POST
@agent_required
def hold(request: AgentRequest, public_id: UUID) -> HttpResponse:
    """Put on hold: until the customer writes, or until ``in`` (a name), ``at`` or ``until``."""
    conversation = visible.conversation(request.user, public_id)
    undo = _way_back(conversation)
    try:
        until = _moment(request)
        changed = _hold(conversation, request, until)
    except (snoozing.NotAhead, ValueError):
        text = _("지금부터 1년 안의 시각을 골라 주세요.")
        back = reverse("desk:conversation", args=[public_id])
        return answers.refused(request, text, back=back, status=422, code="not_ahead")
    text = _("상담을 보류했어요")
    if until:
        text = _("%(until)s까지 보류했어요") % {"until": naming.moment(until)}
    return _answer(request, public_id, text, changed=changed, undo=undo)


@require_POST
@agent_required
def reopen(request: AgentRequest, public_id: UUID) -> HttpResponse:
    conversation = visible.conversation(request.user, public_id)
    undo = _way_back(conversation) if conversation.is_on_hold else ""
    changed = lifecycle.reopen(conversation=conversation, by=request.user)
    return _answer(request, public_id, _("상담을 다시 열었어요"), changed=changed, undo=undo)


@require_POST
@agent_required
def prioritise(request: AgentRequest, public_id: UUID) -> HttpResponse:
    """Give another priority: ``priority``."""
    conversation = visible.conversation(request.user, public_id)
    wanted = _given(request, "priority")
    if wanted not in Conversation.Priority.values:
        raise Http404
    before, to = conversation.priority, Conversation.Priority(wanted)
    changed = priorities.change(conversation=conversation, to=to, by=request.user)
    word = words.press(wanted).text
    text = _("우선순위를 %(priority)s%(to)s 바꿨어요") % {
        "priority": word,
        "to": josa(word, "으로/로"),
    }
    undo = f"{reverse('desk:priority', args=[public_id])}?priority={before}"
    return _answer(request, public_id, text, changed=changed, undo=undo)


def _hold(conversation: Conversation, request: AgentRequest, until: datetime | None) -> bool:
    if until is None:
        return lifecycle.hold(conversation=conversation, by=request.user)
    return snoozing.snooze(conversation=conversation, until=until, by=request.user)


def _moment(request: HttpRequest) -> datetime | None:
    """Read until when; raises ``ValueError`` for what is no moment."""
    if name := _given(request, "in"):
        offered = snoozing.presets(zone=timezone.get_current_timezone())
        for preset in offered:
            if preset.name == name:
                return preset.at
        # The page is an old one: the evening that it offers has begun.
        raise snoozing.NotAhead
    if given := _given(request, "until") or _given(request, "at"):
        moment = parse_datetime(given)
        if moment is None:
            raise ValueError(given)
        # Without a zone it was chosen by the agent's own clock.
        return moment if timezone.is_aware(moment) else timezone.make_aware(moment)
    return None


def _given(request: HttpRequest, name: str) -> str:
    return str(request.POST.get(name) or request.GET.get(name, ""))


def _way_back(conversation: Conversation) -> str:
    """Return the address that brings the conversation to where it stands now."""
    name = {
        Status.OPEN: "desk:reopening",
        Status.PENDING: "desk:hold",
        Status.CLOSED: "desk:closure",
    }[Status(conversation.status)]
    path, until = reverse(name, args=[conversation.public_id]), conversation.snoozed_until
    if until and until > clock.now():
        return f"{path}?{urlencode({'until': until.isoformat()})}"
    return path


def _answer(
    request: AgentRequest, public_id: UUID, text: str, *, changed: bool, undo: str
) -> HttpResponse:
    back = reverse("desk:conversation", args=[public_id])
    if not changed:
        return answers.quiet(request, back=back)
    return answers.done(request, text, back=back, undo=undo)

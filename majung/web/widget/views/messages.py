"""``/widget/<key>/messages``: what the customer wrote and was answered, and the next message.

The walk of a message begins here: ``create`` hands the raw body to ``channels.inbound``.
"""

import hashlib
import json
import re
from http import HTTPStatus
from typing import Any, Final

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from majung.channels import inbound, sessions
from majung.channels.models import WidgetSession
from majung.conversations import changes, parts, pictures
from majung.conversations.models import Message, MessageQuerySet
from majung.conversations.uploads import attachments_of
from majung.core import live
from majung.core.problems import Problem
from majung.web.widget import asking, budgets, home, visiting, wire

PAGE: Final = 50
MOST_PAGE: Final = 100
KEY: Final = re.compile(r"[A-Za-z0-9_.-]{1,64}")


@require_http_methods(["GET", "POST"])
@visiting.visitor_required
def endpoint(request: HttpRequest, session: WidgetSession) -> HttpResponseBase:
    return create(request, session) if request.method == "POST" else index(request, session)


def index(request: HttpRequest, session: WidgetSession) -> HttpResponseBase:
    """Answer ``{messages, more, unread, marks, rating, contact}``, oldest first.

    ``conversation`` an id: only its messages; ``unread`` counts those of all conversations.
    ``before`` a cursor: the ones above; without it the last ones. ``more`` says whether there are
    older ones. ``rating`` and ``contact`` come for the newest page of one conversation and say what
    is asked of the customer (``asking``). There is no "after": a reply may go out later than what was written after it. Problems: 400 (no such
    cursor), 401, 429.
    """
    budgets.READS.take(str(session.public_id))
    sessions.note_seen(session)
    marks = live.marks(wire.topics(session))
    rows, more = _page(request, _asked(request, wire.readable(session)))
    files = attachments_of(rows)
    shown = pictures.of(parts.of(row.data) for row in rows)
    told = [
        wire.message(row, session=session, files=files.get(row.pk, []), shown=shown) for row in rows
    ]
    answer = {"messages": told, "more": more, "unread": home.unread(session), "marks": marks}
    if rows and "conversation" in request.GET and "before" not in request.GET:
        conversation = rows[-1].conversation
        answer["rating"] = asking.over(conversation, session)
        answer["contact"] = asking.contact(conversation, session)
    return JsonResponse(answer)


def create(request: HttpRequest, session: WidgetSession) -> HttpResponseBase:
    """Store ``{key, text, files, sent_at, page, conversation, about}``, then receive it: 201, again 200.

    ``conversation`` is the id of one of the person's own, or "new"; without it the newest goes on.
    Problems: 401, 413 (over 128 KB), 422 (empty, too long, unknown file or conversation, not JSON:
    it stands in the failed list), 429, 500 (send it again with the same key; it is stored and not lost).
    """
    raw = visiting.body(request)
    budgets.MESSAGES.take(str(session.public_id))
    key, has_files = _glance(raw)
    speaker = session.user or session.visitor
    delivery_id = inbound.accept(
        inbox_id=session.inbox_id,
        external_id=f"{session.public_id}:{key}",
        sender=f"{speaker.kind}:{speaker.scope}:{speaker.address}",
        raw=raw,
        headers={
            "uploader": f"session:{session.public_id}",
            "user_agent": request.headers.get("User-Agent", "")[:300],
        },
    )
    try:
        outcome = inbound.process(delivery_id=delivery_id, inbox=session.inbox)
    except inbound.Failed as failed:
        raise Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            gettext("보내지 못했어요"),
            gettext(failed.detail),
            code=failed.code,
        ) from failed
    if outcome.saved is None or has_files:
        told = _stored(outcome.message_id, session)
    else:
        told = wire.received(outcome.saved, key=key)
    if outcome.fresh:
        # The person's other tabs and devices.
        changes.visitor(speaker.public_id)
    status = HTTPStatus.CREATED if outcome.fresh else HTTPStatus.OK
    return JsonResponse({"message": told}, status=status)


def _glance(raw: bytes) -> tuple[str, bool]:
    """Return the client's key and whether files are named, before anything is understood.

    What has no usable key is known by its content, so that its repeats are one item too.
    """
    try:
        found: Any = json.loads(raw)
    except (ValueError, RecursionError):
        found = None
    body = found if isinstance(found, dict) else {}
    key = body.get("key")
    if isinstance(key, str) and KEY.fullmatch(key):
        return key, bool(body.get("files"))
    return hashlib.sha256(raw).hexdigest()[:40], bool(body.get("files"))


def _stored(message_id: int, session: WidgetSession) -> wire.Json:
    row = Message.objects.select_related("author", "conversation").get(pk=message_id)
    files = attachments_of([row])
    return wire.message(row, session=session, files=files.get(row.pk, []))


def _asked(request: HttpRequest, rows: MessageQuerySet) -> MessageQuerySet:
    if not request.GET.get("conversation"):
        return rows
    chosen = wire.uuid(request.GET["conversation"])
    return rows.filter(conversation__public_id=chosen) if chosen else rows.none()


def _page(request: HttpRequest, rows: MessageQuerySet) -> tuple[list[Message], bool]:
    limit = _limit(request.GET.get("limit", ""))
    if "before" in request.GET:
        rows = rows.filter(pk__lt=_place(request.GET["before"], rows))
    found = list(rows.order_by("-pk")[: limit + 1])
    return found[:limit][::-1], len(found) > limit


def _limit(text: str) -> int:
    return min(max(int(text), 1), MOST_PAGE) if text.isascii() and text.isdigit() else PAGE


def _place(cursor: str, rows: MessageQuerySet) -> int:
    public_id = wire.uuid(cursor)
    found = rows.filter(public_id=public_id) if public_id else rows.none()
    place = found.values_list("pk", flat=True).first()
    if place is None:
        raise Problem(
            HTTPStatus.BAD_REQUEST, gettext("대화를 처음부터 다시 불러 주세요."), code="no_cursor"
        )
    return place

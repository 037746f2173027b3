"""A reply that is held for some seconds, so that its author may take it back.

What the conversation was like before stands on the reply while it is held. Taking it back is for
``channels.delivery.withdraw``, which alone knows whether sending has begun.
"""

from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils.dateparse import parse_datetime

from majung.accounts.models import Agent
from majung.conversations import (
    automatic,
    changes,
    drafts,
    envelopes,
    lifecycle,
    parts,
    ratings,
)
from majung.conversations.events import ReplyWithdrawn
from majung.conversations.models import Conversation, Draft, Message
from majung.core import clock
from majung.core.events import publish
from majung.customers import timeline

BEFORE: Final = "before"
_MOMENTS: Final = (
    "waiting_since",
    "first_reply_at",
    "last_message_at",
    "closed_at",
    "snoozed_until",
)
_PLAIN: Final = ("preview", "preview_by", "status")


def note_before(conversation: Conversation) -> dict[str, Any]:
    """Return what a reply changes of its conversation, as plain values."""
    moments = {name: getattr(conversation, name) for name in _MOMENTS}
    plain = {name: getattr(conversation, name) for name in _PLAIN}
    return {**{name: at and at.isoformat() for name, at in moments.items()}, **plain}


def is_held(message: Message) -> bool:
    """Say whether it has not begun to go out; ``held_until`` says until when it surely has not."""
    return BEFORE in message.data


def release(message: Message) -> None:
    """Let a held reply go: it cannot be taken back. In the transaction that begins to send."""
    data = {name: value for name, value in message.data.items() if name != BEFORE}
    Message.objects.filter(pk=message.pk).update(data=data)
    message.data = data
    record(message)


def record(message: Message) -> None:
    """Write into the customer's history that a reply was written."""
    conversation = message.conversation
    timeline.record(
        name="Reply Written",
        source=message.inbox.kind,
        customer_id=conversation.customer_id,
        brand_id=conversation.brand_id,
        occurred_at=message.created_at,
        message_id=message.public_id,
        properties={
            "conversation": str(conversation.public_id),
            "message": str(message.public_id),
        },
    )


def take_back(*, message: Message, by: Agent) -> Draft:
    """Remove a held reply from the thread and make it a draft again.

    The conversation's clocks, status and preview are as if it had not been written; what happened
    since stays. The caller has made sure that it is not and will not be sent.
    """
    with transaction.atomic():
        current = Conversation.objects.select_for_update().get(pk=message.conversation_id)
        before = _read(message.data[BEFORE])
        ends_again = _restore_status(current, message, before, by)
        _restore(current, message, before, by)
        if ends_again:
            _tell_the_end_again(current, message)
        draft = drafts.put_back(
            conversation=current,
            agent=by,
            text=message.text,
            rich=message.rich,
            carries=parts.of(message.data),
            files=list(message.attachments.all()),
            envelope=message.data.get(envelopes.KEY),
        )
        automatic.waits_again(conversation=current)
        publish(ReplyWithdrawn(conversation_id=current.pk, message_id=message.pk, by_id=by.pk))
        message.delete()
        changes.conversation(current.public_id, brand_id=current.brand_id)
    return draft


def _restore_status(
    current: Conversation, message: Message, before: dict[str, Any], by: Agent
) -> bool:
    """Undo what the reply did to the status, unless somebody has changed it since.

    Says whether an end that was there before counts again.
    """
    if _spoken_since(current, message):
        return False
    lines = _status_lines(current, message)
    own_end = current.is_closed and bool(message.data.get("closes")) and len(lines) == 1
    if before["status"] == Conversation.Status.CLOSED:
        if lines and not own_end:
            return False
        for line in lines:
            line.delete()
        current.status, current.closed_at = Conversation.Status.CLOSED, before["closed_at"]
        return True
    if own_end:
        _take_back_end(current, lines[0], before, by)
    return False


def _take_back_end(current: Conversation, line: Message, before: dict[str, Any], by: Agent) -> None:
    until: datetime | None = before["snoozed_until"]
    lifecycle.take_back_end(
        conversation=current,
        line=line,
        status=before["status"],
        until=until if until and until > clock.now() else None,
        by=by,
    )


def _tell_the_end_again(conversation: Conversation, message: Message) -> None:
    """Let the earlier end be asked about, and said if the reply came before it was."""
    ended_at = conversation.closed_at
    if ended_at is not None and message.created_at < ended_at + automatic.CLOSING_AFTER:
        automatic.closed(conversation_id=conversation.pk)
    ratings.ask(conversation_id=conversation.pk)


def _restore(current: Conversation, message: Message, before: dict[str, Any], by: Agent) -> None:
    later = (
        current.messages.filter(kind=Message.Kind.REPLY, pk__gt=message.pk)
        .exclude(author=None)
        .order_by("pk")
        .first()
    )
    if before["first_reply_at"] is None:
        current.first_reply_at = later.created_at if later else None
    if later is None:
        waiting = [at for at in (before["waiting_since"], current.waiting_since) if at]
        current.waiting_since = min(waiting, default=None)
        if current.last_message_at == message.created_at:
            for name in ("preview", "preview_by", "last_message_at"):
                setattr(current, name, before[name])
    elif is_held(later):
        _hand_on(later, message, before)
        _hand_on_status(current, later, message, by)
    if current.is_closed:
        current.waiting_since = None
    current.save(
        update_fields=[
            "status",
            "closed_at",
            "waiting_since",
            "first_reply_at",
            "preview",
            "preview_by",
            "last_message_at",
        ]
    )


def _hand_on(later: Message, message: Message, before: dict[str, Any]) -> None:
    """Let the next held reply know what was before both: it may be taken back, too."""
    own = _read(later.data[BEFORE])
    waiting = [at for at in (before["waiting_since"], own["waiting_since"]) if at]
    own["waiting_since"] = min(waiting, default=None)
    if before["first_reply_at"] is None:
        own["first_reply_at"] = None
    if own["last_message_at"] == message.created_at:
        for name in ("preview", "preview_by", "last_message_at"):
            own[name] = before[name]
    _keep(later, own)


def _hand_on_status(current: Conversation, later: Message, message: Message, by: Agent) -> None:
    """Let the next held reply know the status before both; the end between them goes."""
    lines = _own_lines(later, message)
    if lines is None:
        return
    before = _read(message.data[BEFORE])
    own = _read(later.data[BEFORE])
    _keep(later, own | {name: before[name] for name in ("status", "closed_at", "snoozed_until")})
    # A reply opens what was closed, and leaves on hold what was on hold.
    was_held = before["status"] == Conversation.Status.PENDING
    if lines and was_held and not later.data.get("closes") and _is_as_left(current, later):
        _take_back_end(current, lines.pop(), before, by)
    for line in lines:
        line.delete()


def _is_as_left(current: Conversation, message: Message) -> bool:
    return not _spoken_since(current, message) and not _status_lines(current, message)


def _keep(later: Message, own: dict[str, Any]) -> None:
    told = {name: at.isoformat() if isinstance(at, datetime) else at for name, at in own.items()}
    later.data = {**later.data, BEFORE: told}
    Message.objects.filter(pk=later.pk).update(data=later.data)


def _spoken_since(current: Conversation, message: Message) -> bool:
    """Say whether the customer or a colleague has gone on; then the conversation stays open."""
    newer = current.messages.filter(pk__gt=message.pk)
    return newer.filter(kind__in=[Message.Kind.CUSTOMER, Message.Kind.REPLY]).exists()


def _own_lines(later: Message, message: Message) -> list[Message] | None:
    """Return the lines of what the reply itself did to the status, up to the next held one.

    ``None`` when somebody or something else changed it between the two.
    """
    between = Message.objects.filter(
        conversation_id=message.conversation_id, pk__gt=message.pk, pk__lt=later.pk
    )
    if between.filter(kind=Message.Kind.CUSTOMER).exists():
        return None
    told = [line for line in between.filter(kind=Message.Kind.EVENT) if _tells_status(line)]
    own = ["status_closed"] if message.data.get("closes") else []
    return told if [line.data["what"] for line in told] == own else None


def _status_lines(current: Conversation, message: Message) -> list[Message]:
    """Return the lines of what was done to the status with and after the reply."""
    lines = current.messages.filter(kind=Message.Kind.EVENT, pk__gt=message.pk)
    return [line for line in lines if _tells_status(line)]


def _tells_status(line: Message) -> bool:
    what = str(line.data.get("what", ""))
    return what.startswith("status_") or what == "woke"


def _read(told: dict[str, Any]) -> dict[str, Any]:
    moments = {name: parse_datetime(told[name]) if told[name] else None for name in _MOMENTS}
    return {**told, **moments}

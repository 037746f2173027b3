"""One message goes to the conversation that it belongs to, and back again."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from majung.accounts.models import Agent, Notice
from majung.conversations import changes, entries, lifecycle, retelling
from majung.conversations.events import MessageMoved
from majung.conversations.models import Conversation, Message
from majung.core import clock
from majung.core.events import publish
from majung.core.ids import uuid7
from majung.customers import timeline

AWAY: Final = "moved_to"
HERE: Final = "moved_from"
BACK_AWAY: Final = "moved_back_to"
BACK_HERE: Final = "moved_back_from"


class CannotMove(Exception):
    """Nothing was moved; the text says why, for the agent to read."""


@dataclass(frozen=True, slots=True)
class Moved:
    """Where a message went; ``line`` is what tells of it there, by which it can be taken back."""

    source: Conversation
    target: Conversation
    line: Message


def move(
    *, message: Message, seen_in: UUID, into: UUID | None, by: Agent, subject: str = ""
) -> Moved:
    """Move a customer's message into another conversation of the brand, or a new one of theirs.

    ``seen_in`` is the conversation in which the agent saw it, ``subject`` what a new one is called. Messages keep their order, which is
    that in which they came. A conversation in which nothing is left is closed, and its customer
    is told nothing; one that gets what waits for an answer is open.

    Raises:
        CannotMove: it is no customer's message, is somewhere else by now, or ``into`` is not there.
    """
    return _move(message, seen_in=seen_in, into=into, by=by, lines=(AWAY, HERE), subject=subject)


def take_back(*, line: Message, by: Agent) -> Moved:
    """Move a message back to where it was before; ``line`` told of the move.

    Raises:
        CannotMove: it went on since, or is back already.
    """
    about = line.data
    if about.get("what") not in {AWAY, HERE}:
        raise CannotMove(_("되돌릴 수 있는 이동이 아니에요."))
    moved = Message.objects.filter(public_id=about["message"]).first()
    if moved is None:
        raise CannotMove(_("옮겼던 메시지를 찾을 수 없어요."))
    here, there = line.conversation.public_id, UUID(about["conversation"])
    source, target = (there, here) if about["what"] == AWAY else (here, there)
    if not _is_last_move(moved, about):
        raise CannotMove(_("그 뒤에 다시 옮긴 메시지라 그대로 두었어요."))
    return _move(moved, seen_in=source, into=target, by=by, lines=(BACK_AWAY, BACK_HERE))


def can_take_back(line: Message) -> bool:
    """Say whether the line tells of a move that still stands."""
    return bool(line.data.get("what") in {AWAY, HERE} and not line.data.get("undone"))


def _is_last_move(message: Message, about: dict[str, str]) -> bool:
    last = (
        Message.objects.filter(
            conversation=message.conversation_id,
            kind=Message.Kind.EVENT,
            data__what__in=[HERE, BACK_HERE],
            data__message=str(message.public_id),
        )
        .order_by("-pk")
        .first()
    )
    return last is not None and last.data.get("move") == about.get("move")


@transaction.atomic
def _move(
    message: Message,
    *,
    seen_in: UUID,
    into: UUID | None,
    by: Agent,
    lines: tuple[str, str],
    subject: str = "",
) -> Moved:
    source, target = _locked(message, seen_in=seen_in, into=into)
    # Both conversations are held: of two who move it at once, the second finds it gone.
    current = (
        Message.objects.select_for_update(of=("self",))
        .select_related("identity")
        .get(pk=message.pk)
    )
    if current.conversation_id != source.pk:
        raise CannotMove(_("그사이 다른 상담으로 옮겨졌어요. 지금 있는 곳에서 다시 옮겨 주세요."))
    waits = bool(source.waiting_since and current.created_at >= source.waiting_since)
    target = target or _opened_for(current, source, subject)
    was_empty = not _has_words(target)
    current.conversation = target
    current.save(update_fields=["conversation"])
    Notice.objects.filter(message=current.public_id).update(conversation=target.public_id)
    here = _leave_lines(current, source, target, by, lines)
    _tell_target(target, by=by, waits=waits, was_empty=was_empty)
    _tell_source(source)
    _record(current, source, target)
    for each in (source, target):
        changes.conversation(each.public_id, brand_id=each.brand_id)
    publish(
        MessageMoved(
            message_id=current.pk, conversation_id=target.pk, from_conversation_id=source.pk
        )
    )
    return Moved(source, target, here)


def _locked(
    message: Message, *, seen_in: UUID, into: UUID | None
) -> tuple[Conversation, Conversation | None]:
    """Hold both conversations, in one order for everybody."""
    if message.kind != Message.Kind.CUSTOMER or message.deleted_at:
        raise CannotMove(_("고객에게서 온 메시지만 옮길 수 있어요."))
    if seen_in == into:
        raise CannotMove(_("이미 그 상담에 있어요."))
    wanted = [each for each in (seen_in, into) if each]
    rows = Conversation.objects.alive().select_for_update().filter(public_id__in=wanted)
    found = {each.public_id: each for each in rows.order_by("pk")}
    source, target = found.get(seen_in), found.get(into) if into else None
    if source is None or (into and (target is None or target.brand_id != source.brand_id)):
        raise CannotMove(_("옮길 상담을 찾을 수 없어요. 같은 브랜드의 상담을 골라 주세요."))
    return source, target


def _opened_for(message: Message, source: Conversation, subject: str) -> Conversation:
    owner = message.identity.customer_id if message.identity else source.customer_id
    return Conversation.objects.create(
        brand_id=source.brand_id,
        inbox_id=message.inbox_id,
        customer_id=owner,
        subject=subject[:200] or message.text.strip().split("\n", 1)[0][:80],
        assignee_id=source.assignee_id,
        team_id=source.team_id,
        created_at=message.created_at,
        last_message_at=message.created_at,
    )


def _has_words(conversation: Conversation) -> bool:
    return conversation.messages.exclude(kind=Message.Kind.EVENT).exists()


def _leave_lines(
    message: Message, source: Conversation, target: Conversation, by: Agent, lines: tuple[str, str]
) -> Message:
    """Say in both what went where; return the line of the one that has it now."""
    move = str(uuid7())
    if lines == (BACK_AWAY, BACK_HERE):
        _mark_undone(message, source, target)
    _away, here = (
        entries.add(
            conversation_id=place.pk,
            inbox_id=place.inbox_id,
            what=what,
            by=by,
            number=other.pk,
            conversation=str(other.public_id),
            message=str(message.public_id),
            move=move,
        )
        for place, other, what in ((source, target, lines[0]), (target, source, lines[1]))
    )
    return here


def _mark_undone(message: Message, source: Conversation, target: Conversation) -> None:
    rows = Message.objects.filter(
        conversation__in=[source, target],
        kind=Message.Kind.EVENT,
        data__what__in=[AWAY, HERE],
        data__message=str(message.public_id),
    )
    for line in rows:
        line.data["undone"] = True
        line.save(update_fields=["data"])


def _tell_target(target: Conversation, *, by: Agent, waits: bool, was_empty: bool) -> None:
    if waits and target.is_closed:
        if was_empty:
            target.status, target.closed_at = Conversation.Status.OPEN, None
            target.save(update_fields=["status", "closed_at"])
        else:
            lifecycle.reopen(conversation=target, by=by)
    if waits and not target.is_closed:
        target.waiting_since = retelling.unanswered_since(target)
    retelling.retell(target)


def _tell_source(source: Conversation) -> None:
    if source.waiting_since:
        source.waiting_since = retelling.unanswered_since(source)
    if not _has_words(source) and not source.is_closed:
        source.status, source.closed_at = Conversation.Status.CLOSED, clock.now()
        source.snoozed_until = None
        source.save(update_fields=["status", "closed_at", "snoozed_until"])
        lifecycle.set_clock(source)
    retelling.retell(source)


def _record(message: Message, source: Conversation, target: Conversation) -> None:
    owner = message.identity.customer_id if message.identity else source.customer_id
    timeline.record(
        name="Message Moved",
        source="desk",
        customer_id=owner,
        brand_id=source.brand_id,
        properties={
            "conversation": str(target.public_id),
            "from": str(source.public_id),
            "message": str(message.public_id),
        },
    )

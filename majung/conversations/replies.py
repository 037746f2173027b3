"""What agents write: replies that go out, notes that stay inside."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from majung.accounts.models import Agent
from majung.conversations import (
    assignment,
    changes,
    drafts,
    envelopes,
    holding,
    lifecycle,
    once,
    parts,
    pictures,
    reading,
)
from majung.conversations.envelopes import Envelope
from majung.conversations.events import NoteWritten, ReplyQueued
from majung.conversations.models import Conversation, Inbox, Message, Upload
from majung.conversations.parts import Parts
from majung.conversations.uploads import attach
from majung.core import clock
from majung.core.events import publish
from majung.core.rich_text import Doc

MOST_TEXT = 5000
PREVIEW_LENGTH = 160

# A state may follow only those named; receipts that come late or twice change nothing.
_COMES_AFTER: dict[str, tuple[str, ...]] = {
    Message.State.SENDING: ("queued",),
    Message.State.QUEUED: ("sending", "failed", "unknown"),
    Message.State.SENT: ("queued", "sending", "unknown"),
    # What a server took may come back days later.
    Message.State.FAILED: ("queued", "sending", "sent", "unknown"),
    Message.State.UNKNOWN: ("sending",),
    Message.State.DELIVERED: ("queued", "sending", "sent", "unknown"),
    Message.State.READ: ("queued", "sending", "sent", "delivered", "unknown"),
}


class CannotReply(Exception):
    """Nothing was written; the text says why, for the agent to read."""


class AnsweredMeanwhile(CannotReply):
    """A colleague (``author``) replied after what the writer had on screen."""

    def __init__(self, author: Agent) -> None:
        super().__init__(
            _("그사이 %(name)s 님이 먼저 답했어요. 대화를 보고 다시 보내 주세요.")
            % {"name": author.name}
        )
        self.author = author


def send(
    *,
    conversation: Conversation,
    text: str,
    rich: Doc | None = None,
    by: Agent,
    client_key: str,
    uploads: Sequence[Upload] = (),
    seen: UUID | None = None,
    held_for: timedelta = timedelta(0),
    closes: bool = False,
    resends: bool = False,
    tab: str = "",
    carries: Parts = parts.NOTHING,
    envelope: Envelope | None = None,
) -> Message:
    """Queue a reply to the customer's last address in the conversation.

    The same ``client_key`` again gives the message that is there, so a double click or a retry
    never sends twice. An unassigned conversation becomes the writer's. ``seen`` is the newest
    entry that the writer had on screen; of two who answer the same at once, one is told.
    ``resends`` says that a page tries again by itself, some time after it was pressed: then it
    answers nothing that the customer said after ``seen``.
    For ``held_for`` it stays with us and may be taken back. ``closes`` ends the conversation with
    it, or nothing is written. The writer's draft, typed in ``tab``, is gone afterwards.
    ``rich`` is the text with its formatting (``core.rich_text``), which then counts instead of it.
    ``carries`` are quick replies and cards beside the words. ``envelope`` says to whom it goes by
    mail; without one it goes the way that the customer wrote last.

    Raises:
        AnsweredMeanwhile: somebody else replied after ``seen``.
        lifecycle.WroteMeanwhile: it is to close or resent, and the customer wrote after ``seen``.
        once.SentOtherwise: something else was written under ``client_key``.
        CannotReply: empty, too long, nobody to answer, or an envelope that cannot be sent.
    """
    text, rich = once.said(text, rich)
    _check(text, uploads, most=envelopes.MOST_TEXT if envelope else MOST_TEXT)
    _check_pictures(carries)
    envelope = _checked(envelope)
    with transaction.atomic():
        current = Conversation.objects.select_for_update().get(pk=conversation.pk)
        if seen:
            _check_seen(current, seen, by=by, client_key=client_key, resends=resends)
        inbox_id, identity_id = _way(current, envelope)
        held = {holding.BEFORE: holding.note_before(current)} if held_for else {}
        message, fresh = _write(
            current,
            kind=Message.Kind.REPLY,
            text=text,
            rich=rich,
            by=by,
            client_key=client_key,
            uploads=uploads,
            state=Message.State.QUEUED,
            inbox_id=inbox_id,
            identity_id=identity_id,
            carries=carries,
            envelope=envelope,
            data={
                **held,
                **({"closes": True} if closes else {}),
                **parts.put_into(carries),
                **envelopes.put_into(envelope),
            },
            held_until=clock.now() + held_for if held_for else None,
            tab=tab,
        )
        if fresh:
            answered(current, message)
            assignment.claim(conversation=current, agent=by, by=by)
            if closes:
                lifecycle.close(conversation=current, by=by, seen=seen)
            publish(ReplyQueued(conversation_id=current.pk, message_id=message.pk))
    return message


def note(
    *,
    conversation: Conversation,
    text: str,
    rich: Doc | None = None,
    by: Agent,
    client_key: str,
    uploads: Sequence[Upload] = (),
    tab: str = "",
) -> Message:
    """Write an internal note; customers never see it. The writer's draft is gone afterwards.

    ``rich`` is the text with its formatting, as for ``send``.

    Raises:
        once.SentOtherwise: something else was written under ``client_key``.
        CannotReply: empty or too long.
    """
    text, rich = once.said(text, rich)
    _check(text, uploads)
    with transaction.atomic():
        message, fresh = _write(
            conversation,
            kind=Message.Kind.NOTE,
            text=text,
            rich=rich,
            by=by,
            client_key=client_key,
            uploads=uploads,
            inbox_id=conversation.inbox_id,
            tab=tab,
        )
        if fresh:
            publish(NoteWritten(conversation_id=conversation.pk, message_id=message.pk))
            changes.conversation(conversation.public_id, brand_id=conversation.brand_id)
    return message


def advance(
    *, message_ids: Sequence[int], state: str, at: datetime | None = None, failure: str = ""
) -> int:
    """Move outbound messages forward to ``state``; return how many moved.

    A message that is further already stays where it is.
    """
    now = at or clock.now()
    values: dict[str, object] = {"state": state, "failure": failure}
    if state in {Message.State.SENT, Message.State.DELIVERED, Message.State.READ}:
        values[f"{state}_at"] = now
    with transaction.atomic():
        rows = Message.objects.filter(
            pk__in=message_ids, kind=Message.Kind.REPLY, state__in=_COMES_AFTER[state]
        )
        moved = list(
            rows.select_for_update(of=("self",))
            .select_related("conversation", "identity")
            .order_by("pk")
        )
        Message.objects.filter(pk__in=[message.pk for message in moved]).update(**values)
        for message in moved:
            changes.conversation(
                message.conversation.public_id, brand_id=message.conversation.brand_id
            )
            if message.identity:
                changes.visitor(message.identity.public_id)
    return len(moved)


def _check_seen(
    conversation: Conversation, seen: UUID, *, by: Agent, client_key: str, resends: bool
) -> None:
    last = reading.place(conversation=conversation, seen=seen)
    if last is None or conversation.messages.filter(client_key=client_key).exists():
        return
    newer = (
        conversation.messages.filter(pk__gt=last, kind=Message.Kind.REPLY)
        .exclude(author=None)
        .exclude(author=by)
        .select_related("author")
        .order_by("-pk")
        .first()
    )
    if newer and newer.author:
        raise AnsweredMeanwhile(newer.author)
    if resends and lifecycle.wrote_after(conversation, seen):
        raise lifecycle.WroteMeanwhile


def _check(text: str, uploads: Sequence[Upload], *, most: int = MOST_TEXT) -> None:
    if not text.strip() and not uploads:
        raise CannotReply(_("내용을 입력해 주세요."))
    if len(text) > most:
        raise CannotReply(_("한 번에 %(most)s자까지 보낼 수 있어요.") % {"most": f"{most:,}"})


def _checked(envelope: Envelope | None) -> Envelope | None:
    try:
        return envelopes.checked(envelope) if envelope else None
    except envelopes.WrongEnvelope as error:
        raise CannotReply(str(error)) from error


def _way(conversation: Conversation, envelope: Envelope | None) -> tuple[int, int | None]:
    """Return the inbox that a reply goes out by, and the address known here that it goes to."""
    if envelope:
        if not Inbox.objects.filter(pk=envelope.inbox_id).exists():
            raise CannotReply(_("보내는 메일함을 찾을 수 없어요. 보내는 주소를 다시 골라 주세요."))
        return envelope.inbox_id, envelopes.identity_for(conversation, envelope)
    rows = Message.objects.filter(conversation=conversation, kind=Message.Kind.CUSTOMER)
    last = rows.exclude(identity=None).order_by("-id").first()
    if last is None:
        raise CannotReply(_("답을 보낼 고객 주소가 없어요."))
    return last.inbox_id, last.identity_id


def _check_pictures(carries: Parts) -> None:
    if not all(pictures.hold(each.picture) for each in carries.cards if each.picture):
        raise CannotReply(_("카드의 그림을 찾을 수 없어요. 카드를 다시 골라 주세요."))


def _write(
    conversation: Conversation,
    *,
    kind: str,
    client_key: str,
    by: Agent,
    text: str,
    rich: Doc | None,
    uploads: Sequence[Upload],
    tab: str,
    carries: Parts = parts.NOTHING,
    envelope: Envelope | None = None,
    **fields: object,
) -> tuple[Message, bool]:
    try:
        with transaction.atomic():
            message = Message.objects.create(
                conversation=conversation,
                kind=kind,
                author=by,
                text=text.strip(),
                rich=rich,
                client_key=client_key,
                created_at=clock.now(),
                **fields,
            )
            attach(message_id=message.pk, uploads=uploads)
    except IntegrityError:
        there = once.under(
            client_key,
            conversation=conversation,
            kind=kind,
            text=text,
            rich=rich,
            files=[upload.public_id for upload in uploads],
            carries=carries,
            envelope=envelope,
        )
        if there is None:
            raise
        return there, False
    drafts.drop_sent(
        conversation=conversation, agent=by, kind=message.kind, text=message.text, tab=tab
    )
    return message, True


def answered(conversation: Conversation, message: Message) -> None:
    """Let a locked conversation tell of the reply that was just written in it."""
    text = " ".join(message.text.split())
    conversation.preview = text[:PREVIEW_LENGTH]
    conversation.preview_by = "reply"
    conversation.last_message_at = message.created_at
    conversation.waiting_since = None
    conversation.first_reply_at = conversation.first_reply_at or message.created_at
    conversation.seen_at = message.created_at
    if conversation.is_closed:
        conversation.status = Conversation.Status.OPEN
        conversation.closed_at = None
    conversation.save(
        update_fields=[
            "preview",
            "preview_by",
            "last_message_at",
            "waiting_since",
            "first_reply_at",
            "seen_at",
            "status",
            "closed_at",
        ]
    )
    if message.held_until is None:
        holding.record(message)
    changes.conversation(conversation.public_id, brand_id=conversation.brand_id)

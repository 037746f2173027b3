"""A customer's message arrives: continue or open the conversation, save it, tell everyone.

This is the hottest path of the product, so it speaks in prepared statements; what each means
stands beside it, and ``tests/conversations/test_inbound.py`` holds it against the same thing
written with models.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from majung.conversations import automatic, changes, entries
from majung.conversations.events import ConversationOpened, MessageReceived
from majung.conversations.models import Conversation, Inbox, Upload
from majung.conversations.uploads import attach
from majung.core import clock
from majung.core.events import publish
from majung.core.ids import uuid7
from majung.core.statements import Statement, batch, uuid_of
from majung.customers import claims, timeline
from majung.customers.identity import Known

PREVIEW_LENGTH = 160
SUBJECT_LENGTH = 80

# Serialises the messages of one sender on one channel until commit, so that two that arrive
# together do not both open a conversation. SQLite has a single writer and needs no lock.
_LOCK_SENDER = Statement(postgres="SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))")

# Whether somebody is to hear of the message: who answers for the conversation, or follows it.
_IS_AWAITED = (
    "assignee_id IS NOT NULL OR EXISTS (SELECT 1 FROM conversations_following AS f "
    "WHERE f.conversation_id = conversations_conversation.id)"
)

# The newest conversation of the same person in the same inbox, whether it is closed, and
# whether it was closed so lately that it goes on.
_NEWEST = Statement(
    "SELECT id, public_id, customer_id, status = 'closed', status <> 'closed' OR closed_at > %s, "  # noqa: S608 - constants
    f"{_IS_AWAITED} FROM conversations_conversation "
    "WHERE inbox_id = %s AND deleted_at IS NULL AND customer_id IN "
    "(SELECT CAST(%s AS bigint) UNION ALL "
    "SELECT id FROM customers_customer WHERE merged_into_id = %s) "
    "ORDER BY last_message_at DESC LIMIT 1"
)

# The conversation that the sender chose, whosever it is.
_CHOSEN = Statement(
    "SELECT id, public_id, customer_id, status = 'closed', status <> 'closed' OR closed_at > %s, "  # noqa: S608 - constants
    f"{_IS_AWAITED} FROM conversations_conversation "
    "WHERE public_id = %s AND inbox_id = %s AND deleted_at IS NULL"
)

# Two profiles, kept as they are until commit: a merge that is taken back waits for us, or we for it.
_HOLD_TWO = Statement(
    sqlite="SELECT COALESCE(merged_into_id, id) FROM customers_customer WHERE id IN (%s, %s)",
    postgres="SELECT COALESCE(merged_into_id, id) FROM customers_customer WHERE id IN (%s, %s) "
    "ORDER BY id FOR SHARE",
)

_OPEN = Statement(
    "INSERT INTO conversations_conversation (public_id, version, brand_id, inbox_id, customer_id, "
    "subject, status, priority, preview, preview_by, created_at, last_message_at, waiting_since) "
    "VALUES (%s, 1, %s, %s, %s, %s, 'open', 'normal', %s, 'customer', %s, %s, %s) RETURNING id"
)

# Brought in from before our time: it is closed, and nobody waits.
_OPEN_PAST = Statement(
    "INSERT INTO conversations_conversation (public_id, version, brand_id, inbox_id, customer_id, "
    "subject, status, priority, preview, preview_by, created_at, last_message_at, closed_at, "
    "seen_at) VALUES (%s, 1, %s, %s, %s, %s, 'closed', 'normal', %s, 'customer', %s, %s, %s, %s) "
    "RETURNING id"
)

_SAVE = Statement(
    "INSERT INTO conversations_message (public_id, conversation_id, inbox_id, identity_id, kind, "
    "text, data, external_id, client_key, state, failure, created_at) "
    "VALUES (%s, %s, %s, %s, 'customer', %s, %s, %s, '', 'stored', '', %s) RETURNING id"
)

# The customer waits from the oldest unanswered message on; whatever was closed or on hold is open
# again. The timer of a snooze is left to ring for nothing.
_CONTINUE = Statement(
    "UPDATE conversations_conversation SET status = 'open', closed_at = NULL, "
    "snoozed_until = NULL, preview = %s, preview_by = 'customer', last_message_at = %s, "
    "waiting_since = COALESCE(waiting_since, %s) WHERE id = %s"
)

# What is brought in later opens nothing, and an older message is not the newest one.
_CONTINUE_PAST = Statement(
    "UPDATE conversations_conversation SET preview = %s, preview_by = 'customer', "
    "last_message_at = %s WHERE id = %s AND last_message_at <= %s"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A message as the core sees it, whatever channel it came by.

    ``external_id`` is unique in the inbox. ``conversation_id`` is set when a signed reply token
    names the conversation; ``chosen`` is the public id of one that the sender says to go on with,
    which must be theirs; ``opens_new`` when the channel says each item is a matter of its own (a
    form), or the sender began a new one. ``data`` is what the message keeps beside its text.
    ``reason`` says why it goes where it goes, where the channel has found that out.

    ``past`` is when it was written, for one that is brought in from before our time: it opens
    nothing, no clock begins, and nobody is told. ``automatic``: a program wrote it, and gets no
    answer of ours by itself.
    """

    external_id: str
    text: str
    subject: str = ""
    uploads: Sequence[Upload] = ()
    occurred_at: datetime | None = None
    conversation_id: int | None = None
    chosen: UUID | None = None
    opens_new: bool = False
    context: dict[str, str] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)
    reason: str = ""
    past: datetime | None = None
    automatic: bool = False


class NotTheirs(Exception):
    """The sender chose a conversation that is not theirs, or is none; nothing was saved."""


@dataclass(frozen=True, slots=True)
class Received:
    """Where a message went, and why there."""

    message_id: int
    message_public_id: UUID
    conversation_id: int
    reason: str
    text: str
    created_at: datetime
    conversation_public_id: UUID


@dataclass(frozen=True, slots=True)
class _Thread:
    id: int
    public_id: UUID
    reason: str
    is_new: bool
    is_awaited: bool = False


def lock_sender(*, inbox_id: int, sender: str) -> None:
    """Make this sender's other messages wait until our transaction ends."""
    if connection.vendor == "postgresql":
        _LOCK_SENDER.run(f"{inbox_id}:{sender}")


def receive(
    *,
    inbox: Inbox,
    sender: Known,
    message: Incoming,
    note: Callable[[Received], None] = lambda _: None,
) -> Received:
    """Save a customer's message in its conversation, in the caller's transaction.

    The caller holds ``lock_sender``. ``note`` is told where the message went; what it writes by
    statements travels in the same round trip as ours.

    Raises:
        IntegrityError: the inbox has a message of that ``external_id`` already.
        NotTheirs: the chosen conversation is somebody else's, or does not exist.
    """
    now = message.past or clock.now()
    preview = _preview(message)
    thread = _thread(inbox, sender, message, preview, now)
    public_id = uuid7()
    message_id = _SAVE.rows(
        public_id,
        thread.id,
        inbox.pk,
        sender.identity_id,
        message.text,
        message.data,
        message.external_id,
        now,
    )[0][0]
    attach(message_id=message_id, uploads=message.uploads)
    received = Received(
        message_id, public_id, thread.id, thread.reason, message.text, now, thread.public_id
    )
    plan = automatic.known_plan(inbox.brand)
    with batch():
        note(received)
        if not thread.is_new and message.past:
            _CONTINUE_PAST.run(preview, now, thread.id, now)
        elif not thread.is_new:
            _CONTINUE.run(preview, now, now, thread.id)
        timeline.record(
            name="Message Received",
            source=inbox.kind,
            customer_id=sender.customer_id,
            brand_id=inbox.brand_id,
            occurred_at=message.occurred_at,
            received_at=now,
            message_id=public_id,
            properties={
                "conversation": str(thread.public_id),
                "message": str(public_id),
                **message.context,
            },
        )
        if not (message.past or message.automatic):
            automatic.heard(plan, conversation_id=thread.id, at=now)
        _announce(inbox, sender, thread, received)
    return received


def _announce(inbox: Inbox, sender: Known, thread: _Thread, received: Received) -> None:
    if thread.is_new:
        publish(
            ConversationOpened(
                conversation_id=thread.id,
                brand_id=inbox.brand_id,
                customer_id=sender.customer_id,
            )
        )
    publish(
        MessageReceived(
            conversation_id=thread.id,
            message_id=received.message_id,
            customer_id=sender.customer_id,
            names_address=claims.any_in(received.text),
            is_awaited=thread.is_awaited,
        )
    )
    changes.conversation(thread.public_id, brand_id=inbox.brand_id)


def _thread(inbox: Inbox, sender: Known, message: Incoming, preview: str, now: datetime) -> _Thread:
    if message.conversation_id is not None:
        named = Conversation.objects.select_for_update().get(pk=message.conversation_id)
        if message.past:
            reason = message.reason or "reply_token"
            return _Thread(named.pk, named.public_id, reason, is_new=False)
        if named.is_closed:
            _note_reopening(inbox, sender, named.pk)
        awaited = named.assignee_id is not None or named.followings.exists()
        reason = message.reason or "reply_token"
        return _Thread(named.pk, named.public_id, reason, is_new=False, is_awaited=awaited)
    if message.chosen is not None:
        return _chosen(inbox, sender, message, preview, now)
    if not message.opens_new:
        lately = now - reopens_within(inbox)
        newest = _NEWEST.rows(lately, inbox.pk, sender.person_id, sender.person_id)
        for key, public_id, customer_id, is_closed, goes_on, is_awaited in newest:
            if goes_on and _is_theirs(customer_id, sender):
                found = _going_on(inbox, sender, key, uuid_of(public_id), is_closed=is_closed)
                return replace(found, is_awaited=bool(is_awaited))
    return _open(inbox, sender, message, preview, now)


def _chosen(inbox: Inbox, sender: Known, message: Incoming, preview: str, now: datetime) -> _Thread:
    """Go on with the conversation that the sender chose; one that ended long ago begins anew."""
    rows = _CHOSEN.rows(now - reopens_within(inbox), message.chosen, inbox.pk)
    if not rows or not _is_theirs(rows[0][2], sender):
        raise NotTheirs
    key, public_id, _customer_id, is_closed, goes_on, is_awaited = rows[0]
    if not goes_on:
        return _open(inbox, sender, message, preview, now)
    found = _going_on(inbox, sender, key, uuid_of(public_id), is_closed=is_closed)
    return replace(found, is_awaited=bool(is_awaited))


def _is_theirs(customer_id: int, sender: Known) -> bool:
    """Say whether the conversation's customer and the sender are one person, until we commit."""
    if customer_id == sender.customer_id:
        return True
    rows = _HOLD_TWO.rows(customer_id, sender.customer_id)
    return len({person for (person,) in rows}) == 1


def _going_on(
    inbox: Inbox, sender: Known, key: int, public_id: UUID, *, is_closed: bool
) -> _Thread:
    if not is_closed:
        return _Thread(key, public_id, "open_conversation", is_new=False)
    _note_reopening(inbox, sender, key)
    return _Thread(key, public_id, "reopened", is_new=False)


def _note_reopening(inbox: Inbox, sender: Known, key: int) -> None:
    entries.add(
        conversation_id=key,
        inbox_id=inbox.pk,
        what="reopened_by_customer",
        identity_id=sender.identity_id,
    )


def _open(inbox: Inbox, sender: Known, message: Incoming, preview: str, now: datetime) -> _Thread:
    public_id = uuid7()
    subject = message.subject[:200] or message.text.strip().split("\n", 1)[0][:SUBJECT_LENGTH]
    about = (public_id, inbox.brand_id, inbox.pk, sender.customer_id, subject, preview)
    rows = (
        _OPEN_PAST.rows(*about, now, now, now, now)
        if message.past
        else _OPEN.rows(*about, now, now, now)
    )
    key = rows[0][0]
    return _Thread(key, public_id, message.reason or "new_conversation", is_new=True)


def reopens_within(inbox: Inbox) -> timedelta:
    """How long after closing a customer's next message opens the same conversation again."""
    return timedelta(hours=int(inbox.config.get("reopen_hours", 72)))


def _preview(message: Incoming) -> str:
    text = " ".join(message.text.split())
    if not text and message.uploads:
        text = message.uploads[0].name
    return text[:PREVIEW_LENGTH]

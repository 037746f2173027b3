"""A mail that was read becomes a message: routed, held against copies and loops, threaded, saved.

``prepare`` runs before the transaction and stores the files; ``take`` runs in it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from io import BytesIO
from typing import Final

from django.utils.translation import gettext_noop as _

from majung.accounts.models import Agent
from majung.channels import arriving
from majung.channels.adapters.email import limits
from majung.channels.arriving import SetAside
from majung.channels.contract import (
    Address,
    Event,
    Forwarded,
    InFile,
    Parsed,
    Person,
    Unreadable,
)
from majung.channels.contract import Letter as Sent
from majung.channels.mail import letters, outcome, passing, routing, threads
from majung.channels.mail.addresses import Ours
from majung.channels.mail.threads import Thread
from majung.conversations import entries, inbound, replies, uploads
from majung.conversations.models import Conversation, Inbox, Upload
from majung.core import limits as rates
from majung.core.statements import Statement, uuid_of
from majung.customers import identity, normal, profiles
from majung.customers.identity import Known
from majung.customers.models import Customer, Identity

# Two programs that answer each other stop after so many; what goes on all the same waits for
# somebody to look at it.
MOST_ANSWERED: Final = 5
MOST_IN_WINDOW: Final = 100
WINDOW_SECONDS: Final = 600
JOINS: Final = "join"
NEW: Final = "new_conversation"
OPENED: Final = frozenset({NEW, "stranger", "forwarded"})

_BLOCKED = Statement(
    "SELECT 1 FROM channels_blockedsender WHERE brand_id = %s AND pattern IN (%s, %s) LIMIT 1"
)
_ALSO_GOING = Statement(
    "SELECT id, public_id FROM conversations_conversation WHERE customer_id IN (%s, %s) "
    "AND brand_id = %s AND id <> %s AND status <> 'closed' AND deleted_at IS NULL "
    "ORDER BY last_message_at DESC LIMIT 1"
)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A mail and its files, stored, before the transaction that takes it.

    ``passed_on``: an agent forwarded what a customer had written. ``past`` is when it was written,
    if it is brought in from before our time. ``released``: a person lets it in though its sender is
    blocked. ``passed`` are the deliveries of other inboxes that ``take`` made, to be processed after its transaction.
    """

    parsed: Parsed
    letter: Sent
    files: Sequence[Upload] = ()
    passed_on: bool = False
    past: datetime | None = None
    released: bool = False
    passed: list[int] = field(default_factory=list)


def prepare(
    *, event: Event, owner: str, past: datetime | None = None, released: bool = False
) -> Event | Prepared:
    """Store the files of a mail, outside a transaction; those nobody takes go after a day.

    What is no message is returned as it is. ``past`` is when a mail from before our time came, if
    its own date cannot be read.

    Raises:
        Unreadable: the sender's address is none.
    """
    if not isinstance(event, Parsed) or event.letter is None:
        return event
    parsed, letter = _with_one_spelling(event), event.letter
    forwarded = _of_a_customer(letter.forwarded)
    passed_on = forwarded is not None and _is_agents(parsed.sender.address)
    kept = [file for file in parsed.attached if not uploads.runs(file.name)]
    if len(kept) < len(parsed.attached):
        letter = replace(letter, flags=(*letter.flags, "program_left_out"))
    letter = replace(letter, forwarded=forwarded)
    stored = [_store(file, owner, html=letter.html) for file in kept]
    written = min(past, parsed.sent_at or past) if past else None
    return Prepared(parsed, letter, stored, passed_on=passed_on, past=written, released=released)


def take(
    *,
    inbox: Inbox,
    delivery_id: int,
    external_id: str,
    prepared: Prepared,
    note: Callable[[inbound.Received], None],
) -> inbound.Received | SetAside:
    """Save a mail where it belongs, in the caller's transaction, or say why it is not saved.

    Raises:
        Unreadable: its sender writes more than anybody should.
    """
    parsed, letter = prepared.parsed, prepared.letter
    inbound.lock_sender(inbox_id=inbox.pk, sender=parsed.sender.address)
    ours = Ours()
    belongs = routing.inboxes(home=inbox, letter=letter, ours=ours)
    others = [each for each in belongs if each.pk != inbox.pk]
    if others:
        prepared.passed.extend(passing.on(delivery_id=delivery_id, inboxes=others))
        if len(others) == len(belongs):
            return SetAside(
                "passed_on", _("다른 받는 주소로 온 메일이라 그 계정에 넘겼어요."), counts=True
            )
    aside = _aside(inbox, parsed, letter, ours, released=prepared.released)
    if aside:
        return aside
    if not prepared.past and _writes_much(inbox, parsed):
        letter = replace(letter, automatic=True)
    if prepared.passed_on:
        parsed, letter = _as_written_first(parsed, letter)
        thread = Thread(None, "forwarded")
    else:
        thread = threads.find(brand_id=inbox.brand_id, sender=parsed.sender.address, letter=letter)
    known = _who(parsed, thread)
    is_nameless = bool(parsed.name and profiles.is_nameless(person_id=known.person_id))
    if is_nameless:
        profiles.hold(person_id=known.person_id)
    received = inbound.receive(
        inbox=inbox,
        sender=known,
        message=_incoming(inbox, external_id, prepared, replace(parsed, letter=letter), thread),
        note=note,
    )
    letters.keep(
        message_id=received.message_id,
        inbox=inbox,
        delivery_id=delivery_id,
        parsed=parsed,
        letter=letter,
    )
    opened = received.reason in OPENED
    letters.take_part(
        conversation_id=received.conversation_id,
        sender=Person(parsed.name, parsed.sender.address),
        letter=letter,
        opened=opened,
        ours=ours,
    )
    if opened:
        _link(inbox, received, known, thread)
    outcome.answered(message_id=thread.into.message_id if thread.into else None)
    if prepared.passed_on:
        _note_of_agent(prepared.parsed, received, delivery_id)
    if is_nameless:
        profiles.call(customer_id=known.person_id, name=parsed.name)
    return received


def _incoming(
    inbox: Inbox, external_id: str, prepared: Prepared, parsed: Parsed, thread: Thread
) -> inbound.Incoming:
    message = replace(
        arriving.incoming(
            external_id,
            parsed,
            inbox,
            conversation_id=thread.into.id if thread.into else None,
            files=prepared.files,
        ),
        past=prepared.past,
        automatic=parsed.letter is not None and parsed.letter.automatic,
    )
    if thread.reason == NEW and inbox.config.get("new_mail") == JOINS:
        return message  # goes on with an open conversation of the sender, if there is one
    return replace(message, opens_new=True, reason=thread.reason)


def _of_a_customer(forwarded: Forwarded | None) -> Forwarded | None:
    """Return a forwarded mail with its sender's address in its one spelling, if it has one.

    What we had written ourselves is nobody's question.
    """
    if forwarded is None or Ours().has(forwarded.sender.address):
        return None
    try:
        address = normal.address("email", forwarded.sender.address)
    except ValueError:
        return None
    return replace(forwarded, sender=replace(forwarded.sender, address=address))


def _with_one_spelling(parsed: Parsed) -> Parsed:
    try:
        address = normal.address("email", parsed.sender.address)
    except ValueError as error:
        raise Unreadable("no_sender", _("보낸 사람의 주소를 읽을 수 없어요.")) from error
    return replace(parsed, sender=replace(parsed.sender, address=address))


def _writes_much(inbox: Inbox, parsed: Parsed) -> bool:
    """Count a mail of its sender; say whether they get no answer by itself for now.

    Raises:
        Unreadable: they write more than anybody should.
    """
    key = f"{inbox.pk}:{parsed.sender.address}"
    try:
        rates.take(f"mail:{key}", limit=MOST_ANSWERED, per=WINDOW_SECONDS)
    except rates.LimitExceeded:
        try:
            rates.take(f"mails:{key}", limit=MOST_IN_WINDOW - MOST_ANSWERED, per=WINDOW_SECONDS)
        except rates.LimitExceeded as error:
            reason = _("10분에 백 통이 넘게 와서 멈췄어요. 확인한 뒤 다시 처리해 주세요.")
            raise Unreadable("too_many", reason) from error
        return True
    return False


def _aside(
    inbox: Inbox, parsed: Parsed, letter: Sent, ours: Ours, *, released: bool
) -> SetAside | None:
    address = parsed.sender.address
    if ours.has(address):
        return SetAside("own_mail", _("우리 주소에서 온 메일이에요."))
    domain = "@" + address.rpartition("@")[2]
    if not released and _BLOCKED.rows(inbox.brand_id, address, domain):
        return SetAside("blocked", _("차단한 주소에서 온 메일이에요."))
    other = letters.copy_of(inbox=inbox, parsed=parsed, letter=letter)
    if other:
        return SetAside(
            "copy",
            _("다른 길로 한 번 더 온 같은 메일이에요."),
            message_id=other[0],
            conversation_id=other[1],
            counts=True,
        )
    return None


def _who(parsed: Parsed, thread: Thread) -> Known:
    """Return the sender; an answer to what only they got proves the address."""
    address = parsed.sender.address
    if parsed.sender.proven:
        return identity.resolve(
            kind="email", address=address, evidence="mail_checked", name=parsed.name
        )
    if thread.owner_id:
        identity.prove(
            customer=Customer.objects.get(pk=thread.owner_id),
            kind="email",
            address=address,
            evidence="mail_answered",
        )
        known = identity.find(kind="email", address=address)
        if known:
            return known
    return identity.resolve(
        kind="email", scope=Identity.UNPROVEN, address=address, evidence="mail", name=parsed.name
    )


def _link(inbox: Inbox, received: inbound.Received, known: Known, thread: Thread) -> None:
    """Say in a new conversation which other may be about the same."""
    if thread.stranger_to:
        what, number, public_id = (
            "named_by_stranger",
            thread.stranger_to.id,
            thread.stranger_to.public_id,
        )
    else:
        rows = _ALSO_GOING.rows(
            known.customer_id, known.person_id, inbox.brand_id, received.conversation_id
        )
        if not rows:
            return
        what, number, public_id = "linked", rows[0][0], uuid_of(rows[0][1])
    entries.add(
        conversation_id=received.conversation_id,
        inbox_id=inbox.pk,
        what=what,
        number=number,
        conversation=str(public_id),
    )


def _as_written_first(parsed: Parsed, letter: Sent) -> tuple[Parsed, Sent]:
    """Return a mail that an agent passed on as the mail of whom it came from."""
    passed = letter.forwarded
    if passed is None:
        return parsed, letter
    first = replace(
        parsed,
        sender=Address(kind="email", address=passed.sender.address, proven=False),
        name=passed.sender.name,
        subject=passed.subject or parsed.subject,
        text=passed.text,
        sent_at=passed.date or parsed.sent_at,
    )
    return first, replace(letter, sender=passed.sender, to=(), cc=(), quoted="", signature="")


def _note_of_agent(parsed: Parsed, received: inbound.Received, delivery_id: int) -> None:
    """Keep what an agent wrote above a mail they passed on; as theirs, if they surely wrote it."""
    agent = Agent.objects.filter(email=parsed.sender.address, is_active=True).first()
    if parsed.sender.proven and agent and parsed.text and parsed.text != received.text:
        replies.note(
            conversation=Conversation.objects.get(pk=received.conversation_id),
            text=parsed.text[: replies.MOST_TEXT],
            by=agent,
            client_key=f"mail:{delivery_id}",
        )


def _is_agents(address: str) -> bool:
    return Agent.objects.filter(email=address, is_active=True).exists()


def _store(file: InFile, owner: str, *, html: str) -> Upload:
    """Store a file; many programs call a picture that stands in the HTML an attachment."""
    stands_in_html = bool(file.content_id) and f"cid:{file.content_id}" in html
    return uploads.put(
        stream=BytesIO(file.content),
        name=file.name,
        owner=owner,
        content_id=file.content_id if file.inline or stands_in_html else "",
        most=limits.MOST_BYTES,
    )

"""Which conversation a mail belongs to, and why.

In this order: an address of ours that names a conversation under our signature; a Message-ID of ours
that it answers; the Message-ID of a mail that somebody in a conversation wrote. Each counts only if
the sender takes part in that conversation; so a token that was passed on, a guessed number or a
subject never lead anywhere. The newest of what it names is asked first. At last comes what may be
read late: a mail that one in a conversation, by somebody it shares with, has answered already.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from majung.channels.contract import Letter as Sent
from majung.channels.mail import ids
from majung.channels.models import Notice, Recipient
from majung.core.statements import Statement, uuid_of
from majung.customers import circle, identity
from majung.customers.models import Identity

MOST_NAMED: Final = 30

_BY_NUMBER = Statement(
    "SELECT id, public_id, customer_id FROM conversations_conversation "
    "WHERE id = %s AND brand_id = %s AND deleted_at IS NULL"
)
_BY_OURS = Statement(
    "SELECT c.id, c.public_id, c.customer_id, m.id FROM conversations_message m "
    "JOIN conversations_conversation c ON c.id = m.conversation_id "
    "WHERE m.public_id = %s AND c.brand_id = %s AND c.deleted_at IS NULL"
)
# The newest only: programs use one Message-ID for thousands of mails.
_BY_KNOWN = Statement(
    "SELECT c.id, c.public_id, c.customer_id FROM channels_letter l "
    "JOIN conversations_message m ON m.id = l.message_id "
    "JOIN conversations_conversation c ON c.id = m.conversation_id "
    "WHERE l.id_key = %s AND c.brand_id = %s AND c.deleted_at IS NULL ORDER BY l.id DESC LIMIT 20"
)
_ANSWERED = Statement(
    "SELECT c.id, c.public_id, c.customer_id FROM channels_letter l "
    "JOIN conversations_message m ON m.id = l.message_id "
    "JOIN conversations_conversation c ON c.id = m.conversation_id "
    "WHERE l.answers_key = %s AND c.brand_id = %s AND c.deleted_at IS NULL ORDER BY l.id LIMIT 20"
)
_TAKES_PART = Statement(
    "SELECT 1 FROM channels_correspondent WHERE conversation_id = %s AND address = %s"
)


@dataclass(frozen=True, slots=True)
class Named:
    """A conversation that a mail names; ``message_id`` is the message of ours that it answers."""

    id: int
    public_id: UUID
    customer_id: int
    reason: str
    message_id: int | None = None


@dataclass(frozen=True, slots=True)
class Thread:
    """Where a mail goes: ``into`` a conversation or, with ``None``, a new one, and why.

    ``owner_id``: the sender answers a mail that only this address got, so the address is surely
    that customer's.
    ``stranger_to`` is the conversation that it named though its sender takes no part there.
    """

    into: Named | None
    reason: str
    owner_id: int | None = None
    stranger_to: Named | None = None


def find(*, brand_id: int, sender: str, letter: Sent) -> Thread:
    """Return the conversation of the brand that the mail goes on with."""
    stranger_to = None
    for named in _named(brand_id, letter):
        if takes_part(named, sender):
            return Thread(named, named.reason, owner_id=_owner(named, sender))
        stranger_to = stranger_to or named
    if stranger_to:
        return Thread(None, "stranger", stranger_to=stranger_to)
    for named in _already_answered(brand_id, letter):
        if takes_part(named, sender):
            return Thread(named, named.reason)
    return Thread(None, "new_conversation")


def takes_part(named: Named, address: str) -> bool:
    """Say whether an address is a correspondent's, or proven to be the customer's own."""
    if _TAKES_PART.rows(named.id, address):
        return True
    known = identity.find(kind=Identity.Kind.EMAIL, address=address)
    return known is not None and known.customer_id in circle.ids(
        identity.person_of(named.customer_id)
    )


def named_by(letter: Sent) -> list[str]:
    """Return the Message-IDs that a mail answers, the newest first."""
    found = [letter.in_reply_to, *reversed(letter.references)]
    return list(dict.fromkeys(each for each in found if each))[:MOST_NAMED]


def _named(brand_id: int, letter: Sent) -> Iterator[Named]:
    """Yield the conversations that a mail names, the surest first."""
    answers = named_by(letter)
    own = _own(brand_id, answers)
    for address in letter.recipients:
        number = ids.conversation_of(address)
        for key, public_id, customer_id in _BY_NUMBER.rows(number, brand_id) if number else ():
            answered = next((each.message_id for each in own if each.id == key), None)
            yield Named(key, uuid_of(public_id), customer_id, "reply_address", answered)
    yield from own
    for each in answers:
        for key, public_id, customer_id in _BY_KNOWN.rows(ids.id_key(each), brand_id):
            yield Named(key, uuid_of(public_id), customer_id, "answers_known")


def _already_answered(brand_id: int, letter: Sent) -> Iterator[Named]:
    """Yield the conversations of mails that answer this one and were read before it."""
    key = ids.id_key(letter.message_id)
    for number, public_id, customer_id in _ANSWERED.rows(key, brand_id) if key else ():
        yield Named(number, uuid_of(public_id), customer_id, "answered_known")


def _own(brand_id: int, answers: Sequence[str]) -> list[Named]:
    """Return the conversations of our messages among the Message-IDs, in their order."""
    found = []
    for each in answers:
        public_id = ids.message_of(each)
        for key, named, customer_id, message_id in (
            _BY_OURS.rows(public_id, brand_id) if public_id else ()
        ):
            found.append(Named(key, uuid_of(named), customer_id, "answers_ours", message_id))
    return found


def _owner(named: Named, address: str) -> int | None:
    """Return whose address it is, if only they can have got what they answer.

    That is who wrote from it before, or the conversation's customer who had proven it. An address
    that a customer only named may be somebody else's, who now asks what this is about.
    """
    if named.message_id is None or not _went_only_to(named.message_id, address):
        return None
    rows = Identity.objects.filter(
        kind=Identity.Kind.EMAIL, address=address, verified_at__isnull=False
    )
    wrote = rows.filter(messages=named.message_id).first()
    person = identity.person_of(named.customer_id)
    found = wrote or rows.filter(customer__in=circle.ids(person)).first()
    return found.customer_id if found else None


def _went_only_to(message_id: int, address: str) -> bool:
    got = Recipient.objects.filter(outbound__message=message_id).values_list("address", flat=True)
    told = Notice.objects.filter(message=message_id).values_list("to", flat=True)
    return [*got, *told] == [address]

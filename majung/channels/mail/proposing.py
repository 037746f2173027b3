"""To whom an answer by mail goes if nobody says otherwise: to all who stand in the last mail."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from majung.channels import registry
from majung.channels.contract import Person
from majung.channels.mail import ids
from majung.channels.mail.addresses import Ours
from majung.channels.models import Letter, MailAddress
from majung.conversations.envelopes import MOST_PEOPLE, SUBJECT_LENGTH, Envelope, one_line
from majung.conversations.models import Conversation, Inbox, Message
from majung.customers import circle, identity
from majung.customers.models import Identity

# What programs put before a subject, ours and those of others.
_BEFORE: Final = re.compile(
    r"\s*(re|aw|sv|antw|답장|회신|답변|fw|fwd|wg|전달)\s*(\[\d{1,3}\])?\s*[:：]\s*", re.IGNORECASE
)
_NOBODY: Final = re.compile(
    r"(no|do-?not)[-_.]?reply|noreply|donotreply|mailer-daemon|postmaster", re.IGNORECASE
)


def proposed(conversation: Conversation) -> Envelope | None:
    """Return the envelope of an answer to all; ``None`` where nobody can be written to by mail.

    It goes to who wrote last, by mail, and to the others of that mail who are not ours; it comes
    from the address of ours that was written to. Where nobody wrote by mail, it goes to the
    customer's own address, if the brand has a mailbox.
    """
    letter = last_letter(conversation)
    if letter is None:
        return _first(conversation)
    inbox = _inbox_for(conversation, letter.inbox)
    if inbox is None:
        return None
    ours = Ours()
    to = _answered(letter, ours)
    named = {each.address for each in to}
    others = {each.address: each for each in (*_people(letter.to), *_people(letter.cc))}
    copied = [
        each
        for address, each in others.items()
        if address and address not in named and not ours.has(address)
    ]
    return Envelope(
        inbox_id=inbox.pk,
        to=_named(to),
        cc=_named(copied[: MOST_PEOPLE - len(to)]),
        subject=answer_to(letter.subject or conversation.subject),
        sender=_written_to(inbox, letter),
    )


def alone(conversation: Conversation, *, inbox: Inbox, address: str) -> Envelope:
    """Return the envelope of an answer to whoever wrote last and nobody else.

    ``address`` is theirs where the last mail is not known.
    """
    letter = last_letter(conversation)
    to = _answered(letter, Ours()) if letter else [Person("", address)]
    subject = (letter.subject if letter else "") or conversation.subject
    sender = _written_to(inbox, letter) if letter else ""
    return Envelope(inbox_id=inbox.pk, to=_named(to), subject=answer_to(subject), sender=sender)


def mailboxes(conversation: Conversation) -> list[MailAddress]:
    """Return the addresses of ours that an answer may come from, the main one of each inbox first."""
    rows = MailAddress.objects.filter(
        inbox__brand=conversation.brand_id, inbox__deleted_at=None, inbox__is_active=True
    )
    return list(rows.select_related("inbox__brand").order_by("inbox_id", "position", "pk"))


def last_letter(conversation: Conversation) -> Letter | None:
    """Return the last mail that a customer wrote in the conversation."""
    rows = Letter.objects.filter(
        message__conversation=conversation, message__kind=Message.Kind.CUSTOMER
    )
    return rows.select_related("inbox__brand", "message").order_by("-message_id").first()


def answer_to(subject: str) -> str:
    """Return the subject of an answer: one "Re:", however many there were."""
    bare = one_line(subject)
    while found := _BEFORE.match(bare):
        bare = bare[found.end() :]
    return f"Re: {bare}".strip()[:SUBJECT_LENGTH]


def _first(conversation: Conversation) -> Envelope | None:
    inbox = _inbox_for(conversation, None)
    person = identity.person_of(conversation.customer_id)
    own = circle.identities(circle.ids(person)).filter(kind=Identity.Kind.EMAIL)
    address = own.values_list("address", flat=True).first()
    if inbox is None or address is None:
        return None
    name = (conversation.customer.merged_into or conversation.customer).name
    return Envelope(
        inbox_id=inbox.pk, to=((name, address),), subject=one_line(conversation.subject)
    )


def _inbox_for(conversation: Conversation, wanted: Inbox | None) -> Inbox | None:
    """Return the mailbox that was written to while it stands, else one of the brand."""
    if wanted and wanted.is_active and wanted.deleted_at is None:
        return wanted
    rows = mailboxes(conversation)
    found = [row.inbox for row in rows if registry.capabilities(row.inbox.kind).letters]
    return found[0] if found else None


def _answered(letter: Letter, ours: Ours) -> list[Person]:
    """Return who answers to a mail: where its writer wants them, if that is the writer.

    A Reply-To that leads to another domain is followed only where the writer takes no mail; anybody
    could put one there.
    """
    writer = _person(letter.sender)
    wanted = [
        each for each in _people(letter.reply_to) if each.address and not ours.has(each.address)
    ]
    domain = _domain(writer)
    near = [each for each in wanted if _domain(each) == domain]
    if near or (wanted and (not writer.address or _NOBODY.match(writer.address))):
        return near or wanted[:1]
    return [writer]


def _written_to(inbox: Inbox, letter: Letter) -> str:
    """Return the address of the inbox that a mail names first; empty for its main one."""
    named = [each.address for each in (*_people(letter.to), *_people(letter.cc))]
    ours = set(inbox.addresses.values_list("address", flat=True))
    spelled = (each if each in ours else ids.bare(each) for each in named)
    return next((each for each in spelled if each in ours), "")


def _domain(person: Person) -> str:
    return person.address.rpartition("@")[2]


def _people(stored: Iterable[dict[str, str]]) -> list[Person]:
    return [_person(each) for each in stored]


def _person(stored: dict[str, str]) -> Person:
    return Person(stored.get("name", ""), stored.get("address", ""))


def _named(people: Sequence[Person]) -> tuple[tuple[str, str], ...]:
    return tuple((each.name, each.address) for each in people)

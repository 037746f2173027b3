"""To whom a reply by mail goes (봉투): the writer's choice, checked before anything is written."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from django.utils.translation import gettext as _

from majung.conversations.models import Conversation, Message
from majung.customers import circle, identity, normal
from majung.customers.models import Identity

KEY: Final = "mail"  # in a message's data
MOST_PEOPLE: Final = 50
MOST_TEXT: Final = 100_000
SUBJECT_LENGTH: Final = 300
NAME_LENGTH: Final = 120
_LONGEST_LOCAL: Final = 64

Named = tuple[str, str]  # name (may be empty), address


class WrongEnvelope(ValueError):
    """It cannot be sent so; the text is for its writer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """Who gets a mail, from which inbox; people are (name, address).

    ``sender`` is the address of ours that it comes from; empty for the inbox's main one. An empty
    ``subject`` is what the conversation is called. ``quotes`` says whether the customer's last mail
    stands below; ``None``: if somebody gets it who had that mail.
    """

    inbox_id: int
    to: tuple[Named, ...]
    cc: tuple[Named, ...] = ()
    bcc: tuple[Named, ...] = ()
    subject: str = ""
    sender: str = ""
    quotes: bool | None = None

    @property
    def people(self) -> tuple[Named, ...]:
        return (*self.to, *self.cc, *self.bcc)


def checked(envelope: Envelope) -> Envelope:
    """Return it with each address in its one spelling, and each person once, where they stand first.

    Raises:
        WrongEnvelope: an address is none, nobody stands in ``to``, or there are more than 50.
    """
    seen: set[str] = set()
    to, cc, bcc = (_joined(each, seen) for each in (envelope.to, envelope.cc, envelope.bcc))
    if not to:
        raise WrongEnvelope(_("받는 사람을 적어 주세요."))
    if len(seen) > MOST_PEOPLE:
        raise WrongEnvelope(_("한 번에 %(most)d명까지 보낼 수 있어요.") % {"most": MOST_PEOPLE})
    subject = one_line(envelope.subject)[:SUBJECT_LENGTH]
    return replace(envelope, to=to, cc=cc, bcc=bcc, subject=subject)


def put_into(envelope: Envelope | None) -> dict[str, Any]:
    """Return what a message's data holds of it."""
    if envelope is None:
        return {}
    told: dict[str, Any] = {"inbox": envelope.inbox_id}
    for kind in ("to", "cc", "bcc"):
        people: tuple[Named, ...] = getattr(envelope, kind)
        told[kind] = [{"name": name, "address": address} for name, address in people]
    rest = {"subject": envelope.subject, "sender": envelope.sender, "quotes": envelope.quotes}
    return {KEY: {**told, **rest}}


def of(data: Mapping[str, Any]) -> Envelope | None:
    """Return the envelope in a message's data."""
    told = data.get(KEY)
    if told is None:
        return None
    return Envelope(
        inbox_id=told["inbox"],
        subject=told["subject"],
        sender=told["sender"],
        quotes=told["quotes"],
        **{
            kind: tuple((each["name"], each["address"]) for each in told[kind])
            for kind in ("to", "cc", "bcc")
        },
    )


def identity_for(conversation: Conversation, envelope: Envelope) -> int | None:
    """Return which known address of the conversation it goes to, the first of ``to`` first.

    That is one that somebody wrote from here, or one that is proven to be the customer's. Whoever
    is new gets a mail and no profile.
    """
    spoke = Message.objects.filter(conversation=conversation, identity__kind=Identity.Kind.EMAIL)
    for _name, address in envelope.to:
        wrote = spoke.filter(identity__address=address).order_by("-pk").first()
        if wrote:
            return wrote.identity_id
        known = identity.find(kind=Identity.Kind.EMAIL, address=address)
        person = identity.person_of(conversation.customer_id)
        if known and known.customer_id in circle.ids(person):
            return known.identity_id
    return None


def one_line(text: str) -> str:
    """Return a text without line breaks and other signs that a header must not hold."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _joined(people: Iterable[Named], seen: set[str]) -> tuple[Named, ...]:
    found = []
    for name, given in people:
        address = _address(given)
        if address not in seen:
            seen.add(address)
            found.append((one_line(name)[:NAME_LENGTH], address))
    return tuple(found)


def _address(given: str) -> str:
    wrong = WrongEnvelope(_("%(address)s: 이메일 주소가 아니에요.") % {"address": given[:100]})
    try:
        address = normal.address(Identity.Kind.EMAIL, given)
        local, _at, domain = address.rpartition("@")
        domain.encode("idna")
    except (ValueError, UnicodeError) as error:
        raise wrong from error
    # Few servers take other signs in front of the @, and none of them can be counted on.
    if not local.isascii() or len(local) > _LONGEST_LOCAL or not address.isprintable():
        raise wrong
    return address

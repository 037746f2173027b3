"""What comes in: the raw item, and the one event that it means."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID


class Unreadable(Exception):
    """The item cannot be understood. ``code`` goes to the ledger, ``detail`` to a person."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True, kw_only=True)
class RawItem:
    """One item exactly as it came in, and who the channel proved to have sent it.

    ``external_id`` is unique in the account: the same again is the same item.
    """

    external_id: str
    sender: str
    raw: bytes
    headers: Mapping[str, str]
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """An address on the channel. ``proven``: the channel vouches that the sender controls it."""

    kind: str
    address: str
    scope: str = ""
    proven: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class InFile:
    """A file that came with a message. ``inline`` ones stand in its HTML as ``content_id``.

    Where the channel only names it, ``content`` is empty and ``reference`` is for the adapter's own
    ``fetch``.
    """

    name: str
    type: str
    content: bytes = field(default=b"", repr=False)
    reference: str = field(default="", repr=False)
    inline: bool = False
    content_id: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Whom a mail names; ``address`` may be empty, and is in lower case."""

    name: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Forwarded:
    """A mail that the sender passed on."""

    sender: Person
    subject: str
    text: str
    date: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What a mail says beside its words.

    Ids keep their angle brackets. ``recipients`` are the addresses that it was delivered to, as far
    as it says so. ``quoted`` and ``signature`` are what ``Parsed.text`` left out; ``html`` is
    sanitised. ``flags`` name what is special, ``why`` are reasons as (code, words). ``automatic``
    ones were written by a program and are not answered by one.
    """

    message_id: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    sender: Person = Person("", "")
    to: tuple[Person, ...] = ()
    cc: tuple[Person, ...] = ()
    reply_to: tuple[Person, ...] = ()
    recipients: tuple[str, ...] = ()
    quoted: str = ""
    signature: str = ""
    html: str = ""
    flags: tuple[str, ...] = ()
    why: tuple[tuple[str, str], ...] = ()
    forwarded: Forwarded | None = None
    automatic: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """A customer's message in plain words.

    ``claims`` are addresses that the customer only says are theirs. ``conversation`` is the
    public id from a token that we signed ourselves; ``chosen`` one that the sender only named,
    which counts if it is theirs. ``files`` are ids of uploads that ``uploader`` put up, ``attached``
    the files that came along. ``evidence`` says where the claims were asked, ``about`` is what the
    message keeps beside its text.
    """

    sender: Address
    text: str
    subject: str = ""
    name: str = ""
    locale: str = ""
    sent_at: datetime | None = None
    files: tuple[UUID, ...] = ()
    uploader: str = ""
    attached: tuple[InFile, ...] = ()
    claims: tuple[Address, ...] = ()
    conversation: UUID | None = None
    chosen: UUID | None = None
    opens_new: bool = False
    context: Mapping[str, str] = field(default_factory=dict)
    evidence: str = "said_so"
    about: Mapping[str, str] = field(default_factory=dict)
    letter: Letter | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """The customer changed a message of theirs."""

    external_id: str
    text: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleted:
    """The customer took a message of theirs back."""

    external_id: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What became of something that we sent: named by our ``key`` or the channel's own id.

    ``recipient`` is whom it concerns, where there were several.
    """

    state: Literal["sent", "delivered", "read", "failed"]
    key: str = ""
    external_id: str = ""
    recipient: str = ""
    reason: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Echo:
    """A message that went out from the account: one of ours, or one written in another program."""

    external_id: str
    key: str = ""
    to: Address | None = None
    text: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Ignored:
    """Nothing for us: an event of a kind that means nothing here, or that we do not know."""

    code: str
    words: str


Event = Parsed | Edited | Deleted | Receipt | Echo | Ignored


def plain(text: str) -> str:
    """Return a text that every database can store: no NUL, no half of a surrogate pair."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode().strip()

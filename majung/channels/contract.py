"""What a channel adapter is: it translates, and knows nothing of us but this page.

An adapter is one module with ``CAPABILITIES``, ``parse`` and ``send``. In: the raw item as it
was stored becomes a ``Parsed`` message. Out: a plain ``Outgoing`` becomes one of four answers.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID


class Unreadable(Exception):
    """The item cannot be understood. ``code`` goes to the ledger, ``detail`` to a person."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What the channel can do, as data that the core asks.

    ``idempotent``: the same key sent twice arrives once, so an interrupted send may be repeated.
    Otherwise it is *unknown* until somebody finds out. ``parts``: quick replies and cards are
    shown as such; other channels get them as lines of the text.
    """

    name: str
    max_text: int
    max_files: int = 0
    max_file_bytes: int = 0
    receipts: bool = False
    typing: bool = False
    idempotent: bool = False
    parts: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RawItem:
    """One item exactly as it came in, and who the channel proved to have sent it."""

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
class Parsed:
    """A customer's message in plain words.

    ``claims`` are addresses that the customer only says are theirs. ``conversation`` is the
    public id from a token that we signed ourselves; ``chosen`` one that the sender only named,
    which counts if it is theirs. ``files`` are ids of uploads that ``uploader`` put up. ``evidence``
    says where the claims were asked, ``about`` is what the message keeps beside its text.
    """

    sender: Address
    text: str
    subject: str = ""
    name: str = ""
    locale: str = ""
    sent_at: datetime | None = None
    files: tuple[UUID, ...] = ()
    uploader: str = ""
    claims: tuple[Address, ...] = ()
    conversation: UUID | None = None
    chosen: UUID | None = None
    opens_new: bool = False
    context: Mapping[str, str] = field(default_factory=dict)
    evidence: str = "said_so"
    about: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A reply to send. ``key`` is the same at every attempt."""

    key: str
    to: Address
    text: str
    files: tuple[str, ...] = ()
    config: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Accepted:
    """The channel took it; ``external_id`` is its own id for it, if it gave one."""

    external_id: str = ""


@dataclass(frozen=True, slots=True)
class Retryable:
    """It surely did not go out; try again after ``after`` seconds."""

    reason: str
    after: float = 0.0


@dataclass(frozen=True, slots=True)
class Permanent:
    """It will never go out; ``reason`` tells an agent why and what to do."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may or may not have gone out."""

    reason: str


Answer = Accepted | Retryable | Permanent | Unknown


def plain(text: str) -> str:
    """Return a text that every database can store: no NUL, no half of a surrogate pair."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode().strip()


class Adapter(Protocol):
    """The shape of an adapter module."""

    CAPABILITIES: Capabilities

    def parse(self, item: RawItem) -> Parsed:
        """Translate in.

        Raises:
            Unreadable: the item is no message of this channel.
        """
        ...

    def send(self, message: Outgoing) -> Answer:
        """Translate out and send."""
        ...

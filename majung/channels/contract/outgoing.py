"""What goes out, and the four answers there are."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO

from majung.channels.contract.incoming import Address, Person


@dataclass(frozen=True, slots=True, kw_only=True)
class OutFile:
    """A file to send. ``open`` gives its bytes; ``content_id`` is set if the HTML shows it."""

    name: str
    type: str
    size: int
    open: Callable[[], IO[bytes]] = field(repr=False)
    content_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutLetter:
    """What a mail needs beside its words. ``headers`` are further ones, by name.

    ``tried_at`` is when an attempt ended that may have sent it.
    """

    message_id: str
    sender: Person
    to: tuple[Person, ...]
    cc: tuple[Person, ...] = ()
    bcc: tuple[Person, ...] = ()
    reply_to: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    date: datetime
    headers: Mapping[str, str] = field(default_factory=dict)
    tried_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A reply to send. ``key`` is the same at every attempt; ``html`` is empty where plain is all."""

    key: str
    to: Address
    text: str
    html: str = ""
    subject: str = ""
    files: tuple[OutFile, ...] = ()
    letter: OutLetter | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """The channel took it; ``external_id`` is its own id for it, if it gave one.

    ``refused`` are recipients whom it does not serve, each with the reason, where others are.
    """

    external_id: str = ""
    refused: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Retryable:
    """It surely did not go out; try again after ``after`` seconds."""

    reason: str
    after: float = 0.0


@dataclass(frozen=True, slots=True)
class Permanent:
    """It will never go out; ``reason`` tells an agent why and what to do.

    ``denied``: the account itself is not let in, so that a person has to mend it.
    """

    reason: str
    denied: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may or may not have gone out."""

    reason: str


Answer = Accepted | Retryable | Permanent | Unknown

"""The other side of a channel, as the author of an adapter plays it for the suite."""

import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from majung.channels.contract import Address, HttpAnswer, RawItem, Request
from majung.conversations.models import Inbox, Message


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file with its bytes."""

    name: str
    type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A customer's message: ``id`` is the vendor's own for it, ``sender`` for whom wrote it."""

    id: str
    text: str
    at: datetime
    sender: str = "haneul"
    name: str = "김하늘"
    files: tuple[File, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call that the adapter made."""

    method: str
    url: str
    headers: Mapping[str, str]
    json: Any
    content: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """What the vendor took from us, in its own words."""

    id: str
    text: str
    files: tuple[File, ...] = ()


Told = Request | RawItem
"""What the vendor tells us: a call of our webhook, or for channels without one the item itself."""


class Vendor:
    """The other side. Write one for a channel: what its server says, and how it answers.

    ``stamps``: its signatures carry the time, so that old ones can be told. ``serves``: the adapter
    calls a server of the vendor; else what we send is fetched from us. ``attaches``: files come
    with the message, and are not put up before. ``proven_elsewhere``: lines that the channel answers
    in a way of its own, each with the place of its proof.
    """

    kind: ClassVar[str]
    stamps: ClassVar[bool] = True
    serves: ClassVar[bool] = True
    attaches: ClassVar[bool] = True
    proven_elsewhere: ClassVar[Mapping[str, str]] = {}
    config: ClassVar[Mapping[str, Any]] = {}
    secrets: ClassVar[Mapping[str, str]] = {}

    def __init__(self) -> None:
        self.arrived: list[Arrived] = []
        self.inbox: Inbox

    def connect(self, inbox: Inbox) -> None:
        """Begin to speak with this account; whatever has to be there first is made here."""
        self.inbox = inbox

    def close(self) -> None:
        """End what ``connect`` began."""

    def address(self, sender: str) -> Address:
        """Return the address that a sender has at this channel."""
        return Address(kind="messenger", scope=self.inbox.key, address=sender)

    def message(self, said: Said) -> Told:
        """Tell of a customer's message."""
        raise AssertionError(said)

    def with_unknown_fields(self, said: Said) -> Told:
        """Tell of it with fields that no version of the adapter knows."""
        return self.message(said)

    def unknown_event(self) -> Told | None:
        """Tell of something of a kind that no version of the adapter knows; ``None`` if it cannot."""
        return None

    def edited(self, *, external_id: str, text: str, at: datetime) -> Told | None:
        """Tell that the customer changed a message."""
        return None

    def deleted(self, *, external_id: str, at: datetime) -> Told | None:
        """Tell that the customer took a message back."""
        return None

    def echo(
        self, *, external_id: str, key: str, sender: str, text: str, at: datetime
    ) -> Told | None:
        """Tell that something went out to ``sender``; without ``key`` it was written elsewhere."""
        return None

    def receipt(self, *, reply: Message, external_id: str, state: str, at: datetime) -> Told | None:
        """Tell what became of a reply; ``None`` where that is no call (and do it by yourself)."""
        return None

    def sign(self, body: bytes, *, at: datetime) -> Request:
        """Return a call with a right signature, made at that time."""
        raise AssertionError(body)

    def together(self, told: Sequence[Told]) -> Told | None:
        """Tell of several things in one call; ``None`` if the vendor never does."""
        return None

    def answer(self, call: Call) -> HttpAnswer:
        """Take a call as the vendor's server does on a good day, and note what ``arrived``."""
        raise AssertionError(call)

    def open(self, host: str, port: int, *, mood: str) -> socket.socket:
        """Open a connection as the vendor's server takes it, for other protocols than HTTP.

        ``mood`` is how the server is: "well", "busy", "refuses", "deaf" (no answer and nothing
        arrived) or "mute" (no answer, though it arrived).
        """
        raise AssertionError((host, port, mood))

    def slow_down(self, seconds: int) -> HttpAnswer:
        """Say that there are too many calls, and to wait so long."""
        return HttpAnswer(status=429, headers={"retry-after": str(seconds)}, body=b"")

    def refusal(self) -> HttpAnswer:
        """Say that this will never be taken."""
        return HttpAnswer(status=400, headers={}, body=b"{}")

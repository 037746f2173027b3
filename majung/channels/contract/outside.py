"""The world outside, as adapters may reach it: calls to us, calls by us, accounts fetched from."""

import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from majung.channels.contract.incoming import RawItem


class Refused(Exception):
    """A request to our webhook is not the vendor's: ``missing``, ``forged`` or ``stale``."""

    def __init__(self, code: Literal["missing", "forged", "stale"]) -> None:
        super().__init__(code)
        self.code = code


class Unreached(Exception):
    """No answer came. ``perhaps_sent``: the other side may have got it all the same."""

    def __init__(self, reason: str, *, perhaps_sent: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.perhaps_sent = perhaps_sent


class Denied(Exception):
    """The account's name or password is wrong, or it lacks a right; a person has to mend it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A call of our webhook as it came; names of ``headers`` are lower case."""

    method: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    remote: str
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """What a call of our webhook holds, and how it is answered once that is stored."""

    items: tuple[RawItem, ...] = ()
    status: int = 200
    body: bytes = b""
    content_type: str = "text/plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What was fetched from an account: items, and where to go on once they are stored.

    ``cursors`` are by place (a folder); ``more`` says that there is more at once. ``notes`` are
    words for people about what was found on the way, ``troubles`` what a person has to mend while
    the rest goes on. Both may have a second line that names the thing.
    """

    items: tuple[RawItem, ...] = ()
    cursors: Mapping[str, str] = field(default_factory=dict)
    more: bool = False
    notes: tuple[str, ...] = ()
    troubles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpAnswer:
    """What another server said; names of ``headers`` are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Context(Protocol):
    """The only way out for an adapter."""

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        json: Any = None,
        content: bytes | None = None,
        timeout: float = 10.0,
    ) -> HttpAnswer:
        """Call a URL once, and never into our own network.

        Raises:
            Unreached: no answer came.
        """
        ...

    def connect(self, host: str, port: int, *, timeout: float) -> socket.socket:
        """Open a connection for another protocol than HTTP, and never into our own network.

        Raises:
            Unreached: there is none.
        """
        ...

    def now(self) -> datetime: ...


class Source(Protocol):
    """An open connection to an account that is fetched from."""

    def fetch(self, cursors: Mapping[str, str]) -> Batch:
        """Return what came after the cursors, some of it at a time; changes nothing there.

        Raises:
            Unreached: the connection broke.
        """
        ...

    def wait(self, seconds: float) -> None:
        """Return when there may be something new, at the latest after so long."""
        ...

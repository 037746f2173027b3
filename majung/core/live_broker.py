"""What every broker of live signals offers, and the words they share.

A topic's number only grows within an epoch. Whoever compares a pair (epoch, n) it kept with the
current one knows whether it missed something: any difference is answered by a refetch.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypedDict

EPHEMERAL = frozenset({"typing", "presence"})
"""Kinds that only pass through: they raise no number, since nothing is fetched because of them."""


class BrokerLost(Exception):
    """The broker cannot be reached now; nothing is known about the numbers."""


class Marks(TypedDict):
    """`epoch` is "" where it is not known, which differs from every real epoch."""

    epoch: str
    marks: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """Something about `topic` changed. `first..n` are the numbers it stands for."""

    topic: str
    kind: str = "changed"
    ids: tuple[str, ...] = ()
    epoch: str = ""
    first: int = 0
    n: int = 0


class Listener(Protocol):
    """The hub as a broker sees it; called on the hub's event loop."""

    def heard(self, signal: Signal) -> None: ...

    def lost(self) -> None:
        """Signals may be missing from now on."""

    def healed(self) -> None:
        """Signals arrive (again), numbers or the epoch may have moved meanwhile."""


class Broker(Protocol):
    def begin(self) -> None:
        """Note that a long-running process starts; one before may have died before a signal."""

    def publish(self, *, topic: str, ids: Sequence[str], kind: str) -> None:
        """Raise the topic's number and tell everyone; any thread, never raises, never waits."""

    def marks(self, topics: Sequence[str]) -> Marks:
        """Return the numbers now, from any thread; unknown ones rather than an error."""

    async def read(self, topics: Sequence[str]) -> Marks:
        """Return the numbers now, on the hub's loop. Raises BrokerLost."""

    async def follow(self, listener: Listener) -> None:
        """Feed `listener` until cancelled."""

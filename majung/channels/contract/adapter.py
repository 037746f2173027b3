"""The shapes of an adapter: what each must have, and what it has if its capabilities say so."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from majung.channels.contract.account import Account, Capabilities, Setting
from majung.channels.contract.incoming import Event, InFile, RawItem
from majung.channels.contract.outgoing import Accepted, Answer, Outgoing, Retryable
from majung.channels.contract.outside import Arrival, Context, Request, Source


class Adapter(Protocol):
    """The shape of an adapter module."""

    CAPABILITIES: Capabilities

    def parse(self, item: RawItem, account: Account) -> Event:
        """Translate in.

        Raises:
            Unreadable: the item is nothing of this channel.
        """
        ...

    def send(self, message: Outgoing, account: Account, context: Context) -> Answer:
        """Translate out and send, once."""
        ...


class HasWebhook(Protocol):
    """An adapter whose vendor calls us (``Capabilities.webhook``)."""

    def verify(self, request: Request, account: Account) -> None:
        """Make sure that the vendor itself calls.

        Raises:
            Refused: it does not, or so long ago that it may be a replay.
        """
        ...

    def receive(self, request: Request, account: Account) -> Arrival:
        """Take a verified call apart into items, and say how to answer it.

        Raises:
            Unreadable: it is no call of this vendor.
        """
        ...


class Fetches(Protocol):
    """An adapter whose files come as references (``Capabilities.fetches``)."""

    def fetch(self, file: InFile, account: Account, context: Context) -> bytes:
        """Get the bytes of a file that ``parse`` only named.

        Raises:
            Unreached: it cannot be got now; try later.
            Unreadable: it is gone, or is none; the message comes without it.
        """
        ...


class IsPulled(Protocol):
    """An adapter that fetches (``Capabilities.pulls``)."""

    def is_pulled(self, account: Account) -> bool:
        """Say whether there is a place to fetch from; an account may only be written to."""
        ...

    def pull(self, account: Account, context: Context) -> AbstractContextManager[Source]:
        """Connect.

        Raises:
            Unreached: there is no connection; try later.
            Denied: the other side does not let us in.
        """
        ...


class Reconciles(Protocol):
    """An adapter that can find out what became of an interrupted send."""

    def reconcile(
        self, message: Outgoing, account: Account, context: Context
    ) -> Accepted | Retryable | None:
        """Say that it went out, that it surely did not, or ``None`` if nobody can tell."""
        ...


class HasSettings(Protocol):
    """An adapter whose account is set up by a person."""

    SETTINGS: Sequence[Setting]

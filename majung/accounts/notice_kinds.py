"""What agents may be told of: registered by the apps that know what the words are."""

from dataclasses import dataclass
from typing import Literal, Protocol

from django.utils.functional import Promise

from majung.accounts.models import Notice

Urgency = Literal["very-low", "low", "normal", "high"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a notice says outside of the desk: who did what, and in which conversation."""

    title: str
    body: str


class Describes(Protocol):
    def __call__(self, notice: Notice, *, with_words: bool) -> Words | None:
        """Return the words in the active language, with the message's own where asked for.

        ``None`` when the agent may not see the conversation any more.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of notice. ``label`` finishes the sentence "tell me when …".

    ``urgency`` is that of RFC 8030. One ``is_for_admins`` is about an account, not a conversation.
    """

    name: str
    label: str | Promise
    describe: Describes
    urgency: Urgency = "high"
    is_for_admins: bool = False


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Make a kind known; raises ValueError when there is one of that name."""
    if kind.name in _kinds:
        msg = f"two kinds of notices are called {kind.name}"
        raise ValueError(msg)
    _kinds[kind.name] = kind
    return kind


def every() -> list[Kind]:
    """Return all kinds in the order in which they were registered."""
    return list(_kinds.values())


def named(name: str) -> Kind | None:
    """Return a kind, ``None`` for one that nobody registers any more."""
    return _kinds.get(name)

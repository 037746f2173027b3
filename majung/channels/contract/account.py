"""What a channel can do, and what a person sets up for an account of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """When the channel lets us write: within ``hours`` of what the customer wrote last.

    ``remedy`` tells an agent what to do when it is closed.
    """

    hours: float
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What the channel can do, as data that the core asks.

    ``idempotent``: the same key sent twice arrives once, so an interrupted send may be repeated.
    Otherwise it is *unknown* until ``reconcile`` or a person finds out. ``parts``: quick replies and
    cards are shown as such; other channels get them as lines of the text. ``oversized`` says what
    becomes of a text over ``max_text`` signs: it is refused before it is written, or ``split``.
    ``media`` are the types of files that it takes (``image/*`` for a kind), none for all;
    ``max_files`` 0 says that it takes no files.
    ``buttons`` is how many it shows, ``templates`` whether it wants approved ones, ``cost`` the price
    of a message in won, for people to know. ``rich``: it shows formatting. ``letters``: what goes
    by it has a subject, recipients and a history, as mail has. ``edits``, ``deletes``: it tells us
    of what customers change and take back; ``echoes``: of what goes out from the account, by us or
    by another program. ``fetches``: its files come as references. ``patience`` is for how many
    hours a send that may succeed later is tried again; 0 is for a few attempts.
    """

    name: str
    max_text: int
    oversized: Literal["refuse", "split"] = "refuse"
    max_files: int = 0
    max_file_bytes: int = 0
    media: tuple[str, ...] = ()
    buttons: int = 0
    templates: bool = False
    window: Window | None = None
    receipts: bool = False
    typing: bool = False
    edits: bool = False
    deletes: bool = False
    echoes: bool = False
    idempotent: bool = False
    parts: bool = False
    rich: bool = False
    letters: bool = False
    cost: float = 0.0
    webhook: bool = False
    pulls: bool = False
    reconciles: bool = False
    fetches: bool = False
    patience: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One thing that a person fills in to connect an account; a ``secret`` is stored sealed."""

    name: str
    label: str
    kind: Literal["text", "secret", "number", "flag", "choice", "lines"] = "text"
    help: str = ""
    required: bool = False
    default: str | int | bool = ""
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The connected account that an item came to or a reply goes out by.

    ``key`` is its public name in addresses, ``config`` what a person set, ``secrets`` the sealed
    part of it, by name; ``url`` is where its webhook listens.
    """

    key: str = ""
    config: Mapping[str, Any] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    url: str = ""

"""The shapes that `make.world` yields; all times are aware and in UTC, money is in won."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Channel = Literal["chat", "form"]
Status = Literal["open", "waiting", "closed"]
Speaker = Literal["customer", "agent", "note"]
Tone = Literal["polite", "plain", "terse"]
HappeningKind = Literal[
    "page_viewed",
    "order_placed",
    "order_shipped",
    "order_delivered",
    "return_requested",
    "store_visited",
    "signed_in",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where parcels go: a label (집, 회사), city and district; never a real street."""

    label: str
    city: str
    district: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A customer. `emails` and `phone` are verified, fictional, and nobody else's in the world."""

    key: str
    name: str
    language: Literal["ko", "en"]
    emails: tuple[str, ...]
    phone: str
    joined_at: datetime
    birth_year: int
    device: str
    browser: str
    city: str
    addresses: tuple[Address, ...]
    grade: str
    tone: Tone
    brands: tuple[str, ...]
    marketing: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One message or internal note. `author` is an agent's e-mail, empty for the customer.

    `rich` is the text with its formatting (`core.rich_text`), where it has any.
    """

    speaker: Speaker
    text: str
    at: datetime
    rich: Mapping[str, object] | None = None
    author: str = ""
    photos: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """Something on the customer's timeline that is not a message."""

    kind: HappeningKind
    at: datetime
    title: str
    path: str = ""
    data: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """A whole conversation.

    `category` is (대, 중, 소); `subject` is empty in chat; `agent` is empty while nobody has
    answered; `closed_at` is set exactly when `status` is closed; `sequel_of` is the key of the
    earlier talk about the same thing, or empty; `happenings` are in order of time and may lie
    before the first turn.
    """

    key: str
    script: str
    person: str
    brand: str
    language: Literal["ko", "en"]
    channel: Channel
    category: tuple[str, str, str]
    team: str
    agent: str
    subject: str
    status: Status
    signed_in: bool
    turns: tuple[Turn, ...]
    happenings: tuple[Happening, ...]
    opened_at: datetime
    closed_at: datetime | None
    sequel_of: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An order a talk is about; `shipped_at` and `arrived_at` are None while it has not."""

    number: str
    product: str
    option: str
    amount: int
    ordered_at: datetime
    shipped_at: datetime | None
    arrived_at: datetime | None
    courier: str
    tracking: str

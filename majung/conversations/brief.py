"""What matters of a conversation at a glance, by rules: how often, what was promised, what is known.

Three small reads, whatever the length of the thread.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, Q

from majung.accounts.models import Agent
from majung.conversations.codes import order_numbers
from majung.conversations.models import Conversation, Message
from majung.conversations.promised import promise_in
from majung.core import clock

LATELY: Final = timedelta(days=30)
MOST_READ: Final = 80
MOST_ORDERS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """Our own words, by whom and when."""

    text: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """``times`` is which conversation of the person this is, ``lately`` how many in 30 days.

    Both count what the agent may see. ``before`` is the one before this. ``orders`` are order
    numbers that the customer wrote, the newest first. ``files`` is how many files they sent.
    """

    times: int
    lately: int
    before: Conversation | None
    orders: tuple[str, ...]
    files: int
    promise: Promise | None


def about(conversation: Conversation, *, members: Sequence[int], agent: Agent) -> Brief:
    """Return the brief of a conversation; ``members`` are the profiles of the person."""
    theirs = Conversation.objects.visible_to(agent).filter(
        customer__in=members, created_at__lte=conversation.created_at
    )
    counted = theirs.aggregate(
        times=Count("pk"), lately=Count("pk", filter=Q(created_at__gt=clock.now() - LATELY))
    )
    before = theirs.exclude(pk=conversation.pk).order_by("-created_at").first()
    said = list(
        conversation.messages.filter(
            kind__in=[Message.Kind.CUSTOMER, Message.Kind.REPLY], deleted_at=None
        )
        .select_related("author")
        .annotate(files=Count("attachments"))
        .order_by("-pk")[:MOST_READ]
    )
    customers = [message for message in said if message.is_from_customer]
    return Brief(
        times=counted["times"],
        lately=counted["lately"],
        before=before,
        orders=_orders(customers),
        files=sum(getattr(message, "files", 0) for message in customers),
        promise=_promise(said),
    )


def _orders(messages: Sequence[Message]) -> tuple[str, ...]:
    found = dict.fromkeys(code for message in messages for code in order_numbers(message.text))
    return tuple(found)[:MOST_ORDERS]


def _promise(messages: Sequence[Message]) -> Promise | None:
    for message in messages:
        if message.is_from_customer or message.author is None:
            continue
        if text := promise_in(message.text):
            return Promise(text=text, by=message.author.name, at=message.created_at)
    return None

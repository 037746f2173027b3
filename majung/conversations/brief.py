"""What matters of a conversation at a glance, by rules: how often, what was promised, what is known.

One small read, whatever the length of the thread, and two more for somebody who wrote often.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from majung.accounts.models import Agent
from majung.conversations.codes import order_numbers
from majung.conversations.models import Attachment, Conversation, Message
from majung.conversations.promised import promise_in
from majung.core import clock

ABOUT: Final = "about"  # in a message's data: what was said before it, as {"topic": …}
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
class Counted:
    """``times`` is which conversation of the person this is, ``lately`` how many in 30 days.

    Both count what the agent may see. ``before`` is the one before this; ``others`` counts all but
    this one by status.
    """

    times: int
    lately: int
    before: Conversation | None
    others: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """``orders`` are order numbers that the customer wrote, the newest first.

    ``files`` is how many files they sent, ``topic`` what they said it is about.
    """

    counted: Counted
    orders: tuple[str, ...]
    files: int
    promise: Promise | None
    topic: str = ""


def count(conversation: Conversation, *, among: Sequence[Conversation]) -> Counted:
    """Count ``among`` these, which are all that the agent may see of the person."""
    begun = conversation.created_at
    until = [one for one in among if one.created_at <= begun]
    others = [one for one in until if one != conversation]
    statuses = Counter(one.status for one in among if one != conversation)
    return Counted(
        times=len(until),
        lately=sum(one.created_at > clock.now() - LATELY for one in until),
        before=max(others, key=lambda one: one.created_at, default=None),
        others={status: statuses[status] for status in Conversation.Status.values},
    )


def count_all(conversation: Conversation, *, members: Sequence[int], agent: Agent) -> Counted:
    """Count in the database; ``members`` are the profiles of the person. Two queries."""
    theirs = Conversation.objects.visible_to(agent).filter(customer__in=members)
    until = Q(created_at__lte=conversation.created_at)
    another = ~Q(pk=conversation.pk)
    counted = theirs.aggregate(
        times=Count("pk", filter=until),
        lately=Count("pk", filter=until & Q(created_at__gt=clock.now() - LATELY)),
        **{
            status: Count("pk", filter=another & Q(status=status))
            for status in Conversation.Status.values
        },
    )
    before = theirs.filter(until, another).order_by("-created_at").first()
    return Counted(
        times=counted["times"],
        lately=counted["lately"],
        before=before,
        others={status: counted[status] for status in Conversation.Status.values},
    )


def about(conversation: Conversation, counted: Counted) -> Brief:
    """Return the brief of a conversation. One query."""
    files = Attachment.objects.filter(message=OuterRef("pk")).order_by().values("message")
    said = list(
        conversation.messages.filter(
            kind__in=[Message.Kind.CUSTOMER, Message.Kind.REPLY], deleted_at=None
        )
        .select_related("author")
        .only("conversation", "kind", "text", "data", "created_at", "author__name")
        .annotate(files=Coalesce(Subquery(files.values(n=Count("pk"))), 0))
        .order_by("-pk")[:MOST_READ]
    )
    customers = [message for message in said if message.is_from_customer]
    return Brief(
        counted=counted,
        orders=_orders(customers),
        files=sum(getattr(message, "files", 0) for message in customers),
        promise=_promise(said),
        topic=_topic(customers),
    )


def _orders(messages: Sequence[Message]) -> tuple[str, ...]:
    found = dict.fromkeys(code for message in messages for code in order_numbers(message.text))
    return tuple(found)[:MOST_ORDERS]


def _topic(messages: Sequence[Message]) -> str:
    chosen = (str((each.data.get(ABOUT) or {}).get("topic", "")) for each in messages)
    return next((topic for topic in chosen if topic), "")


def _promise(messages: Sequence[Message]) -> Promise | None:
    for message in messages:
        if message.is_from_customer or message.author is None:
            continue
        if text := promise_in(message.text):
            return Promise(text=text, by=message.author.name, at=message.created_at)
    return None

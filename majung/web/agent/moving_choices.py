"""Which conversations a misplaced mail may go to: the customer's own ones, and one by its number."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from majung.accounts.models import Agent
from majung.conversations.models import Conversation, Message
from majung.customers import circle, identity
from majung.web import naming
from majung.web.agent import words

MOST: Final = 8
MOST_DIGITS: Final = 18
MOST_LOOKED_AT: Final = 2000  # of the newest, for words in a subject


@dataclass(frozen=True, slots=True)
class Choice:
    """A conversation to move to."""

    public_id: str
    number: int
    title: str
    customer: str
    status: str
    at: datetime


def of(message: Message, *, agent: Agent, text: str = "") -> list[Choice]:
    """Return the newest conversations of who wrote it; with a number or words, what these find."""
    rows = (
        Conversation.objects.visible_to(agent)
        .filter(brand=message.conversation.brand_id)
        .exclude(pk=message.conversation_id)
        .select_related("customer__merged_into")
        .order_by("-last_message_at")
    )
    number = text.strip().removeprefix("#")
    if number.isascii() and number.isdigit() and len(number) <= MOST_DIGITS:
        return _told(rows.filter(pk=int(number)))
    if text.strip():
        newest = Conversation.objects.filter(pk__in=rows.values("pk")[:MOST_LOOKED_AT])
        found = newest.filter(subject__icontains=text.strip()).order_by("-last_message_at")
        return _told(found.select_related("customer__merged_into")[:MOST])
    owners = {message.conversation.customer_id}
    if message.identity:
        owners.add(message.identity.customer_id)
    members = {key for owner in owners for key in circle.ids(identity.person_of(owner))}
    return _told(rows.filter(customer__in=members)[:MOST])


def _told(rows: Iterable[Conversation]) -> list[Choice]:
    return [
        Choice(
            public_id=str(row.public_id),
            number=row.pk,
            title=row.subject or row.preview,
            customer=naming.customer_name(row.customer.merged_into or row.customer),
            status=words.status(row.status),
            at=row.last_message_at,
        )
        for row in rows
    ]

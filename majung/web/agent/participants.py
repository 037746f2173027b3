"""Who took part in a conversation: the customer by which addresses, and the colleagues."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from majung.accounts.models import Agent
from majung.conversations import following
from majung.conversations.models import Conversation, Mention, Message
from majung.customers.models import Identity
from majung.web import naming
from majung.web.agent import words


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """An address that messages came from or went to: how many, and the last one's moment."""

    kind: str
    text: str
    proven: bool
    messages: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """An agent and what they have to do with the conversation, in words."""

    agent: Agent
    parts: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Participants:
    """All who took part; ``addresses`` are the customer's."""

    customer: str
    addresses: list[Address]
    colleagues: list[Colleague]


def of(conversation: Conversation) -> Participants:
    """Return who took part in a conversation. Six queries, however many did."""
    return Participants(
        customer=naming.customer_name(conversation.customer),
        addresses=list(_addresses(conversation)),
        colleagues=_colleagues(conversation),
    )


def _addresses(conversation: Conversation) -> Iterator[Address]:
    spoken = (
        conversation.messages.filter(kind__in=[Message.Kind.CUSTOMER, Message.Kind.REPLY])
        .exclude(identity=None)
        .order_by()
        .values("identity")
        .annotate(number=Count("pk"), at=Max("created_at"))
    )
    rows = sorted(spoken, key=lambda row: row["at"], reverse=True)
    identities = Identity.objects.in_bulk([row["identity"] for row in rows])
    for row in rows:
        identity = identities[row["identity"]]
        yield Address(
            kind=words.kind_of(identity),
            text=naming.masked(identity) if identity.kind != Identity.Kind.VISITOR else "",
            proven=identity.is_verified,
            messages=row["number"],
            at=row["at"],
        )


def _colleagues(conversation: Conversation) -> list[Colleague]:
    parts: defaultdict[int, list[str]] = defaultdict(list)
    if conversation.assignee_id:
        parts[conversation.assignee_id].append(_("담당"))
    for key, number in _written(conversation, Message.Kind.REPLY).items():
        parts[key].append(ngettext("답변 %(n)d개", "답변 %(n)d개", number) % {"n": number})
    for key, number in _written(conversation, Message.Kind.NOTE).items():
        parts[key].append(ngettext("메모 %(n)d개", "메모 %(n)d개", number) % {"n": number})
    for key in _had_it(conversation) - {conversation.assignee_id}:
        parts[key].append(_("담당했음"))
    called = Mention.objects.filter(message__conversation=conversation)
    for key in called.order_by("agent").values_list("agent", flat=True).distinct():
        parts[key].append(_("메모에서 부름"))
    for agent in following.followers(conversation):
        parts[agent.pk].append(_("알림 받음"))
    agents = Agent.objects.in_bulk(list(parts))
    return [Colleague(agent=agents[key], parts=said) for key, said in parts.items()]


def _written(conversation: Conversation, kind: str) -> Mapping[int, int]:
    counted = (
        conversation.messages.filter(kind=kind, deleted_at=None)
        .exclude(author=None)
        .order_by()
        .values_list("author")
        .annotate(number=Count("pk"))
    )
    return dict(counted)


def _had_it(conversation: Conversation) -> set[int]:
    """Return the keys of those to whom the conversation was ever given, as its lines tell."""
    lines = conversation.messages.filter(
        kind=Message.Kind.EVENT, data__what__in=["assigned", "team_assigned"]
    )
    named = {line.get("agent") for line in lines.values_list("data", flat=True)} - {None}
    return set(Agent.objects.filter(public_id__in=named).values_list("pk", flat=True))

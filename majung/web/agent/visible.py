"""What an agent may see: the one place where the desk looks things up for somebody."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404

from majung.accounts.models import Agent, Brand, Team
from majung.conversations import following, rules
from majung.conversations.models import Conversation, Message
from majung.customers import circle
from majung.customers.models import Customer


def conversation(agent: Agent, public_id: UUID) -> Conversation:
    """Return a conversation with what its page shows of it; another team's is not found."""
    return get_object_or_404(
        Conversation.objects.visible_to(agent)
        .select_related("customer__merged_into", "inbox", "assignee", "brand", "team")
        .annotate(is_followed=following.followed_by(agent)),
        public_id=public_id,
    )


def message(agent: Agent, public_id: UUID) -> Message:
    """Return a message of a visible conversation."""
    return get_object_or_404(
        Message.objects.select_related("conversation"),
        public_id=public_id,
        conversation__in=Conversation.objects.visible_to(agent),
    )


def person(agent: Agent, public_id: UUID) -> Customer:
    """Return the profile that stands for a customer, if the agent may see one conversation."""
    customer = get_object_or_404(
        Customer.objects.alive().select_related("merged_into"), public_id=public_id
    )
    standing = customer.merged_into or customer
    if not agent.is_admin:
        own = Conversation.objects.visible_to(agent)
        if not own.filter(customer__in=circle.ids(standing.pk)).exists():
            raise Http404
    return standing


def among(agent: Agent, people: Iterable[Customer]) -> list[Customer]:
    """Return those of these standing profiles that the agent may see, in one query."""
    wanted = list(people)
    if agent.is_admin or not wanted:
        return wanted
    keys = [customer.pk for customer in wanted]
    own = Conversation.objects.visible_to(agent).filter(
        Q(customer__in=keys) | Q(customer__merged_into__in=keys)
    )
    pairs = own.values_list("customer_id", "customer__merged_into_id").distinct()
    seen = {key for pair in pairs for key in pair}
    return [customer for customer in wanted if customer.pk in seen]


def colleagues(brand: Brand) -> list[Agent]:
    """Return the agents who may answer for a brand, by name, with nothing else of them."""
    return list(rules.who_can_see(brand).only("public_id", "name"))


def teams(brand: Brand) -> list[Team]:
    """Return the teams that answer for a brand, by name."""
    rows = Team.objects.alive().filter(brands=brand).order_by("name", "pk")
    return list(rows.only("public_id", "name"))


def brand_ids(agent: Agent, *, among: Iterable[int]) -> list[int]:
    """Return which of these brands the agent works for, in one query."""
    return list(Brand.objects.visible_to(agent).filter(pk__in=among).values_list("pk", flat=True))

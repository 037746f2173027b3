"""Who may do what with a conversation."""

from django.db.models import Q, QuerySet

from majung.accounts.models import Agent, Brand, Team
from majung.conversations.models import Conversation


def can_see(agent: Agent, conversation: Conversation) -> bool:
    """Agents see the conversations of the brands their teams answer for."""
    return agent.is_active and Brand.objects.visible_to(agent).contains(conversation.brand)


def who_can_see(brand: Brand) -> QuerySet[Agent]:
    """Return the active agents who see the conversations of a brand, by name."""
    works_for = Q(teams__brands=brand, teams__deleted_at=None) | Q(role=Agent.Role.ADMIN)
    return Agent.objects.active().filter(works_for).distinct().order_by("name", "pk")


def can_take(agent: Agent, conversation: Conversation) -> bool:
    """Return whether the agent may be made the assignee."""
    return can_see(agent, conversation)


def can_answer(team: Team, conversation: Conversation) -> bool:
    """Return whether the conversation may be given to the team."""
    return team.deleted_at is None and team.brands.contains(conversation.brand)

"""Who may do what with a conversation."""

from majung.accounts.models import Agent, Brand
from majung.conversations.models import Conversation


def can_see(agent: Agent, conversation: Conversation) -> bool:
    """Agents see the conversations of the brands their teams answer for."""
    return agent.is_active and Brand.objects.visible_to(agent).contains(conversation.brand)


def can_take(agent: Agent, conversation: Conversation) -> bool:
    """Return whether the agent may be made the assignee."""
    return can_see(agent, conversation)

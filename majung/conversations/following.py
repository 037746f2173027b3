"""To follow a conversation (알림 받기): to be told of the customer's next words, whosever it is."""

from django.db.models import Exists, OuterRef

from majung.accounts.models import Agent
from majung.conversations.models import Conversation, Following
from majung.conversations.rules import who_can_see
from majung.core import clock


def follow(*, conversation: Conversation, by: Agent) -> bool:
    """Let the agent hear of it; ``False`` when they did already."""
    _row, is_new = Following.objects.get_or_create(
        conversation=conversation, agent=by, defaults={"since": clock.now()}
    )
    return is_new


def unfollow(*, conversation: Conversation, by: Agent) -> bool:
    """Let the agent hear of it no more; ``False`` when they did not."""
    return bool(Following.objects.filter(conversation=conversation, agent=by).delete()[0])


def followers(conversation: Conversation) -> list[Agent]:
    """Return who follows a conversation and may still see it, by name."""
    rows = Following.objects.filter(conversation=conversation)
    return list(who_can_see(conversation.brand).filter(pk__in=rows.values("agent")))


def followed_by(agent: Agent) -> Exists:
    """Return whether the agent follows a conversation, to annotate it with."""
    return Exists(Following.objects.filter(agent=agent, conversation=OuterRef("pk")))

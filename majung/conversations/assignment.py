"""Who answers: the only module that writes a conversation's assignee."""

from django.db import transaction

from majung.accounts.models import Agent
from majung.conversations import changes, entries
from majung.conversations.events import ConversationAssigned
from majung.conversations.models import Conversation
from majung.conversations.rules import can_take
from majung.core.events import publish


class CannotAssign(Exception):
    """This agent may not answer for the brand."""


def claim(*, conversation: Conversation, agent: Agent, by: Agent | None) -> bool:
    """Give an unassigned conversation to the agent; ``False`` when somebody was quicker.

    One guarded statement: of any number who claim at once, exactly one succeeds.

    Raises:
        CannotAssign: the agent does not work for the brand.
    """
    if not can_take(agent, conversation):
        raise CannotAssign
    with transaction.atomic():
        won = Conversation.objects.filter(pk=conversation.pk, assignee=None).update(assignee=agent)
        if won:
            conversation.assignee = agent
            _tell(conversation, agent, by)
    return bool(won)


def assign(*, conversation: Conversation, agent: Agent | None, by: Agent) -> bool:
    """Hand a conversation to an agent, or to nobody; ``False`` when it stood there already.

    Raises:
        CannotAssign: the agent does not work for the brand.
    """
    return _put(conversation, agent, by, expected=None)


def hand_over(
    *, conversation: Conversation, agent: Agent | None, by: Agent, before: Agent | None
) -> bool:
    """Assign what is still with ``before``; ``False`` when somebody was quicker.

    Raises:
        CannotAssign: the agent does not work for the brand.
    """
    return _put(conversation, agent, by, expected=[before.pk if before else None])


def _put(
    conversation: Conversation, agent: Agent | None, by: Agent, *, expected: list[int | None] | None
) -> bool:
    if agent and not can_take(agent, conversation):
        raise CannotAssign
    with transaction.atomic():
        current = Conversation.objects.select_for_update().get(pk=conversation.pk)
        if current.assignee_id == (agent.pk if agent else None):
            return False
        if expected is not None and current.assignee_id not in expected:
            return False
        Conversation.objects.filter(pk=conversation.pk).update(assignee=agent)
        conversation.assignee = agent
        _tell(conversation, agent, by)
    return True


def hand_back(*, agent: Agent, by: Agent) -> int:
    """Unassign what an agent still has open, for others to take; return how many."""
    going = Conversation.objects.alive().going().mine(agent).order_by("pk")
    # What somebody has given to a colleague meanwhile stays there.
    return sum(hand_over(conversation=each, agent=None, by=by, before=agent) for each in going)


def next_for(*, agent: Agent) -> Conversation | None:
    """Claim the conversation that has waited longest and is nobody's; ``None`` if there is none."""
    waiting = (
        Conversation.objects.visible_to(agent)
        .going()
        .unassigned()
        .exclude(waiting_since=None)
        .order_by("waiting_since", "pk")
    )
    for conversation in waiting[:20]:
        if claim(conversation=conversation, agent=agent, by=agent):
            return conversation
    return None


def _tell(conversation: Conversation, agent: Agent | None, by: Agent | None) -> None:
    entries.add(
        conversation_id=conversation.pk,
        inbox_id=conversation.inbox_id,
        what="assigned" if agent else "unassigned",
        by=by,
        agent=str(agent.public_id) if agent else None,
        name=agent.name if agent else "",
    )
    publish(
        ConversationAssigned(
            conversation_id=conversation.pk,
            agent_id=agent.pk if agent else None,
            by_id=by.pk if by else None,
        )
    )
    changes.conversation(conversation.public_id, brand_id=conversation.brand_id)

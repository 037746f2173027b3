"""Who answers: the only module that writes a conversation's assignee and team."""

from typing import Any, Final

from django.db import transaction

from majung.accounts.models import Agent, Team
from majung.conversations import changes, entries
from majung.conversations.events import ConversationAssigned
from majung.conversations.models import Conversation
from majung.conversations.rules import can_answer, can_take
from majung.core.events import publish

_KEEP: Final = object()


class CannotAssign(Exception):
    """This agent or team may not answer for the brand."""


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

    It stays with the team that it was given to.

    Raises:
        CannotAssign: the agent does not work for the brand.
    """
    return _put(conversation, agent, by)


def hand_over(
    *, conversation: Conversation, agent: Agent | None, by: Agent, before: Agent | None
) -> bool:
    """Assign what is still with ``before``; ``False`` when somebody was quicker.

    Raises:
        CannotAssign: the agent does not work for the brand.
    """
    return _put(conversation, agent, by, before=before)


def give_to_team(
    *,
    conversation: Conversation,
    team: Team | None,
    by: Agent,
    agent: Agent | None = None,
    before: Any = _KEEP,
) -> bool:
    """Hand a conversation to a team: one of its people may take it.

    ``agent`` is who has it from then on, where such a step is undone; ``before`` is who must have
    it still, if it matters. Returns ``False`` when it stood there already or somebody was quicker.

    Raises:
        CannotAssign: the team does not answer for the brand, or the agent does not work for it.
    """
    if team and not can_answer(team, conversation):
        raise CannotAssign
    return _put(conversation, agent, by, team=team, before=before)


def _put(
    conversation: Conversation,
    agent: Agent | None,
    by: Agent,
    *,
    team: Any = _KEEP,
    before: Any = _KEEP,
) -> bool:
    if agent and not can_take(agent, conversation):
        raise CannotAssign
    with transaction.atomic():
        current = (
            Conversation.objects.select_for_update(of=("self",))
            .select_related("team", "assignee")
            .get(pk=conversation.pk)
        )
        wanted = current.team if team is _KEEP else team
        if (current.assignee, current.team) == (agent, wanted):
            return False
        if before is not _KEEP and current.assignee != before:
            return False
        Conversation.objects.filter(pk=conversation.pk).update(assignee=agent, team=wanted)
        to_team = current.team != wanted
        conversation.assignee, conversation.team = agent, wanted
        _tell(conversation, agent, by, to_team=to_team)
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
        .open()
        .unassigned()
        .for_teams_of(agent)
        .exclude(waiting_since=None)
        .order_by("waiting_since", "pk")
    )
    for conversation in waiting[:20]:
        if claim(conversation=conversation, agent=agent, by=agent):
            return conversation
    return None


def _tell(
    conversation: Conversation, agent: Agent | None, by: Agent | None, *, to_team: bool = False
) -> None:
    what = "assigned" if agent else "unassigned"
    about: dict[str, Any] = {
        "agent": str(agent.public_id) if agent else None,
        "name": agent.name if agent else "",
    }
    if to_team:
        team = conversation.team
        what = "team_assigned" if team else "team_unassigned"
        about |= {
            "team": str(team.public_id) if team else None,
            "team_name": team.name if team else "",
        }
    entries.add(
        conversation_id=conversation.pk,
        inbox_id=conversation.inbox_id,
        what=what,
        by=by,
        **about,
    )
    publish(
        ConversationAssigned(
            conversation_id=conversation.pk,
            agent_id=agent.pk if agent else None,
            team_id=conversation.team_id,
            by_id=by.pk if by else None,
        )
    )
    changes.conversation(conversation.public_id, brand_id=conversation.brand_id)

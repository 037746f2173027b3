"""Lets the company's people call one another, so that bells ring when somebody signs in."""

from collections.abc import Iterator
from itertools import cycle
from typing import Final

from django.db import transaction

from majung.accounts import quiet
from majung.accounts.models import Agent
from majung.conversations import assignment, replies, telling
from majung.conversations.models import Conversation
from majung.demo.content.calls import ASKS, WORK_BEGINS, WORK_ENDS

EACH: Final = 2


@transaction.atomic
def make() -> None:
    """Write notes that call agents, give them a conversation, and say when they want quiet."""
    asks = cycle(ASKS)
    for agent in Agent.objects.active().filter(role=Agent.Role.AGENT).order_by("pk"):
        lead = _lead(agent)
        if lead is None:
            continue
        _wish(agent)
        open_ones = Conversation.objects.visible_to(agent).open().newest_first()
        about = list(open_ones.mine(agent)[:EACH]) or list(open_ones[:EACH])
        for conversation in about:
            _ask(conversation, agent, by=lead, asks=asks)
        for conversation in open_ones.unassigned()[:1]:
            assignment.assign(conversation=conversation, agent=agent, by=lead)


def _lead(agent: Agent) -> Agent | None:
    leads = Agent.objects.active().filter(role=Agent.Role.LEAD, teams__in=agent.teams.all())
    return leads.distinct().order_by("pk").first()


def _ask(conversation: Conversation, agent: Agent, *, by: Agent, asks: Iterator[str]) -> None:
    replies.note(
        conversation=conversation,
        text=next(asks).format(name=agent.name),
        by=by,
        client_key=f"demo:call:{conversation.pk}:{agent.pk}",
    )


def _wish(agent: Agent) -> None:
    """Sound for a call by name; no sound in the evenings and on weekends."""
    evenings = dict.fromkeys(range(4), (WORK_ENDS, WORK_BEGINS))
    weekend = {4: (WORK_ENDS, "00:00"), 5: ("00:00", "00:00"), 6: ("00:00", WORK_BEGINS)}
    quiet.choose(
        agent=agent,
        sound=[telling.MENTIONED],
        push=[telling.MENTIONED, telling.ASSIGNED],
        push_words=False,
        quiet=evenings | weekend,
    )

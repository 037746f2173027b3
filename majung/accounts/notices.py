"""Telling agents what concerns them: on the desk always, elsewhere as they wish."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from majung.accounts import push
from majung.accounts.models import Agent, Notice
from majung.core import clock, live, timers

KEPT: Final = timedelta(days=90)


def topic(agent: Agent) -> str:
    """Return the topic on which an agent's own screens listen."""
    return f"agent:{agent.public_id}"


def tell(
    *,
    kind: str,
    agents: Iterable[Agent],
    conversation: UUID,
    message: UUID,
    by: Agent | None = None,
) -> list[Notice]:
    """Tell agents of something once; return the notices that are new.

    ``message`` is what happened: the message or the line of the thread. Whoever did it (``by``)
    and those who no longer work here are not told.
    """
    told = []
    with transaction.atomic():
        for agent in agents:
            if not agent.is_active or agent == by:
                continue
            notice, fresh = Notice.objects.get_or_create(
                agent=agent,
                kind=kind,
                message=message,
                defaults={"conversation": conversation, "by": by, "created_at": clock.now()},
            )
            if not fresh:
                continue
            notice.agent = agent
            push.ask(notice=notice)
            live.signal(topic(agent), ids=[str(notice.public_id)])
            told.append(notice)
    return told


def unread(agent: Agent) -> QuerySet[Notice]:
    """Return what the agent has not read, the newest first."""
    return agent.notices.filter(read_at=None).order_by("-pk")


def read(*, agent: Agent, conversation: UUID | None = None) -> int:
    """Mark notices as read, those of a conversation or all; return how many."""
    rows = agent.notices.filter(read_at=None)
    if conversation is not None:
        rows = rows.filter(conversation=conversation)
    if not rows.exists():  # without this, every page view would take SQLite's write lock
        return 0
    with transaction.atomic():
        done = rows.update(read_at=clock.now())
        if done:
            live.signal(topic(agent))
    return done


@timers.every(hours=24)
def forget_old() -> None:
    """Delete notices of a quarter of a year ago."""
    Notice.objects.filter(created_at__lt=clock.now() - KEPT).delete()

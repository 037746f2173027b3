"""On hold until a moment: which moments are offered, and what happens when one has come."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from typing import Final

from majung.accounts.models import Agent
from majung.conversations import lifecycle
from majung.conversations.models import Conversation
from majung.core import clock
from majung.core.timers import timer

MORNING: Final = time(9)
EVENING: Final = time(18)
LONGEST: Final = timedelta(days=366)
_SOON: Final = timedelta(hours=1)
_MONDAY: Final = 0


class NotAhead(Exception):
    """The moment is past already, or more than a year away."""


@dataclass(frozen=True, slots=True)
class Preset:
    """A moment that is offered, by name: hour, evening, tomorrow, monday."""

    name: str
    at: datetime


def presets(*, zone: tzinfo) -> list[Preset]:
    """Return the moments one is likely to mean now, the nearest first, by the clock of ``zone``.

    The evening is offered while it is more than an hour away; the next Monday unless it is
    tomorrow.
    """
    now = clock.now()
    local = now.astimezone(zone)
    evening = _at(local, EVENING)
    to_monday = (_MONDAY - local.weekday()) % 7 or 7
    offered = [Preset("hour", now + _SOON)]
    if evening - now > _SOON:
        offered.append(Preset("evening", evening))
    offered.append(Preset("tomorrow", _at(local + timedelta(days=1), MORNING)))
    if to_monday > 1:
        offered.append(Preset("monday", _at(local + timedelta(days=to_monday), MORNING)))
    return offered


def snooze(*, conversation: Conversation, until: datetime, by: Agent) -> bool:
    """Put a conversation on hold until a moment; ``False`` when it stood so already.

    It comes back at that moment, or when the customer writes before.

    Raises:
        NotAhead: ``until`` is not within the next year.
    """
    if not timedelta() < until - clock.now() <= LONGEST:
        raise NotAhead
    return lifecycle.hold(conversation=conversation, by=by, until=until)


@timer(lifecycle.SNOOZE)
def wake(*, key: str, until: str) -> None:
    """Bring back what is still on hold until this moment; whatever changed is left alone."""
    conversation = Conversation.objects.filter(pk=int(key)).first()
    if conversation:
        lifecycle.wake(conversation=conversation, at=datetime.fromisoformat(until))


def _at(day: datetime, moment: time) -> datetime:
    return datetime.combine(day.date(), moment, day.tzinfo)

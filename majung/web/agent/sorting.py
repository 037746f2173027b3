"""What stands in a conversation's head to sort it by: tags, priority, team, time on hold."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from majung.accounts.models import Agent, Team
from majung.conversations import snoozing, tags
from majung.conversations.models import Conversation, Tag
from majung.web.agent import visible, words


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment to put a conversation on hold until, by name."""

    name: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorting:
    """The labels of a conversation and what may be chosen for it."""

    tags: list[Tag]
    may_make_tags: bool
    priority: words.Press
    priorities: list[words.Press]
    teams: list[Team]
    moments: list[Moment]


def of(conversation: Conversation, *, agent: Agent) -> Sorting:
    """Return what the head of a conversation shows. Two queries."""
    return Sorting(
        tags=tags.on([conversation]).get(conversation.pk, []),
        may_make_tags=tags.may_make(agent),
        priority=words.press(conversation.priority),
        priorities=[words.press(value) for value in Conversation.Priority.values],
        teams=visible.teams(conversation.brand),
        moments=moments(),
    )


def moments() -> list[Moment]:
    """Return the moments that are offered, by the clock of the agent."""
    zone = timezone.get_current_timezone()
    return [Moment(each.name, _named(each.name), each.at) for each in snoozing.presets(zone=zone)]


def _named(name: str) -> str:
    return {
        "hour": _("1시간 뒤"),
        "evening": _("오늘 저녁"),
        "tomorrow": _("내일 아침"),
        "monday": _("다음 주 월요일"),
    }[name]

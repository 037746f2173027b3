"""How an agent wants to be told, and when not."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from majung.accounts.models import Agent, NoticePreference
from majung.core import clock

WEEKDAYS: Final = tuple(range(7))
"""Monday is 0."""
HUSH: Final = timedelta(hours=1)


class NoTime(ValueError):
    """A time of day that is none; ``weekday`` says where it stands."""

    def __init__(self, weekday: int) -> None:
        super().__init__(weekday)
        self.weekday = weekday


def of(agent: Agent) -> NoticePreference:
    """Return the agent's wishes; unsaved defaults for one who has none."""
    found = NoticePreference.objects.filter(agent=agent).first()
    return found or NoticePreference(agent=agent)


def choose(
    *,
    agent: Agent,
    sound: Sequence[str],
    push: Sequence[str],
    push_words: bool,
    quiet: Mapping[int, tuple[str, str]],
) -> NoticePreference:
    """Write down how the agent wants to be told; ``quiet`` has times ("22:00") by weekday.

    Raises:
        NoTime: a time that is none.
    """
    times = {str(day): [_time(day, text) for text in span] for day, span in quiet.items()}
    wishes = {
        "sound": sorted(set(sound)),
        "push": sorted(set(push)),
        "push_words": push_words,
        "quiet": times,
    }
    return NoticePreference.objects.update_or_create(agent=agent, defaults=wishes)[0]


def hush(*, agent: Agent) -> datetime:
    """Make no sound and send nothing for an hour; return until when."""
    until = clock.now() + HUSH
    NoticePreference.objects.update_or_create(agent=agent, defaults={"muted_until": until})
    return until


def speak_again(*, agent: Agent) -> bool:
    """End an hour of quiet early; ``False`` when there was none."""
    muted = NoticePreference.objects.filter(agent=agent).exclude(muted_until=None)
    return bool(muted.update(muted_until=None))


def is_hushed(preference: NoticePreference) -> bool:
    """Say whether the agent asked for an hour of quiet that is not over."""
    return preference.muted_until is not None and preference.muted_until > clock.now()


def is_quiet(preference: NoticePreference, agent: Agent) -> bool:
    """Say whether now is a time at which the agent wants no sound and no push."""
    if is_hushed(preference):
        return True
    here = clock.now().astimezone(_zone(agent))
    today, yesterday = here.weekday(), (here.weekday() - 1) % 7
    moment = here.time()
    if span := _span(preference, today):
        begins, ends = span
        within = begins <= moment < ends if begins < ends else begins <= moment
        if within:
            return True
    # What began the evening before may last into this morning.
    span = _span(preference, yesterday)
    return span is not None and span[0] >= span[1] and moment < span[1]


def _span(preference: NoticePreference, weekday: int) -> tuple[time, time] | None:
    found = preference.quiet.get(str(weekday))
    if not found:
        return None
    return time.fromisoformat(found[0]), time.fromisoformat(found[1])


def _time(weekday: int, text: str) -> str:
    try:
        return time.fromisoformat(text).strftime("%H:%M")
    except ValueError as error:
        raise NoTime(weekday) from error


def _zone(agent: Agent) -> ZoneInfo:
    try:
        return ZoneInfo(agent.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")

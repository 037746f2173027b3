"""On hold: with or without a time, woken by the clock or by the customer, never twice."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from majung.accounts.models import Agent
from majung.conversations import lifecycle, snoozing
from majung.conversations.models import Conversation, Inbox
from majung.core import clock, jobs, timers
from majung.core.models import Timer
from majung.customers.models import Event, Identity
from tests import factories

SEOUL = ZoneInfo("Asia/Seoul")
NOON = datetime(2026, 11, 18, 3, tzinfo=UTC)  # Wednesday, 12:00 in Seoul


@pytest.fixture(autouse=True)
def _periods_known(db: None) -> None:
    timers.tick()


def state(conversation: Conversation) -> tuple[str, datetime | None]:
    conversation.refresh_from_db()
    return conversation.status, conversation.snoozed_until


def lines(conversation: Conversation) -> list[str]:
    found = conversation.messages.filter(kind="event").order_by("pk")
    return [line.data["what"] for line in found]


def ring() -> None:
    timers.tick()
    jobs.run_due()


def offered(at: datetime, zone: ZoneInfo = SEOUL) -> dict[str, str]:
    with time_machine.travel(at, tick=False):
        found = snoozing.presets(zone=zone)
    return {each.name: f"{each.at.astimezone(zone):%a %d %H:%M}" for each in found}


def test_presets_are_moments_of_the_agents_clock() -> None:
    assert offered(NOON) == {
        "hour": "Wed 18 13:00",
        "evening": "Wed 18 18:00",
        "tomorrow": "Thu 19 09:00",
        "monday": "Mon 23 09:00",
    }
    assert offered(NOON, ZoneInfo("America/New_York")) == {
        "hour": "Tue 17 23:00",
        "tomorrow": "Wed 18 09:00",
        "monday": "Mon 23 09:00",
    }


def test_evening_and_monday_are_left_out_when_another_says_the_same() -> None:
    assert list(offered(NOON + timedelta(hours=5, minutes=30))) == ["hour", "tomorrow", "monday"]
    sunday = NOON + timedelta(days=4)
    assert list(offered(sunday)) == ["hour", "evening", "tomorrow"]
    assert offered(sunday + timedelta(days=1))["monday"] == "Mon 30 09:00"


def test_snoozed_comes_back_when_its_time_has_come(
    conversation: Conversation, agent: Agent
) -> None:
    with time_machine.travel(NOON, tick=False) as travel:
        until = NOON + timedelta(hours=1)
        assert snoozing.snooze(conversation=conversation, until=until, by=agent)
        assert not snoozing.snooze(conversation=conversation, until=until, by=agent)
        assert state(conversation) == ("pending", until)
        ring()
        assert state(conversation) == ("pending", until)
        travel.move_to(until)
        ring()
        assert state(conversation) == ("open", None)
        ring()
    assert lines(conversation) == ["status_pending", "woke"]
    names = Event.objects.order_by("pk").values_list("name", flat=True)
    assert list(names) == ["Conversation Put On Hold", "Conversation Reopened"]


def test_new_moment_replaces_the_old_one(conversation: Conversation, agent: Agent) -> None:
    with time_machine.travel(NOON, tick=False) as travel:
        first, second = NOON + timedelta(hours=1), NOON + timedelta(hours=5)
        snoozing.snooze(conversation=conversation, until=first, by=agent)
        snoozing.snooze(conversation=conversation, until=second, by=agent)
        travel.move_to(first)
        ring()
        assert state(conversation) == ("pending", second)
        # Without a moment it waits for the customer alone.
        assert lifecycle.hold(conversation=conversation, by=agent)
        travel.move_to(second)
        ring()
        assert state(conversation) == ("pending", None)
    assert lines(conversation) == ["status_pending"] * 3
    assert Event.objects.count() == 1


def test_ring_on_its_way_does_nothing_once_another_moment_was_chosen(
    conversation: Conversation, agent: Agent
) -> None:
    with time_machine.travel(NOON, tick=False) as travel:
        first, second = NOON + timedelta(hours=1), NOON + timedelta(hours=2)
        snoozing.snooze(conversation=conversation, until=first, by=agent)
        travel.move_to(first)
        timers.tick()
        snoozing.snooze(conversation=conversation, until=second, by=agent)
        jobs.run_due()
        assert state(conversation) == ("pending", second)
        travel.move_to(second)
        ring()
        assert state(conversation) == ("open", None)


def test_customer_who_writes_wakes_it_and_its_clock_rings_for_nothing(
    conversation: Conversation, visitor: Identity, agent: Agent
) -> None:
    with time_machine.travel(NOON, tick=False) as travel:
        until = NOON + timedelta(hours=1)
        snoozing.snooze(conversation=conversation, until=until, by=agent)
        factories.writes(conversation.inbox, "지금 왔어요", by=visitor)
        assert state(conversation) == ("open", None)
        # Put on hold anew, for longer than the first clock says.
        later = NOON + timedelta(hours=3)
        lifecycle.hold(conversation=conversation, by=agent)
        travel.move_to(until)
        ring()
        assert state(conversation) == ("pending", None)
        snoozing.snooze(conversation=conversation, until=later, by=agent)
        assert state(conversation) == ("pending", later)
    assert "woke" not in lines(conversation)


def test_closing_and_opening_stop_the_clock(conversation: Conversation, agent: Agent) -> None:
    for verb in (lifecycle.close, lifecycle.reopen):
        until = clock.now() + timedelta(hours=1)
        snoozing.snooze(conversation=conversation, until=until, by=agent)
        verb(conversation=conversation, by=agent)
        assert state(conversation)[1] is None
        assert not Timer.objects.filter(kind="snooze").exists()


@pytest.mark.parametrize("away", [timedelta(minutes=-1), timedelta(), timedelta(days=400)])
def test_moment_must_lie_ahead(conversation: Conversation, agent: Agent, away: timedelta) -> None:
    with time_machine.travel(NOON, tick=False), pytest.raises(snoozing.NotAhead):
        snoozing.snooze(conversation=conversation, until=NOON + away, by=agent)
    assert state(conversation) == ("open", None)


def test_what_was_deleted_meanwhile_is_no_trouble(
    widget: Inbox, conversation: Conversation, agent: Agent
) -> None:
    snoozing.wake(key="999999", until=NOON.isoformat())
    snoozing.wake(key=str(conversation.pk), until=NOON.isoformat())
    assert state(conversation) == ("open", None)

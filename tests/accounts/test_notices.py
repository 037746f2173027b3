"""Notices: told once, read, and quiet when it shall be."""

from datetime import UTC, datetime, timedelta
from threading import Thread
from uuid import uuid4

import pytest
import time_machine
from django.db import connection

from majung.accounts import notices, quiet
from majung.accounts.models import Agent, Notice
from majung.core import live

FRIDAY_NIGHT = datetime(2026, 11, 20, 14, 30, tzinfo=UTC)  # 23:30 in Seoul


def test_the_same_thing_is_told_once(agent: Agent, colleague: Agent) -> None:
    here, what = uuid4(), uuid4()
    first = notices.tell(
        kind="mentioned", agents=[agent], by=colleague, conversation=here, message=what
    )
    assert [notice.agent for notice in first] == [agent]
    assert (
        notices.tell(
            kind="mentioned", agents=[agent], by=colleague, conversation=here, message=what
        )
        == []
    )
    assert Notice.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_tell_at_once_tell_once(agent: Agent) -> None:
    here, what = uuid4(), uuid4()
    told: list[int] = []

    def tell() -> None:
        told.append(
            len(notices.tell(kind="answered", agents=[agent], conversation=here, message=what))
        )
        connection.close()

    threads = [Thread(target=tell) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == [0, 0, 0, 1]


def test_who_did_it_and_who_left_are_not_told(agent: Agent, colleague: Agent) -> None:
    colleague.is_active = False
    colleague.save()
    told = notices.tell(
        kind="mentioned",
        agents=[agent, colleague],
        conversation=uuid4(),
        message=uuid4(),
        by=agent,
    )
    assert told == []


def test_reading_one_conversation_leaves_the_others(agent: Agent, colleague: Agent) -> None:
    here, there = uuid4(), uuid4()
    for conversation in (here, here, there):
        notices.tell(
            kind="answered", agents=[agent, colleague], conversation=conversation, message=uuid4()
        )
    assert notices.read(agent=agent, conversation=here) == 2
    assert notices.read(agent=agent, conversation=here) == 0
    assert [notice.conversation for notice in notices.unread(agent)] == [there]
    assert notices.read(agent=agent) == 1
    assert notices.unread(colleague).count() == 3


@pytest.mark.django_db(transaction=True)
def test_the_agents_screens_hear_of_it_and_of_the_reading(agent: Agent) -> None:
    topic = f"agent:{agent.public_id}"
    assert notices.topic(agent) == topic
    before = live.marks([topic])["marks"][topic]
    notices.tell(kind="answered", agents=[agent], conversation=uuid4(), message=uuid4())
    assert live.marks([topic])["marks"][topic] == before + 1
    notices.read(agent=agent)
    assert live.marks([topic])["marks"][topic] == before + 2
    notices.read(agent=agent)  # nothing to read: nothing to say
    assert live.marks([topic])["marks"][topic] == before + 2


def test_notices_are_forgotten_after_a_quarter(agent: Agent) -> None:
    notices.tell(kind="answered", agents=[agent], conversation=uuid4(), message=uuid4())
    with time_machine.travel(datetime.now(UTC) + timedelta(days=89)):
        notices.forget_old()
        assert Notice.objects.count() == 1
    with time_machine.travel(datetime.now(UTC) + timedelta(days=91)):
        notices.forget_old()
    assert Notice.objects.count() == 0


def wishes(agent: Agent, times: dict[int, tuple[str, str]]) -> None:
    quiet.choose(agent=agent, sound=[], push=[], push_words=False, quiet=times)


def is_quiet(agent: Agent, moment: datetime) -> bool:
    with time_machine.travel(moment, tick=False):
        return quiet.is_quiet(quiet.of(agent), agent)


@pytest.mark.parametrize(
    ("times", "after", "expected"),
    [
        ({}, timedelta(), False),
        ({4: ("22:00", "08:00")}, timedelta(), True),
        ({4: ("22:00", "08:00")}, timedelta(hours=8, minutes=29), True),  # Saturday 07:59
        ({4: ("22:00", "08:00")}, timedelta(hours=8, minutes=30), False),  # Saturday 08:00
        ({4: ("23:31", "08:00")}, timedelta(), False),
        ({3: ("22:00", "08:00")}, timedelta(), False),
        ({4: ("12:00", "13:00")}, timedelta(hours=-11), True),  # Friday 12:30
        ({4: ("12:00", "13:00")}, timedelta(hours=-10, minutes=-30), False),  # Friday 13:00
        ({5: ("00:00", "00:00")}, timedelta(hours=1), True),  # all of Saturday
        ({5: ("00:00", "00:00")}, timedelta(hours=24, minutes=29), True),
        ({5: ("00:00", "00:00")}, timedelta(hours=24, minutes=30), False),  # Sunday 00:00
    ],
)
def test_quiet_times_are_the_agents_own_clock(
    agent: Agent, times: dict[int, tuple[str, str]], after: timedelta, expected: bool
) -> None:
    wishes(agent, times)
    assert is_quiet(agent, FRIDAY_NIGHT + after) is expected


def test_another_zone_is_another_night(agent: Agent) -> None:
    wishes(agent, {4: ("22:00", "23:59")})
    assert is_quiet(agent, FRIDAY_NIGHT)
    agent.timezone = "Europe/Berlin"
    assert not is_quiet(agent, FRIDAY_NIGHT)  # 15:30 there


def test_an_hour_of_quiet_ends_by_itself_or_early(agent: Agent) -> None:
    with time_machine.travel(FRIDAY_NIGHT, tick=False):
        assert quiet.hush(agent=agent) == FRIDAY_NIGHT + timedelta(hours=1)
    assert is_quiet(agent, FRIDAY_NIGHT + timedelta(minutes=59))
    assert not is_quiet(agent, FRIDAY_NIGHT + timedelta(minutes=60))
    assert quiet.speak_again(agent=agent)
    assert not is_quiet(agent, FRIDAY_NIGHT)
    assert not quiet.speak_again(agent=agent)


@pytest.mark.parametrize("text", ["", "25:00", "아침"])
def test_a_time_that_is_none_names_its_day(agent: Agent, text: str) -> None:
    with pytest.raises(quiet.NoTime) as caught:
        wishes(agent, {2: ("22:00", text)})
    assert caught.value.weekday == 2

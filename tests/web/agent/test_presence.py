"""Who looks and who types: signals that pass through, cost no row, and reach only who may see."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from majung.accounts.models import Agent
from majung.conversations import watching
from majung.conversations.models import Conversation
from majung.core import live
from majung.core.live_broker import Signal
from tests import factories
from tests.servers import RedisServer


class Ear:
    """Hears what a hub would hear."""

    def __init__(self) -> None:
        self.signals: list[Signal] = []
        self.ready = asyncio.Event()

    def heard(self, signal: Signal) -> None:
        self.signals.append(signal)

    def lost(self) -> None:
        """Nothing to do."""

    def healed(self) -> None:
        self.ready.set()


def heard(act: Callable[[], object]) -> list[tuple[str, str, tuple[str, ...], int]]:
    """Return the signals (topic, kind, ids, number) that follow from an act in this process."""

    async def listen() -> list[Signal]:
        ear = Ear()
        following = asyncio.create_task(live.broker().follow(ear))
        await asyncio.wait_for(ear.ready.wait(), 5)
        await asyncio.to_thread(act)
        for _ in range(40):
            if ear.signals:
                break
            await asyncio.sleep(0.05)
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
        return ear.signals

    # A thread of its own: a story before this one may have left its loop running in ours.
    with ThreadPoolExecutor(1) as pool:
        signals = pool.submit(lambda: asyncio.run(listen())).result()
    return [(one.topic, one.kind, one.ids, one.n) for one in signals]


def url(conversation: Conversation, part: str = "watching") -> str:
    return f"/desk/c/{conversation.public_id}/{part}"


@pytest.fixture(params=["memory", "redis"])
def broker(request: pytest.FixtureRequest) -> str:
    """The broker in this process, or a real Redis between processes."""
    name: str = request.param
    if name == "redis":
        server: RedisServer = request.getfixturevalue("redis_server")
        request.getfixturevalue("settings").LIVE_URL = server.url
    return name


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("state", "kind"),
    [("came", "presence"), ("looking", "presence"), ("typing", "typing"), ("gone", "presence")],
)
def test_a_state_is_told_and_raises_no_number(
    broker: str, state: watching.State, kind: str, conversation: Conversation, agent: Agent
) -> None:
    def tell() -> None:
        watching.tell(conversation=conversation.public_id, agent=agent, state=state)
        connection.close()

    topic = f"watching:{conversation.public_id}"
    before = live.marks([topic])["marks"]
    assert heard(tell) == [(topic, kind, (str(agent.public_id), state), 0)]
    assert live.marks([topic])["marks"] == before


@pytest.mark.django_db(transaction=True)
def test_the_customer_hears_in_which_conversation_one_writes(
    desk: Client, conversation: Conversation, agent: Agent
) -> None:
    identity = factories.identity(conversation.customer)
    conversation.messages.filter(kind="customer").update(identity=identity)

    def tell() -> None:
        assert desk.post(url(conversation, "typing")).status_code == 204
        connection.close()

    told = (str(agent.public_id), str(conversation.public_id))
    assert heard(tell) == [(f"visitor:{identity.public_id}", "typing", told, 0)]


@pytest.mark.django_db(transaction=True)
def test_the_url_tells_it(desk: Client, conversation: Conversation, agent: Agent) -> None:
    def tell() -> None:
        assert desk.post(url(conversation), {"state": "typing"}).status_code == 204
        connection.close()

    topic = f"watching:{conversation.public_id}"
    assert heard(tell) == [(topic, "typing", (str(agent.public_id), "typing"), 0)]


def test_it_costs_no_write(desk: Client, conversation: Conversation) -> None:
    with CaptureQueriesContext(connection) as queries:
        desk.post(url(conversation), {"state": "looking"})
    said = [query["sql"].split()[0] for query in queries.captured_queries]
    assert (set(said), len(said)) == ({"SELECT"}, 3)


def test_a_state_that_is_none_is_a_problem(desk: Client, conversation: Conversation) -> None:
    assert desk.post(url(conversation), {"state": "asleep"}).status_code == 400


def test_another_teams_agent_can_neither_look_nor_tell(
    other_desk: Client, conversation: Conversation
) -> None:
    answers = [
        other_desk.post(url(conversation), {"state": "came"}),
        other_desk.get(url(conversation, "presence")),
        other_desk.get(url(conversation, "colleagues")),
    ]
    assert [answer.status_code for answer in answers] == [404, 404, 404]


def test_the_page_hears_the_conversations_watchers(
    desk: Client, conversation: Conversation
) -> None:
    page = desk.get(url(conversation, "")).content.decode()
    assert f'data-live="watching:{conversation.public_id}"' in page
    assert page.count('id="presence"') == 1


def test_colleagues_are_the_others_who_may_see_it(
    desk: Client,
    conversation: Conversation,
    agent: Agent,
    colleague: Agent,
    admin: Agent,
    other_agent: Agent,
) -> None:
    factories.agent("전동료", teams=list(agent.teams.all()), is_active=False)
    found = desk.get(url(conversation, "colleagues")).json()["colleagues"]
    assert [(one["name"], one["team"]) for one in found] == [
        ("박서연", "온담 고객지원"),
        ("오세라", ""),
    ]
    assert found[0]["id"] == str(colleague.public_id)

"""The cast: who appears in the tests, and where they work. Fixtures, loaded for every test.

온담 is answered by 한지우 (``agent``), 박서연 (``colleague``) and their lead 정도윤 (``lead``);
누리 is another brand, answered by 이준호 (``other_agent``) alone. 오세라 (``admin``) runs the
place. 김하늘 (``customer``) chats on 온담's page; 최유진 (``other_customer``) writes to 누리.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client

from majung.accounts.models import Agent, Brand, Team
from majung.conversations.models import Conversation, Inbox
from majung.customers.models import Customer, Identity
from tests import factories

PASSWORD = "비밀번호 말고 문장"
MONDAY_TEN = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""A Monday, ten o'clock in Seoul: within the hours of most brands."""


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """The clock stands at ``MONDAY_TEN`` until the test moves it."""
    with time_machine.travel(MONDAY_TEN, tick=False) as traveller:
        yield traveller


@pytest.fixture
def brand(db: None) -> Brand:
    return factories.brand("온담", slug="ondam", greeting="무엇을 도와드릴까요?")


@pytest.fixture
def other_brand(db: None) -> Brand:
    return factories.brand("누리", slug="nuri", accent_hue=28)


@pytest.fixture
def team(brand: Brand) -> Team:
    return factories.team("온담 고객지원", brands=[brand])


@pytest.fixture
def other_team(other_brand: Brand) -> Team:
    return factories.team("누리 고객지원", brands=[other_brand])


@pytest.fixture
def agent(team: Team) -> Agent:
    return factories.agent("한지우", email="jiwoo@ondam.test", teams=[team])


@pytest.fixture
def colleague(team: Team) -> Agent:
    return factories.agent("박서연", email="seoyeon@ondam.test", teams=[team])


@pytest.fixture
def lead(team: Team) -> Agent:
    return factories.agent("정도윤", email="doyun@ondam.test", teams=[team], role=Agent.Role.LEAD)


@pytest.fixture
def other_agent(other_team: Team) -> Agent:
    return factories.agent("이준호", email="junho@nuri.test", teams=[other_team])


@pytest.fixture
def admin(db: None) -> Agent:
    return factories.agent("오세라", email="sera@ondam.test", role=Agent.Role.ADMIN)


@pytest.fixture
def widget(brand: Brand) -> Inbox:
    return factories.widget(brand, key="ondam-chat")


@pytest.fixture
def form(brand: Brand) -> Inbox:
    return factories.form(brand, key="ondam-form")


@pytest.fixture
def other_widget(other_brand: Brand) -> Inbox:
    return factories.widget(other_brand, key="nuri-chat")


@pytest.fixture
def customer(db: None) -> Customer:
    return factories.customer("김하늘")


@pytest.fixture
def visitor(customer: Customer, widget: Inbox) -> Identity:
    """The browser in which 김하늘 chats on 온담's page."""
    return factories.identity(customer, scope=str(widget.pk))


@pytest.fixture
def conversation(widget: Inbox, customer: Customer, visitor: Identity) -> Conversation:
    """김하늘 wrote to 온담 by chat and waits; nobody has taken it."""
    return factories.conversation(widget, customer, "택배가 아직 안 왔어요", identity=visitor)


@pytest.fixture
def other_customer(db: None) -> Customer:
    return factories.customer("최유진")


@pytest.fixture
def other_conversation(other_widget: Inbox, other_customer: Customer) -> Conversation:
    """최유진 wrote to 누리, whose conversations 온담's people must not see."""
    return factories.conversation(other_widget, other_customer, "사이즈를 바꾸고 싶어요")


@pytest.fixture
def stranger() -> Client:
    """A browser that is not signed in."""
    return Client()


def signed_in(agent: Agent) -> Client:
    """Return a browser in which the agent has signed in."""
    client = Client()
    client.force_login(agent)
    return client


@pytest.fixture
def desk(agent: Agent) -> Client:
    """한지우's browser."""
    return signed_in(agent)


@pytest.fixture
def admin_desk(admin: Agent) -> Client:
    """오세라's browser."""
    return signed_in(admin)


@pytest.fixture
def other_desk(other_agent: Agent) -> Client:
    """이준호's browser: another team's."""
    return signed_in(other_agent)

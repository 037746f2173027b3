"""The agent's own language and light."""

import re

from django.test import Client

from majung.accounts.models import Agent
from majung.conversations.models import Conversation, Inbox
from majung.customers.models import Customer
from tests import factories
from tests.web.agent.reading import text

HANGUL = re.compile(r"[가-힣]+")
# A language is called by its own name in every language.
OWN_NAMES = {"한국어", "온담", "고객지원"}


def english(desk: Client, agent: Agent) -> None:
    agent.locale = "en"
    agent.name = "Jiwoo Han"
    agent.save()


def test_english_pages_are_english_throughout(
    desk: Client, agent: Agent, widget: Inbox, brand: object
) -> None:
    english(desk, agent)
    widget.brand.name = "Ondam"
    widget.brand.save()
    customer = factories.customer("Priya Nair")
    talk = factories.conversation(widget, customer, "Wrong size", assignee=agent)
    factories.message(talk, "Sorry", kind="reply", author=agent, state="unknown")
    factories.message(talk, "", kind="event", author=agent, data={"what": "status_open"})
    factories.identity(customer, "email", "priya@example.test", verified=False)
    for path in (
        "/desk/mine/",
        "/desk/unassigned/",
        "/desk/all/",
        "/desk/closed/",
        f"/desk/c/{talk.public_id}/",
        "/desk/palette",
        "/desk/palette?q=wrong",
        "/desk/search/",
        "/desk/search/?q=wrong",
        "/desk/search/?q=nothing",
        "/desk/notices/",
        "/desk/canned/",
        "/desk/customers/",
        "/desk/customers/?q=p",
        "/desk/customers/?q=nobody",
        f"/desk/customers/?for={customer.public_id}",
        f"/desk/customers/{customer.public_id}/",
    ):
        body = desk.get(path).content.decode()
        assert set(HANGUL.findall(body)) <= OWN_NAMES, (path, set(HANGUL.findall(body)))


def test_language_is_chosen_and_kept(desk: Client, agent: Agent) -> None:
    answer = desk.post("/desk/preferences", {"locale": "en", "next": "/desk/all/"})
    assert answer.headers["Location"] == "/desk/all/"
    agent.refresh_from_db()
    assert agent.locale == "en"
    assert '<html lang="en"' in desk.get("/desk/all/").content.decode()


def test_unknown_language_and_foreign_address_are_left_out(desk: Client, agent: Agent) -> None:
    answer = desk.post(
        "/desk/preferences", {"locale": "xx", "theme": "neon", "next": "https://evil.test/"}
    )
    assert answer.headers["Location"] == "/desk/"
    assert "theme" not in answer.cookies
    agent.refresh_from_db()
    assert agent.locale == "ko"


def test_theme_belongs_to_the_device(desk: Client, agent: Agent) -> None:
    desk.post("/desk/preferences", {"theme": "dark"})
    assert 'data-theme="dark"' in desk.get("/desk/mine/").content.decode()
    desk.post("/desk/preferences", {"theme": "auto"})
    assert "data-theme" not in desk.get("/desk/mine/").content.decode()


def test_density_belongs_to_the_device(desk: Client, agent: Agent) -> None:
    assert 'data-density="comfortable"' in desk.get("/desk/mine/").content.decode()
    desk.post("/desk/preferences", {"density": "compact"})
    assert 'data-density="compact"' in desk.get("/desk/mine/").content.decode()
    desk.post("/desk/preferences", {"density": "cosy"})
    assert 'data-density="compact"' in desk.get("/desk/mine/").content.decode()


def test_times_are_told_in_the_agents_zone(desk: Client, agent: Agent) -> None:
    agent.timezone = "America/New_York"
    agent.save()
    assert 'data-zone="America/New_York"' in desk.get("/desk/mine/").content.decode()


def test_settings_are_for_admins(desk: Client, admin_desk: Client) -> None:
    assert 'href="/setup/"' not in desk.get("/desk/mine/").content.decode()
    assert 'href="/setup/"' in admin_desk.get("/desk/mine/").content.decode()


def test_stranger_has_no_preferences(stranger: Client, db: None) -> None:
    assert stranger.post("/desk/preferences", {"theme": "dark"}).status_code == 302


def test_names_of_customers_stay_as_they_are(
    desk: Client, agent: Agent, conversation: Conversation, customer: Customer
) -> None:
    english(desk, agent)
    assert customer.name in text(desk.get(f"/desk/c/{conversation.public_id}/"))

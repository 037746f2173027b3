"""Two agents on one conversation, in real browsers on the real server."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from majung.accounts.models import Agent
from majung.conversations.models import Conversation
from tests import people
from tests.servers import MajungServer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def server(
    live_server_process: Callable[..., MajungServer],
    database_url: str,
    conversation: Conversation,
) -> MajungServer:
    return live_server_process(
        DATABASE_URL=database_url, MAJUNG_SECRET_KEYS=",".join(settings.MAJUNG_SECRET_KEYS)
    )


def sits_down(browser: Browser, server: MajungServer, agent: Agent, path: str) -> Page:
    """Open a page in a browser of the agent's own, once it is live."""
    client: Client = people.signed_in(agent)
    context = browser.new_context(locale="ko-KR", timezone_id="Asia/Seoul")
    context.set_default_timeout(10_000)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": server.url}]
    )
    page = context.new_page()
    page.goto(f"{server.url}{path}")
    expect(page.locator("html")).to_have_attribute("data-live-state", "live")
    return page


def test_two_agents_see_each_others_work_at_once(
    chromium: Browser,
    server: MajungServer,
    agent: Agent,
    colleague: Agent,
    conversation: Conversation,
) -> None:
    path = f"/desk/c/{conversation.public_id}/?view=unassigned"
    mine = sits_down(chromium, server, agent, path)
    hers = sits_down(chromium, server, colleague, path)
    mine.keyboard.press("a")
    expect(hers.locator("#head")).to_contain_text("담당 한지우")
    expect(hers.locator("#thread")).to_contain_text("한지우 님이 맡았어요")
    expect(hers.locator("#rows .row")).to_have_count(0)
    mine.get_by_role("textbox", name="채팅으로 답장").fill("바로 확인할게요")
    mine.keyboard.press("Enter")
    expect(hers.locator("article.me")).to_contain_text("바로 확인할게요")
    expect(mine.locator("article.me .state")).to_have_text("보냄")
    mine.locator("#toasts").get_by_role("button", name="되돌리기").click()
    expect(hers.locator("#head")).to_contain_text("담당 없음")
    for page in (mine, hers):
        page.context.close()

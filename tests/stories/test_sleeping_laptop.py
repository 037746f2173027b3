"""A laptop sleeps with the desk open: away, the screen says so; awake, nothing is missing."""

import os
import signal
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.servers import MajungServer
from tests.stories.chat import Chat
from tests.stories.desk import Desk

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.only_on("sqlite")]

NOT_LIVE = "실시간 연결이 끊겼어요"
OFFLINE = "인터넷 연결이 끊겼어요"
Comes = Callable[..., Chat]
Sits = Callable[..., Desk]


def test_a_desk_without_network_says_so_and_catches_up(
    majung: MajungServer, customer_at: Comes, agent_at: Sits
) -> None:
    chat = customer_at(majung).visit().open()
    chat.write("기차에서 봐요")
    chat.shows("기차에서 봐요")
    desk = agent_at(majung).open("기차에서 봐요").is_live()
    desk.page.context.set_offline(True)
    desk.page.evaluate("() => dispatchEvent(new Event('offline'))")
    other = customer_at(majung).visit().open()
    texts = ["기차에서 봐요", "터널", "다리", "역"]
    for text in texts[1:]:
        chat.write(text)
    chat.shows(*texts)
    other.write("그사이 온 다른 고객이에요")
    other.shows("그사이 온 다른 고객이에요")
    expect(desk.bar).to_contain_text(OFFLINE, timeout=60_000)
    desk.page.context.set_offline(False)
    expect(desk.received).to_have_text(texts)
    expect(desk.row("그사이 온 다른 고객이에요")).to_be_visible()
    expect(desk.bar).to_be_hidden()


def test_a_server_that_was_killed_is_missed_and_nothing_else(
    own_majung: Callable[..., MajungServer], customer_at: Comes, agent_at: Sits
) -> None:
    majung = own_majung()
    chat = customer_at(majung).visit().open()
    chat.write("들리시나요")
    chat.shows("들리시나요")
    desk = agent_at(majung).open("들리시나요").is_live()
    os.kill(majung.pid, signal.SIGSTOP)
    chat.write("여보세요")
    chat.write("아직 계세요?")
    majung.kill()
    expect(desk.bar).to_contain_text(NOT_LIVE)
    majung.start()
    chat.shows("들리시나요", "여보세요", "아직 계세요?")
    expect(desk.received).to_have_text(["들리시나요", "여보세요", "아직 계세요?"])
    expect(desk.bar).to_be_hidden()


def test_a_stream_that_falls_silent_with_its_connection_open_is_noticed(
    own_majung: Callable[..., MajungServer], customer_at: Comes, agent_at: Sits
) -> None:
    majung = own_majung()
    chat = customer_at(majung).visit().open()
    chat.write("벽에 대고 말하나요")
    chat.shows("벽에 대고 말하나요")
    desk = agent_at(majung).open("벽에 대고 말하나요").is_live()
    # Connections stay open and new ones are taken, but nobody says anything any more.
    os.kill(majung.pid, signal.SIGSTOP)
    try:
        chat.write("메아리")
        expect(desk.bar).to_contain_text(NOT_LIVE, timeout=40_000)
    finally:
        os.kill(majung.pid, signal.SIGCONT)
    chat.shows("벽에 대고 말하나요", "메아리")
    expect(desk.received).to_have_text(["벽에 대고 말하나요", "메아리"], timeout=45_000)
    expect(desk.bar).to_be_hidden(timeout=45_000)

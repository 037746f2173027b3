"""A chat goes on by mail and comes back: one conversation, and nothing is said twice."""

import smtplib
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from tests.channels.mail import postbox
from tests.channels.mail.postbox import Postbox
from tests.channels.mail.posting import answer, opened
from tests.servers import MajungServer, free_port, wait_until
from tests.stories.chat import Chat
from tests.stories.conftest import seeded
from tests.stories.desk import Desk

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ADDRESS = "haneul@mail.test"


@pytest.fixture
def box() -> Iterator[Postbox]:
    with postbox.running() as made:
        yield made


def test_chat_mail_chat(
    box: Postbox,
    own_majung: Callable[..., MajungServer],
    customer_at: Callable[..., Chat],
    agent_at: Callable[..., Desk],
) -> None:
    door = free_port()
    majung = own_majung(
        MAJUNG_OUTBOUND_ALLOW="127.0.0.1", MAJUNG_MAIL_LISTEN=f"smtp://127.0.0.1:{door}"
    )
    seeded(majung, f"goes_on_by_mail({box.port})")

    def writes_back(raw: bytes, text: str) -> None:
        back = answer(raw, text)
        with smtplib.SMTP("127.0.0.1", door, timeout=10) as smtp:
            smtp.sendmail(ADDRESS, [str(opened(back)["To"])], back)

    chat = customer_at(majung).visit().open()
    chat.write("컵이 깨져서 왔어요")
    seeded(majung, f"leaves('컵이 깨져서 왔어요', '{ADDRESS}')")
    chat.page.goto("about:blank")  # the customer leaves
    desk = agent_at(majung).open("컵이 깨져서 왔어요")
    desk.reply("새 컵을 보내 드릴게요. 주소가 그대로인가요?")
    expect(desk.said("새 컵을 보내 드릴게요").locator(".state")).to_have_text("보냄")
    seeded(majung, "eleven_minutes_pass()")
    wait_until(lambda: bool(box.mails), what="the mail of what was unread", seconds=30)
    told = box.mails[0]
    assert told.to == [ADDRESS]
    writes_back(told.raw, "네, 그대로예요.")
    expect(desk.said("네, 그대로예요.")).to_be_visible()
    desk.reply("내일 도착해요.")
    wait_until(lambda: len(box.mails) > 1, what="the answer by mail", seconds=30)
    plain = opened(box.mails[1].raw).get_body(("plain",))
    assert plain
    assert "내일 도착해요." in plain.get_content()
    back = chat.visit()  # the window is open, as it was left
    back.write("잘 받았어요!")
    expect(desk.said("잘 받았어요!")).to_be_visible()
    desk.reply("다행이에요.")
    expect(back.said("다행이에요.")).to_be_visible()
    customers = desk.thread.locator(".msg:not(.me):not(.note)")
    for words in ("컵이 깨져서 왔어요", "네, 그대로예요.", "잘 받았어요!"):
        expect(customers.filter(has_text=words)).to_have_count(1)
    assert len(box.mails) == 2

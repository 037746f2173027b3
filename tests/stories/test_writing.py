"""An agent writes: canned replies, drafts on two devices, a reply taken back, send and close."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.servers import MajungServer
from tests.stories.chat import Chat
from tests.stories.conftest import seeded
from tests.stories.desk import Desk

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.only_on("sqlite")]

Comes = Callable[..., Chat]
Sits = Callable[..., Desk]
ASKED = "택배가 어디쯤인가요?"
MESSAGES = 400  # on screen, of two thousand
# Milliseconds of work for one key: the value changes, listeners run, the page is laid out again.
KEYS = """async (field) => {
  const times = [];
  for (let at = 0; at < 60; at += 1) {
    const began = performance.now();
    document.execCommand("insertText", false, at % 15 === 14 ? "\\n" : "가");
    document.body.getBoundingClientRect();
    field.getBoundingClientRect();
    times.push(performance.now() - began);
    await new Promise(requestAnimationFrame);
  }
  return times.sort((a, b) => a - b);
}"""


def hold(page: Page, seconds: int) -> None:
    """Choose for how long replies are held."""
    page.get_by_label("내 계정").click()
    page.get_by_role("button", name=f"{seconds}초", exact=True).click()
    expect(page.locator("#rows")).to_be_visible()


def make_canned(page: Page, majung: MajungServer) -> None:
    page.goto(f"{majung.url}/desk/canned/new")
    page.get_by_label("제목", exact=True).fill("배송 확인")
    page.get_by_label("내용", exact=True).fill("{고객|을/를} 위해 바로 확인할게요.")
    expect(page.locator("#preview")).to_contain_text("김하늘 님을 위해 바로 확인할게요.")
    page.get_by_role("button", name="만들기").click()
    expect(page.get_by_role("heading", name="배송 확인")).to_be_visible()


def test_writing(
    own_majung: Callable[..., MajungServer], customer_at: Comes, agent_at: Sits
) -> None:
    majung = own_majung()
    chat = customer_at(majung).visit().open()
    chat.write(ASKED)
    chat.shows(ASKED)
    desk = agent_at(majung)
    hold(desk.page, 5)
    make_canned(desk.page, majung)
    desk.open(ASKED).is_live()

    # By initials, with the keyboard alone.
    desk.field.press_sequentially("네, /ㅂㅅ")
    option = desk.page.get_by_role("option", name="배송 확인")
    expect(option).to_be_visible()
    chosen = option.get_attribute("id") or ""
    expect(desk.field).to_have_attribute("aria-activedescendant", chosen)
    desk.field.press("Enter")
    text = "네, 고객님을 위해 바로 확인할게요."
    desk.holds(text)

    # The same text on another device, and the list says where it is being written.
    phone = agent_at(majung, viewport={"width": 390, "height": 844})
    expect(phone.list().row(ASKED)).to_contain_text("작성 중")
    phone.row(ASKED).click()
    phone.holds(text)
    phone.page.context.close()

    # Sent by mistake, and taken back with one key: the customer saw nothing of it.
    desk.field.press("Enter")
    expect(desk.said(text).get_by_role("button", name="취소")).to_be_visible()
    desk.holds("")
    desk.field.press("ControlOrMeta+z")
    desk.holds(text)
    expect(desk.said(text)).to_have_count(0)

    # Send and close: it goes out once the time is over.
    desk.field.press("End")
    desk.field.press_sequentially(" 내일 도착해요.")
    desk.field.press("ControlOrMeta+Shift+Enter")
    expect(desk.page.locator("#head")).to_contain_text("종료")
    expect(chat.said("내일 도착해요.")).to_have_count(0)
    expect(chat.said("내일 도착해요.")).to_be_visible()
    expect(chat.frame.locator("li.m").filter(has_text="바로 확인할게요.")).to_have_count(1)


def test_what_is_typed_in_a_tunnel_is_saved_behind_it(
    majung: MajungServer, customer_at: Comes, agent_at: Sits
) -> None:
    chat = customer_at(majung).visit().open()
    chat.write("터널로 가는 글")
    chat.shows("터널로 가는 글")
    desk = agent_at(majung).open("터널로 가는 글").is_live()
    desk.page.context.set_offline(True)
    desk.field.press_sequentially("터널에서 쓴 글")
    desk.page.wait_for_timeout(1200)
    desk.page.context.set_offline(False)
    other = agent_at(majung)
    expect(other.list().row("터널로 가는 글")).to_contain_text("작성 중")
    other.open("터널로 가는 글")
    other.holds("터널에서 쓴 글")

    # Both go on writing: the one that saves second is told, and has both texts.
    other.field.press("End")
    with other.page.expect_response("**/draft"):
        other.field.press_sequentially(", 사무실에서 이어")
    desk.field.press("End")
    desk.field.press_sequentially(", 기차에서 이어")
    told = desk.composer.get_by_role("status")
    expect(told).to_contain_text("사무실에서 이어")
    desk.composer.get_by_role("button", name="뒤에 이어 붙이기").click()
    both = "터널에서 쓴 글, 기차에서 이어\n\n터널에서 쓴 글, 사무실에서 이어"
    desk.holds(both)


def test_a_key_costs_less_than_a_frame_in_a_long_thread(
    own_majung: Callable[..., MajungServer], agent_at: Sits
) -> None:
    majung = own_majung()
    seeded(majung, "talk(2000)")
    desk = agent_at(majung).open("이야기 2000")
    desk.thread.hover()
    messages = desk.thread.locator(".msg")
    while (before := messages.count()) < MESSAGES:
        desk.thread.evaluate("thread => { thread.scrollTop = 0; }")
        expect(messages).not_to_have_count(before)
    desk.field.focus()
    expect(desk.composer.locator(".editor")).to_be_visible()
    times = desk.field.evaluate(KEYS)
    assert times[57] <= 16, times

"""Sorting the day's work by keyboard; and lists that stay where they are."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.servers import MajungServer
from tests.stories.chat import Chat
from tests.stories.conftest import seeded, serving
from tests.stories.desk import Desk

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ADMIN = "sera@ondam.test"
Comes = Callable[..., Chat]
Sits = Callable[..., Desk]


@pytest.fixture(scope="module")
def majung(_planted: MajungServer) -> Iterator[MajungServer]:
    """A server of its own, with a long list in it."""
    with serving(_planted) as server:
        seeded(server, "crowd(28)")
        yield server


def scrolled(page: Page) -> float:
    return float(page.locator("#rows").evaluate("rows => rows.scrollTop"))


def test_tag_priority_and_hold_by_keyboard(
    majung: MajungServer, customer_at: Comes, agent_at: Sits
) -> None:
    admin = agent_at(majung, ADMIN)
    admin.page.goto(f"{majung.url}/setup/tags/new")
    admin.page.get_by_label("이름").fill("배송 지연")
    admin.page.get_by_label("빨강").check()
    admin.page.get_by_role("button", name="만들기").click()
    expect(admin.page.get_by_role("heading", level=1)).to_have_text("배송 지연")

    chat = customer_at(majung).visit().open()
    chat.write("사흘째 안 와요")
    desk = agent_at(majung).open("사흘째 안 와요").is_live()
    keys, head = desk.page.keyboard, desk.page.locator("#head")
    keys.press("t")
    expect(desk.page.get_by_role("option", name="배송 지연")).to_be_visible()
    keys.type("ㅂㅅ")
    keys.press("Enter")
    expect(head.get_by_role("button", name="배송 지연 태그 떼기")).to_be_visible()
    expect(desk.row("사흘째 안 와요")).to_contain_text("배송 지연")
    keys.press("Escape")

    keys.press("p")
    keys.press("Enter")
    expect(desk.thread).to_contain_text("우선순위를 긴급으로 바꿨어요")
    expect(desk.row("사흘째 안 와요")).to_contain_text("긴급")

    keys.press("z")
    keys.press("ArrowDown")
    keys.press("Enter")
    expect(desk.toasts).to_contain_text("까지 보류했어요")
    expect(desk.row("사흘째 안 와요")).to_have_count(0)
    expect(desk.page.locator("#tabs")).to_contain_text("보류 1")
    # Undone from the toast, and put on hold once more.
    desk.toasts.get_by_role("button", name="되돌리기").last.click()
    expect(desk.row("사흘째 안 와요")).to_be_visible()
    keys.press("z")
    expect(head.get_by_role("button", name="고객이 쓸 때까지")).to_be_focused()
    keys.press("Enter")
    expect(desk.row("사흘째 안 와요")).to_have_count(0)

    # A moment of one's own that was typed stays while the head is read again.
    keys.press("z")
    own = head.get_by_label("날짜와 시각 고르기")
    own.fill("2031-01-06T10:00")
    head.get_by_role("button", name="이때까지 보류").focus()
    chat.write("지금 도착했대요")
    expect(desk.row("지금 도착했대요")).to_be_visible()
    expect(head).to_contain_text("고객이 기다린 시간")
    expect(own).to_have_value("2031-01-06T10:00")
    keys.press("Escape")
    expect(desk.page.locator("#tabs")).not_to_contain_text("보류 1")


def test_a_button_does_what_it_says_when_it_is_clicked_again(
    majung: MajungServer, customer_at: Comes, agent_at: Sits
) -> None:
    chat = customer_at(majung).visit().open()
    chat.write("색상을 바꿀 수 있나요?")
    desk = agent_at(majung).open("색상을 바꿀 수 있나요?").is_live()
    head = desk.page.locator("#head")
    head.get_by_role("button", name="내가 맡기").dblclick()
    expect(head.get_by_role("button", name="내가 맡기")).to_have_count(0)
    expect(head.get_by_role("button", name="마치기")).to_be_visible()
    expect(desk.thread).not_to_contain_text("상담을 마쳤어요")
    head.get_by_role("button", name="마치기").click()
    expect(head.get_by_role("button", name="다시 열기")).to_be_visible()
    expect(head.get_by_role("button", name="마치기")).to_have_count(0)
    # One that stays says what it has become.
    head.get_by_role("button", name="알림 받기").click()
    expect(head.get_by_role("button", name="알림 받는 중")).to_be_visible()


def test_opening_keeps_the_list_where_it_is(majung: MajungServer, agent_at: Sits) -> None:
    page = agent_at(majung, ADMIN).list("unassigned").is_live().page
    page.locator("#rows").evaluate("rows => rows.scrollTop = 700")
    place = scrolled(page)
    assert place > 500
    page.locator("#rows").evaluate("rows => rows.dataset.same = 'yes'")
    row = page.locator("#rows .row").filter(has_text="15번째로")
    row.click()
    expect(page.locator("#thread")).to_contain_text("15번째로 여쭤봐요")
    expect(page.locator("main#main")).to_be_focused()
    expect(row).to_have_attribute("aria-current", "true")
    expect(page).to_have_title(re.compile("손님 15"))
    opened = page.url
    assert scrolled(page) == place

    # By keyboard to the next one, prepared while one rests on it.
    with page.expect_response(re.compile("/desk/c/.*view=unassigned")) as prepared:
        page.keyboard.press("j")
    assert prepared.value.request.headers["majung-hidden"] == "1"
    with page.expect_response(re.compile("/thread")) as seen:
        page.keyboard.press("Enter")
    assert "majung-hidden" not in seen.value.request.headers
    expect(page.locator("#thread")).to_contain_text("14번째로 여쭤봐요")

    page.go_back()
    expect(page.locator("#thread")).to_contain_text("15번째로 여쭤봐요")
    assert page.url == opened
    page.go_back()
    expect(page.get_by_role("heading", name="상담을 골라 주세요")).to_be_visible()
    expect(page.locator("#panel")).to_have_count(0)
    expect(page.locator("#rows[data-same=yes]")).to_be_visible()
    assert scrolled(page) == place

"""A brand sets its hours, closes by hand, and customers are told, from home to the thread."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from majung.accounts.hours import DAYS
from tests.servers import MajungServer
from tests.stories.chat import Chat
from tests.stories.desk import Desk

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.only_on("sqlite")]

ADMIN = "sera@ondam.test"
Comes = Callable[..., Chat]
Sits = Callable[..., Desk]


def faults(page: Page, within: str = "") -> list[str]:
    found = Axe().run(page, context=within or None).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found]


def set_hours(page: Page, majung: MajungServer, *, brand: str = "온담") -> None:
    """Let a brand be open at any time: a story runs at any hour."""
    page.goto(f"{majung.url}/setup/hours/")
    page.get_by_role("link", name=brand).click()
    picture = page.locator("#hours-preview")
    expect(picture).to_contain_text("점심 12:00–13:00에 쉬어요")
    for day in DAYS:
        page.locator(f"[name={day}]").fill("24시간")
    page.get_by_label("점심시간").fill("")
    page.get_by_label("공휴일에는").select_option("open")
    expect(picture).to_contain_text("매일 24시간 열어요")
    page.get_by_role("button", name="만들기").click()
    expect(page.locator(".switch-now")).to_contain_text("열림")


def speak(page: Page, majung: MajungServer) -> None:
    """Let 온담 say by itself that it is closed."""
    page.goto(f"{majung.url}/setup/automatic/")
    page.get_by_role("link", name="온담").click()
    page.locator("[name=away_ko]").fill("{고객|이/가} 남긴 글을 받았어요.")
    expect(page.locator("#automatic-preview")).to_contain_text("김하늘 님이 남긴 글을 받았어요.")
    page.locator("[name=away_on]").check()
    page.get_by_role("button", name="만들기").click()
    expect(page.get_by_role("status").filter(has_text="만들었어요")).to_be_visible()


def test_a_customer_is_told_whether_somebody_is_there(
    own_majung: Callable[..., MajungServer], customer_at: Comes, agent_at: Sits
) -> None:
    majung = own_majung()
    admin = agent_at(majung, ADMIN).page
    set_hours(admin, majung)
    speak(admin, majung)
    assert faults(admin) == []
    chat = customer_at(majung).visit().open()
    expect(chat.frame.locator(".opening")).to_have_text("지금 상담 중이에요")
    admin.goto(f"{majung.url}/setup/hours/")
    admin.get_by_role("button", name="지금 닫기").click()
    expect(admin.locator(".switch-now")).to_contain_text("닫힘")
    assert faults(admin) == []

    late = customer_at(majung, viewport={"width": 390, "height": 844}).visit().open()
    expect(late.frame.locator(".opening")).to_contain_text("지금은 상담 시간이 아니에요")
    # On a phone the widget covers the page, which is inert behind it: what is left is the widget.
    assert faults(late.page, "#majung") == []
    late.write("택배가 아직 안 왔어요")
    expect(late.said("고객님이 남긴 글을 받았어요.")).to_contain_text("온담 · 자동 안내")
    desk = agent_at(majung).open("택배가 아직 안 왔어요")
    expect(desk.said("고객님이 남긴 글을 받았어요.")).to_contain_text("자동 메시지")
    expect(desk.list().row("택배가 아직 안 왔어요").locator(".chip.wait")).to_be_visible()


def test_a_customer_has_several_talks_by_keyboard(
    majung: MajungServer, customer_at: Comes, agent_at: Sits
) -> None:
    chat = customer_at(majung, color_scheme="dark").visit().open()
    chat.write("첫째 이야기")
    chat.shows("첫째 이야기")
    chat.frame.get_by_role("button", name="처음 화면").press("Enter")
    chat.frame.get_by_role("button", name="새 상담").press("Enter")
    expect(chat.field).to_be_focused()
    chat.write("둘째 이야기")
    chat.write("둘째에 덧붙여요")
    chat.shows("둘째 이야기", "둘째에 덧붙여요")
    chat.frame.get_by_role("button", name="처음 화면").press("Enter")
    rows = chat.frame.locator(".recent .last")
    expect(rows).to_have_text(["나: 둘째에 덧붙여요", "나: 첫째 이야기"])
    assert faults(chat.page) == []
    agent_at(majung).open("첫째 이야기").reply("첫째의 답이에요")
    expect(rows.first).to_have_text("첫째의 답이에요")
    chat.frame.get_by_role("button", name="첫째의 답이에요").press("Enter")
    expect(chat.said("첫째의 답이에요")).to_contain_text("한지우")
    chat.shows("첫째 이야기")
    chat.page.reload()
    chat.shows("첫째 이야기")

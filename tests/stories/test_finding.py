"""Ctrl+K from anywhere: what a customer said an instant ago is found, and leads to its place."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.servers import MajungServer
from tests.stories.chat import Chat
from tests.stories.desk import Desk

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_what_was_just_written_is_found_by_keyboard_and_opened(
    majung: MajungServer, customer_at: Callable[..., Chat], agent_at: Callable[..., Desk]
) -> None:
    chat = customer_at(majung).visit().open()
    chat.write("러닝벨트를 환불해주세요")
    chat.write("교환 불가라고 들었어요")
    chat.shows("러닝벨트를 환불해주세요", "교환 불가라고 들었어요")
    desk = agent_at(majung)
    page = desk.page
    page.keyboard.press("Control+k")
    field = page.get_by_role("combobox", name="찾거나 할 일")
    expect(field).to_be_focused()
    options = page.get_by_role("option")
    expect(options.first).to_have_attribute("aria-selected", "true")
    field.fill("러닝 벨트 환불")
    hit = options.filter(has_text="환불해주세요")
    expect(hit).to_have_count(1)
    expect(hit.locator("mark")).to_have_text(["러닝벨트", "환불"])
    expect(options.filter(has_text="교환 불가")).to_have_count(0)
    page.keyboard.press("Enter")
    expect(desk.thread).to_contain_text("교환 불가라고 들었어요")
    expect(page).to_have_url(re.compile("#msg-"))
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="찾거나 할 일").fill("미배")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/unassigned/**")


def test_the_page_of_messages_needs_no_script(
    majung: MajungServer, customer_at: Callable[..., Chat], agent_at: Callable[..., Desk]
) -> None:
    chat = customer_at(majung).visit().open()
    chat.write("체중계가 안왔어요")
    chat.shows("체중계가 안왔어요")
    desk = agent_at(majung)
    state = desk.page.context.storage_state()
    page = desk.page.context.browser.new_context(  # type: ignore[union-attr]
        java_script_enabled=False, storage_state=state, locale="ko-KR"
    ).new_page()
    page.goto(f"{majung.url}/desk/search/")
    page.get_by_label("찾을 말").fill("체중계 안 왔어요")
    page.get_by_role("button", name="찾기", exact=True).click()
    expect(page.locator(".found .said")).to_have_text(["체중계가 안왔어요"])
    page.locator(".found a").click()
    expect(page.locator("#thread")).to_contain_text("체중계가 안왔어요")
    page.context.close()

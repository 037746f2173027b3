"""With a finger: Enter begins a line, the head is one line, and what is said covers nothing."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.servers import MajungServer
from tests.stories.chat import Chat
from tests.stories.desk import Desk
from tests.stories.train import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.only_on("sqlite")]

Comes = Callable[..., Chat]
Sits = Callable[..., Desk]
FINGER = 44
ONE_LINE = 60
WIDE: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}


def box(of: Locator) -> dict[str, float]:
    """Where it is, in whole: left, top, right, bottom."""
    found = of.bounding_box()
    assert found, of
    right, bottom = found["x"] + found["width"], found["y"] + found["height"]
    return {"left": found["x"], "top": found["y"], "right": right, "bottom": bottom}


def lie_on_each_other(one: Locator, other: Locator) -> bool:
    a, b = box(one), box(other)
    beside = a["right"] <= b["left"] or b["right"] <= a["left"]
    return not (beside or a["bottom"] <= b["top"] or b["bottom"] <= a["top"])


def test_enter_begins_a_line_where_one_touches(
    majung: MajungServer, customer_at: Comes, agent_at: Sits
) -> None:
    chat = customer_at(majung, **PHONE).visit().open()
    chat.field.fill("손가락으로 쓰는 글")
    chat.field.press("Enter")
    chat.field.press_sequentially("둘째 줄")
    expect(chat.field).to_have_value("손가락으로 쓰는 글\n둘째 줄")
    expect(chat.mine).to_have_count(0)
    chat.frame.get_by_role("button", name="보내기", exact=True).tap()
    expect(chat.said("손가락으로 쓰는 글")).to_have_count(1)

    desk = agent_at(majung, **PHONE).open("손가락으로 쓰는 글")
    expect(desk.field).to_have_attribute("placeholder", "답장을 쓰세요. /로 템플릿")
    desk.types("네, 첫 줄")
    expect(desk.composer.locator(".editor")).to_be_visible()
    desk.field.press("Enter")
    desk.page.keyboard.type("둘째 줄")
    expect(desk.field.locator("p")).to_have_text(["네, 첫 줄", "둘째 줄"])
    expect(desk.said("네, 첫 줄")).to_have_count(0)
    expect(desk.composer.locator("kbd:visible")).to_have_count(0)
    desk.composer.get_by_role("button", name="보내기", exact=True).tap()
    expect(desk.said("네, 첫 줄").locator(".b")).to_have_text(re.compile("네, 첫 줄\\s*둘째 줄"))


def test_the_head_is_one_line_and_unfolds_over_the_words(
    majung: MajungServer, customer_at: Comes, agent_at: Sits
) -> None:
    customer_at(majung).visit().open().write("좁은 화면에서 볼 글")
    desk = agent_at(majung, **PHONE).open("좁은 화면에서 볼 글").is_live()
    head = desk.page.locator("#head")
    words = box(desk.thread)
    assert box(head)["bottom"] <= ONE_LINE
    for each in head.locator("a:visible, button:visible, summary:visible").all():
        size = box(each)
        assert size["bottom"] - size["top"] >= FINGER, each
        assert size["right"] - size["left"] >= FINGER, each
    closing = head.get_by_role("button", name="마치기")
    expect(closing).to_be_hidden()

    toggle = head.get_by_role("button", name="상담 정보와 할 일")
    toggle.tap()
    expect(toggle).to_have_attribute("aria-expanded", "true")
    expect(head).to_contain_text("담당 없음")
    for each in (closing, head.get_by_text("태그", exact=True), head.get_by_label("넘기기")):
        expect(each).to_be_visible()
    assert box(desk.thread) == words
    # Another read of the head, as by another agent's doing, leaves it as it is.
    agent_at(majung, "sera@ondam.test").open("좁은 화면에서 볼 글").take()
    expect(head).to_contain_text("담당 오세라")
    expect(toggle).to_have_attribute("aria-expanded", "true")
    desk.thread.tap(position={"x": 20, "y": 400})
    expect(closing).to_be_hidden()
    expect(toggle).to_have_attribute("aria-expanded", "false")

    # A key that means something in it unfolds it.
    desk.page.keyboard.press("m")
    expect(head.get_by_text("사람에게 넘기기")).to_be_visible()
    desk.page.keyboard.press("Escape")
    expect(head.get_by_text("사람에게 넘기기")).to_be_hidden()
    desk.page.keyboard.press("Escape")
    expect(closing).to_be_hidden()
    toggle.tap()
    closing.tap()
    expect(head).to_contain_text("종료")
    expect(toggle).to_have_attribute("aria-expanded", "false")


@pytest.mark.parametrize("screen", [PHONE, WIDE], ids=["phone", "wide"])
def test_what_is_said_covers_neither_the_last_words_nor_the_composer(
    majung: MajungServer, customer_at: Comes, agent_at: Sits, screen: dict[str, Any]
) -> None:
    asked = f"{screen['viewport']['width']} 화면에서 볼 글"
    customer_at(majung).visit().open().write(asked)
    desk = agent_at(majung, **screen)
    desk.page.get_by_label("내 계정").click()
    desk.page.get_by_role("button", name="10초", exact=True).click()
    desk.open(asked).is_live()
    words = box(desk.thread)
    desk.reply("곧 도착해요")
    said = desk.toasts.locator(".toast")
    expect(said).to_contain_text("답을 보내는 중이에요")
    for needed in (desk.composer, desk.said("곧 도착해요"), desk.page.locator("#head")):
        assert not lie_on_each_other(said, needed), needed
    assert words["left"] <= box(said)["left"] < box(said)["right"] <= words["right"]
    assert box(desk.thread) == words
    said.get_by_role("button", name="취소").click()
    desk.keeps("곧 도착해요")
    expect(said).to_have_count(1)
    assert not lie_on_each_other(said, desk.composer)

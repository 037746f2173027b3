"""A conversation of a thousand words: its past comes by itself, and nothing moves or goes away."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.servers import MajungServer
from tests.stories.conftest import seeded
from tests.stories.desk import Desk

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.only_on("sqlite")]

Sits = Callable[..., Desk]
LENGTH = 400
# What comes into sight is measured in the frame in which it is drawn.
TO_THE_TOP = """async (thread) => {
  thread.scrollTop = 0;
  for (const _ of [1, 2]) await new Promise(requestAnimationFrame);
}"""


@pytest.fixture
def desk(own_majung: Callable[..., MajungServer], agent_at: Sits) -> Desk:
    majung = own_majung()
    seeded(majung, f"talk({LENGTH})")
    return agent_at(majung).open(f"이야기 {LENGTH}").is_live()


def told(thread: Locator) -> list[int]:
    """Return the numbers of the messages in the page, in their order there."""
    said: list[str] = thread.locator(".msg .b").evaluate_all("all => all.map(b => b.textContent)")
    return [int(found[1]) for found in (re.search(r"이야기 (\d+)", each) for each in said) if found]


def top_of(desk: Desk, number: int) -> float:
    box = desk.thread.get_by_text(f"이야기 {number}", exact=True).bounding_box()
    assert box
    return box["y"]


def test_the_past_comes_as_one_scrolls_and_stays(desk: Desk) -> None:
    assert told(desk.thread) == list(range(LENGTH - 49, LENGTH + 1))
    desk.thread.hover()
    while told(desk.thread)[0] != 1:
        before = told(desk.thread)[0]
        desk.thread.evaluate(TO_THE_TOP)
        first = top_of(desk, before)
        expect(desk.thread.get_by_text(f"이야기 {before - 1}", exact=True)).to_be_attached()
        expect(desk.thread).not_to_have_class(re.compile("steady"))
        # What was on screen is where it was, though fifty messages stand above it now.
        assert abs(top_of(desk, before) - first) <= 2
    assert told(desk.thread) == list(range(1, LENGTH + 1))
    expect(desk.thread.get_by_role("link", name="이전 메시지 보기")).to_have_count(0)
    # What is written now joins at the end; nothing of what was opened goes, and there is no gap.
    desk.note("이야기 401")
    assert told(desk.thread) == list(range(1, LENGTH + 2))


def test_a_place_far_back_is_reached_from_the_search(desk: Desk) -> None:
    desk.page.goto(f"{desk.majung}/desk/search/?q=바늘")
    desk.page.get_by_role("link", name=re.compile("바늘")).click()
    needle = desk.thread.get_by_text("바늘 하나")
    expect(needle).to_be_in_viewport()
    # What comes before it comes by itself, and does not push it away.
    expect(desk.thread.get_by_text("이야기 1", exact=True)).to_be_attached()
    assert told(desk.thread) == list(range(1, LENGTH + 1))
    expect(needle).to_be_in_viewport()
    desk.is_live()
    desk.note("찾아서 왔어요")
    expect(needle).to_be_attached()

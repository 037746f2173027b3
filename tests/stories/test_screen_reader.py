"""A customer who does not see gets help on a phone: by names, roles and what is said aloud."""

import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from uuid import uuid4

import pytest
from playwright.sync_api import BrowserContext, FilePayload, Frame, Page, expect

from tests.servers import MajungServer, wait_until
from tests.stories import ears
from tests.stories.chat import Chat
from tests.stories.desk import Desk
from tests.stories.shop import Shop, token

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.only_on("sqlite")]

Sits = Callable[..., Desk]
Somebody = Callable[..., BrowserContext]
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
    "reduced_motion": "reduce",
}
PHOTO: FilePayload = {"name": "찢어진 상자.txt", "mimeType": "text/plain", "buffer": b"a torn box"}
WHERE = """document.activeElement === document.body ? "the browser's own bar"
  : document.activeElement.id || document.activeElement.outerHTML"""
ANSWER = "사진이나 글을 붙여 주시겠어요?"


def frame_of(page: Page, majung: str) -> Frame:
    return next(one for one in page.frames if one.url.startswith(majung))


def focused(frame: Page | Frame) -> str:
    """The name of what has the focus, as its label says."""
    return str(
        frame.evaluate(
            """() => { const one = document.activeElement;
            return one.getAttribute("aria-label") ?? one.title ?? one.textContent ?? one.tagName; }"""
        )
    )


def said(frame: Page | Frame, words: str) -> Sequence[tuple[str, str]]:
    return [(live, text) for live, text in ears.spoken(frame) if words in text]


def wait_to_hear(frame: Page | Frame, words: str) -> None:
    wait_until(
        lambda: bool(said(frame, words)),
        what=lambda: f"{words} in {ears.spoken(frame)}",
        seconds=15,
    )


def moving(frame: Page | Frame) -> list[str]:
    """What moves although the device asks for calm."""
    found: list[str] = frame.evaluate(
        """() => document.getAnimations().filter((one) =>
          Number(one.effect?.getComputedTiming().duration) > 1).map((one) =>
          one.animationName ?? one.transitionProperty)"""
    )
    return found


@pytest.fixture
def chat(majung: MajungServer, somebody: Somebody, shop: Shop) -> Chat:
    context = somebody(**PHONE)
    ears.listen(context)
    chat = Chat(context.new_page(), shop, majung.url)
    return chat.visit(identity=token(f"reader-{uuid4()}", name="남궁민수"))


def open_by_key(chat: Chat) -> Frame:
    """Find the button by its name, press it, and be where one writes."""
    launcher = chat.page.get_by_role("button", name="상담 열기", exact=True)
    expect(launcher).to_have_attribute("aria-expanded", "false")
    chat.page.keyboard.press("Tab")
    expect(launcher).to_be_focused()
    chat.page.keyboard.press("Enter")
    expect(chat.field).to_be_focused()
    expect(chat.frame.get_by_role("main")).to_have_count(1)
    expect(chat.frame.get_by_role("heading", level=1, name="온담")).to_be_visible()
    frame = frame_of(chat.page, chat.majung)
    assert frame.evaluate("document.documentElement.lang") == "ko"
    return frame


def attach(chat: Chat, frame: Frame) -> None:
    """Choose a file by the label of the button; its name is spoken, and so is its removal."""
    with chat.page.expect_file_chooser() as chooser:
        chat.frame.get_by_role("button", name="파일 붙이기").press("Enter")
    chooser.value.set_files([PHOTO])
    expect(chat.frame.get_by_role("button", name="빼기")).to_be_visible()
    expect(chat.frame.get_by_role("progressbar")).to_have_count(0)
    assert ears.nameless(chat.page, frame) == []
    chat.frame.get_by_role("button", name="보내기", exact=True).press("Enter")
    expect(chat.frame.get_by_role("link", name="찢어진 상자.txt")).to_be_visible()


def hears_the_answer(frame: Frame, desk: Desk, chat: Chat) -> None:
    """The agent types for a while, which is said once, politely; then the answer, once."""
    desk.field.press_sequentially("사진이나 글을", delay=30)
    wait_to_hear(frame, "입력하고 있어요")
    chat.page.wait_for_timeout(3200)
    desk.field.press_sequentially(" 붙여 주시겠어요?", delay=30)
    chat.page.wait_for_timeout(1000)
    assert len(said(frame, "입력하고 있어요")) == 1
    desk.field.press("Enter")
    wait_to_hear(frame, ANSWER)
    assert said(frame, ANSWER) == [("polite", f"한지우: {ANSWER}")]
    theirs = chat.frame.get_by_role("listitem").filter(has_text=ANSWER)
    expect(theirs).to_contain_text("한지우")


def test_a_customer_who_does_not_see_gets_help(
    majung: MajungServer, chat: Chat, agent_at: Sits
) -> None:
    page = chat.page
    frame = open_by_key(chat)
    page.keyboard.type("상자가 찢어져서 왔어요")
    # On a phone Enter begins a line.
    chat.frame.get_by_role("button", name="보내기", exact=True).press("Enter")
    mine = chat.frame.get_by_role("listitem").filter(has_text="상자가 찢어져서 왔어요")
    expect(mine).to_have_count(1)
    expect(mine).to_have_text(re.compile("^나.*보냄$"))
    expect(chat.field).to_be_focused()
    desk = agent_at(majung).open("상자가 찢어져서 왔어요").is_live()
    expect(mine).to_contain_text("읽음")
    hears_the_answer(frame, desk, chat)
    attach(chat, frame)
    expect(desk.thread.get_by_role("link", name="찢어진 상자.txt")).to_be_visible()
    desk.reply("남궁민수 님, 새 상품을 보내 드릴게요.")
    wait_to_hear(frame, "새 상품을")
    desk.page.keyboard.press("Escape")
    desk.page.keyboard.press("e")
    expect(desk.page.locator("#head")).to_contain_text("종료")
    page.wait_for_timeout(500)
    # The whole talk: each thing once, nothing shouted, nothing moving.
    assert [len(said(frame, words)) for words in ("새 상품을", ANSWER)] == [1, 1]
    assert [live for live, _text in ears.spoken(frame) if live != "polite"] == []
    assert moving(frame) == []

    chat.frame.get_by_role("button", name="처음 화면").press("Enter")
    recent = chat.frame.get_by_role("list").get_by_role("button")
    expect(recent).to_contain_text(["끝난 상담"])
    assert ears.nameless(page, frame) == []
    assert frame.evaluate("document.activeElement !== document.body")
    page.keyboard.press("Escape")
    launcher = page.get_by_role("button", name="상담 열기", exact=True)
    expect(launcher).to_be_focused()
    expect(launcher).to_have_attribute("aria-expanded", "false")


def test_the_window_keeps_the_focus_and_gives_it_back(majung: MajungServer, chat: Chat) -> None:
    page = chat.page
    launcher = page.get_by_role("button", name="상담 열기", exact=True)
    launcher.press("Enter")
    expect(chat.field).to_be_focused()
    frame = frame_of(page, majung.url)
    passed = []
    for _ in range(9):
        page.keyboard.press("Tab")
        # On a phone it covers the page: what lies behind it cannot be reached.
        assert page.evaluate(WHERE) in {"majung", "the browser's own bar"}
        passed.append(focused(frame))
    assert {"닫기", "파일 붙이기", "메시지를 입력하세요"} <= set(passed)
    for _ in range(9):
        page.keyboard.press("Shift+Tab")
        assert page.evaluate(WHERE) in {"majung", "the browser's own bar"}
    close = chat.frame.get_by_role("button", name="닫기")
    close.press("Enter")
    expect(launcher).to_be_focused()
    assert moving(page) == []


def test_an_agent_who_does_not_see_hears_what_the_customer_writes(
    majung: MajungServer, chat: Chat, somebody: Somebody
) -> None:
    chat.open().write("들리시나요?")
    chat.shows("들리시나요?")
    context = somebody()
    ears.listen(context)
    desk = Desk(context.new_page(), majung.url).sign_in().open("들리시나요?").is_live()
    page = desk.page
    # The places from which things are said are known before anything is said.
    places = page.locator("#live-bar[role=status], #announcer[role=status], #toasts[role=status]")
    expect(places).to_have_count(3)
    for words in ("상자가 찢어졌어요", "다시 보내 주세요"):
        chat.write(words)
        wait_to_hear(page, words)
        page.wait_for_timeout(1200)
        assert said(page, words) == [("polite", f"남궁민수: {words}")]
    desk.reply("새로 보내 드릴게요.")
    page.wait_for_timeout(1200)
    assert said(page, "새로 보내") == []


def test_every_control_of_the_desk_has_a_name(
    majung: MajungServer, chat: Chat, agent_at: Sits
) -> None:
    chat.open().write("이름을 불러 주세요")
    chat.shows("이름을 불러 주세요")
    desk = agent_at(majung).open("이름을 불러 주세요").is_live()
    page = desk.page
    assert ears.nameless(page) == []
    for key in ("t", "p", "z", "m"):
        page.keyboard.press(key)
        expect(page.locator("details.menu[open]")).to_have_count(1)
        assert ears.nameless(page) == [], key
        page.keyboard.press("Escape")
    for keys, name in (("?", "단축키"), ("Control+k", "찾기")):
        page.keyboard.press(keys)
        expect(page.get_by_role("dialog", name=name)).to_be_visible()
        assert ears.nameless(page) == [], name
        page.keyboard.press("Escape")
    heads = [one for one in ears.tree(page) if one["role"] == "heading"]
    levels = [int(one["level"]) for one in heads]
    assert levels.count(1) >= 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    marks = {one["role"] for one in ears.tree(page)}
    assert {"main", "navigation", "complementary"} <= marks

"""An agent writes with formatting, by keyboard; the customer sees it; taken back it is still there."""

import base64
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.core.files import PDF, picture
from tests.servers import MajungServer
from tests.stories.chat import Chat
from tests.stories.desk import Desk
from tests.stories.test_writing import hold

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.only_on("sqlite")]

SHOP = "https://ondam.example/orders/20261118"
# A paste or drop as browsers make it: a file of the given name, type and content.
GIVE = """(element, [event, name, type, content]) => {
  const data = new DataTransfer();
  const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
  data.items.add(new File([bytes], name, { type }));
  const shared = { bubbles: true, cancelable: true };
  const made = event === "paste"
    ? new ClipboardEvent("paste", { ...shared, clipboardData: data })
    : new DragEvent(event, { ...shared, dataTransfer: data });
  return element.dispatchEvent(made);
}"""
PASTE_HTML = """(element, html) => {
  const data = new DataTransfer();
  data.setData("text/html", html);
  data.setData("text/plain", "…");
  const shared = { bubbles: true, cancelable: true };
  element.dispatchEvent(new ClipboardEvent("paste", { ...shared, clipboardData: data }));
}"""


def give(to: Locator, event: str, name: str, kind: str, content: bytes) -> None:
    to.evaluate(GIVE, [event, name, kind, base64.b64encode(content).decode()])


def write(desk: Desk) -> None:
    """A greeting with bold in it, a list, a quote, a link and a smile: no hand on the mouse."""
    keys = desk.page.keyboard
    desk.page.keyboard.press("r")
    expect(desk.composer.locator(".editor")).to_be_visible()
    keys.type("오늘 ")
    keys.press("ControlOrMeta+b")
    keys.type("18시 전")
    keys.press("ControlOrMeta+b")
    keys.type("에 보내요.")
    keys.press("Shift+Enter")
    keys.type("- 운동화 265")
    keys.press("Enter")
    keys.type("양말")
    keys.press("Enter")
    keys.press("Enter")
    keys.type("> 토요일 수령")
    keys.press("Shift+Enter")
    keys.press("Shift+Enter")
    keys.type("주문 보기")
    for _ in range(2):
        keys.press("Shift+ArrowLeft")
    keys.press("ControlOrMeta+Shift+k")
    expect(desk.composer.get_by_label("링크 주소")).to_be_focused()
    keys.type(SHOP.removeprefix("https://"))
    keys.press("Enter")
    keys.press("End")
    keys.type(" ")


def is_formatted(words: Locator, *, link: str = SHOP) -> None:
    expect(words.locator("strong")).to_have_text("18시 전")
    expect(words.locator("ul > li")).to_have_text(["운동화 265", "양말"])
    expect(words.locator("blockquote")).to_have_text("토요일 수령")
    expect(words.locator("a")).to_have_text("보기")
    expect(words.locator("a")).to_have_attribute("href", link)


def test_words_with_formatting(
    own_majung: Callable[..., MajungServer],
    customer_at: Callable[..., Chat],
    agent_at: Callable[..., Desk],
) -> None:
    majung = own_majung()
    chat = customer_at(majung).visit().open()
    chat.write("언제 오나요?")
    chat.shows("언제 오나요?")
    desk = agent_at(majung)
    hold(desk.page, 5)
    desk.open("언제 오나요?").is_live()
    write(desk)
    is_formatted(desk.field)

    # An emoji by what it is called, without leaving the keyboard.
    desk.composer.get_by_role("button", name="이모지 넣기").press("Enter")
    expect(desk.composer.get_by_role("searchbox", name="이모지 찾기")).to_be_focused()
    desk.page.keyboard.type("운동화")
    desk.page.keyboard.press("Enter")
    expect(desk.field).to_contain_text("보기 👟")

    # Of another page's words their bold comes along, and nothing else.
    desk.field.evaluate(
        PASTE_HTML,
        '<h1 onclick="x()">끝</h1><script>x()</script><img src="https://spy.example/1.gif">',
    )
    expect(desk.field.locator("h1, script, img")).to_have_count(0)
    expect(desk.field).to_contain_text("👟끝")

    give(desk.field, "paste", "화면.png", "image/png", picture())
    give(desk.thread, "drop", "영수증.pdf", "application/pdf", PDF)
    expect(desk.composer.locator(".file")).to_contain_text(["화면.png", "영수증.pdf"])
    expect(desk.composer.locator("progress")).to_have_count(0)

    # Sent, and taken back with one key: it comes back as it was.
    desk.field.press("Enter")
    expect(desk.said("18시 전")).to_be_visible()
    is_formatted(desk.said("18시 전").locator(".rich"))
    desk.holds("")
    desk.field.press("ControlOrMeta+z")
    expect(desk.said("18시 전")).to_have_count(0)
    is_formatted(desk.field)
    expect(desk.composer.locator(".file")).to_contain_text(["화면.png", "영수증.pdf"])

    # On another device the draft is there with its formatting.
    other = agent_at(majung).open("언제 오나요?", view="mine")
    other.field.focus()
    is_formatted(other.field)
    other.page.context.close()

    desk.field.press("ControlOrMeta+Enter")
    expect(desk.said("18시 전")).to_be_visible()
    said = chat.said("18시 전")
    expect(said).to_be_visible()
    is_formatted(said.locator(".rich"))
    expect(said.locator("a").first).to_have_attribute("rel", "noopener noreferrer nofollow")
    expect(said.locator(".picture img")).to_be_visible()
    expect(said.get_by_text("영수증.pdf")).to_be_visible()
    # Where there is no formatting, signs say it.
    expect(desk.list("mine").row("18시 전")).to_contain_text("- 운동화 265 - 양말")

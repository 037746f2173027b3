"""The widget's outer side on a shop's page: own button, in the page, events, title, sound, drafts."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Locator, expect

from tests.servers import MajungServer
from tests.stories.chat import Chat
from tests.stories.desk import Desk
from tests.stories.shop import Shop

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.only_on("sqlite")]

Comes = Callable[..., Chat]
Sits = Callable[..., Desk]
# What a page's own script does with the widget; kept from the first line on.
LISTENS = """
window.Majung = window.Majung || function () { (Majung.q = Majung.q || []).push(arguments); };
window.heard = [];
for (const name of ["ready", "open", "close", "unread", "message", "signed-in", "refused"])
  Majung("on", name, (event) => heard.push([name, event]));
Majung("on", "open", () => { throw new Error("the page's own"); });
"""
# Counts what would sound, and when the browser was asked to let it.
SOUNDS = """
window.sounds = {contexts: 0, tones: 0};
window.AudioContext = class extends AudioContext {
  constructor() { super(); sounds.contexts += 1; }
  createOscillator() { sounds.tones += 1; return super.createOscillator(); }
};
"""
SHIFTS = """
window.shifts = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) shifts += entry.value;
}).observe({type: "layout-shift", buffered: true});
"""


def test_a_pages_own_button_events_title_and_tone(
    majung: MajungServer, customer_at: Comes, agent_at: Sits
) -> None:
    chat = customer_at(majung)
    page = chat.page
    page.add_init_script(LISTENS + SOUNDS + SHIFTS)
    chat.visit(body='<button id="own" data-majung-open>상담하기</button>')
    page.get_by_role("button", name="상담하기").press("Enter")
    expect(chat.field).to_be_focused()
    expect(chat.frame.get_by_text("대화를 불러오는 중")).to_have_count(0)
    chat.write("버튼으로 열었어요")
    expect(chat.said("버튼으로 열었어요")).to_contain_text("보냄")

    chat.frame.get_by_role("button", name="더보기").click()
    chat.frame.get_by_role("menuitemcheckbox", name="알림음 켜기").click()
    chat.frame.get_by_role("button", name="이모지").click()
    chat.frame.get_by_role("button", name="좋아요", exact=True).click()
    expect(chat.field).to_have_value("👍")
    chat.field.fill("")
    desk = agent_at(majung).open("버튼으로 열었어요")
    page.keyboard.press("Escape")
    expect(page.locator("#own")).to_be_focused()
    frame = page.frames[-1]
    assert frame.evaluate("sounds.contexts") == 1
    before = frame.evaluate("sounds.tones")

    desk.reply("네, 말씀하세요")
    expect(page).to_have_title("(1) 온담 가게")
    page.evaluate("document.title = '장바구니'")
    expect(page).to_have_title("(1) 장바구니")
    assert frame.evaluate("sounds.tones") > before
    page.evaluate("Majung('toggle')")
    expect(chat.said("네, 말씀하세요")).to_be_visible()
    expect(page).to_have_title("장바구니")

    heard = page.evaluate("heard")
    assert [name for name, _event in heard if name != "unread"] == [
        "ready",
        "open",
        "message",
        "close",
        "message",
        "open",
    ]
    assert [event["count"] for name, event in heard if name == "unread"] == [1, 0]
    messages = [event for name, event in heard if name == "message"]
    assert [message["direction"] for message in messages] == ["sent", "received"]
    assert all(set(message) == {"id", "conversation", "direction"} for message in messages)
    assert page.evaluate("shifts") == 0


def test_the_conversation_in_the_page_takes_its_place_and_nothing_moves(
    majung: MajungServer, customer_at: Comes
) -> None:
    chat = customer_at(majung)
    chat.page.add_init_script(SHIFTS)
    place = '<div id="here" style="height: 500px; margin-top: 1400px" data-majung-inline></div>'
    chat.visit(body=f"{place}<p id='after'>아래 글</p>")
    expect(chat.page.locator("#majung")).to_be_attached()
    assert chat.page.locator("#majung iframe").count() == 0
    chat.page.locator("#after").scroll_into_view_if_needed()
    expect(chat.field).to_be_visible()
    expect(chat.page.get_by_role("button", name="상담 열기")).to_have_count(0)
    expect(chat.frame.get_by_role("button", name="닫기")).to_have_count(0)
    chat.write("페이지 안에서 써요")
    chat.shows("페이지 안에서 써요")
    here, frame = (_box(chat.page.locator(name)) for name in ("#here", "#majung iframe"))
    assert here == frame
    assert chat.page.evaluate("shifts") == 0


def _box(what: Locator) -> tuple[int, ...]:
    box = what.bounding_box()
    assert box
    return tuple(round(box[name]) for name in ("x", "y", "width", "height"))


def test_a_page_from_right_to_left_and_a_talk_in_both_directions(
    majung: MajungServer, customer_at: Comes
) -> None:
    chat = customer_at(majung).visit(body="<p>سلام</p>", dir="rtl")
    button = chat.page.get_by_role("button", name="상담 열기")
    width = chat.page.evaluate("document.documentElement.clientWidth")
    box = button.bounding_box()
    assert box
    # The page's direction moves nothing: the button stands where it is set up to.
    assert round(box["x"] + box["width"]) == width - 24
    chat.open()
    chat.write("مرحبا، أين طلبي؟")
    expect(chat.said("مرحبا")).to_contain_text("보냄")
    said = chat.said("مرحبا").locator(".b")
    assert said.evaluate("one => getComputedStyle(one).direction") == "rtl"
    frame = chat.page.frames[-1]
    frame.evaluate("document.documentElement.dir = 'rtl'")
    assert frame.evaluate("document.documentElement.scrollWidth <= innerWidth")
    mine, talk = said.bounding_box(), chat.frame.locator(".scroller").bounding_box()
    assert mine
    assert talk
    assert mine["x"] - talk["x"] < talk["width"] / 4
    send, field = (
        _box(chat.frame.get_by_role("button", name="보내기")),
        _box(chat.field),
    )
    assert send[0] < field[0]


def test_an_admin_sees_a_draft_on_the_real_page_and_nobody_else_does(
    majung: MajungServer,
    shop: Shop,
    agent_at: Sits,
    somebody: Callable[..., BrowserContext],
    customer_at: Comes,
) -> None:
    desk = agent_at(majung, "sera@ondam.test")
    page = desk.page
    page.goto(f"{majung.url}/setup/channels/")
    page.get_by_role("link", name="온담 홈페이지").click()
    page.get_by_label("버튼의 글 (한국어)").fill("문의하기")
    expect(page.locator("#preview")).to_contain_text("문의하기")
    page.locator("[name=position]").select_option("left")
    page.get_by_label("한국어 인사말").fill("초안 인사예요")
    page.get_by_role("button", name="초안으로 저장").click()
    expect(page.get_by_text("초안을 저장했어요")).to_be_visible()
    link = page.locator(f'a[href^="{shop.origin}/?majung_preview="]').get_attribute("href")
    assert link

    token = link.partition("?")[2]
    seeing = somebody().new_page()
    seeing.goto(f"{shop.page(majung.url)}&{token}")
    expect(seeing.get_by_text("초안 미리보기예요")).to_be_visible()
    button = seeing.get_by_role("button", name="문의하기")
    box = button.bounding_box()
    assert box
    assert round(box["x"]) == 24
    button.click()
    expect(seeing.frame_locator("#majung iframe").get_by_text("초안 인사예요")).to_be_visible()
    seeing.get_by_role("button", name="끝내기").click()
    expect(seeing.get_by_role("button", name="상담 닫기")).to_be_visible()
    expect(seeing.get_by_text("초안 미리보기예요")).to_have_count(0)

    other = customer_at(majung).visit()
    expect(other.page.get_by_role("button", name="상담 열기")).to_be_visible()
    page.get_by_role("button", name="초안 버리기").click()
    expect(page.get_by_text("초안을 버렸어요")).to_be_visible()

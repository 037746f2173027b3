"""A second brand gets its face: made, tried as a draft, published, and taken back."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.servers import MajungServer
from tests.stories.chat import Chat
from tests.stories.desk import Desk
from tests.stories.shop import Shop
from tests.stories.test_hours import set_hours
from tests.stories.train import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.only_on("sqlite")]

LEAD = "sera@ondam.test"
Comes = Callable[..., Chat]
Sits = Callable[..., Desk]
SCREEN = {"width": 1440, "height": 900}


def go(page: Page, section: str) -> None:
    page.get_by_role("navigation", name="설정").get_by_role("link", name=section).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(section)


def colour_of(page: Page) -> str:
    """The ground of the button in the picture beside the form."""
    return str(page.locator("#preview .corner rect").first.get_attribute("fill"))


def accent_at(chat: Chat) -> str:
    """The colour of the button that a customer sees."""
    button = chat.page.get_by_role("button", name="상담 닫기").first
    return str(button.evaluate("button => getComputedStyle(button).backgroundColor"))


DRAWN = {
    ".b": (".m .b", ("padding", "borderRadius", "backgroundColor", "color", "fontSize")),
    ".top b": (".title h1", ("fontSize", "fontWeight", "color")),
    ".top": (".app > header", ("height", "borderBottom")),
    ".line": (".composer .line", ("height", "borderRadius")),
    ".window": (".app", ("backgroundColor",)),
}


def look(locator: Locator, names: tuple[str, ...]) -> list[str]:
    """How something is painted; what stands behind it counts where it has no ground itself."""
    script = """(element, names) => {
      const ground = (one) => !one ? "" : ["rgba(0, 0, 0, 0)"].includes(
        getComputedStyle(one).backgroundColor) ? ground(one.parentElement)
        : getComputedStyle(one).backgroundColor;
      return names.map((name) => name === "backgroundColor" ? ground(element)
        : getComputedStyle(element)[name]);
    }"""
    return list(locator.evaluate(script, list(names)))


def drawn_as_it_is(page: Page, chat: Chat) -> None:
    """The picture beside the form has the measures and colours of what a customer sees."""
    for ours, (real, names) in DRAWN.items():
        there = look(chat.frame.locator(real).first, names)
        assert look(page.locator(f"#preview {ours}").first, names) == there, ours
    drawn = page.locator("#preview .corner rect")
    launcher = chat.page.get_by_role("button", name="상담 닫기").first
    box, own = launcher.bounding_box(), drawn.bounding_box()
    assert box
    assert own
    assert (own["width"], own["height"]) == (box["width"], box["height"])
    fill = drawn.evaluate("rect => getComputedStyle(rect).fill")
    assert fill == accent_at(chat)
    placeholder = chat.field.get_attribute("placeholder")
    assert page.locator("#preview .line").inner_text().strip() == placeholder


def turn(page: Page, key: str) -> str:
    """Turn the colour by one key; return the new one, which the picture has without more ado."""
    before = colour_of(page)
    page.get_by_role("slider", name="색").press(key)
    expect(page.locator("#preview .corner rect").first).not_to_have_attribute("fill", before)
    return colour_of(page)


def make_brand(page: Page) -> None:
    go(page, "브랜드")
    page.get_by_role("link", name="브랜드 만들기").first.click()
    page.get_by_label("이름", exact=True).fill("누리")
    page.get_by_label("주소 이름").fill("nuri")
    page.get_by_label("인사말").fill("누리에 오신 걸 환영해요")
    turn(page, "PageUp")
    expect(page.get_by_role("img", name="누리의 위젯: 누리에 오신 걸 환영해요")).to_be_visible()
    page.get_by_role("button", name="만들기", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("누리")


def make_widget(page: Page, shop: Shop) -> str:
    """Return the key of the widget."""
    go(page, "채널 계정")
    page.get_by_role("link", name="위젯 만들기").first.click()
    page.get_by_label("이름", exact=True).fill("누리 채팅")
    page.get_by_label("브랜드", exact=True).select_option("누리")
    page.get_by_label("위젯을 띄워도 되는 곳").fill(shop.origin)
    page.get_by_role("button", name="만들기", exact=True).click()
    return page.locator("#snippet").inner_text().split('data-key="')[1].partition('"')[0]


def open_brand(page: Page) -> None:
    page.goto(page.url.partition("/setup/")[0] + "/setup/brands/")
    page.get_by_role("main").get_by_role("link", name="누리").first.click()
    expect(page.get_by_label("이름", exact=True)).to_be_visible()


def seen_by(chat: Chat, name: str, greeting: str) -> str:
    """A customer who comes now sees this name and these words; return the colour."""
    chat.open()
    expect(chat.frame.get_by_role("heading", level=1)).to_have_text(name)
    expect(chat.frame.get_by_text(greeting)).to_be_visible()
    return accent_at(chat)


def test_a_second_brand_gets_its_face(
    own_majung: Callable[..., MajungServer],
    somebody: Callable[..., BrowserContext],
    customer_at: Comes,
    agent_at: Sits,
    shop: Shop,
) -> None:
    majung = own_majung()
    page = agent_at(majung, LEAD, viewport=SCREEN).page
    page.goto(f"{majung.url}/setup/")
    make_brand(page)
    key = make_widget(page, shop)
    set_hours(page, majung, brand="누리")

    def customer() -> Chat:
        return customer_at(majung).visit(key=key)

    first = seen_by(customer(), "누리", "누리에 오신 걸 환영해요")
    assert seen_by(customer_at(majung).visit(), "온담", "무엇을 도와드릴까요?") != first

    # Tried: the picture follows every change, and customers see none of it.
    open_brand(page)
    page.get_by_label("이름", exact=True).fill("누리마켓")
    page.get_by_label("인사말").fill("오늘도 누리세요")
    tried = turn(page, "PageDown")
    expect(page.get_by_role("img", name="누리마켓의 위젯: 오늘도 누리세요")).to_be_visible()
    page.get_by_role("button", name="초안으로 저장").click()
    expect(page.get_by_text("게시하기 전에는 고객에게 보이지 않아요.")).to_be_visible()
    assert seen_by(customer(), "누리", "누리에 오신 걸 환영해요") == first

    # Found again as it was left, published, and taken back.
    open_brand(page)
    expect(page.get_by_label("이름", exact=True)).to_have_value("누리마켓")
    assert colour_of(page) == tried
    page.get_by_role("button", name="게시", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("누리마켓")
    chat = customer()
    assert seen_by(chat, "누리마켓", "오늘도 누리세요") != first
    drawn_as_it_is(page, chat)
    history = page.get_by_role("region", name="이력")
    history.get_by_role("button", name="되돌리기").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("누리")
    assert seen_by(customer(), "누리", "누리에 오신 걸 환영해요") == first

    # On the way home, on a phone.
    phone = agent_at(majung, LEAD, **PHONE).page
    phone.goto(f"{majung.url}/setup/brands/")
    phone.get_by_role("main").get_by_role("link", name="누리").first.tap()
    phone.get_by_label("인사말").fill("전화기에서 고친 인사말")
    expect(phone.get_by_role("img", name="누리의 위젯: 전화기에서 고친 인사말")).to_be_attached()
    phone.get_by_role("button", name="게시", exact=True).tap()
    expect(phone.get_by_role("status").filter(has_text="게시")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth") == 390
    seen_by(customer(), "누리", "전화기에서 고친 인사말")

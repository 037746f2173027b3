"""Every main screen: readable by everybody, on every screen, by keyboard alone."""

import re
from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from tests.people import PASSWORD
from tests.servers import MajungServer
from tests.stories import seed
from tests.stories.chat import Chat
from tests.stories.conftest import serving
from tests.stories.desk import Desk
from tests.stories.test_one_person import ask_by_form

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ADMIN = "sera@ondam.test"
HANGUL = re.compile("[가-힣]+")
DESK_PAGES = ["desk/all/", "desk/customers/", "setup/", "setup/brands/", "setup/channels/",
              "setup/agents/", "setup/invitations/new", "setup/ledger/", "setup/file/"]  # fmt: skip
Sits = Callable[..., Desk]
Somebody = Callable[..., BrowserContext]


@pytest.fixture(scope="module")
def majung(_planted: MajungServer) -> Iterator[MajungServer]:
    """A server of its own: nothing is in its lists but what stands here."""
    with serving(_planted) as server:
        yield server


def faults(page: Page) -> list[str]:
    """Return what axe finds wrong on the page as it is."""
    found = Axe().run(page).response["violations"]
    return [f"{page.url} {one['id']}: {one['nodes'][0]['html'][:200]}" for one in found]


def overflow(page: Page) -> list[str]:
    too_wide = page.evaluate(
        "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"
    )
    return [f"{page.url} is wider than the screen"] if too_wide else []


@pytest.fixture
def text() -> str:
    return f"보이는 모습을 봐 주세요 {uuid4().hex[:8]}"


@pytest.fixture
def request_url(majung: MajungServer, somebody: Somebody, text: str) -> str:
    return ask_by_form(somebody, majung, name="윤달", email="moon@example.com", text=text)


@pytest.fixture
def pages(majung: MajungServer, request_url: str, agent_at: Sits, text: str) -> list[str]:
    """Addresses behind the sign-in: lists, a conversation, a customer, the settings."""
    page = agent_at(majung, ADMIN).open(text, view="all").page
    customer = page.locator("#panel").get_by_role("link", name="전체 보기").first
    known = [page.url, f"{majung.url}{customer.get_attribute('href')}"]
    return [*(f"{majung.url}/{path}" for path in DESK_PAGES), *known]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_screen_keeps_anybody_out(
    majung: MajungServer,
    pages: list[str],
    request_url: str,
    agent_at: Sits,
    somebody: Somebody,
    scheme: str,
) -> None:
    stranger = somebody(color_scheme=scheme).new_page()
    found: list[str] = []
    for url in (
        f"{majung.url}/accounts/login/",
        f"{majung.url}/forms/{seed.FORM}",
        request_url,
        f"{majung.url}/widget/{seed.WIDGET}/frame?locale=ko",
    ):
        stranger.goto(url)
        found += faults(stranger)
    desk = agent_at(majung, ADMIN, color_scheme=scheme).page
    for url in pages:
        desk.goto(url)
        found += faults(desk)
    assert found == []


def test_nothing_is_wider_than_a_phone(
    majung: MajungServer, pages: list[str], request_url: str, agent_at: Sits, somebody: Somebody
) -> None:
    phone = {"viewport": {"width": 390, "height": 844}}
    stranger = somebody(**phone).new_page()
    found: list[str] = []
    for url in (f"{majung.url}/accounts/login/", f"{majung.url}/forms/{seed.FORM}", request_url):
        stranger.goto(url)
        found += overflow(stranger)
    desk = agent_at(majung, ADMIN, **phone).page
    for url in pages:
        desk.goto(url)
        found += overflow(desk)
    assert found == []


def korean_of(page: Page) -> set[str]:
    """Return the Korean words on the page and in the names of its parts."""
    return set(
        HANGUL.findall(
            page.evaluate(
                """() => [document.title, document.body.innerText,
                ...[...document.querySelectorAll("*")].flatMap((element) =>
                    ["aria-label", "placeholder", "title", "data-hotkey-label", "data-text"].map(
                        (name) => element.getAttribute(name)))].join(" ")"""
            )
        )
    )


def test_in_english_nothing_of_ours_is_korean(
    majung: MajungServer, pages: list[str], somebody: Somebody
) -> None:
    page = somebody(locale="en-US").new_page()
    page.goto(f"{majung.url}/accounts/login/")
    found = {page.url: korean_of(page)}
    page.get_by_label("Email").fill("dana@ondam.test")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/desk/**")
    # What people wrote and named is theirs, and a language is named in itself.
    theirs = {"온담", "고객지원", "홈페이지", "고객센터", "배송", "교환", "한지우", "박서연", "오세라",
              "윤달", "보이는", "모습을", "봐", "주세요", "키보드", "하나", "둘", "한국어",
              "한", "박", "오", "윤"}  # fmt: skip
    for url in pages:
        page.goto(url)
        found[url] = korean_of(page) - theirs
    assert {url: left for url, left in found.items() if left} == {}


def test_by_keyboard_alone(
    majung: MajungServer, customer_at: Callable[..., Chat], somebody: Somebody
) -> None:
    for text in ("키보드 하나", "키보드 둘"):
        chat = customer_at(majung).visit().open()
        chat.write(text)
        chat.shows(text)
    page = somebody().new_page()
    keys = page.keyboard
    page.goto(f"{majung.url}/accounts/login/")
    page.get_by_label("이메일").focus()
    keys.type("jiwoo@ondam.test")
    keys.press("Tab")
    keys.type(PASSWORD)
    keys.press("Enter")
    page.wait_for_url("**/desk/mine/")
    page.goto(f"{majung.url}/desk/unassigned/")
    keys.press("?")
    expect(page.get_by_role("dialog", name="단축키")).to_contain_text("다음 상담")
    keys.press("Escape")
    expect(page.get_by_role("dialog", name="단축키")).to_have_count(0)
    keys.press("j")
    expect(page.locator("#rows .row").nth(0)).to_be_focused()
    keys.press("j")
    expect(page.locator("#rows .row").nth(1)).to_be_focused()
    keys.press("k")
    expect(page.locator("#rows .row").nth(0)).to_be_focused()
    keys.press("Enter")
    desk = Desk(page, majung.url)
    expect(desk.field).to_be_visible()
    desk.is_live()
    keys.press("n")
    expect(desk.field).to_be_focused()
    keys.type("메모를 남겨요")
    keys.press("Enter")
    expect(desk.said("메모를 남겨요")).to_contain_text("내부 메모")
    keys.press("Escape")
    keys.press("r")
    keys.type("답장을 보내요")
    keys.press("Enter")
    expect(desk.said("답장을 보내요")).to_be_visible()
    keys.press("Escape")
    keys.press("e")
    expect(desk.toasts).to_contain_text("상담을 마쳤어요")
    expect(page.locator("#head")).to_contain_text("종료")

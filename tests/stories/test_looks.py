"""Every screen: readable by everybody, on every screen, in both languages, by keyboard alone."""

import re
from collections.abc import Callable, Iterator
from typing import Literal
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

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.only_on("sqlite")]

HANGUL = re.compile("[가-힣]+")
# What people wrote and named is theirs, and a language is named in itself.
THEIRS = {"온담", "고객지원", "홈페이지", "고객센터", "배송", "교환", "한지우", "박서연", "오세라",
          "윤달", "보이는", "모습을", "봐", "주세요", "키보드", "하나", "둘", "한국어",
          "한", "박", "오", "윤", "무엇을", "도와드릴까요",
          # The drawing of a widget speaks the language of the brand's customers.
          "온", "메시지를", "입력하세요", "무엇이든", "편하게", "물어보세요"}  # fmt: skip
# Pages that show texts for customers, who may well be Korean.
OF_CUSTOMERS_TEXTS = ("/setup/automatic/of/", "/canned/")
ADMINS = {"ko": "sera@ondam.test", "en": "dana@ondam.test"}
LOCALES = {"ko": "ko-KR", "en": "en-US"}
DESK_PAGES = ["desk/mine/", "desk/all/", "desk/closed/", "desk/customers/?q=윤",
              "desk/notices/", "desk/notices/choices", "desk/canned/", "desk/canned/new",
              "accounts/2fa/", "accounts/password/change/"]  # fmt: skip
PHONE, SCREEN = {"width": 390, "height": 844}, {"width": 1280, "height": 800}
MOST_FONT = 120 * 1024
Somebody = Callable[..., BrowserContext]


@pytest.fixture(scope="module")
def majung(_planted: MajungServer) -> Iterator[MajungServer]:
    """A server of its own: nothing is in its lists but what stands here; with the style guide."""
    with serving(_planted, MAJUNG_DEMO="1") as server:
        yield server


@pytest.fixture
def text() -> str:
    return f"보이는 모습을 봐 주세요 {uuid4().hex[:8]}"


@pytest.fixture
def request_url(majung: MajungServer, somebody: Somebody, text: str) -> str:
    return ask_by_form(somebody, majung, name="윤달", email="moon@example.com", text=text)


@pytest.fixture
def public_pages(majung: MajungServer, request_url: str) -> list[str]:
    """Addresses for everybody, and the page of all components."""
    paths = ["accounts/login/", f"forms/{seed.FORM}", "shop/ondam/", "styleguide/", "app/offline"]
    frame = f"{majung.url}/widget/{seed.WIDGET}/frame?locale="
    return [*(f"{majung.url}/{path}" for path in paths), request_url, frame]


def sign_in(page: Page, majung: str, email: str) -> Page:
    page.goto(f"{majung}/accounts/login/")
    page.locator("[name=login]").fill(email)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("form button[type=submit]").click()
    page.wait_for_url("**/desk/**")
    return page


def pages_inside(page: Page, majung: str, text: str) -> list[str]:
    """Return the addresses behind the sign-in: what the menus lead to, and one of each kind."""
    found = [f"{majung}/{path}" for path in DESK_PAGES]
    page.goto(f"{majung}/desk/all/")
    page.locator("#rows .row").filter(has_text=text).click()
    expect(page.locator("#thread")).to_contain_text(text)
    customer = page.locator("#panel a[href*='/desk/customers/']").first.get_attribute("href")
    found += [page.url, f"{majung}{customer}"]
    page.goto(f"{majung}/setup/")
    for address in hrefs(page, ".side a"):
        page.goto(address)
        found += [address, *hrefs(page, ".page-head a.btn, .things li:first-child > a")[:3]]
    known = dict.fromkeys(one for one in found if "/setup/file/download" not in one)
    assert all(any(f"/setup/{kind}" in one for one in known) for kind in ("brands", "teams"))
    return list(known)


def hrefs(page: Page, selector: str) -> list[str]:
    """Return the whole addresses of links to pages of ours."""
    found: list[str] = page.eval_on_selector_all(
        selector, "all => all.filter((one) => !one.hasAttribute('download')).map((one) => one.href)"
    )
    return [one for one in found if "/setup/" in one and not one.endswith(("/export", ".yaml"))]


def faults(page: Page, language: str, *, is_long_proof: bool) -> list[str]:
    """Return what axe finds wrong in both themes.

    What depends on the theme is its colours: the rest is looked at in one theme of each language,
    light in Korean and dark in English, and in the long proof in both.
    """
    whole = {"resultTypes": ["violations"]}  # the rest need not be told, which is quicker
    colours = whole if is_long_proof else {**whole, "runOnly": ["color-contrast"]}
    themes: list[Literal["light", "dark"]] = ["light", "dark"]
    if language == "en":
        themes.reverse()
    found = []
    for theme, options in zip(themes, [whole, colours], strict=True):
        page.emulate_media(color_scheme=theme)
        violations = Axe().run(page, options=options).response["violations"]
        found += [
            f"{page.url} {theme} {one['id']}: {node['html'][:200]}"
            for one in violations
            for node in one["nodes"][:2]
        ]
    return found


def overflow(page: Page) -> list[str]:
    """Say whether the page is wider than a phone."""
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # a dict of two integers
    too_wide = page.evaluate(
        "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"
    )
    page.set_viewport_size(SCREEN)  # type: ignore[arg-type]  # a dict of two integers
    return [f"{page.url} is wider than a phone"] if too_wide else []


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


@pytest.mark.chaos
@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_screen_is_for_everybody(
    majung: MajungServer,
    public_pages: list[str],
    somebody: Somebody,
    text: str,
    is_long_proof: bool,
    language: str,
) -> None:
    """axe finds nothing in either theme, nothing is wider than a phone, no language is mixed."""
    still = {"locale": LOCALES[language], "viewport": SCREEN, "reduced_motion": "reduce"}
    stranger, desk = somebody(**still).new_page(), somebody(**still).new_page()
    sign_in(desk, majung.url, ADMINS[language])
    walk = [(stranger, url) for url in public_pages]
    walk += [(desk, url) for url in pages_inside(desk, majung.url, text)]
    found: list[str] = []
    for page, url in walk:
        answer = page.goto(f"{url}{language}" if url.endswith("locale=") else url)
        assert answer
        assert answer.status == 200, url
        found += faults(page, language, is_long_proof=is_long_proof) + overflow(page)
        if language == "en" and page is desk and not any(one in url for one in OF_CUSTOMERS_TEXTS):
            left = korean_of(page) - THEIRS
            found += [f"{url} in English says {sorted(left)}"] if left else []
    assert found == [], "\n".join(found)


def test_a_page_loads_little_of_the_font(
    majung: MajungServer, somebody: Somebody, text: str, request_url: str
) -> None:
    loaded: dict[str, dict[str, int]] = {}
    for path in (f"{majung.url}/desk/all/", f"{majung.url}/setup/", request_url):
        page = sign_in(somebody().new_page(), majung.url, ADMINS["ko"])
        page.goto(path)
        page.evaluate("document.fonts.ready")
        sizes = page.evaluate(
            """() => Object.fromEntries(performance.getEntriesByType("resource")
            .filter((one) => one.name.includes(".woff2"))
            .map((one) => [one.name, one.encodedBodySize]))"""
        )
        loaded[path] = sizes
        page.context.close()
    assert all(sizes and min(sizes.values()) > 0 for sizes in loaded.values()), loaded
    assert {
        path: sum(sizes.values()) > MOST_FONT for path, sizes in loaded.items()
    } == dict.fromkeys(loaded, False), loaded


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
    keys.type("On it")
    keys.press("Enter")
    expect(desk.said("On it")).to_be_visible()
    keys.press("Escape")
    keys.press("e")
    expect(desk.toasts).to_contain_text("상담을 마쳤어요")
    expect(page.locator("#head")).to_contain_text("종료")

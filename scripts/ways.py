"""Every screen that has a face, and the way to it on a demo."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from playwright.sync_api import Page

Way = Callable[[Page, str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """A screen and the way to it; ``height`` is given where more is to be seen than fits."""

    name: str
    to: str | Way
    signed_in: bool = True
    height: int = 0


def _conversation(page: Page, base: str) -> None:
    page.goto(f"{base}/desk/all/")
    page.locator("#rows .row").nth(1).click()
    page.locator("#thread .msg").first.wait_for()


def _customer(page: Page, base: str) -> None:
    _conversation(page, base)
    address = page.locator('#panel a[href*="/desk/customers/"]').first.get_attribute("href")
    page.goto(f"{base}{address}")


def _first(path: str) -> Way:
    """Return the way to the first thing of a list in the settings."""

    def go(page: Page, base: str) -> None:
        page.goto(f"{base}{path}")
        address = page.locator(".things li > a").first.get_attribute("href")
        page.goto(f"{base}{address}")

    return go


def _request(page: Page, base: str) -> None:
    page.goto(f"{base}/forms/demo-dareum-form")
    page.locator("[name=name]").fill("윤달")
    page.locator("[name=email]").fill("moon@example.com")
    page.locator("[name=text]").fill("주문한 양말 색을 바꿀 수 있을까요?")
    for choice in page.locator("select[name=topic]").all():
        choice.select_option(index=1)
    page.locator("form button[type=submit]").last.click()
    page.wait_for_url("**/requests/**")


def _form_mistakes(page: Page, base: str) -> None:
    page.goto(f"{base}/forms/demo-dareum-form")
    page.locator("form button[type=submit]").last.click()
    page.locator(".error").first.wait_for()


def _widget(page: Page, base: str) -> None:
    page.goto(f"{base}/shop/dareum/?lang={page.evaluate('navigator.language').split('-')[0]}")
    page.locator("#majung button").first.click()
    page.frame_locator("#majung iframe").get_by_role("textbox").first.wait_for()


def _search(page: Page, base: str) -> None:
    page.goto(f"{base}/desk/search/?q=배송")
    page.locator("mark").first.wait_for()


def _palette(page: Page, base: str) -> None:
    _conversation(page, base)
    page.keyboard.press("Control+k")
    page.keyboard.type("배송")
    page.get_by_role("option").first.wait_for()


def _keys(page: Page, base: str) -> None:
    _conversation(page, base)
    page.keyboard.press("?")
    page.get_by_role("dialog").first.wait_for()


def _joining(page: Page, base: str) -> None:
    """Put the people of two conversations side by side."""
    people: dict[str, None] = {}
    page.goto(f"{base}/desk/all/")
    for address in page.locator("#rows .row").evaluate_all("rows => rows.map(row => row.href)"):
        page.goto(address)
        link = page.locator('#panel a[href*="/desk/customers/"]').first.get_attribute("href")
        people[str(link).split("/")[3]] = None
        if len(people) > 1:
            break
    one, other = people
    page.goto(f"{base}/desk/customers/{one}/joining?other={other}")


SCREENS: Final = [
    Screen(name="login", to="/accounts/login/", signed_in=False),
    Screen(name="form", to="/forms/demo-dareum-form", signed_in=False),
    Screen(name="form-mistakes", to=_form_mistakes, signed_in=False),
    Screen(name="request", to=_request, signed_in=False),
    Screen(name="shop", to=_widget, signed_in=False),
    Screen(name="list", to="/desk/all/"),
    Screen(name="list-mine", to="/desk/mine/"),
    Screen(name="conversation", to=_conversation),
    Screen(name="palette", to=_palette),
    Screen(name="keys", to=_keys),
    Screen(name="search", to=_search),
    Screen(name="notices", to="/desk/notices/"),
    Screen(name="notice-choices", to="/desk/notices/choices"),
    Screen(name="own-canned", to="/desk/canned/"),
    Screen(name="own-canned-new", to="/desk/canned/new"),
    Screen(name="customers", to="/desk/customers/?q=윤달"),
    Screen(name="customer", to=_customer),
    Screen(name="joining", to=_joining),
    Screen(name="settings", to="/setup/"),
    Screen(name="brands", to="/setup/brands/"),
    Screen(name="brand", to=_first("/setup/brands/")),
    Screen(name="hours", to="/setup/hours/"),
    Screen(name="hours-of-brand", to=_first("/setup/hours/")),
    Screen(name="automatic", to="/setup/automatic/"),
    Screen(name="automatic-of-brand", to=_first("/setup/automatic/")),
    Screen(name="channels", to="/setup/channels/"),
    Screen(name="channel", to=_first("/setup/channels/")),
    Screen(name="canned", to="/setup/canned/"),
    Screen(name="canned-reply", to=_first("/setup/canned/")),
    Screen(name="tags", to="/setup/tags/"),
    Screen(name="tag", to=_first("/setup/tags/")),
    Screen(name="teams", to="/setup/teams/"),
    Screen(name="team", to=_first("/setup/teams/")),
    Screen(name="agents", to="/setup/agents/"),
    Screen(name="agent", to=_first("/setup/agents/")),
    Screen(name="invite", to="/setup/invitations/new"),
    Screen(name="ledger", to="/setup/ledger/"),
    Screen(name="jobs", to="/setup/jobs/"),
    Screen(name="audit", to="/setup/audit/"),
    Screen(name="trash", to="/setup/trash/"),
    Screen(name="settings-file", to="/setup/file/"),
    Screen(name="styleguide", to="/styleguide/", signed_in=False, height=6400),
]

"""An agent at the desk."""

import re

from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.people import PASSWORD
from tests.servers import wait_until


def touches(page: Page) -> bool:
    """Whether the page is on a screen that one touches: there Enter begins a line."""
    return bool(page.evaluate("matchMedia('(pointer: coarse)').matches"))


class Desk:
    """The desk in one tab, signed in."""

    def __init__(self, page: Page, majung: str, email: str = "jiwoo@ondam.test") -> None:
        self.page = page
        self.majung = majung
        self.email = email
        self.thread = page.locator("#thread")
        self.composer = page.locator("#composer")
        self.field = self.composer.get_by_role("textbox")
        self.panel = page.locator("#panel")
        self.bar = page.locator("#live-bar")
        self.toasts = page.locator("#toasts")

    def sign_in(self, *, password: str = PASSWORD) -> "Desk":
        self.page.goto(f"{self.majung}/accounts/login/")
        self.page.get_by_label("이메일").fill(self.email)
        self.page.get_by_label("비밀번호").fill(password)
        self.page.get_by_role("button", name="로그인").click()
        self.page.wait_for_url(re.compile("/desk/"))
        return self

    def list(self, view: str = "unassigned") -> "Desk":
        self.page.goto(f"{self.majung}/desk/{view}/")
        return self

    def row(self, text: str) -> Locator:
        return self.page.locator("#rows .row").filter(has_text=text)

    def open(self, text: str, *, view: str = "unassigned") -> "Desk":
        """Open the conversation whose row says ``text``; it comes by itself if it is not there."""
        self.list(view)
        self.row(text).click()
        expect(self.thread).to_contain_text(text)
        return self

    def is_live(self) -> "Desk":
        """The page is connected: what happens from now on is shown by itself."""
        expect(self.page.locator("html")).to_have_attribute("data-live-state", "live")
        return self

    def take(self) -> None:
        self.page.get_by_role("button", name="내가 맡기").click()

    def reply(self, text: str) -> None:
        self.page.get_by_role("radio", name="답장").check(force=True)
        self._write(text)

    def note(self, text: str) -> None:
        self.page.get_by_role("radio", name="내부 메모").check(force=True)
        self._write(text)

    def _write(self, text: str) -> None:
        self.types(text)
        if touches(self.page):
            self.composer.get_by_role("button", name="보내기", exact=True).tap()
        else:
            self.field.press("Enter")
        expect(self.said(text)).to_be_visible()

    def types(self, text: str) -> None:
        """The editor takes the plain field's place when one turns to it, maybe just now."""
        self.field.focus()
        try:
            self.field.fill(text, timeout=3_000)
        except PlaywrightTimeout:
            self.field.fill(text)

    def holds(self, text: str) -> None:
        """The composer has these words; the editor comes when one turns to it."""
        self.field.focus()
        expect(self.field).to_have_text(text, use_inner_text=True)

    def said(self, text: str) -> Locator:
        return self.thread.locator(".msg").filter(has_text=text)

    @property
    def draft(self) -> str:
        """What stands in the composer."""
        return str(self.field.evaluate("one => one.value ?? one.innerText")).strip()

    def keeps(self, text: str) -> None:
        """The composer has these words, whether or not anybody is in it."""
        wait_until(lambda: self.draft == text, what=lambda: self.draft, seconds=15)

    @property
    def received(self) -> Locator:
        """What the customer said, in the order of the screen."""
        return self.thread.locator(".msg:not(.me):not(.note) .b")

"""A customer at the widget on the shop's page."""

from collections.abc import Sequence

from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.stories.desk import touches
from tests.stories.shop import Shop


class Chat:
    """The widget in one tab."""

    def __init__(self, page: Page, shop: Shop, majung: str) -> None:
        self.page = page
        self.shop = shop
        self.majung = majung
        self.frame = page.frame_locator("#majung iframe")
        self.field = self.frame.get_by_role("textbox", name="메시지를 입력하세요")
        self.status = self.frame.locator("p.status")

    def visit(self, **asked: str) -> "Chat":
        """Come to the shop's page."""
        self.page.goto(self.shop.page(self.majung, **asked))
        return self

    def open(self) -> "Chat":
        self.page.get_by_role("button", name="상담 열기").click()
        expect(self.field).to_be_visible()
        expect(self.frame.get_by_text("대화를 불러오는 중")).to_have_count(0)
        return self

    def write(self, text: str, *, files: Sequence[FilePayload] = ()) -> None:
        """Write and send; what was written is on the screen at once."""
        if files:
            self.frame.get_by_label("파일 붙이기").set_input_files(list(files))
            # Files alone can be sent as soon as they are up.
            expect(self.frame.get_by_role("button", name="보내기", exact=True)).to_be_enabled()
        self.field.fill(text)
        if touches(self.page):
            self.frame.get_by_role("button", name="보내기", exact=True).tap()
        else:
            self.field.press("Enter")
        expect(self.said(text)).to_be_visible()

    def said(self, text: str) -> Locator:
        return self.frame.locator("li.m").filter(has_text=text)

    @property
    def mine(self) -> Locator:
        """What the customer said, in the order of the screen."""
        return self.frame.locator("li.m.me .b")

    @property
    def waiting(self) -> Locator:
        return self.frame.locator("li.m.waiting")

    def shows(self, *texts: str) -> None:
        """The customer's own words are these, each once, in this order, and all have arrived."""
        expect(self.mine).to_have_text(list(texts))
        expect(self.waiting).to_have_count(0)

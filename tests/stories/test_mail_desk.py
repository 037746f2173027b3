"""A mail from Outlook in CP949 is read; one that is misplaced is explained, moved and moved back."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from tests.servers import MajungServer
from tests.stories.conftest import seeded, serving
from tests.stories.desk import Desk

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MISPLACED = "배송지를 부산 사무실로 바꿔 주세요"
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
Sits = Callable[..., Desk]


@pytest.fixture(scope="module")
def majung(_planted: MajungServer) -> Iterator[MajungServer]:
    """A server of its own, with mails in it."""
    with serving(_planted) as server:
        seeded(server, "letters()")
        yield server


def test_a_mail_is_read_explained_moved_and_answered(majung: MajungServer, agent_at: Sits) -> None:
    desk = agent_at(majung).open("세금계산서 재발행 건").is_live()
    page = desk.page
    first = desk.said("10월분만 다시 발행해 주시면 됩니다. 공급가액은 그대로입니다.")
    expect(first).to_contain_text("서민경 드림")
    expect(first.get_by_text("받는 사람 help@example.com, 참조 1명")).to_be_visible()

    quote = first.get_by_text("몇 월분을 다시 발행해 드릴까요?")
    expect(quote).to_be_hidden()
    fold = first.locator(".quoted summary")
    fold.click()
    expect(quote).to_be_visible()
    fold.click()
    expect(quote).to_be_hidden()

    wrong = desk.said(MISPLACED)
    expect(wrong).to_contain_text("배송지 변경")
    wrong.get_by_role("link", name="왜 여기에 있나요?").click()
    sheet = page.get_by_role("dialog")
    expect(sheet).to_contain_text("이 상담에 있는 메일에 대한 답장이라 여기에 이어 붙였어요")
    sheet.get_by_text("머리글 보기").click()
    expect(sheet.locator("pre")).to_contain_text("In-Reply-To: <SE2P216MB1234ABCD")
    page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)

    wrong.get_by_role("link", name="다른 상담으로 옮기기").click()
    sheet.get_by_role("button", name="새 상담으로 옮기기").click()
    expect(desk.thread).to_contain_text("한지우 님이 메일 한 통을 상담 #")
    expect(desk.said(MISPLACED)).to_have_count(0)
    whom = desk.composer.locator("[data-whom]")
    whom.click()
    subject = desk.composer.get_by_label("제목")
    expect(subject).to_have_value("Re: 세금계산서 재발행 건")
    subject.press("Escape")
    desk.toasts.get_by_role("button", name="되돌리기").click()
    expect(desk.said(MISPLACED)).to_be_visible()
    expect(desk.thread).to_contain_text("되돌려 왔어요")

    expect(whom).to_contain_text(
        "받는 사람 서민경 <mk.seo@example.com> · 보내는 주소 help@example.com"
    )
    whom.press("Enter")
    expect(subject).to_have_value("Re: 배송지 변경")
    copied = page.get_by_label("참조에 더하기", exact=True)
    copied.fill("구매팀 <buy@example.com>")
    copied.press("Enter")
    expect(whom).to_contain_text("참조 구매팀")
    copied.press("Escape")
    desk.reply("부산으로 보낼게요")
    sent = desk.said("부산으로 보낼게요")
    sent.get_by_text("받는 사람 서민경, 참조 1명").click()
    expect(sent).to_contain_text("buy@example.com")


def test_its_own_shape_is_framed_and_fetches_only_when_asked(
    majung: MajungServer, agent_at: Sits
) -> None:
    asked: list[str] = []
    desk = agent_at(majung, **PHONE)
    desk.page.on("request", lambda request: asked.append(request.url))
    desk.open("사진을 보내 드려요").is_live()
    desk.thread.get_by_text("원래 모양으로 보기").click()
    frame = desk.page.frame_locator(".framed iframe")
    expect(frame.get_by_text("사진을 보내 드려요.")).to_be_visible()
    expect(frame.get_by_text("(elsewhere.test)")).to_be_visible()
    own = frame.locator("img").first
    expect(own).to_have_attribute("src", re.compile("/files/"))
    assert own.evaluate("image => image.decode().then(() => image.naturalWidth)") == 320
    assert not any("track.gif" in url for url in asked)
    desk.page.get_by_role("button", name="이미지 불러오기").click()
    with_images = re.compile(r"images=1")
    expect(desk.page.locator(".framed iframe")).to_have_attribute("src", with_images)
    desk.page.wait_for_timeout(500)
    assert any("track.gif" in url for url in asked)
    assert desk.page.evaluate("document.documentElement.scrollWidth <= innerWidth")

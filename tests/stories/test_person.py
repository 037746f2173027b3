"""Who one talks with: one person out of two profiles and back, their past, their pictures."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import FilePayload, expect

from tests.core.files import picture
from tests.servers import MajungServer
from tests.stories.chat import Chat
from tests.stories.conftest import seeded, serving
from tests.stories.desk import Desk

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.only_on("sqlite")]

Comes = Callable[..., Chat]
Sits = Callable[..., Desk]


@pytest.fixture(scope="module")
def majung(_planted: MajungServer) -> Iterator[MajungServer]:
    """A server of its own, with somebody who is known twice."""
    with serving(_planted) as server:
        seeded(server, "person()")
        yield server


def test_two_profiles_are_compared_joined_and_parted_again(
    majung: MajungServer, agent_at: Sits
) -> None:
    desk = agent_at(majung).open("컵이 깨져서 왔어요", view="all").is_live()
    page, panel = desk.page, desk.panel
    # The other one is looked for by keyboard alone.
    panel.get_by_role("link", name="찾아서 합치기").press("Enter")
    page.get_by_label("고객 찾기").fill("나무")
    page.keyboard.press("Enter")
    expect(page.get_by_role("listitem").get_by_role("link", name="나무")).to_be_visible()
    page.get_by_label("고객 찾기").press("ArrowDown")
    page.keyboard.press("Enter")
    main = page.get_by_role("main")
    expect(main).to_contain_text("정나무 님과 나무 님을 합칠까요?")
    expect(main.get_by_role("row", name="상담")).to_contain_text("2")
    expect(main).to_contain_text("확인된 연락처가 있는 쪽이에요.")
    page.get_by_role("button", name="합치기").press("Enter")
    expect(desk.toasts).to_contain_text("나무 님과 합쳤어요")
    expect(panel).to_contain_text("상담원이 확인했어요")
    other = panel.locator("li.other").filter(has_text="환불은 언제 되나요")
    expect(other).to_be_visible()
    # Undone from the toast, and the page follows by itself.
    desk.toasts.get_by_role("button", name="되돌리기").click()
    expect(other).to_have_count(0)
    expect(panel).not_to_contain_text("상담원이 확인했어요")

    # Joined again from the suggestion, and undone later from the customer's own page.
    panel.get_by_role("link", name="합쳐 보기").click()
    page.get_by_role("button", name="합치기").click()
    expect(desk.toasts).to_contain_text("합쳤어요")
    other.locator("summary").press("Enter")
    expect(other.locator(".last-words")).to_contain_text("환불은 언제 되나요")
    panel.get_by_role("link", name="전체 보기").first.click()
    desk.is_live()
    page.get_by_role("button", name="되돌리기").last.click()
    expect(page.locator("#person")).not_to_contain_text("환불은 언제 되나요")


def test_the_past_is_sifted_and_stays_so_when_it_is_read_again(
    majung: MajungServer, agent_at: Sits
) -> None:
    desk = agent_at(majung).open("컵이 깨져서 왔어요", view="all").is_live()
    page, panel = desk.page, desk.panel
    expect(panel).to_contain_text("페이지를 봄")
    panel.get_by_role("link", name="주문", exact=True).press("Enter")
    expect(panel).not_to_contain_text("페이지를 봄")
    expect(panel).to_contain_text("주문함")
    expect(page).to_have_url(re.compile("only=order"))
    # Something happens, so the panel is read again: it shows the same category still.
    with page.expect_response(re.compile("/panel")) as read:
        page.keyboard.press("a")
    assert "only=order" in read.value.url
    expect(panel.get_by_role("link", name="주문", exact=True)).to_have_attribute(
        "aria-current", "true"
    )
    expect(panel).not_to_contain_text("페이지를 봄")
    page.reload()
    expect(panel).to_contain_text("주문함")
    expect(panel).not_to_contain_text("페이지를 봄")


def test_pictures_by_keyboard_and_back_to_their_message(
    majung: MajungServer, agent_at: Sits
) -> None:
    desk = agent_at(majung).open("컵이 깨져서 왔어요", view="all").is_live()
    page, panel = desk.page, desk.panel
    panel.get_by_text("파일", exact=True).press("Enter")
    pictures = panel.locator("a[data-picture]")
    expect(pictures).to_have_count(3)
    pictures.first.press("ArrowRight")
    expect(pictures.nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    viewer = page.get_by_role("dialog", name="사진 보기")
    expect(viewer).to_contain_text("2 / 3")
    expect(viewer.get_by_role("img")).to_have_js_property("naturalWidth", 122)
    page.keyboard.press("ArrowRight")
    expect(viewer).to_contain_text("사진1.png")
    expect(viewer).to_contain_text("3 / 3")
    page.keyboard.press("Escape")
    expect(viewer).to_have_count(0)
    expect(pictures.nth(2)).to_be_focused()
    page.keyboard.press("Enter")
    viewer.get_by_role("link", name="메시지로 가기").press("Enter")
    expect(desk.said("사진 1번이에요")).to_be_focused()


def test_a_picture_comes_while_one_looks_at_the_files(
    majung: MajungServer, customer_at: Comes, agent_at: Sits
) -> None:
    chat = customer_at(majung).visit().open()
    chat.write("사진을 보낼게요")
    desk = agent_at(majung).open("사진을 보낼게요").is_live()
    desk.panel.get_by_text("파일", exact=True).press("Enter")
    expect(desk.panel).to_contain_text("이 상담에는 아직 파일이 없어요")
    box: FilePayload = {"name": "상자.png", "mimeType": "image/png", "buffer": picture(140, 90)}
    chat.write("이거예요", files=[box])
    expect(desk.panel.locator("a[data-picture]")).to_have_count(1)


def test_a_picture_comes_while_one_looks_at_the_whole_person(
    majung: MajungServer, customer_at: Comes, agent_at: Sits
) -> None:
    chat = customer_at(majung).visit().open()
    chat.write("사진은 곧 보낼게요")
    desk = agent_at(majung).open("사진은 곧 보낼게요")
    desk.panel.get_by_role("link", name="전체 보기").first.click()
    files = desk.is_live().page.locator("#customer-files")
    files.scroll_into_view_if_needed()
    expect(files).to_contain_text("주고받은 파일이 아직 없어요")
    box: FilePayload = {"name": "상자.png", "mimeType": "image/png", "buffer": picture(140, 90)}
    chat.write("이거예요", files=[box])
    expect(files.locator("a[data-picture]")).to_have_count(1)


def test_a_follower_hears_of_the_customer_and_is_seen_among_those_who_took_part(
    majung: MajungServer, customer_at: Comes, agent_at: Sits
) -> None:
    chat = customer_at(majung).visit().open()
    chat.write("문의드려요")
    desk = agent_at(majung).open("문의드려요").is_live()
    desk.page.keyboard.press("w")
    expect(desk.toasts).to_contain_text("고객이 쓰면 알려 드릴게요")
    expect(desk.page.get_by_role("button", name="알림 받는 중")).to_be_visible()
    panel = desk.panel
    panel.get_by_text("참여자", exact=True).press("Enter")
    expect(panel.get_by_role("listitem").filter(has_text="한지우")).to_contain_text("알림 받음")
    other = agent_at(majung, "seoyeon@ondam.test").open("문의드려요").is_live()
    other.take()
    row = panel.get_by_role("listitem").filter(has_text="박서연")
    expect(row).to_contain_text("담당")
    expect(row).to_contain_text("보는 중")
    desk.list("closed").is_live()
    chat.write("아직 안 됐나요")
    expect(desk.page.get_by_role("link", name="읽지 않은 알림 1개")).to_be_visible()
    desk.page.goto(f"{majung.url}/desk/notices/")
    expect(desk.page.get_by_role("main")).to_contain_text("아직 안 됐나요")


def test_the_page_of_a_customer_is_live_and_waits_while_one_reads_further_down(
    majung: MajungServer, customer_at: Comes, agent_at: Sits
) -> None:
    chat = customer_at(majung).visit().open()
    chat.write("처음 여쭤봐요")
    desk = agent_at(majung).open("처음 여쭤봐요").is_live()
    page = desk.page
    desk.panel.get_by_role("link", name="전체 보기").first.click()
    desk.is_live()
    person = page.locator("#person")
    expect(person).to_contain_text("메시지를 보냄")
    chat.write("하나 더 있어요")
    expect(person).to_contain_text("메시지를 보냄 ×2")
    page.set_viewport_size({"width": 1000, "height": 300})
    page.locator("main").evaluate("main => main.scrollTo(0, 200)")
    chat.write("그리고 또 하나요")
    bar = page.get_by_role("button", name="새 소식 1개")
    expect(bar).to_be_visible()
    expect(person).to_contain_text("메시지를 보냄 ×2")
    bar.click()
    expect(person).to_contain_text("메시지를 보냄 ×3")
    expect(bar).to_have_count(0)

"""An admin opens a new brand for customers: channel, team, colleague, ledger."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.servers import MajungServer
from tests.stories.chat import Chat
from tests.stories.conftest import seeded
from tests.stories.desk import Desk
from tests.stories.shop import Shop

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ADMIN = "sera@ondam.test"
Sits = Callable[..., Desk]


def go(page: Page, section: str, button: str) -> None:
    page.get_by_role("navigation", name="설정").get_by_role("link", name=section).click()
    page.get_by_role("link", name=button).first.click()


def make(page: Page) -> None:
    page.get_by_role("button", name="만들기", exact=True).click()


def test_from_a_new_brand_to_the_first_answer(
    majung: MajungServer,
    customer_at: Callable[..., Chat],
    agent_at: Sits,
    somebody: Callable[..., BrowserContext],
    shop: Shop,
) -> None:
    admin = agent_at(majung, ADMIN)
    page = admin.page
    page.goto(f"{majung.url}/setup/")
    go(page, "브랜드", "브랜드 만들기")
    page.get_by_label("이름", exact=True).fill("새봄")
    page.get_by_label("주소 이름").fill("saebom")
    make(page)
    expect(page.get_by_role("status").filter(has_text="만들었어요")).to_be_visible()
    go(page, "채널 계정", "위젯 만들기")
    page.get_by_label("이름", exact=True).fill("새봄 채팅")
    page.get_by_label("브랜드", exact=True).select_option("새봄")
    page.get_by_label("위젯을 띄워도 되는 곳").fill(shop.origin)
    make(page)
    snippet = page.locator("#snippet")
    expect(snippet).to_contain_text(f'src="{majung.url}/widget.js"')
    key = snippet.inner_text().split('data-key="')[1].partition('"')[0]
    go(page, "팀", "팀 만들기")
    page.get_by_label("이름", exact=True).fill("새봄 고객지원")
    page.get_by_label("새봄", exact=True).check()
    make(page)
    go(page, "상담원", "초대하기")
    page.get_by_label("이메일").fill("bom@saebom.test")
    page.get_by_label("이름", exact=True).fill("신입")
    page.get_by_label("새봄 고객지원").check()
    page.get_by_role("button", name="링크 만들기").click()
    link = page.locator("#link").inner_text().strip()

    newcomer = somebody().new_page()
    newcomer.goto(link)
    newcomer.get_by_label("이름", exact=True).fill("문보미")
    newcomer.get_by_label("비밀번호", exact=True).fill("봄바람이 부는 언덕길")
    newcomer.get_by_label("비밀번호 한 번 더").fill("봄바람이 부는 언덕길")
    newcomer.get_by_role("button", name="시작하기").click()
    newcomer.wait_for_url("**/desk/**")

    chat = customer_at(majung).visit(key=key).open()
    chat.write("첫 손님이에요")
    chat.shows("첫 손님이에요")
    desk = Desk(newcomer, majung.url).open("첫 손님이에요").is_live()
    desk.reply("어서 오세요!")
    expect(chat.said("어서 오세요!")).to_contain_text("문보미")

    page.get_by_role("navigation", name="설정").get_by_role("link", name="접수 장부").click()
    line = page.get_by_role("row").filter(has_text="새봄 채팅")
    expect(line).to_contain_text("처리함")
    expect(line).to_contain_text("이어지는 상담이 없어서 새 상담을 열었어요")


def test_a_widget_does_not_open_on_a_page_that_is_not_allowed(
    majung: MajungServer, agent_at: Sits, customer_at: Callable[..., Chat], shop: Shop
) -> None:
    admin = agent_at(majung, ADMIN).page
    admin.goto(f"{majung.url}/setup/channels/new/webchat")
    admin.get_by_label("이름", exact=True).fill("남의 집 채팅")
    admin.get_by_label("브랜드", exact=True).select_option("온담")
    admin.get_by_label("위젯을 띄워도 되는 곳").fill("https://shop.example")
    make(admin)
    key = admin.locator("#snippet").inner_text().split('data-key="')[1].partition('"')[0]
    chat = customer_at(majung)
    with chat.page.expect_console_message(lambda message: "frame-ancestors" in message.text):
        chat.visit(key=key)
        chat.page.get_by_role("button", name="상담 열기").click()
    expect(chat.field).to_have_count(0)


def test_a_failed_item_is_retried(
    own_majung: Callable[..., MajungServer], agent_at: Sits, tmp_path: Path
) -> None:
    majung = own_majung(MAJUNG_CHANNELS="flaky=tests.stories.flaky_channel")
    cure = tmp_path / "cure"
    seeded(majung, f"fail({str(cure)!r})")
    page = agent_at(majung, ADMIN).page
    page.goto(f"{majung.url}/setup/")
    page.get_by_role("main").get_by_role("link", name="접수 장부").click()
    failed = page.get_by_role("row").filter(has_text="실패")
    failed.get_by_role("button", name="다시 처리").click()
    expect(page.get_by_role("status").filter(has_text="또 실패했어요")).to_be_visible()
    cure.touch()
    failed.get_by_role("button", name="다시 처리").click()
    expect(page.get_by_role("status").filter(has_text="다시 처리했어요")).to_be_visible()
    page.goto(f"{majung.url}/desk/unassigned/")
    page.locator("#rows .row").filter(has_text="처음 보는 형식의 글").click()
    expect(page.locator("#thread")).to_contain_text("처음 보는 형식의 글")

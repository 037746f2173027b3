"""An admin connects a mailbox, breaks its password, is told, repairs it, and nothing was lost."""

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.channels.mail.dovecot import PLAIN_PASSWORD, USER, DovecotServer
from tests.conftest import missing
from tests.servers import MajungServer, ServerMissingError
from tests.stories.desk import Desk

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.only_on("sqlite")]

ADMIN = "sera@ondam.test"


@pytest.fixture
def dovecot() -> Iterator[DovecotServer]:
    try:
        server = DovecotServer()
    except ServerMissingError as error:
        missing(str(error))
    server.start()
    yield server
    server.remove()


def mail(subject: str, *, number: int) -> bytes:
    return (
        f"From: 김하늘 <haneul{number}@mail.test>\r\nTo: help@ondam.test\r\n"
        f"Subject: {subject}\r\nMessage-ID: <{number}@mail.test>\r\n"
        f"Date: Mon, 02 Nov 2026 10:00:0{number} +0900\r\n"
        f"Content-Type: text/plain; charset=utf-8\r\n\r\n{subject}\r\n"
    ).encode()


def faults(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found]


def fill(page: Page, server: DovecotServer) -> None:
    page.get_by_label("이름", exact=True).fill("온담 메일")
    page.get_by_label("브랜드", exact=True).select_option("온담")
    page.get_by_label("고객이 쓰는 우리 주소").fill("온담 고객지원 <help@ondam.test>")
    page.get_by_label("메일 서비스").select_option("네이버 메일")
    expect(page.locator("[name=smtp_host]")).to_have_value("smtp.naver.com")
    expect(page.locator("#mail-hint")).to_contain_text("애플리케이션 비밀번호")
    page.get_by_label("메일 서비스").select_option("직접 입력")
    page.locator("[name=imap_host]").fill("127.0.0.1")
    page.locator("[name=imap_port]").fill(str(server.port))
    page.locator("[name=imap_security]").select_option("none")
    page.locator("[name=imap_user]").fill(USER)
    page.locator("[name=imap_password]").fill(PLAIN_PASSWORD)


def publish(page: Page, password: str) -> None:
    page.locator("[name=imap_password]").fill(password)
    page.get_by_role("button", name="게시").click()
    expect(page.get_by_role("status").filter(has_text="비밀번호를 저장했어요")).to_be_visible()


def test_a_mailbox_breaks_and_is_mended_without_losing_a_mail(
    own_majung: Callable[..., MajungServer],
    agent_at: Callable[..., Desk],
    dovecot: DovecotServer,
) -> None:
    majung = own_majung(MAJUNG_OUTBOUND_ALLOW="127.0.0.1")
    page = agent_at(majung, ADMIN).page
    page.goto(f"{majung.url}/setup/channels/")
    page.get_by_role("link", name="메일함 연결").click()
    fill(page, dovecot)
    page.get_by_role("button", name="받기 시험").click()
    log = page.locator("#trial-receiving")
    expect(log).to_contain_text("로그인했어요.")
    expect(log).to_contain_text("INBOX 폴더를 읽을 수 있어요.")
    assert faults(page) == []
    page.get_by_role("button", name="만들기", exact=True).click()
    health = page.get_by_role("region", name="메일함의 상태")
    expect(health).to_be_visible()
    mailbox = page.url

    def is_in_state(words: str) -> None:
        for _ in range(40):
            page.goto(mailbox)
            if words in health.inner_text():
                return
            page.wait_for_timeout(250)
        pytest.fail(f"the mailbox never said {words}: {health.inner_text()}")

    is_in_state("잘 받고 있음")
    dovecot.put([mail("첫 메일이에요", number=1)])
    desk = agent_at(majung)
    desk.open("첫 메일이에요")

    publish(page, "이게 아닌데")
    page.goto(f"{majung.url}/desk/notices/")
    told = page.get_by_role("link", name="메일함에 문제가 생겨서 사람이 손봐야 해요")
    expect(told).to_be_visible()
    assert faults(page) == []
    dovecot.put([mail("빈틈에 온 메일", number=2), mail("또 하나 왔어요", number=3)])
    told.click()
    expect(health).to_contain_text("로그인을 거절했어요")
    expect(health).to_contain_text("비밀번호를 다시 적어 게시하면")
    assert faults(page) == []

    publish(page, PLAIN_PASSWORD)
    desk.open("빈틈에 온 메일")
    desk.open("또 하나 왔어요")
    is_in_state("잘 받고 있음")
    page.goto(f"{majung.url}/desk/notices/")
    expect(page.get_by_role("link", name="메일함이 다시 잘 돼요")).to_be_visible()

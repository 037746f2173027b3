"""A stranger chats: reload, offline, two tabs, a killed server; nothing is lost or doubled."""

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Error, FilePayload, expect

from tests.servers import MajungServer
from tests.stories.chat import Chat
from tests.stories.desk import Desk
from tests.stories.shop import Shop

pytestmark = [pytest.mark.browser, pytest.mark.slow]

RECEIPT: FilePayload = {"name": "영수증.txt", "mimeType": "text/plain", "buffer": b"12,000 won"}
Comes = Callable[..., Chat]
Sits = Callable[..., Desk]


def test_words_and_a_file_are_there_after_a_reload_and_on_the_desk(
    majung: MajungServer, customer_at: Comes, agent_at: Sits
) -> None:
    chat = customer_at(majung).visit().open()
    chat.write("안녕하세요, 영수증이 맞나요?", files=[RECEIPT])
    chat.write("주문은 어제 했어요")
    chat.shows("안녕하세요, 영수증이 맞나요?", "주문은 어제 했어요")
    chat.page.reload()
    chat.shows("안녕하세요, 영수증이 맞나요?", "주문은 어제 했어요")
    desk = agent_at(majung).open("주문은 어제 했어요")
    expect(desk.received).to_have_text(["안녕하세요, 영수증이 맞나요?", "주문은 어제 했어요"])
    with desk.page.expect_download() as download:
        desk.thread.get_by_role("link", name="영수증.txt").click()
    assert download.value.path().read_bytes() == RECEIPT["buffer"]
    address = chat.frame.get_by_role("link", name="영수증.txt").get_attribute("href")
    assert chat.page.request.get(str(address)).body() == RECEIPT["buffer"]


def test_states_go_from_sent_to_read_on_both_sides(
    majung: MajungServer, customer_at: Comes, agent_at: Sits
) -> None:
    chat = customer_at(majung).visit().open()
    chat.write("재입고는 언제인가요?")
    expect(chat.said("재입고는 언제인가요?")).to_contain_text("보냄")
    desk = agent_at(majung).open("재입고는 언제인가요?").is_live()
    expect(chat.said("재입고는 언제인가요?")).to_contain_text("읽음")
    chat.page.get_by_role("button", name="상담 닫기").click()
    desk.reply("다음 주 월요일이에요.")
    expect(desk.said("다음 주 월요일이에요.").locator(".state")).to_have_text("전달됨")
    chat.page.get_by_role("button", name="상담 열기, 새 메시지 1개").click()
    expect(chat.said("다음 주 월요일이에요.")).to_contain_text("한지우")
    expect(desk.said("다음 주 월요일이에요.").locator(".state")).to_have_text("읽음")
    expect(chat.page.get_by_role("button", name="상담 닫기", exact=True)).to_be_visible()


def test_what_is_written_offline_waits_and_arrives_once_and_in_order(
    majung: MajungServer, customer_at: Comes, agent_at: Sits, shop: Shop
) -> None:
    chat = customer_at(majung).visit().open()
    chat.write("지하철에서 쓰는 글이에요")
    chat.shows("지하철에서 쓰는 글이에요")
    second = Chat(chat.page.context.new_page(), shop, majung.url).visit().open()
    chat.page.context.set_offline(True)
    chat.write("터널이라 끊겼어요")
    chat.write("두 번째 줄도 써 둘게요")
    expect(chat.waiting).to_have_count(2)
    expect(chat.waiting.first).to_contain_text("보내는 중")
    expect(chat.status).to_contain_text("인터넷 연결이 끊겼어요")
    with pytest.raises(Error, match="INTERNET_DISCONNECTED"):
        chat.page.reload()
    expect(second.waiting).to_have_count(2)
    second.page.context.set_offline(False)
    second.shows("지하철에서 쓰는 글이에요", "터널이라 끊겼어요", "두 번째 줄도 써 둘게요")
    chat.visit()
    chat.shows("지하철에서 쓰는 글이에요", "터널이라 끊겼어요", "두 번째 줄도 써 둘게요")
    desk = agent_at(majung).open("두 번째 줄도 써 둘게요")
    expect(desk.received).to_have_text(
        ["지하철에서 쓰는 글이에요", "터널이라 끊겼어요", "두 번째 줄도 써 둘게요"]
    )


def test_two_tabs_show_the_same_without_doubles(
    majung: MajungServer, customer_at: Comes, shop: Shop
) -> None:
    first = customer_at(majung).visit().open()
    second = Chat(first.page.context.new_page(), shop, majung.url).visit().open()
    first.write("첫 탭에서")
    expect(second.mine).to_have_text(["첫 탭에서"])
    second.write("둘째 탭에서")
    first.shows("첫 탭에서", "둘째 탭에서")
    second.shows("첫 탭에서", "둘째 탭에서")


def test_a_killed_server_loses_and_doubles_nothing(
    own_majung: Callable[..., MajungServer], customer_at: Comes, agent_at: Sits
) -> None:
    majung = own_majung()
    chat = customer_at(majung).visit().open()
    texts = [f"글 {number}" for number in range(8)]
    for number, text in enumerate(texts):
        chat.write(text)
        if number == 3:
            majung.kill()
    expect(chat.status).to_contain_text("지금 서버에 닿지 않아요")
    chat.visit()
    time.sleep(0.5)
    majung.start()
    chat.visit()
    chat.shows(*texts)
    desk = agent_at(majung).open(texts[-1])
    expect(desk.received).to_have_text(texts)
    desk.is_live().reply("모두 잘 받았어요.")
    expect(chat.said("모두 잘 받았어요.")).to_have_count(1)


def test_where_the_browser_forbids_the_frame_a_storage_nothing_is_lost(
    own_majung: Callable[..., MajungServer], customer_at: Comes, shop: Shop
) -> None:
    majung = own_majung()
    chat = customer_at(majung).visit(at=shop.elsewhere).open()
    frame = next(one for one in chat.page.frames if one.url.startswith(majung.url))
    with pytest.raises(Error, match="SecurityError"):
        frame.evaluate("() => localStorage.length")
    chat.write("시크릿 창이에요")
    chat.shows("시크릿 창이에요")
    majung.kill()
    chat.write("끊긴 사이에 쓴 글")
    expect(chat.waiting).to_have_count(1)
    chat.field.fill("쓰다 만 글")
    chat.visit(at=shop.elsewhere)
    majung.start()
    chat.visit(at=shop.elsewhere)
    chat.shows("시크릿 창이에요", "끊긴 사이에 쓴 글")
    expect(chat.field).to_have_value("쓰다 만 글")
    chat.field.press("Enter")
    chat.shows("시크릿 창이에요", "끊긴 사이에 쓴 글", "쓰다 만 글")
    kept = chat.page.evaluate(
        "() => Object.keys(localStorage).filter((name) => /:out:|:draft$/.test(name))"
    )
    assert kept == []


def test_first_words_that_never_reached_the_server_are_sent_at_the_next_visit(
    own_majung: Callable[..., MajungServer], customer_at: Comes, agent_at: Sits
) -> None:
    majung = own_majung()
    chat = customer_at(majung).visit()
    chat.page.route("**/session", lambda route: route.abort())
    chat.page.get_by_role("button", name="상담 열기").click()
    chat.write("처음 뵙겠습니다")
    expect(chat.waiting).to_have_count(1)
    chat.page.get_by_role("button", name="상담 닫기", exact=True).click()
    chat.page.unroute("**/session")
    # Nobody opens the widget again: the next page sends what waits.
    chat.visit()
    desk = agent_at(majung).list()
    expect(desk.row("처음 뵙겠습니다")).to_be_visible()

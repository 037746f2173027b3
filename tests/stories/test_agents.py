"""Two agents on one conversation: each sees the other, nobody is answered twice."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.servers import MajungServer
from tests.stories.chat import Chat
from tests.stories.desk import Desk

pytestmark = [pytest.mark.browser, pytest.mark.slow]

COLLEAGUE = "seoyeon@ondam.test"
Comes = Callable[..., Chat]
Sits = Callable[..., Desk]


def test_one_takes_it_and_the_other_sees_it_live(
    majung: MajungServer, customer_at: Comes, agent_at: Sits
) -> None:
    chat = customer_at(majung).visit().open()
    chat.write("교환하고 싶어요")
    jiwoo = agent_at(majung).open("교환하고 싶어요").is_live()
    seoyeon = agent_at(majung, COLLEAGUE).open("교환하고 싶어요").is_live()
    jiwoo.take()
    expect(jiwoo.toasts).to_contain_text("내가 맡았어요")
    expect(seoyeon.page.locator("#head")).to_contain_text("담당 한지우")
    expect(seoyeon.thread).to_contain_text("한지우 님이 맡았어요")
    expect(seoyeon.row("교환하고 싶어요")).to_have_count(0)


def test_who_acts_on_an_old_screen_is_told_plainly(
    majung: MajungServer, customer_at: Comes, agent_at: Sits
) -> None:
    chat = customer_at(majung).visit().open()
    chat.write("환불은 언제 되나요")
    jiwoo = agent_at(majung).open("환불은 언제 되나요").is_live()
    seoyeon = agent_at(majung, COLLEAGUE).open("환불은 언제 되나요").is_live()
    # The colleague's screen hears nothing for a while, but what one does still gets through.
    seoyeon.page.route("**/live?*", lambda route: route.abort())
    seoyeon.page.route("**/thread?*", lambda route: route.abort())
    jiwoo.take()
    jiwoo.reply("사흘 안에 돌려드려요.")
    seoyeon.take()
    expect(seoyeon.toasts).to_contain_text("그사이 한지우 님이 먼저 맡았어요")
    seoyeon.types("오늘 돌려드려요.")
    seoyeon.field.press("Enter")
    expect(seoyeon.composer.get_by_role("alert")).to_contain_text(
        "그사이 한지우 님이 먼저 답했어요"
    )
    seoyeon.holds("오늘 돌려드려요.")
    seoyeon.page.unroute_all()
    seoyeon.page.reload()
    expect(seoyeon.said("사흘 안에 돌려드려요.")).to_be_visible()
    seoyeon.holds("오늘 돌려드려요.")
    expect(chat.said("사흘 안에")).to_be_visible()
    expect(chat.said("오늘 돌려드려요.")).to_have_count(0)


def test_both_write_at_once_and_notes_stay_inside(
    majung: MajungServer, customer_at: Comes, agent_at: Sits
) -> None:
    chat = customer_at(majung).visit().open()
    chat.write("색이 사진과 달라요")
    jiwoo = agent_at(majung).open("색이 사진과 달라요").is_live()
    seoyeon = agent_at(majung, COLLEAGUE).open("색이 사진과 달라요").is_live()
    jiwoo.types("사진을 볼 수 있을까요?")
    seoyeon.note("지난주에도 같은 문의가 있었어요")
    expect(jiwoo.said("지난주에도 같은 문의가 있었어요")).to_contain_text("내부 메모")
    jiwoo.holds("사진을 볼 수 있을까요?")
    jiwoo.field.press("Enter")
    expect(seoyeon.said("사진을 볼 수 있을까요?")).to_be_visible()
    expect(chat.said("사진을 볼 수 있을까요?")).to_be_visible()
    chat.page.reload()
    expect(chat.said("사진을 볼 수 있을까요?")).to_be_visible()
    expect(chat.said("같은 문의")).to_have_count(0)


def test_a_double_click_sends_once(
    majung: MajungServer, customer_at: Comes, agent_at: Sits
) -> None:
    chat = customer_at(majung).visit().open()
    chat.write("언제 도착하나요")
    desk = agent_at(majung).open("언제 도착하나요").is_live()
    desk.types("내일 도착해요.")
    desk.composer.get_by_role("button", name="보내기").dblclick()
    expect(chat.said("내일 도착해요.")).to_have_count(1)
    desk.reply("고맙습니다.")
    expect(chat.said("고맙습니다.")).to_have_count(1)
    expect(chat.said("내일 도착해요.")).to_have_count(1)
    expect(desk.said("내일 도착해요.")).to_have_count(1)

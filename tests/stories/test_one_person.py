"""One person by chat, by form and signed in: one profile; a wrong merge is taken back."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.servers import MajungServer
from tests.stories import seed
from tests.stories.chat import Chat
from tests.stories.desk import Desk
from tests.stories.shop import token

pytestmark = [pytest.mark.browser, pytest.mark.slow]

Comes = Callable[..., Chat]
Sits = Callable[..., Desk]


def ask_by_form(
    somebody: Callable[..., BrowserContext],
    majung: MajungServer,
    *,
    name: str,
    email: str,
    text: str,
) -> str:
    """Ask without JavaScript; return the address of the request's page."""
    page = somebody(java_script_enabled=False).new_page()
    page.goto(f"{majung.url}/forms/{seed.FORM}")
    page.get_by_label("이름").fill(name)
    page.get_by_label("이메일").fill(email)
    page.get_by_label("주제").select_option("배송")
    page.get_by_label("내용").fill(text)
    page.get_by_role("button", name="보내기").click()
    expect(page.get_by_role("status")).to_contain_text("문의를 받았어요")
    return page.url


def test_by_chat_by_form_and_signed_in_is_one_profile(
    majung: MajungServer,
    customer_at: Comes,
    agent_at: Sits,
    somebody: Callable[..., BrowserContext],
) -> None:
    chat = customer_at(majung).visit().open()
    chat.write("로그인 없이 물어봐요")
    chat.shows("로그인 없이 물어봐요")
    request = ask_by_form(
        somebody, majung, name="한여름", email="summer@example.com", text="폼으로도 물어봐요"
    )
    identity = token("m-10", name="한여름", email="summer@example.com", email_verified=True)
    chat.visit(identity=identity)
    chat.shows("로그인 없이 물어봐요")
    chat.write("이제 로그인했어요")
    chat.shows("로그인 없이 물어봐요", "이제 로그인했어요")
    desk = agent_at(majung).open("이제 로그인했어요").is_live()
    expect(desk.panel.get_by_role("heading", level=3)).to_have_text("한여름")
    expect(desk.received).to_have_text(["로그인 없이 물어봐요", "이제 로그인했어요"])
    suggestion = desk.panel.locator("#suggestions")
    expect(suggestion).to_contain_text("s•••@example.com")
    suggestion.get_by_role("link", name="합쳐 보기").click()
    desk.page.get_by_role("button", name="합치기").click()
    expect(desk.toasts).to_contain_text("합쳤어요")
    expect(suggestion).to_have_count(0)
    expect(desk.panel.get_by_role("link", name="배송")).to_be_visible()
    desk.panel.get_by_role("link", name="전체 보기").first.click()
    for subject in ("배송", "로그인 없이 물어봐요"):
        expect(desk.page.get_by_role("main").get_by_role("link", name=subject)).to_be_visible()
    desk.open("폼으로도 물어봐요").is_live()
    desk.reply("폼의 답이에요.")
    page = somebody(java_script_enabled=False).new_page()
    page.goto(request)
    expect(page.get_by_role("main")).to_contain_text("폼의 답이에요.")


def test_a_wrong_merge_is_undone_and_each_has_their_own_talk(
    majung: MajungServer, customer_at: Comes, agent_at: Sits
) -> None:
    one = customer_at(majung).visit(identity=token("m-11", name="정가을")).open()
    other = customer_at(majung).visit(identity=token("m-12", name="정겨울")).open()
    one.write("가을의 말이에요")
    one.shows("가을의 말이에요")
    other.write("겨울의 말이에요")
    other.shows("겨울의 말이에요")
    desk = agent_at(majung).open("가을의 말이에요").is_live()
    desk.panel.get_by_role("link", name="찾아서 합치기").click()
    desk.page.get_by_label("고객 찾기").fill("정겨울")
    desk.page.get_by_role("button", name="찾기").click()
    desk.page.get_by_role("main").get_by_role("link", name="정겨울").click()
    desk.page.get_by_role("button", name="합치기").click()
    expect(desk.toasts).to_contain_text("합쳤어요")
    # Now one person, but each browser goes on with the conversation it has on screen.
    one.write("합친 뒤의 가을")
    one.shows("가을의 말이에요", "합친 뒤의 가을")
    desk.open("합친 뒤의 가을").is_live()
    expect(desk.received).to_have_text(["가을의 말이에요", "합친 뒤의 가을"])
    joined = desk.panel.get_by_role("listitem").filter(has_text="상담원이 확인했어요")
    joined.get_by_role("button", name="되돌리기").click()
    expect(desk.toasts).to_contain_text("합치기를 되돌렸어요")
    expect(desk.panel.get_by_role("heading", level=3)).to_have_text("정가을")
    desk.open("겨울의 말이에요")
    expect(desk.received).to_have_text(["겨울의 말이에요"])
    expect(desk.panel.get_by_role("heading", level=3)).to_have_text("정겨울")
    one.page.reload()
    one.shows("가을의 말이에요", "합친 뒤의 가을")
    other.page.reload()
    other.shows("겨울의 말이에요")

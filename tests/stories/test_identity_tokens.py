"""Who the shop says is signed in: proven, or not believed."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.servers import MajungServer
from tests.stories.chat import Chat
from tests.stories.desk import Desk
from tests.stories.shop import Shop, token

pytestmark = [pytest.mark.browser, pytest.mark.slow]

Comes = Callable[..., Chat]
Sits = Callable[..., Desk]


@pytest.mark.parametrize(
    ("identity", "reason"),
    [
        (token("m-1", secret="x" * 40, name="오하늘"), "identity_forged"),
        (token("m-1", age=3600, name="오하늘"), "identity_expired"),
    ],
    ids=["forged", "expired"],
)
def test_a_token_that_proves_nothing_leaves_a_guest(
    majung: MajungServer, customer_at: Comes, agent_at: Sits, identity: str, reason: str
) -> None:
    chat = customer_at(majung)
    with chat.page.expect_console_message(lambda message: reason in message.text):
        chat.visit(identity=identity).open()
    chat.write(f"손님으로 물어요 {reason}")
    chat.shows(f"손님으로 물어요 {reason}")
    desk = agent_at(majung).open(f"손님으로 물어요 {reason}")
    expect(desk.panel.get_by_role("heading", level=3)).to_contain_text("방문자")


def test_a_token_is_good_once(majung: MajungServer, customer_at: Comes, agent_at: Sits) -> None:
    used = token("m-2", name="박하늘")
    member = customer_at(majung).visit(identity=used).open()
    member.write("회원이 한 말이에요")
    member.shows("회원이 한 말이에요")
    thief = customer_at(majung)
    with thief.page.expect_console_message(lambda message: "identity_replayed" in message.text):
        thief.visit(identity=used).open()
    expect(thief.mine).to_have_count(0)
    thief.write("훔친 토큰으로 왔어요")
    thief.shows("훔친 토큰으로 왔어요")
    # The member's own page, shown again with the token it came with, goes on as before.
    member.page.reload()
    member.shows("회원이 한 말이에요")
    desk = agent_at(majung).open("회원이 한 말이에요")
    expect(desk.panel.get_by_role("heading", level=3)).to_have_text("박하늘")


def test_another_member_on_the_same_browser_reads_nothing_of_the_first(
    majung: MajungServer, customer_at: Comes, agent_at: Sits
) -> None:
    chat = customer_at(majung).visit(identity=token("m-3", name="김가람")).open()
    chat.write("가람의 비밀이에요")
    chat.shows("가람의 비밀이에요")
    chat.visit(identity=token("m-4", name="이나래"))
    expect(chat.frame.get_by_text("무엇을 도와드릴까요?")).to_be_visible()
    expect(chat.mine).to_have_count(0)
    chat.write("나래의 말이에요")
    chat.shows("나래의 말이에요")
    desk = agent_at(majung).open("나래의 말이에요")
    expect(desk.panel.get_by_role("heading", level=3)).to_have_text("이나래")
    desk.open("가람의 비밀이에요")
    expect(desk.panel.get_by_role("heading", level=3)).to_have_text("김가람")
    chat.visit(identity=token("m-3", name="김가람"))
    chat.shows("가람의 비밀이에요")


def test_on_a_page_of_another_site_whose_browser_blocks_storage_one_can_still_chat(
    majung: MajungServer, customer_at: Comes, agent_at: Sits, shop: Shop
) -> None:
    chat = customer_at(majung)
    address = shop.page(majung.url).replace(shop.origin, shop.elsewhere)
    chat.page.goto(address)
    chat.open().write("다른 사이트에서 물어요")
    chat.shows("다른 사이트에서 물어요")
    desk = agent_at(majung).open("다른 사이트에서 물어요").is_live()
    desk.reply("네, 잘 보여요.")
    expect(chat.said("네, 잘 보여요.")).to_be_visible()
    chat.page.reload()
    chat.shows("다른 사이트에서 물어요")

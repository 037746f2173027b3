"""A customer begins with a quick reply, gets a card, says how it was; another comes at night."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.servers import MajungServer
from tests.stories.chat import Chat
from tests.stories.conftest import seeded
from tests.stories.desk import Desk
from tests.stories.test_hours import faults

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.only_on("sqlite")]

ARROWS = ["ArrowRight"] * 3  # from the first of five words to the fourth


def test_a_talk_of_choices_and_cards_is_rated(
    own_majung: Callable[[], MajungServer],
    customer_at: Callable[..., Chat],
    agent_at: Callable[..., Desk],
) -> None:
    pressing = own_majung()
    seeded(pressing, "things_to_press()")
    customer = customer_at(pressing).visit().open()
    customer.frame.get_by_role("button", name="배송 조회").click()
    customer.shows("배송 조회")
    expect(customer.frame.get_by_role("button", name="교환·반품")).to_have_count(0)

    agent = agent_at(pressing).open("배송 조회")
    agent.is_live()
    agent.field.press_sequentially("/배송카드")
    expect(agent.page.get_by_role("option", name="배송 카드")).to_be_visible()
    agent.field.press("Enter")
    carried = agent.composer.get_by_text("카드 ‘주문 20261118-0042’ · 빠른 답장 2개")
    expect(carried).to_be_visible()
    _go_on_elsewhere(agent)
    expect(carried).to_be_visible()
    agent.field.press("Enter")
    card = agent.said("배송 중이에요").locator(".carried")
    expect(card).to_contain_text("주문 20261118-0042")
    expect(card.get_by_role("button")).to_have_count(0)

    shown = customer.said("배송 중이에요")
    expect(shown.get_by_role("link", name="배송 위치 보기")).to_have_attribute(
        "href", "https://shop.example/track"
    )
    customer.frame.get_by_role("button", name="문 앞에 놓아 주세요").click()
    customer.shows("배송 조회", "문 앞에 놓아 주세요")
    expect(shown.get_by_role("button", name="주소를 바꿀게요")).to_be_disabled()
    expect(agent.received).to_have_text(["배송 조회", "문 앞에 놓아 주세요"])

    expect(customer.said("문 앞에 놓아 주세요")).to_contain_text("읽음")
    agent.page.get_by_role("button", name="마치기").click()
    expect(agent.thread).to_contain_text("상담을 마쳤어요")
    rate_by_keyboard(customer)
    expect(agent.thread).to_contain_text("고객이 만족도를 4점(좋아요)으로 남겼어요: “금방 왔어요”")
    expect(agent.panel).to_contain_text("만족도를 4점으로 남김")
    customer.frame.get_by_role("button", name="처음 화면").click()
    expect(customer.frame.locator(".recent")).to_contain_text("만족도 4점")


def _go_on_elsewhere(agent: Desk) -> None:
    """Load the page anew in a browser that knows nothing of what was written."""
    written = agent.draft
    expect(agent.row("배송 조회")).to_contain_text("작성 중")
    agent.page.evaluate("localStorage.clear(); sessionStorage.clear()")
    agent.page.reload()
    agent.is_live()
    agent.holds(written)


def rate_by_keyboard(customer: Chat) -> None:
    """Say how it was without a pointer: a group of five, and a few words."""
    group = customer.frame.get_by_role("group", name="상담은 어떠셨어요?")
    expect(group.get_by_role("radio")).to_have_count(5)
    first = group.get_by_role("radio", name="아쉬워요", exact=True)
    first.focus()
    first.press("Space")
    for key in ARROWS:
        customer.page.keyboard.press(key)
    expect(group.get_by_role("radio", name="좋아요", exact=True)).to_be_checked()
    words = customer.frame.get_by_role("textbox", name="더 들려주실 말씀이 있나요?")
    words.fill("금방 왔어요")
    words.press("Tab")
    assert faults(customer.page) == []
    customer.page.keyboard.press("Enter")
    expect(customer.frame.get_by_text("고마워요. ‘좋아요’로 남겼어요.")).to_be_visible()


def test_who_comes_while_nobody_is_there_is_asked_first(
    own_majung: Callable[[], MajungServer],
    customer_at: Callable[..., Chat],
    agent_at: Callable[..., Desk],
) -> None:
    closed = own_majung()
    seeded(closed, "closed_and_asking()")
    customer = customer_at(closed).visit()
    customer.page.get_by_role("button", name="상담 열기").click()
    name = customer.frame.get_by_role("textbox", name="이름")
    name.fill("김하늘")
    expect(customer.field).to_be_hidden()
    _come_back(customer)
    expect(name).to_have_value("김하늘")
    begin = customer.frame.get_by_role("button", name="상담 시작하기")
    begin.click()
    expect(customer.frame.get_by_text("하나를 골라 주세요.")).to_be_visible()
    assert faults(customer.page) == []
    customer.frame.get_by_text("교환", exact=True).click()
    begin.click()
    customer.write("사이즈를 바꾸고 싶어요")

    contact = customer.frame.get_by_role("textbox", name="이메일 또는 휴대폰 번호")
    contact.fill("haneul@")
    contact.press("Enter")
    expect(customer.frame.get_by_text("다시 확인해 주세요")).to_be_visible()
    contact.fill("haneul@example.com")
    contact.press("Enter")
    expect(customer.frame.get_by_text("고마워요. 상담원이 볼 수 있게")).to_be_visible()

    agent = agent_at(closed).open("사이즈를 바꾸고 싶어요")
    expect(agent.page.locator("#ctx")).to_contain_text("문의 주제 교환")
    expect(agent.page.locator("#ctx")).to_contain_text("이메일 (답장을 받으려고 남김)")
    expect(agent.panel).to_contain_text("김하늘")
    expect(agent.thread).to_contain_text("고객이 이메일 주소를 남겼어요")


def _come_back(customer: Chat) -> None:
    """Load the page anew, as somebody does who went to look at something."""
    customer.page.reload()
    open_button = customer.page.get_by_role("button", name="상담 열기")
    if open_button.is_visible():
        open_button.click()

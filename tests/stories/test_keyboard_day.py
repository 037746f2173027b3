"""An agent's day by keyboard alone: thirty customers come, and nobody touches a mouse.

Each customer is called by an order's number, and each answer names it: what every one of them was
told at the end is compared word by word, so words in a wrong conversation are found.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import BrowserContext, Locator, expect

from tests.people import PASSWORD
from tests.servers import MajungServer, wait_until
from tests.stories.chat import Chat
from tests.stories.conftest import seeded
from tests.stories.desk import Desk
from tests.stories.guest import Guest
from tests.stories.hands import Hands

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FAMILY, GIVEN = "김이박최정", ["하늘", "서준", "지안", "도윤", "예린", "유나"]
NAMES = [f"{family}{given}" for given in GIVEN for family in FAMILY]
ASKED = {
    "배송": "배송이 언제 오나요?",
    "교환": "교환하고 싶어요",
    "환불": "환불은 언제 되나요?",
    "입고": "입고되면 알려 주세요",
    "파손": "파손되어 왔어요",
    "영수증": "영수증을 받고 싶어요",
}
BY_WIDGET = 3
NUMBER = re.compile(r"주문 (\d{4})")


@dataclass
class Day:
    """Who came, and what each of them must have been told when the day is over."""

    hands: Hands
    desk: Desk
    guests: dict[str, Guest] = field(default_factory=dict)
    chats: dict[str, Chat] = field(default_factory=dict)
    told: dict[str, list[str]] = field(default_factory=dict)

    @property
    def head(self) -> Locator:
        return self.hands.page.locator("#head")

    def owes(self, number: str, text: str) -> str:
        self.told[number].append(text)
        return text

    def leaves(self, number: str) -> None:
        """Its row goes from the list, and the keyboard is somewhere."""
        expect(self.desk.row(f"주문 {number}")).to_have_count(0)
        self.hands.is_somewhere(f"when {number} has left the list")

    def sent(self, text: str) -> None:
        expect(self.desk.said(text)).to_be_visible()
        self.desk.keeps("")


@pytest.fixture
def majung(own_majung: Callable[..., MajungServer]) -> MajungServer:
    server = own_majung()
    seeded(server, "desk_of_a_day()")
    return server


@pytest.fixture
def day(
    majung: MajungServer,
    somebody: Callable[..., BrowserContext],
    customer_at: Callable[..., Chat],
) -> Iterator[Day]:
    hands = Hands(somebody())
    day = Day(hands, Desk(hands.page, majung.url))
    topics = list(ASKED)
    for at, name in enumerate(NAMES):
        number = f"{1001 + at}"
        asked = f"주문 {number} {ASKED[topics[at % len(topics)]]}"
        day.told[number] = []
        if at < BY_WIDGET:
            chat = customer_at(majung).visit().open()
            chat.write(asked)
            chat.shows(asked)
            day.chats[number] = chat
        else:
            guest = Guest(majung.url, f"member-{number}", name)
            guest.writes(asked)
            day.guests[number] = guest
    yield day
    for guest in day.guests.values():
        guest.close()


def sign_in(hands: Hands, majung: MajungServer) -> None:
    hands.page.goto(f"{majung.url}/accounts/login/")
    for _ in range(6):
        hands.page.keyboard.press("Tab")
        if hands.page.evaluate("document.activeElement.name") == "login":
            break
    hands.type("jiwoo@ondam.test")
    hands.press("Tab")
    hands.type(PASSWORD)
    hands.page.keyboard.press("Enter")
    hands.page.wait_for_url("**/desk/mine/")
    hands.is_somewhere("on the first page")


def go_to(day: Day, name: str, view: str) -> None:
    day.hands.press("Control+k")
    day.hands.type(name)
    expect(day.hands.page.get_by_role("option").first).to_contain_text(name)
    day.hands.page.keyboard.press("Enter")
    day.hands.page.wait_for_url(f"**/desk/{view}/")
    day.desk.is_live()
    day.hands.is_somewhere("in the list")


def write(day: Day, key: str, text: str) -> None:
    """Begin to write with ``r`` or ``n``, wherever the keyboard is."""
    day.hands.press(key)
    expect(day.desk.field).to_be_focused()
    day.hands.type(text)


def out_of_the_field(day: Day) -> None:
    day.hands.press("Escape")
    expect(day.desk.field).not_to_be_focused()


def answer_from_a_template_and_close(day: Day, number: str) -> None:
    who = f"{day.guests[number].name} 님" if number in day.guests else "고객님"
    write(day, "r", "/ㅂㅅ")
    expect(day.hands.page.get_by_role("option", name="배송 확인")).to_be_visible()
    day.hands.press("Enter")
    day.desk.keeps(f"{who}의 택배를 바로 확인할게요.")
    day.hands.type(f" 주문 {number}번이에요.")
    text = day.owes(number, f"{who}의 택배를 바로 확인할게요. 주문 {number}번이에요.")
    day.desk.keeps(text)
    day.hands.press("Control+Shift+Enter")
    day.leaves(number)
    expect(day.head).to_contain_text("종료")
    out_of_the_field(day)


def take_tag_answer_close(day: Day, number: str) -> None:
    day.hands.press("a")
    expect(day.head).to_contain_text("담당 한지우")
    day.leaves(number)
    day.hands.press("t")
    expect(day.hands.page.get_by_role("option", name="교환 문의")).to_be_visible()
    day.hands.type("ㄱㅎ")
    day.hands.press("Enter")
    expect(day.head.get_by_role("button", name="교환 문의 태그 떼기")).to_be_visible()
    day.hands.press("Escape")
    text = day.owes(number, f"주문 {number}번을 교환해 드릴게요.")
    write(day, "r", text)
    day.hands.press("Enter")
    day.sent(text)
    out_of_the_field(day)
    day.hands.press("e")
    expect(day.head).to_contain_text("종료")


def call_a_colleague_press_answer_hold(day: Day, number: str) -> None:
    write(day, "n", "환불해도 될지 @ㅅㅇ")
    offered = day.hands.page.get_by_role("listbox", name="부를 동료").get_by_role("option")
    expect(offered).to_have_count(1)
    day.hands.press("Enter")
    day.hands.type(f"님이 {number}번을 봐 주세요")
    day.hands.press("Enter")
    expect(day.desk.thread.locator(".note .mention")).to_have_text("@박서연")
    out_of_the_field(day)
    day.hands.press("p", "Enter")
    expect(day.desk.thread).to_contain_text("우선순위를 긴급으로 바꿨어요")
    text = day.owes(number, f"주문 {number}번은 사흘 안에 환불돼요.")
    write(day, "r", text)
    day.hands.press("Enter")
    day.sent(text)
    out_of_the_field(day)
    day.hands.press("z")
    expect(day.head.get_by_role("button", name="고객이 쓸 때까지")).to_be_focused()
    day.hands.press("Enter")
    expect(day.head).to_contain_text("보류")
    day.leaves(number)


def answer_and_snooze(day: Day, number: str) -> None:
    text = day.owes(number, f"주문 {number}번 상품이 들어오면 알려 드릴게요.")
    write(day, "r", text)
    day.hands.press("Enter")
    day.sent(text)
    out_of_the_field(day)
    day.hands.press("z")
    expect(day.head.get_by_role("button", name="고객이 쓸 때까지")).to_be_focused()
    day.hands.press("ArrowDown", "Enter")
    expect(day.desk.toasts).to_contain_text("까지 보류했어요")
    day.leaves(number)


def hand_over(day: Day, number: str) -> None:
    day.hands.press("m")
    expect(day.head.get_by_role("button", name="온담 고객지원")).to_be_focused()
    day.hands.press("ArrowDown")
    expect(day.head.get_by_role("button", name="온담 물류")).to_be_focused()
    day.hands.press("Enter")
    expect(day.head).to_contain_text("담당 없음 · 온담 물류")
    day.leaves(number)


def take_back_and_close(day: Day, number: str) -> None:
    wrong = f"주문 {number}번 영수증은 없어요."
    write(day, "r", wrong)
    day.hands.press("Enter")
    expect(day.desk.said(wrong).get_by_role("button", name="취소")).to_be_visible()
    day.desk.keeps("")
    day.hands.press("Control+z")
    day.desk.keeps(wrong)
    expect(day.desk.said(wrong)).to_have_count(0)
    day.hands.press("Control+a")
    text = day.owes(number, f"주문 {number}번 영수증을 메일로 보냈어요.")
    day.hands.type(text)
    day.desk.keeps(text)
    day.hands.press("Control+Shift+Enter")
    day.leaves(number)
    expect(day.head).to_contain_text("종료")
    out_of_the_field(day)


WAYS = {
    "배송": answer_from_a_template_and_close,
    "교환": take_tag_answer_close,
    "환불": call_a_colleague_press_answer_hold,
    "입고": answer_and_snooze,
    "파손": hand_over,
    "영수증": take_back_and_close,
}


def open_next(day: Day) -> tuple[str, str]:
    """Open the row one is on, or the first; return its number and what it is about."""
    if not day.hands.row:
        day.hands.press("j")
    row = day.hands.row
    found = NUMBER.search(row)
    assert found, f"j stands on: {row}"
    day.hands.press("Enter")
    expect(day.desk.received.first).to_contain_text(found[0])
    expect(day.desk.field).to_be_visible()
    return found[1], next(topic for topic in ASKED if topic in row)


def find(day: Day, number: str) -> None:
    """Jump to a conversation by what was said in it."""
    day.hands.press("Control+k")
    day.hands.type(f"주문 {number}")
    hit = day.hands.page.get_by_role("option").filter(has=day.hands.page.locator("mark"))
    expect(hit).to_have_count(1)
    expect(hit).to_contain_text(number)
    for _ in range(10):
        if hit.get_attribute("aria-selected") == "true":
            break
        day.hands.press("ArrowDown")
    day.hands.page.keyboard.press("Enter")
    day.hands.page.wait_for_url("**/desk/c/**")
    expect(day.desk.received.first).to_contain_text(number)
    day.desk.is_live()
    day.hands.is_somewhere("in what was found")


def count(day: Day, view: str) -> int:
    page = day.hands.page.request.get(f"{day.desk.majung}/desk/{view}/").text()
    return len(set(re.findall(r'id="row-[0-9a-f-]+"', page)))


def are_all_told(day: Day) -> bool:
    return all(guest.told == day.told[number] for number, guest in day.guests.items())


def test_thirty_customers_and_no_mouse(majung: MajungServer, day: Day) -> None:
    hands, desk = day.hands, day.desk
    sign_in(hands, majung)
    # One is looked for first: the customer called about it.
    find(day, "1018")
    take_back_and_close(day, "1018")
    go_to(day, "미배정", "unassigned")
    rows = hands.page.locator("#rows .row")
    expect(rows).to_have_count(len(NAMES) - 1)
    hands.press("j", "j")
    expect(rows.nth(1)).to_be_focused()
    hands.press("k", "k")  # above the first there is nothing to go to
    expect(rows.nth(0)).to_be_focused()
    for left in range(len(NAMES) - 1, 0, -1):
        number, topic = open_next(day)
        WAYS[topic](day, number)
        expect(rows).to_have_count(left - 1)
    expect(hands.page.get_by_role("heading", name="기다리는 상담이 없어요")).to_be_visible()

    # One on hold writes again: it comes back, and is answered and closed.
    day.chats["1003"].write("주문 1003 고마워요")
    go_to(day, "내 상담", "mine")
    expect(desk.row("고마워요")).to_be_visible()
    open_next(day)
    thanks = day.owes("1003", "주문 1003번, 좋은 하루 보내세요.")
    write(day, "r", thanks)
    hands.press("Control+Shift+Enter")
    day.leaves("1003")
    expect(hands.page.get_by_role("heading", name="맡은 상담이 없어요")).to_be_visible()

    assert {view: count(day, view) for view in ("unassigned", "mine", "all", "held", "closed")} == {
        "unassigned": 0, "mine": 0, "all": 5, "held": 9, "closed": 16,
    }  # fmt: skip
    wait_until(lambda: are_all_told(day), what="every customer's answer", seconds=15)
    for number, chat in day.chats.items():
        told = chat.frame.locator("li.m[data-id]:not(.me) .b")
        expect(told).to_have_text(day.told[number])
    assert hands.lost == []
    assert hands.pointed == []

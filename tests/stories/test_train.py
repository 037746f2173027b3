"""An agent on a phone in a train: tunnels at any moment, and nothing lost, doubled or moved."""

import re
from collections.abc import Callable, Iterator
from itertools import islice

import pytest
from playwright.sync_api import Locator, Route, expect

from tests.servers import MajungServer, wait_until
from tests.stories.conftest import seeded, serving
from tests.stories.desk import Desk
from tests.stories.guest import Guest
from tests.stories.train import PHONE, Train

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.only_on("sqlite")]

Sits = Callable[..., Desk]
FAMILY, GIVEN = "김이박최정", ["하늘", "서준", "지안", "도윤", "예린", "유나"]
NAMES = iter([f"{family}{given}" for given in GIVEN for family in FAMILY])


@pytest.fixture(scope="module")
def majung(_planted: MajungServer) -> Iterator[MajungServer]:
    """A server of its own, with a long list in it."""
    with serving(_planted) as server:
        seeded(server, "crowd(28)")
        yield server


@pytest.fixture
def guests(majung: MajungServer) -> Iterator[list[Guest]]:
    """Five who were not there before."""
    come = [Guest(majung.url, f"member-{name}", name) for name in islice(NAMES, 5)]
    assert len(come) == 5
    for guest in come:
        guest.writes(f"{guest.name}, 기차에서 받을 글")
    yield come
    for guest in come:
        guest.close()


def open_talk(desk: Desk, text: str) -> None:
    """Tap on the row until it is open: in a tunnel one is told so, and taps again behind it."""
    for _ in range(8):
        row = desk.row(text)
        if row.is_visible():
            row.tap()
        try:
            expect(desk.thread).to_contain_text(text, timeout=4000)
        except AssertionError:
            continue
        return
    expect(desk.thread).to_contain_text(text)


def back_to_list(desk: Desk, text: str) -> None:
    desk.page.get_by_role("link", name="목록", exact=True).tap()
    expect(desk.row(text)).to_be_visible()


def send(desk: Desk, kind: str, text: str, train: Train) -> None:
    """Write and press once: behind the tunnel it goes out by itself."""
    desk.page.get_by_role("radio", name=kind).check(force=True)
    desk.types(text)
    train.go_on()
    desk.composer.get_by_role("button", name="보내기").tap()
    train.go_on()
    wait_until(lambda: not desk.draft, what=f"{text!r} is sent", seconds=35)
    expect(desk.composer.get_by_role("alert")).to_be_hidden()
    expect(desk.said(text)).to_have_count(1)


def press(desk: Desk, text: str) -> None:
    desk.types(text)
    desk.composer.get_by_role("button", name="보내기").tap()


def waits(desk: Desk) -> Locator:
    """The line that says whether a message waits for the network."""
    return desk.composer.locator(".waits")


def test_a_ride_through_tunnels(majung: MajungServer, guests: list[Guest], agent_at: Sits) -> None:
    desk = agent_at(majung, **PHONE).list("all").is_live()
    train = Train(desk.page, seed=20_261_122)
    for guest in guests:
        open_talk(desk, f"{guest.name}, 기차에서 받을 글")
        send(desk, "내부 메모", f"{guest.name} 님 댁에 확인했어요", train)
        send(desk, "답장", f"{guest.name} 님, 지금 기차라서 짧게 답해요.", train)
        back_to_list(desk, guest.name)
    assert train.tunnels >= len(guests)
    for guest in guests:
        guest.hears(f"{guest.name} 님, 지금 기차라서 짧게 답해요.")
    # In the office, on another screen: each note stands there once.
    office = agent_at(majung, "sera@ondam.test").list("all")
    for guest in guests:
        office.row(guest.name).click()
        expect(office.thread).to_contain_text(f"{guest.name}, 기차에서 받을 글")
        expect(office.said(f"{guest.name} 님 댁에 확인했어요")).to_have_count(1)
        expect(office.said("지금 기차라서 짧게 답해요.")).to_have_count(1)


def test_a_tunnel_says_so_keeps_what_is_typed_and_shows_what_came(
    majung: MajungServer, guests: list[Guest], agent_at: Sits
) -> None:
    first, second = guests[:2]
    desk = agent_at(majung, **PHONE).list("all").is_live()
    train = Train(desk.page, seed=7)
    open_talk(desk, f"{first.name}, 기차에서 받을 글")
    with train.tunnel():
        expect(desk.bar).to_contain_text("인터넷 연결이 끊겼어요")
        desk.field.press_sequentially("터널에서 쓰는 답")
        desk.composer.get_by_role("button", name="보내기").tap()
        expect(waits(desk)).to_contain_text("연결되면 보낼게요")
        first.writes("터널에 계신가요?")
        second.writes("저도 기다려요")
        # The browser throws the page away, as phones do with what was put aside.
        desk.page.reload()
        expect(desk.page.get_by_role("heading", name="지금은 서버에 닿지 않아요")).to_be_visible()
    expect(desk.thread).to_contain_text("터널에 계신가요?")
    desk.keeps("터널에서 쓰는 답")
    expect(desk.bar).to_be_hidden()
    desk.composer.get_by_role("button", name="보내기").tap()
    expect(desk.said("터널에서 쓰는 답")).to_have_count(1)
    back_to_list(desk, "저도 기다려요")
    first.hears("터널에서 쓰는 답")


def test_what_is_pressed_in_a_tunnel_goes_out_behind_it_by_itself(
    majung: MajungServer, guests: list[Guest], agent_at: Sits
) -> None:
    first, second, third = guests[:3]
    desk = agent_at(majung, **PHONE).list("all").is_live()
    train = Train(desk.page, seed=11)
    open_talk(desk, f"{first.name}, 기차에서 받을 글")
    with train.tunnel():
        press(desk, "터널에서 누른 답")
        expect(waits(desk)).to_contain_text("연결되면 보낼게요")
        expect(desk.field).to_be_editable()
        assert desk.draft == "터널에서 누른 답"
    expect(desk.said("터널에서 누른 답")).to_have_count(1)
    assert (desk.draft, waits(desk).inner_text().strip()) == ("", "")
    # Where the customer wrote meanwhile it waits for the agent.
    back_to_list(desk, first.name)
    open_talk(desk, f"{second.name}, 기차에서 받을 글")
    with train.tunnel():
        press(desk, "그럼 취소해 드릴게요")
        expect(waits(desk)).to_contain_text("연결되면 보낼게요")
        second.writes("아니요, 그냥 받을게요")
    expect(desk.composer.get_by_role("alert")).to_contain_text("그사이 고객이 글을 남겼어요")
    expect(desk.said("아니요, 그냥 받을게요")).to_be_attached()
    assert desk.draft == "그럼 취소해 드릴게요"
    # And who has changed or stopped it presses again.
    back_to_list(desk, second.name)
    open_talk(desk, f"{third.name}, 기차에서 받을 글")
    with train.tunnel():
        press(desk, "환불은 3만원이에요")
        expect(waits(desk)).to_contain_text("연결되면 보낼게요")
        desk.types("환불은 5만원이에요")
        expect(waits(desk)).to_contain_text("보내지 않았어요")
    expect(desk.bar).to_be_empty()
    press(desk, "환불은 5만원이에요")
    expect(desk.said("환불은 5만원이에요")).to_have_count(1)
    first.hears("터널에서 누른 답")
    third.hears("환불은 5만원이에요")
    told = [each for guest in (first, second, third) for each in guest.told]
    assert told == ["터널에서 누른 답", "환불은 5만원이에요"]


def test_an_answer_that_is_lost_behind_the_server_is_sent_once(
    majung: MajungServer, guests: list[Guest], agent_at: Sits
) -> None:
    first = guests[0]
    desk = agent_at(majung, **PHONE).list("all").is_live()
    open_talk(desk, f"{first.name}, 기차에서 받을 글")
    stored: list[int] = []

    def lose(route: Route) -> None:
        """The server has it; the word of that never comes back."""
        stored.append(route.fetch().status)
        route.abort("connectionreset")

    desk.page.route(re.compile(r"/(replies|notes)$"), lose)
    desk.types("한 번만 가야 하는 글")
    desk.composer.get_by_role("button", name="보내기").tap()
    expect(waits(desk)).to_contain_text("연결되면 보낼게요")
    # Looking at the page lets what is lost be lost.
    wait_until(lambda: bool(desk.draft) and len(stored) > 1, what="it is sent again", seconds=10)
    assert stored[:2] == [201, 200]
    desk.page.reload()
    desk.is_live()
    desk.page.unroute_all()
    if desk.draft:
        desk.composer.get_by_role("button", name="보내기").tap()
    expect(desk.said("한 번만 가야 하는 글")).to_have_count(1)
    first.hears("한 번만 가야 하는 글")
    assert desk.draft == ""
    # And nothing goes out later, either.
    desk.page.reload()
    expect(desk.said("한 번만 가야 하는 글")).to_have_count(1)
    assert first.told == ["한 번만 가야 하는 글"]


def test_who_comes_into_a_long_list_stays_in_it(
    majung: MajungServer, guests: list[Guest], agent_at: Sits
) -> None:
    desk = agent_at(majung, **PHONE).list("all").is_live()
    rows = desk.page.locator("#rows .row")
    expect(rows).to_have_count(30)
    for guest in guests:
        guest.writes(f"{guest.name}, 한 번 더 쓰는 글")
        expect(desk.row(f"{guest.name}, 한 번 더 쓰는 글")).to_be_visible()
    newcomer = Guest(majung.url, "newcomer", "홍길동")
    newcomer.writes("오늘 처음 왔어요")
    expect(rows.first).to_contain_text("오늘 처음 왔어요")
    desk.page.wait_for_timeout(1500)
    expect(rows.first).to_contain_text("오늘 처음 왔어요")
    expect(rows).to_have_count(30)
    newcomer.close()


def test_what_one_reads_stays_where_it_is(
    majung: MajungServer, guests: list[Guest], agent_at: Sits
) -> None:
    desk = agent_at(majung, **PHONE).list("all").is_live()
    train = Train(desk.page, seed=3)
    desk.page.locator("#rows").evaluate("rows => rows.scrollTop = 900")
    seen = desk.page.locator("#rows .row:nth-child(16)")
    words = seen.inner_text()
    place = seen.bounding_box()
    with train.tunnel():
        expect(desk.bar).to_contain_text("인터넷 연결이 끊겼어요")
        for guest in guests:
            guest.writes(f"{guest.name}, 터널 사이에 또 쓴 글")
    news = desk.page.get_by_role("button", name=re.compile("새 소식"))
    expect(news).to_be_visible()
    expect(desk.bar).to_be_hidden()
    assert (seen.inner_text(), seen.bounding_box()) == (words, place)
    news.tap()
    expect(desk.row(f"{guests[-1].name}, 터널 사이에 또 쓴 글")).to_be_in_viewport()

    # And so in a talk: who reads further up is not taken down.
    first = guests[0]
    for number in range(16):
        first.writes(f"{number}번째 줄이에요")
    open_talk(desk, "15번째 줄이에요")
    desk.thread.evaluate("thread => thread.scrollTop = 0")
    line = desk.said(f"{first.name}, 기차에서 받을 글")
    place = line.bounding_box()
    with train.tunnel():
        expect(desk.bar).to_contain_text("인터넷 연결이 끊겼어요")
        first.writes("터널 끝의 글")
    expect(desk.said("터널 끝의 글")).to_be_attached()
    expect(desk.bar).to_be_hidden()
    assert line.bounding_box() == place

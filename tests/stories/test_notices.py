"""A note calls a colleague: the bell, the list, a push to a browser; and each sees the other."""

import json
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.accounts.push_service import PushService, serving
from tests.core.browser_keys import BrowserKeys
from tests.servers import MajungServer
from tests.stories.chat import Chat
from tests.stories.desk import Desk

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.only_on("sqlite")]

COLLEAGUE = "seoyeon@ondam.test"
Comes = Callable[..., Chat]
Sits = Callable[..., Desk]

SUBSCRIBE = """async ({endpoint, keys}) => (await fetch("/desk/notices/browsers", {
  method: "POST",
  body: JSON.stringify({endpoint, keys}),
  headers: {"Content-Type": "application/json", "X-CSRFToken": document.body.dataset.csrf},
})).status"""
SHOWN = """async () => (await (await navigator.serviceWorker.ready).getNotifications())
  .map(({title, body, tag}) => [title, body, tag])"""


@pytest.fixture
def service() -> Iterator[PushService]:
    with serving() as running:
        yield running


def is_quiet(desk: Desk) -> None:
    expect(desk.page.locator("#bell")).to_have_attribute("data-bell", "0")


def test_a_colleague_is_called_hears_it_opens_it_and_it_is_read(
    majung: MajungServer, customer_at: Comes, agent_at: Sits
) -> None:
    customer_at(majung).visit().open().write("상자가 찌그러져서 왔어요")
    seoyeon = agent_at(majung, COLLEAGUE).list("mine").is_live()
    is_quiet(seoyeon)
    jiwoo = agent_at(majung).open("상자가 찌그러져서 왔어요").is_live()
    jiwoo.page.keyboard.press("n")
    jiwoo.field.press_sequentially("교환해도 될지 @ㅅㅇ")
    offered = jiwoo.page.get_by_role("listbox", name="부를 동료").get_by_role("option")
    expect(offered).to_have_count(1)
    expect(offered).to_contain_text("온담 고객지원")
    jiwoo.field.press("Enter")
    jiwoo.holds("교환해도 될지 @박서연 ")
    jiwoo.field.press_sequentially("님이 봐 주세요")
    jiwoo.field.press("Enter")
    expect(jiwoo.thread.locator(".note .mention")).to_have_text("@박서연")

    expect(seoyeon.page.get_by_role("link", name="읽지 않은 알림 1개")).to_be_visible()
    expect(seoyeon.page).to_have_title("(1) 내 상담 · 마중")
    seoyeon.page.keyboard.press("b")
    expect(seoyeon.page.locator("#notices")).to_contain_text("교환해도 될지 @박서연 님이 봐 주세요")
    seoyeon.page.get_by_role("link", name="한지우 님이 메모에서 불렀어요").click()
    expect(seoyeon.said("교환해도 될지")).to_be_visible()
    is_quiet(seoyeon)
    expect(seoyeon.page.locator("#presence")).to_contain_text("한지우 님이 함께 보고 있어요")
    expect(jiwoo.page.locator("#presence")).to_contain_text("박서연 님이 함께 보고 있어요")
    seoyeon.field.press_sequentially("네")
    expect(jiwoo.page.locator("#presence")).to_contain_text("박서연 님이 쓰고 있어요")
    # Called again while one looks: it is read before the bell can ring.
    jiwoo.note("고마워요 @박서연")
    expect(seoyeon.said("고마워요")).to_be_visible()
    is_quiet(seoyeon)
    seoyeon.list("mine")
    expect(jiwoo.page.locator("#presence")).to_be_empty()


def test_a_push_reaches_a_browser_that_is_not_looking(
    own_majung: Callable[..., MajungServer],
    customer_at: Comes,
    agent_at: Sits,
    service: PushService,
) -> None:
    server = own_majung(MAJUNG_OUTBOUND_ALLOW="127.0.0.1")
    customer_at(server).visit().open().write("반품 접수가 안 돼요")
    seoyeon, keys = agent_at(server, COLLEAGUE), BrowserKeys()
    seoyeon.page.goto(f"{server.url}/desk/notices/choices")
    seoyeon.page.get_by_role("checkbox", name="동료가 메모에서 나를 부를 때 푸시로").check()
    seoyeon.page.get_by_role("button", name="저장").click()
    expect(seoyeon.toasts).to_contain_text("저장했어요")
    said = {"endpoint": service.endpoint(), "keys": {"p256dh": keys.p256dh, "auth": keys.auth}}
    assert seoyeon.page.evaluate(SUBSCRIBE, said) == 201
    seoyeon.page.reload()
    expect(seoyeon.page.get_by_role("button", name="그만 받기")).to_be_visible()

    agent_at(server).open("반품 접수가 안 돼요").note("@박서연 도와주세요")
    for _ in range(100):
        if service.got:
            break
        seoyeon.page.wait_for_timeout(150)
    [(_path, headers, body)] = service.got
    payload = json.loads(keys.read(body))
    assert payload["title"] == "한지우 님이 메모에서 불렀어요"
    assert "도와주세요" not in payload["body"]
    assert headers["topic"] == payload["conversation"].replace("-", "")


def deliver(context: BrowserContext, page: Page, origin: str, payload: dict[str, str]) -> None:
    """Let the push service of this browser bring a message, as its maker's would."""
    session = context.new_cdp_session(page)
    found: list[str] = []
    session.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: found.extend(one["registrationId"] for one in event["registrations"]),
    )
    session.send("ServiceWorker.enable")
    page.wait_for_timeout(300)
    session.send(
        "ServiceWorker.deliverPushMessage",
        {"origin": origin, "registrationId": found[-1], "data": json.dumps(payload)},
    )
    page.wait_for_timeout(500)
    session.detach()


def test_the_worker_shows_what_is_pushed_and_stays_calm_offline(
    majung: MajungServer, customer_at: Comes, agent_at: Sits
) -> None:
    customer_at(majung).visit().open().write("색상 교환 문의예요")
    desk = agent_at(majung).list("unassigned").is_live()
    context, page = desk.page.context, desk.page
    context.grant_permissions(["notifications"], origin=majung.url)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    href = str(desk.row("색상 교환 문의예요").get_attribute("href"))
    conversation = href.split("/")[3]
    payload = {"title": "이하나 님이 답했어요", "body": "온담", "conversation": conversation}
    deliver(context, page, majung.url, payload)
    assert page.evaluate(SHOWN) == [["이하나 님이 답했어요", "온담", conversation]]
    # The later one takes the place of the first; on the conversation's own screen there is none.
    deliver(context, page, majung.url, payload | {"title": "한 번 더"})
    assert [title for title, *_rest in page.evaluate(SHOWN)] == ["한 번 더"]
    page.evaluate(
        "navigator.serviceWorker.ready.then((r) => r.getNotifications()).then((all) => all.forEach((n) => n.close()))"
    )
    page.goto(f"{majung.url}{href}")
    deliver(context, page, majung.url, payload)
    assert page.evaluate(SHOWN) == []

    context.set_offline(offline=True)
    page.goto(f"{majung.url}/desk/mine/")
    expect(page.get_by_role("heading", name="지금은 서버에 닿지 않아요")).to_be_visible()
    context.set_offline(offline=False)
    expect(page.get_by_role("heading", name="내 상담")).to_be_visible()

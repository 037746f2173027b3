"""A talk that pictures can be taken of: a member of the demo's shop asks, an agent answers."""

from typing import Final

from playwright.sync_api import FrameLocator, Page

ASKED: Final = "안녕하세요. 어제 받은 러닝화가 한 치수 작아요. 255로 바꿀 수 있을까요?"
ADDED: Final = "신발은 집에서만 신어 봤고 상자도 그대로 있어요."
NOTED: Final = "255는 물류에 세 켤레 남았어요. 오늘 잡아 둘게요."
ANSWERED: Final = "네, 255로 바꿔 드릴게요. 내일 기사님이 찾아가고, 새 상품은 모레 도착해요."
THANKED: Final = "와, 빠르네요. 고맙습니다! 상자는 어디에 두면 될까요?"


def play(customer: Page, agent: Page, base: str) -> None:
    """Let them talk; the agent has the conversation on screen, the customer the widget."""
    customer.goto(f"{base}/shop/dareum/?lang=ko")
    customer.locator("header form button").click()
    customer.locator("#majung button").first.click()
    widget = customer.frame_locator("#majung iframe")
    _write(widget, ASKED)
    _write(widget, ADDED)
    agent.goto(f"{base}/desk/all/")
    agent.locator("#rows .row").filter(has_text=ADDED).click()
    agent.locator("#thread .msg").filter(has_text=ASKED).wait_for()
    _say(agent, "내부 메모", NOTED)
    _say(agent, "답장", ANSWERED)
    # A reply may be taken back for ten seconds.
    widget.locator("li").filter(has_text=ANSWERED).wait_for(timeout=20_000)
    _write(widget, THANKED)
    agent.locator("#thread .msg").filter(has_text=THANKED).wait_for()


def _write(widget: FrameLocator, text: str) -> None:
    field = widget.get_by_role("textbox").first
    field.fill(text)
    field.press("Enter")
    widget.locator("li:not(.waiting)").filter(has_text=text).wait_for()


def _say(agent: Page, kind: str, text: str) -> None:
    agent.get_by_role("radio", name=kind).check(force=True)
    field = agent.locator("#composer").get_by_role("textbox")
    field.fill(text)
    field.press("Enter")
    agent.locator("#thread .msg").filter(has_text=text).wait_for()

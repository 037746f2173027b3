"""One key in the composer's editor, beside a thread of 2,000 messages, in a real browser.

``letter_p50_ms``, ``letter_p95_ms``: from the key to the page laid out again, listeners and the
saving of the draft included. ``line_p50_ms``: a new line, which lets the composer grow.
"""

from datetime import timedelta

from playwright.sync_api import Page

from bench import fill
from bench.desk_browser import at_the_desk
from bench.ground import percentile, say
from majung.conversations.models import Conversation, Message
from majung.core import clock

LENGTH = 2_000
KEYS = 300
EACH_LINE = 15  # keys to a line
TYPE = """async (field, [keys, line]) => {
  const times = { letter: [], line: [] };
  for (let at = 1; at <= keys; at += 1) {
    const isLine = at % line === 0;
    const began = performance.now();
    document.execCommand("insertText", false, isLine ? "\\n" : "가");
    await Promise.resolve();
    document.body.getBoundingClientRect();
    field.getBoundingClientRect();
    times[isLine ? "line" : "letter"].push(performance.now() - began);
    await new Promise(requestAnimationFrame);
  }
  return times;
}"""


def run(*, database: str, quick: bool) -> dict[str, float]:  # noqa: ARG001 - all alike
    fill.conversations(fill.company(), count=1)
    conversation = Conversation.objects.get()
    say(f"a thread of {LENGTH:,} messages")
    _lengthen(conversation)
    path = f"/desk/c/{conversation.public_id}/"
    with at_the_desk() as (url, new_page):
        page = new_page()
        page.goto(url + path)
        times = _typed(page)
    return {
        "letter_p50_ms": percentile(times["letter"], 0.5),
        "letter_p95_ms": percentile(times["letter"], 0.95),
        "line_p50_ms": percentile(times["line"], 0.5),
    }


def _lengthen(conversation: Conversation) -> None:
    last = conversation.messages.filter(kind=Message.Kind.CUSTOMER).latest("pk")
    began = clock.now() - timedelta(minutes=LENGTH)
    Message.objects.bulk_create(
        Message(
            conversation=conversation,
            inbox=last.inbox,
            identity=last.identity,
            kind=Message.Kind.CUSTOMER,
            text=f"{number}번째 말이에요. {fill.TEXTS[number % len(fill.TEXTS)]}",
            created_at=began + timedelta(minutes=number),
        )
        for number in range(LENGTH)
    )


def _typed(page: Page) -> dict[str, list[float]]:
    messages = page.locator("#thread .msg")
    page.locator("#thread").hover()
    while (before := messages.count()) < LENGTH:
        page.evaluate("document.getElementById('thread').scrollTop = 0")
        page.wait_for_function(
            "count => document.querySelectorAll('#thread .msg').length !== count", arg=before
        )
    field = page.locator("#composer").get_by_role("textbox")
    field.focus()
    page.locator("#composer .editor").wait_for()
    field.focus()
    times: dict[str, list[float]] = field.evaluate(TYPE, [KEYS, EACH_LINE])
    return times

"""Opening a conversation from the list, in a real browser: from the press to the paint.

``open_p95_ms``: a row that nobody pointed at before. ``prepared_p95_ms``: the row the pointer or the
arrow keys rested on, so that its conversation was read already. ``first_kb`` and ``after_kb``: what
the conversation page transfers with an empty cache, and the time after, compressed.
"""

from collections.abc import Sequence

from playwright.sync_api import Page

from bench import fill
from bench.desk_browser import at_the_desk
from bench.ground import percentile, say
from majung.conversations import search_index
from majung.conversations.models import Conversation

OPENED = 25
REST_MS = 900  # what the pointer rests before it presses, reading included

OPEN = """async ([at, rest]) => {
  const row = document.querySelectorAll("[data-rows] .row")[at];
  const id = row.id.slice("row-".length);
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));
  row.scrollIntoView({ block: "nearest" });
  if (rest) {
    row.dispatchEvent(new PointerEvent("pointerover", { bubbles: true }));
    await pause(rest);
  }
  const isOpen = () =>
    document.querySelector("#thread")?.getAttribute("hx-get")?.includes(id);
  const began = performance.now();
  row.click();
  await new Promise((done) => {
    const seen = new MutationObserver(() => isOpen() && (seen.disconnect(), done()));
    seen.observe(document.body, { childList: true, subtree: true });
    if (isOpen()) done();
  });
  // A task that is asked for in a frame's callback runs when that frame was painted.
  await new Promise((done) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = done;
    port2.postMessage(0);
  }));
  const took = performance.now() - began;
  await pause(400);
  return took;
}"""


def run(*, database: str, quick: bool) -> dict[str, float]:  # noqa: ARG001 - all alike
    count = 2_000 if quick else 20_000
    say(f"filling {count:,} conversations")
    fill.conversations(fill.company(), count=count)
    search_index.rebuild()
    path = f"/desk/c/{Conversation.objects.latest('pk').public_id}/"
    with at_the_desk() as (url, new_page):
        page = new_page()
        page.goto(f"{url}/desk/closed/")
        unseen, prepared = _opened(page)
        first, after = _transferred(new_page(), url + path)
    return {
        "open_p50_ms": percentile(unseen, 0.5),
        "open_p95_ms": percentile(unseen, 0.95),
        "prepared_p50_ms": percentile(prepared, 0.5),
        "prepared_p95_ms": percentile(prepared, 0.95),
        "first_kb": first,
        "after_kb": after,
    }


def _opened(page: Page) -> tuple[Sequence[float], Sequence[float]]:
    page.evaluate(OPEN, [0, 0])  # the first time scripts are compiled
    unseen = [page.evaluate(OPEN, [at, 0]) for at in range(1, OPENED)]
    page.reload()
    page.evaluate(OPEN, [0, REST_MS])
    prepared = [page.evaluate(OPEN, [at, REST_MS]) for at in range(1, OPENED)]
    return unseen, prepared


def _transferred(page: Page, address: str) -> tuple[float, float]:
    """Return the KB of a page without a cache, and of the same page again."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda told: sizes.append(told["encodedDataLength"]))
    measured = []
    for _ in range(2):
        sizes.clear()
        page.goto(address)
        page.wait_for_timeout(1500)
        measured.append(sum(sizes) / 1024)
    return measured[0], measured[1]

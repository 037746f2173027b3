"""Two hands on a keyboard, and a look at what no screenshot shows: where the keyboard is."""

from collections.abc import Sequence

from playwright.sync_api import BrowserContext, Page

# Runs in every page. Focus that stands on nothing for a tenth of a second is lost: whoever presses
# the next key does not know where it goes.
WATCH = """(() => {
  const keep = (name, what) => sessionStorage.setItem(
    name, JSON.stringify([...JSON.parse(sessionStorage.getItem(name) ?? "[]"), what]));
  let key = "";
  let nowhere = 0;
  addEventListener("keydown", (event) => (key = event.key), true);
  for (const name of ["pointerdown", "mousedown", "touchstart", "click"])
    addEventListener(name, (event) => {
      if (name !== "click" || event.detail > 0)
        keep("pointed", `${name} ${event.target.outerHTML?.slice(0, 80)}`);
    }, true);
  addEventListener("load", () => setInterval(() => {
    const lost = !document.activeElement || document.activeElement === document.body;
    nowhere = lost ? nowhere + 1 : 0;
    if (nowhere === 5) keep("lost", `${location.pathname} after ${key}`);
  }, 20));
})()"""


class Hands:
    """An agent who has no mouse. Every key is followed by a look at the focus."""

    def __init__(self, context: BrowserContext) -> None:
        context.add_init_script(WATCH)
        self.page: Page = context.new_page()

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.is_somewhere(f"after {key}")

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.is_somewhere(f"after typing {text}")

    def is_somewhere(self, when: str) -> None:
        """The focus is on something, at once or with the next picture at the latest."""
        where = self.page.evaluate(
            """async () => {
              await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
              return document.activeElement?.tagName;
            }"""
        )
        assert where not in {None, "BODY", "HTML"}, f"the focus is lost {when} on {self.page.url}"

    @property
    def row(self) -> str:
        """The words of the row that has the focus, "" on anything else."""
        return str(
            self.page.evaluate("document.activeElement.closest('#rows .row')?.textContent ?? ''")
        )

    @property
    def lost(self) -> Sequence[str]:
        """Where the focus was nowhere for a while."""
        return self._kept("lost")

    @property
    def pointed(self) -> Sequence[str]:
        """What was pressed by other means than keys."""
        return self._kept("pointed")

    def _kept(self, name: str) -> Sequence[str]:
        kept: list[str] = self.page.evaluate(
            "name => JSON.parse(sessionStorage.getItem(name) ?? '[]')", name
        )
        return kept

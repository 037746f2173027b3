"""What a screen reader has of a page: names, roles, and what is said without being asked for."""

from typing import Any, Final

from playwright.sync_api import BrowserContext, Frame, Page

# Says aloud what the live regions of a frame say: a region that is shown and whose words are new.
LISTEN = """(() => {
  window.spoken = [];
  const REGION = "[aria-live], [role=status], [role=alert], [role=log]";
  const before = new WeakMap();
  const say = (region) => {
    const live = region.getAttribute("aria-live")
      ?? (region.getAttribute("role") === "alert" ? "assertive" : "polite");
    const text = region.checkVisibility({ visibilityProperty: true })
      ? region.textContent.trim().replace(/\\s+/g, " ") : "";
    if (text === before.get(region)) return;
    before.set(region, text);
    if (text && live !== "off") window.spoken.push([live, text]);
  };
  const look = (root) => {
    const near = root.nodeType === 1 ? root : root.parentElement;
    const own = near?.closest?.(REGION);
    if (own) say(own);
    near?.querySelectorAll?.(REGION).forEach(say);
  };
  new MutationObserver((changes) => changes.forEach(({ target }) => look(target)))
    .observe(document, { subtree: true, childList: true, characterData: true,
                         attributes: true, attributeFilter: ["hidden", "class"] });
})()"""

CONTROLS: Final = {
    "button", "link", "textbox", "searchbox", "combobox", "checkbox", "radio", "switch", "slider",
    "spinbutton", "menuitem", "option", "tab", "listbox", "dialog", "img", "image", "Iframe",
    "DisclosureTriangle", "progressbar", "region", "navigation", "complementary",
}  # fmt: skip


def listen(context: BrowserContext) -> None:
    """Let every page of a browser be listened to; before the first one is opened."""
    context.add_init_script(LISTEN)


def spoken(frame: Page | Frame) -> list[tuple[str, str]]:
    """What was said so far: ``("polite", "한지우: 안녕하세요")``."""
    return [(live, text) for live, text in frame.evaluate("window.spoken")]


def tree(page: Page, frame: Frame | None = None) -> list[dict[str, Any]]:
    """Return the nodes of the accessibility tree that are not ignored: ``role`` and ``name``."""
    session = page.context.new_cdp_session(page)
    asked: dict[str, Any] = {}
    if frame is not None:
        found = session.send("Page.getFrameTree")["frameTree"].get("childFrames", [])
        asked = {
            "frameId": next(one for one in found if one["frame"]["url"] == frame.url)["frame"]["id"]
        }
    nodes = session.send("Accessibility.getFullAXTree", asked)["nodes"]
    session.detach()
    return [
        {
            "role": node.get("role", {}).get("value", ""),
            "name": node.get("name", {}).get("value", "").strip(),
            **{each["name"]: each["value"].get("value") for each in node.get("properties", [])},
        }
        for node in nodes
        if not node.get("ignored")
    ]


def nameless(page: Page, frame: Frame | None = None) -> list[dict[str, Any]]:
    """Return the controls and landmarks that have no name."""
    return [one for one in tree(page, frame) if one["role"] in CONTROLS and not one["name"]]

"""An old phone's browser: the WebView of Android 8 is a Chromium of that time, and so is this one."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.servers import MajungServer
from tests.stories import old_chromium
from tests.stories.desk import Desk
from tests.stories.old_chromium import OldPage, eventually
from tests.stories.shop import Shop

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.only_on("sqlite")]

ROOT = "document.getElementById('majung').shadowRoot"
# Where the middle of a thing is: of the launcher in the page, of a part in the frame's own place.
MIDDLE = "(e => {{const b = e.getBoundingClientRect(); return [b.left + b.width / 2, b.top + b.height / 2]}})({})"
# Red, green and blue of what is written and of the ground it is on.
COLOURS = "(e => [getComputedStyle(e).color, getComputedStyle(e).backgroundColor])({})"


@pytest.fixture
def old() -> Iterator[OldPage]:
    if not shutil.which("node"):
        pytest.skip("Node.js unpacks the old browser")
    with old_chromium.opened() as page:
        yield page


def test_a_customer_with_an_old_phone_talks_with_an_agent(
    majung: MajungServer, shop: Shop, old: OldPage, agent_at: Callable[..., Desk], tmp_path: Path
) -> None:
    assert "Chrome/64." in old.script("navigator.userAgent")
    old.go(shop.page(majung.url))
    # No constructed sheets here: the sheet comes from our own address, and then the button shows.
    eventually(
        lambda: old.script(
            f"!!document.getElementById('majung') && {ROOT}.host.offsetHeight >= 0 && !{ROOT}.host.hidden"
        )
    )
    box = eventually(
        lambda: old.script(
            f"(b => b.width && [b.width, b.right, b.bottom])({ROOT}.querySelector('.launcher').getBoundingClientRect())"
        )
    )
    assert box == [58, 412 - 24, old.script("innerHeight") - 24]

    old.press_at(*old.script(MIDDLE.format(f"{ROOT}.querySelector('.launcher')")))
    eventually(
        lambda: (
            old.within(
                majung.url,
                "!!document.querySelector('textarea') && document.activeElement.localName",
            )
            == "textarea"
        )
    )
    assert old.within(majung.url, "document.querySelector('link[data-old]').href").endswith(".css")
    assert "widget-frame-old" in old.within(
        majung.url, "document.querySelector('link[data-old]').href"
    )

    old.type("오래된 전화로 여쭤봐요")
    said = "[...document.querySelectorAll('li.m.me')].map(e => e.textContent).join()"
    eventually(lambda: "보냄" in (old.within(majung.url, said) or ""))

    desk = agent_at(majung).open("오래된 전화로 여쭤봐요").is_live()
    desk.reply("네, 잘 보여요.")
    heard = "[...document.querySelectorAll('li.m:not(.me) .b')].map(e => e.textContent)"
    eventually(lambda: "네, 잘 보여요." in old.within(majung.url, heard))

    _is_drawn(old, majung.url)
    _does_the_rest(old, majung.url)
    (tmp_path / "old.png").write_bytes(old.picture())
    assert old.errors == []


def _is_drawn(old: OldPage, origin: str) -> None:
    """Colours, spaces and edges are there although the browser knows none of the new ways."""
    assert not old.within(
        origin, "CSS.supports('color', 'oklch(0.5 0.1 100)') || CSS.supports('inset', '0')"
    )
    ink, ground = old.within(origin, COLOURS.format("document.querySelector('.m.me .b')"))
    assert ground.startswith("rgb(")
    assert ground not in {"rgb(0, 0, 0)", "rgb(255, 255, 255)"}
    assert ink != ground
    spaces = "(s => [s.paddingLeft, s.paddingTop])(getComputedStyle(document.querySelector('{}')))"
    assert old.within(origin, spaces.format(".app > header")) == ["20px", "16px"]
    assert old.within(origin, spaces.format(".m.me .b")) == ["14px", "9px"]
    gap = "(a => a[1].getBoundingClientRect().top - a[0].getBoundingClientRect().bottom)(document.querySelectorAll('.items > li'))"
    assert old.within(origin, gap) >= 6
    wide = "document.documentElement.scrollWidth <= innerWidth && document.body.scrollWidth <= innerWidth"
    assert old.within(origin, wide)
    bottom = "document.querySelector('.composer').getBoundingClientRect().bottom <= innerHeight"
    assert old.within(origin, bottom)


def _does_the_rest(old: OldPage, origin: str) -> None:
    """What is fetched later is made for it, too: the signs, the menu, a file."""
    old.within(origin, "document.querySelector('.composer .icon[aria-haspopup]').click()")
    eventually(lambda: old.within(origin, "document.querySelectorAll('.emoji button').length > 50"))
    old.within(origin, "document.querySelector('.emoji button').click()")
    assert old.within(origin, "document.querySelector('textarea').value") == "😀"
    old.within(origin, "document.querySelector('header .icon[aria-haspopup]').click()")
    eventually(lambda: old.within(origin, "!!document.querySelector('[role=menuitemcheckbox]')"))
    old.within(origin, "document.body.dispatchEvent(new Event('pointerdown', {bubbles: true}))")
    pasted = (
        "(t => {t.items.add(new File(['x'], 'a.txt', {type: 'text/plain'}));"
        "const e = new ClipboardEvent('paste', {clipboardData: t, bubbles: true, cancelable: true});"
        "document.querySelector('textarea').dispatchEvent(e); return t.files.length})(new DataTransfer())"
    )
    old.within(origin, pasted)
    eventually(lambda: old.within(origin, "!!document.querySelector('.composer .file .label')"))

"""A contact sheet of every screen: ``make screens``, or ``python -m scripts.screens --only list``.

Starts a small demo in a home of its own, signs in, and takes each screen at three widths, light
and dark, in Korean and English, into ``build/screens/``, with a page that shows them side by side.
``--readme`` takes the pictures of the READMEs instead, into ``docs/pictures/``.
"""

import argparse
import contextlib
import html
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from scripts import acting
from scripts.ways import SCREENS, Screen
from tests.servers import CHROMIUM_ARGUMENTS, find_program

ROOT: Final = Path(__file__).resolve().parent.parent
OUT: Final = ROOT / "build" / "screens"
PICTURES: Final = ROOT / "docs" / "pictures"
MOST_BYTES: Final = 150 * 1024
SIZES: Final = {1440: 900, 1024: 768, 390: 844}
THEMES: Final = ("light", "dark")
LANGUAGES: Final = {"ko": "ko-KR", "en": "en-US"}
PASSWORD: Final = "majung-demo"  # noqa: S105 - of the demo, printed when it starts
ADMIN: Final = "mirae.cho@example.com"
AGENT: Final = "jiwoo.han@example.com"
START_SECONDS: Final = 120

DESK: Final[Any] = {"width": 1440, "height": 900}
PHONE: Final[Any] = {"width": 390, "height": 844}
SHOP: Final[Any] = {"width": 1100, "height": 760}


def main() -> int:
    options = _options()
    if options.readme:
        return _take_for_readme(options.base)
    screens = [each for each in SCREENS if not options.only or each.name in options.only]
    languages = {name: LANGUAGES[name] for name in options.languages}
    if not options.only:
        shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True, exist_ok=True)
    with _demo(options.base) as base, sync_playwright() as started:
        browser = _browser(started)
        missed = [
            line
            for language, locale in languages.items()
            for line in _take(browser, base, screens, language, locale)
        ]
        browser.close()
    _write_sheet()
    print("\n".join(["", *missed, str(OUT / "index.html")]))
    return 1 if missed else 0


def _browser(started: Playwright) -> Browser:
    return started.chromium.launch(
        executable_path=find_program("chromium"), args=CHROMIUM_ARGUMENTS
    )


def _take_for_readme(base: str) -> int:
    """Take what the READMEs show, in Korean: one talk, as the agent and the customer see it."""
    PICTURES.mkdir(exist_ok=True)
    with _demo(base) as url, sync_playwright() as started:
        browser = _browser(started)
        still: dict[str, Any] = {
            "locale": "ko-KR", "timezone_id": "Asia/Seoul", "reduced_motion": "reduce",
        }  # fmt: skip
        customer = browser.new_context(**still, viewport=SHOP).new_page()
        office = browser.new_context(**still, viewport=DESK)
        hand = browser.new_context(**still, viewport=PHONE, device_scale_factor=2, has_touch=True)
        _sign_in(office, url, "ko", AGENT)
        _sign_in(hand, url, "ko", AGENT)
        desk, phone = office.new_page(), hand.new_page()
        acting.play(customer, desk, url)
        phone.goto(desk.url)
        _keep(desk, "desk")
        desk.emulate_media(color_scheme="dark")
        _keep(desk, "desk-dark")
        _keep(phone, "phone")
        _keep(customer, "widget")
        browser.close()
    return 0


def _keep(page: Page, name: str) -> None:
    """Keep a picture of the page, in the best quality that is small enough."""
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(500)
    picture = Image.open(BytesIO(page.screenshot())).convert("RGB")
    path = PICTURES / f"{name}.webp"
    for quality in range(90, 30, -6):
        picture.save(path, quality=quality, method=6)
        if path.stat().st_size <= MOST_BYTES:
            break
    size = path.stat().st_size // 1024
    print(f"  {path.name} {picture.width} × {picture.height}, {size} KB", flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m scripts.screens", description=__doc__)
    names = [screen.name for screen in SCREENS]
    parser.add_argument("--only", nargs="+", choices=names, metavar="SCREEN", help=", ".join(names))
    parser.add_argument("--languages", nargs="+", choices=list(LANGUAGES), default=list(LANGUAGES))
    parser.add_argument("--readme", action="store_true", help="take the pictures of the READMEs")
    parser.add_argument("--base", default="", help="a demo that runs already, http://127.0.0.1:…")
    return parser.parse_args()


@contextlib.contextmanager
def _demo(base: str) -> Iterator[str]:
    """Serve a small demo in a temporary home, unless one is named."""
    if base:
        yield base.rstrip("/")
        return
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    home = Path(tempfile.mkdtemp(prefix="majung-screens-"))
    url = f"http://127.0.0.1:{port}"
    env = {**os.environ, "MAJUNG_HOME": str(home), "MAJUNG_PORT": str(port), "MAJUNG_URL": url}
    command = [sys.executable, "-m", "majung", "demo", "--busy", "off",
               "--customers", "120", "--conversations", "160"]  # fmt: skip
    demo = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL)
    try:
        _wait(port, demo)
        yield url
    finally:
        demo.send_signal(signal.SIGTERM)
        demo.wait(30)
        shutil.rmtree(home, ignore_errors=True)


def _wait(port: int, demo: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while demo.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.2)
    sys.exit("The demo did not start; its own words stand above.")


def _take(
    browser: Browser, base: str, screens: list[Screen], language: str, locale: str
) -> list[str]:
    """Take the screens in one language; returns those that could not be reached, and why."""
    missed: list[str] = []
    contexts = {
        signed_in: browser.new_context(
            locale=locale, timezone_id="Asia/Seoul", reduced_motion="reduce"
        )
        for signed_in in {screen.signed_in for screen in screens}
    }
    if True in contexts:
        _sign_in(contexts[True], base, language)
    for screen in screens:
        page = contexts[screen.signed_in].new_page()
        page.set_default_timeout(8000)
        page.set_viewport_size({"width": 1440, "height": 900})
        try:
            _shoot(page, base, screen, language)
        except PlaywrightError as error:
            missed.append(f"{language} {screen.name}: {error.message.splitlines()[0]}")
        page.close()
        print(f"  {language} {screen.name}", flush=True)
    for context in contexts.values():
        context.close()
    return missed


def _shoot(page: Page, base: str, screen: Screen, language: str) -> None:
    _go(page, base, screen)
    for width, height in SIZES.items():
        page.set_viewport_size({"width": width, "height": screen.height or height})
        for theme in THEMES:
            page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
            page.evaluate("document.fonts.ready")
            name = f"{screen.name}.{language}.{width}.{theme}.jpg"
            page.screenshot(path=OUT / name, type="jpeg", quality=82)


def _go(page: Page, base: str, screen: Screen) -> None:
    if isinstance(screen.to, str):
        page.goto(f"{base}{screen.to}")
    else:
        screen.to(page, base)
    page.wait_for_load_state("load")


def _sign_in(context: BrowserContext, base: str, language: str, email: str = ADMIN) -> None:
    page = context.new_page()
    page.goto(f"{base}/accounts/login/")
    page.locator("[name=login]").fill(email)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("form button[type=submit]").click()
    page.wait_for_url(re.compile("/desk/"))
    page.evaluate(f"document.querySelector('button[name=locale][value={language}]').click()")
    page.wait_for_load_state("load")
    page.wait_for_function(f"document.documentElement.lang === '{language}'")
    page.close()


def _write_sheet() -> None:
    """Write the page that shows all that was taken, this time or before."""
    parts = []
    for screen in SCREENS:
        found = sorted(OUT.glob(f"{screen.name}.*.jpg"), key=_order)
        if not found:
            continue
        figures = "".join(
            f'<figure><a href="{path.name}"><img src="{path.name}" loading="lazy"></a>'
            f"<figcaption>{html.escape(path.stem.partition('.')[2])}</figcaption></figure>"
            for path in found
        )
        parts.append(f"<h2>{screen.name}</h2><div>{figures}</div>")
    style = (
        "body{font:14px system-ui;margin:24px;background:#888}h2{margin:32px 0 8px}"
        "div{display:flex;gap:12px;align-items:flex-start;overflow-x:auto}figure{margin:0}"
        "img{height:420px;display:block}figcaption{font-size:12px;padding:4px 0}"
    )
    (OUT / "index.html").write_text(
        f"<!doctype html><meta charset=utf-8><title>Majung</title><style>{style}</style>"
        + "".join(parts)
    )


def _order(path: Path) -> tuple[int, int, int]:
    _, language, width, theme, _ = path.name.split(".")
    return -int(width), list(LANGUAGES).index(language), THEMES.index(theme)


if __name__ == "__main__":
    sys.exit(main())

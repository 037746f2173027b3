"""Components and ten screens look as they did: pictures of them beside those kept here.

``pytest tests/stories/test_pictures.py --update-baselines`` keeps the new looks. Pictures are of
one browser; with another Chromium than the one that took them the test is skipped.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Final, Literal

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.servers import ROOT, MajungServer
from tests.stories import seed
from tests.stories.conftest import seeded, serving
from tests.stories.desk import Desk

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.only_on("sqlite")]

KEPT: Final = Path(__file__).parent / "baselines"
TAKEN_BY: Final = KEPT / "chromium.txt"
FOUND: Final = ROOT / "build" / "pictures"
PARTS: Final = ["colours", "type", "buttons", "fields", "signs", "rows-of-list", "talk", "carried",
                "writing", "person", "telling", "floating", "lists", "nothing"]  # fmt: skip
# A pixel differs when a channel does by more than what 128 colours round away; so may few.
ROUNDING, FEW = 12, 0.001
# A screen is mostly ground: a chip is a smaller part of it than of a row of chips.
FEW_OF_SCREEN = 0.0003
MOST_BYTES, MOST_BYTES_IN_ALL = 60 * 1024, 1200 * 1024
LOOKS: Final[list[tuple[Literal["light", "dark"], str]]] = [
    ("light", "comfortable"),
    ("dark", "compact"),
]
WIDE: Final = {"width": 1180, "height": 720}
PHONE: Final = {"width": 390, "height": 844}
TALK = "러닝화가 한 치수 작아요"
# What moves from run to run is made to stand: times, dates, and the port of the server.
HOLD_STILL: Final = """() => {
  const still = (text) => text
    .replace(/\\d+월 \\d+일( \\([일월화수목금토]\\))?/g, "3월 2일")
    .replace(/\\d{1,2}:\\d{2}/g, "10:00")
    .replace(/127\\.0\\.0\\.1:\\d+/g, "majung.example");
  for (const time of document.querySelectorAll("time")) time.textContent = "10:00";
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (words.nextNode()) {
    const node = words.currentNode;
    if (still(node.data) !== node.data) node.data = still(node.data);
  }
  for (const field of document.querySelectorAll("input[type=text], textarea"))
    field.value = still(field.value);
}"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A screen: the address behind the server's own, or the talk; and how it is looked at."""

    to: str = ""
    by: str = "jiwoo@ondam.test"
    size: dict[str, int] = field(default_factory=lambda: WIDE)
    theme: Literal["light", "dark"] = "light"


SCREENS: Final = {
    "login": Seen(to="/accounts/login/", by=""),
    "form": Seen(to=f"/forms/{seed.FORM}", by=""),
    "widget": Seen(to=f"/widget/{seed.WIDGET}/frame?locale=ko", by="", size=PHONE),
    "list": Seen(to="/desk/all/"),
    "list-phone": Seen(to="/desk/all/", size=PHONE),
    "talk": Seen(),
    "talk-dark": Seen(theme="dark"),
    "talk-phone": Seen(size=PHONE),
    "customers": Seen(to="/desk/customers/?q=김하늘", theme="dark"),
    "brand": Seen(to="/setup/brands/", by="sera@ondam.test"),
}


@pytest.fixture(scope="module")
def majung(_planted: MajungServer) -> Iterator[MajungServer]:
    with serving(_planted, MAJUNG_DEMO="1") as server:
        seeded(server, "still()")
        yield server


@pytest.fixture
def is_update(request: pytest.FixtureRequest, chromium: Browser) -> bool:
    """Whether to keep what is seen; skips when there is nothing of this browser to compare with."""
    here = chromium.version.split(".")[0]
    if request.config.getoption("--update-baselines"):
        KEPT.mkdir(exist_ok=True)
        TAKEN_BY.write_text(f"{here}\n")
        return True
    taken_by = TAKEN_BY.read_text().strip()
    if taken_by != here:
        pytest.skip(
            f"the pictures were taken by Chromium {taken_by}, here is {here}: look at the page, "
            "then take them anew with --update-baselines"
        )
    return False


def pictures(page: Page, url: str) -> Iterator[tuple[str, Image.Image]]:
    for theme, density in LOOKS:
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        page.goto(f"{url}/styleguide/?density={density}")
        page.evaluate("document.fonts.ready")
        for part in PARTS:
            shot = page.locator(f"section#{part}").screenshot(animations="disabled", caret="hide")
            yield f"{part}.{theme}", Image.open(BytesIO(shot)).convert("RGB")


def keep(name: str, picture: Image.Image) -> None:
    few = picture.quantize(
        128, method=Image.Quantize.MAXCOVERAGE, kmeans=2, dither=Image.Dither.NONE
    )
    path = KEPT / f"{name}.png"
    path.parent.mkdir(exist_ok=True)
    few.save(path, optimize=True)


def difference(name: str, picture: Image.Image, few: float = FEW) -> str:
    """Return what is other than it was, and leave both pictures to be looked at."""
    path = KEPT / f"{name}.png"
    if not path.exists():
        return f"{name}: there is no picture of it"
    before = Image.open(path).convert("RGB")
    if before.size != picture.size:
        told = f"{name}: was {before.size}, is {picture.size}"
    else:
        channels = ImageChops.difference(before, picture).split()
        most = ImageChops.lighter(ImageChops.lighter(*channels[:2]), channels[2])
        other = sum(most.histogram()[ROUNDING + 1 :]) / (most.width * most.height)
        if other <= few:
            return ""
        told = f"{name}: {other:.2%} of the pixels differ"
    (FOUND / name).parent.mkdir(parents=True, exist_ok=True)
    picture.save(FOUND / f"{name}.png")
    before.save(FOUND / f"{name}.before.png")
    return f"{told}; see {FOUND.relative_to(ROOT)}/{name}.png"


def test_components_look_as_they_did(
    majung: MajungServer, somebody: Callable[..., BrowserContext], is_update: bool
) -> None:
    page = somebody(viewport={"width": 900, "height": 1200}).new_page()
    found = []
    for name, picture in pictures(page, majung.url):
        if is_update:
            keep(name, picture)
        else:
            found.append(difference(name, picture))
    assert [told for told in found if told] == []


def screen(page: Page, majung: str, seen: Seen) -> Image.Image:
    """Take a picture of a whole window, with what moves made to stand."""
    page.emulate_media(color_scheme=seen.theme, reduced_motion="reduce")
    if seen.by:
        Desk(page, majung, seen.by).sign_in()
    if seen.to:
        page.goto(f"{majung}{seen.to}")
    else:
        page.goto(f"{majung}/desk/all/")
        page.locator("#rows .row").filter(has_text="상자는 그대로").click()
        expect(page.locator("#thread")).to_contain_text(TALK)
        expect(page.locator("#composer").get_by_role("textbox")).to_be_visible()
    if seen.to.startswith("/setup/brands"):
        page.get_by_role("main").get_by_role("link", name="온담").first.click()
        expect(page.locator("#preview")).to_be_visible()
    if seen.to.startswith("/widget/"):
        expect(page.get_by_role("textbox")).to_be_visible()
        expect(page.get_by_text("무엇을 도와드릴까요?")).to_be_visible()
    page.evaluate("document.fonts.ready")
    page.evaluate("document.activeElement?.blur()")
    page.evaluate(HOLD_STILL)
    shot = page.screenshot(animations="disabled", caret="hide")
    return Image.open(BytesIO(shot)).convert("RGB")


@pytest.mark.parametrize("name", SCREENS)
def test_a_screen_looks_as_it_did(
    majung: MajungServer, somebody: Callable[..., BrowserContext], is_update: bool, name: str
) -> None:
    seen = SCREENS[name]
    picture = screen(somebody(viewport=seen.size).new_page(), majung.url, seen)
    if is_update:
        keep(f"screens/{name}", picture)
    else:
        assert difference(f"screens/{name}", picture, FEW_OF_SCREEN) == ""


def test_the_kept_pictures_are_small_and_needed() -> None:
    kept = sorted(KEPT.glob("**/*.png"))
    sizes = {str(path.relative_to(KEPT)): path.stat().st_size for path in kept}
    parts = {f"{part}.{theme}.png" for part in PARTS for theme, _ in LOOKS}
    assert set(sizes) == parts | {f"screens/{name}.png" for name in SCREENS}
    assert {name: size for name, size in sizes.items() if size > MOST_BYTES} == {}
    assert sum(sizes.values()) <= MOST_BYTES_IN_ALL


@pytest.mark.parametrize(("name", "few"), [("signs.light", FEW), ("screens/talk", FEW_OF_SCREEN)])
@pytest.mark.parametrize("change", ["chip", "moved"])
def test_a_small_change_is_seen(change: str, name: str, few: float) -> None:
    """What the comparison lets pass is less than a chip in another colour or a line that moved."""
    picture = Image.open(KEPT / f"{name}.png").convert("RGB")
    assert difference(name, picture, few) == ""
    if change == "chip":
        picture.paste((255, 200, 200), (20, 60, 60, 78))
    else:
        picture = ImageChops.offset(picture, 0, 2)
    assert "of the pixels differ" in difference(name, picture, few)

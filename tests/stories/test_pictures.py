"""The page of components looks as it did: pictures of its parts beside those kept here.

``pytest tests/stories/test_pictures.py --update-baselines`` keeps the new looks. Pictures are of
one browser; with another Chromium than the one that took them the test is skipped.
"""

from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Final, Literal

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import Browser, BrowserContext, Page

from tests.servers import ROOT, MajungServer
from tests.stories.conftest import serving

pytestmark = [pytest.mark.browser, pytest.mark.slow]

KEPT: Final = Path(__file__).parent / "baselines"
TAKEN_BY: Final = KEPT / "chromium.txt"
FOUND: Final = ROOT / "build" / "pictures"
PARTS: Final = ["colours", "type", "buttons", "fields", "signs", "rows-of-list", "talk", "writing",
                "person", "telling", "floating", "lists", "nothing"]  # fmt: skip
# A pixel differs when a channel does by more than what 128 colours round away; so may few.
ROUNDING, FEW = 12, 0.001
MOST_BYTES, MOST_BYTES_IN_ALL = 60 * 1024, 700 * 1024
LOOKS: Final[list[tuple[Literal["light", "dark"], str]]] = [
    ("light", "comfortable"),
    ("dark", "compact"),
]


@pytest.fixture(scope="module")
def majung(_planted: MajungServer) -> Iterator[MajungServer]:
    with serving(_planted, MAJUNG_DEMO="1") as server:
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
    few.save(KEPT / f"{name}.png", optimize=True)


def difference(name: str, picture: Image.Image) -> str:
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
        if other <= FEW:
            return ""
        told = f"{name}: {other:.2%} of the pixels differ"
    FOUND.mkdir(parents=True, exist_ok=True)
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


def test_the_kept_pictures_are_small_and_needed() -> None:
    sizes = {path.name: path.stat().st_size for path in sorted(KEPT.glob("*.png"))}
    assert set(sizes) == {f"{part}.{theme}.png" for part in PARTS for theme, _ in LOOKS}
    assert {name: size for name, size in sizes.items() if size > MOST_BYTES} == {}
    assert sum(sizes.values()) <= MOST_BYTES_IN_ALL


@pytest.mark.parametrize("change", ["chip", "moved"])
def test_a_small_change_is_seen(change: str) -> None:
    """What the comparison lets pass is less than a chip in another colour or a line that moved."""
    name = "signs.light"
    picture = Image.open(KEPT / f"{name}.png").convert("RGB")
    assert difference(name, picture) == ""
    if change == "chip":
        picture.paste((255, 200, 200), (20, 60, 60, 78))
    else:
        picture = ImageChops.offset(picture, 0, 2)
    assert "of the pixels differ" in difference(name, picture)

"""A brand's colour can be read, whatever its hue."""

import re

import pytest

from majung.web import accents, colours
from majung.web.colours import Rgb
from tests.servers import ROOT

SIDES = ("light", "dark")
PLAIN = ["paper", "surface", "sunken"]
TEXT, DRAWN = 4.5, 3.0
# What stands on what, as the sheets use it (frontend/tests/shared/colour.test.ts).
PAIRS = [
    *(("accent", ground, TEXT) for ground in [*PLAIN, "note", "accent-soft"]),
    ("accent-ink", "accent", TEXT),
    *((text, "accent-soft", TEXT) for text in ["ink", "ink-2", "ink-3"]),
    *(("focus", ground, DRAWN) for ground in [*PLAIN, "note", "accent-soft"]),
]


def product_tokens() -> dict[str, tuple[Rgb, ...]]:
    css = (ROOT / "frontend/src/styles/tokens.css").read_text()
    found = re.findall(r"--([\w-]+): light-dark\((oklch.*oklch.*)\);", css)
    return {name: tuple(map(_oklch, re.findall(r"oklch\(([^)]*)\)", both))) for name, both in found}


def _oklch(text: str) -> Rgb:
    lightness, chroma, hue = (float(part) for part in text.replace("%", "e-2").split()[:3])
    return colours.linear(lightness, chroma, hue)


def _hex(code: str) -> Rgb:
    red, green, blue = (_light(int(code[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return red, green, blue


def _light(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def test_contrast_is_that_of_the_standard() -> None:
    assert colours.contrast((0, 0, 0), (1, 1, 1)) == pytest.approx(21)
    # https://www.w3.org/TR/WCAG22/ : #767676 is the lightest grey with 4.5 on white.
    assert colours.contrast(_hex("#767676"), (1, 1, 1)) == pytest.approx(4.54, abs=0.01)
    assert colours.hex_code(colours.linear(0.627955, 0.257683, 29.2339)) == "#ff0000"


def test_every_hue_can_be_read_on_every_ground() -> None:
    product = product_tokens()
    assert {"paper", "surface", "sunken", "note", "ink", "ink-2", "ink-3"} <= product.keys()
    short = []
    for hue in range(360):
        for side, scale in enumerate(accents.scales(hue)):
            own = {
                "accent": _hex(scale.accent),
                "accent-ink": _hex(scale.ink),
                "accent-soft": _hex(scale.soft),
                "focus": _hex(scale.focus),
            }
            there = {name: both[side] for name, both in product.items()} | own
            short += [
                (hue, SIDES[side], text, ground)
                for text, ground, least in PAIRS
                if colours.contrast(there[text], there[ground]) < least
            ]
    assert short == []


def test_the_tokens_of_a_page_are_the_scale_of_both_sides() -> None:
    day, night = accents.scales(28)
    assert accents.tokens(28).split(";")[:2] == [
        f"light-dark({day.accent},{night.accent})",
        f"light-dark({day.ink},{night.ink})",
    ]
    assert day.contrast >= TEXT

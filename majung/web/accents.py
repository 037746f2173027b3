"""A brand's hue as the four tokens of its accent, kept readable on light and on dark ground.

The tint is the ground that is furthest from white or black, so what can be read on it can be read
on all. What is mixed from these (``--accent-strong``, ``--accent-line``) follows by itself.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from majung.web import colours

# A little more than WCAG asks, for what a screen rounds away.
_TEXT: Final = 4.6
_DRAWN: Final = 3.1


@dataclass(frozen=True, slots=True)
class _Colour:
    """OKLCH: lightness 0 to 1, chroma, hue in degrees."""

    lightness: float
    chroma: float
    hue: float

    def on(self, ground: "_Colour") -> float:
        return colours.contrast(self.linear(), ground.linear())

    def code(self) -> str:
        return colours.hex_code(self.linear())

    def linear(self) -> colours.Rgb:
        return colours.linear(self.lightness, self.chroma, self.hue)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """The accent, what is written on it, its tint, and the ring of what has the focus: #rrggbb.

    ``contrast`` is that of the ink on the accent, 1 to 21.
    """

    accent: str
    ink: str
    soft: str
    focus: str
    contrast: float


@lru_cache(maxsize=64)
def scales(hue: int) -> tuple[Scale, Scale]:
    """Return the scale for light and the one for dark screens."""
    return _scale(hue, is_light=True), _scale(hue, is_light=False)


def tokens(hue: int) -> str:
    """Return accent, ink, tint and focus as ``light-dark(#…,#…)``, with semicolons between."""
    day, night = scales(hue)
    pairs = [
        (day.accent, night.accent),
        (day.ink, night.ink),
        (day.soft, night.soft),
        (day.focus, night.focus),
    ]
    return ";".join(f"light-dark({light},{dark})" for light, dark in pairs)


def _scale(hue: int, *, is_light: bool) -> Scale:
    soft = _Colour(0.955, 0.022, hue) if is_light else _Colour(0.3, 0.035, hue)
    ink = _Colour(0.99, 0.01, hue) if is_light else _Colour(0.19, 0.03, hue)
    step = -0.01 if is_light else 0.01
    accent = _until(
        _Colour(0.47 if is_light else 0.76, 0.085, hue),
        step,
        lambda colour: colour.on(soft) >= _TEXT and colour.on(ink) >= _TEXT,
    )
    focus = _until(
        replace(accent, lightness=0.6 if is_light else 0.78),
        step,
        lambda colour: colour.on(soft) >= _DRAWN,
    )
    return Scale(
        accent=accent.code(),
        ink=ink.code(),
        soft=soft.code(),
        focus=focus.code(),
        contrast=round(ink.on(accent), 1),
    )


def _until(colour: _Colour, step: float, is_fine: Callable[[_Colour], bool]) -> _Colour:
    while not is_fine(colour) and 0.02 < colour.lightness + step < 0.98:
        colour = replace(colour, lightness=colour.lightness + step)
    return colour

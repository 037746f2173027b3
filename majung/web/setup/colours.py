"""What a brand's colour comes to on light and on dark ground, and whether it can be read."""

import math
from dataclasses import dataclass
from typing import Final

Rgb = tuple[float, float, float]

# Lightness and chroma of the accent and of the text on it, as in the product's colour tokens.
_LIGHT: Final = ((0.47, 0.085), (0.99, 0.01))
_DARK: Final = ((0.76, 0.085), (0.19, 0.03))


@dataclass(frozen=True, slots=True, kw_only=True)
class Swatch:
    """A ground and the text on it as #rrggbb, with their contrast (WCAG 2.2, 1.4.3)."""

    ground: str
    text: str
    contrast: float


def swatches(hue: int) -> tuple[Swatch, Swatch]:
    """Return the accent with its text for light and for dark screens."""
    return _swatch(hue, *_LIGHT), _swatch(hue, *_DARK)


def contrast(one: Rgb, other: Rgb) -> float:
    """Return the contrast ratio of two linear colours, 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _swatch(hue: int, ground: tuple[float, float], text: tuple[float, float]) -> Swatch:
    below, above = linear(*ground, hue), linear(*text, hue)
    return Swatch(
        ground=hex_code(below), text=hex_code(above), contrast=round(contrast(below, above), 1)
    )


def linear(lightness: float, chroma: float, hue: float) -> Rgb:
    """Return an OKLCH colour as linear sRGB, clipped to what a screen shows.

    The matrices are those of https://bottosson.github.io/posts/oklab/ (public domain).
    """
    a = chroma * math.cos(math.radians(hue))
    b = chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short
    return _clip(red), _clip(green), _clip(blue)


def _clip(value: float) -> float:
    return min(1.0, max(0.0, value))


def _luminance(colour: Rgb) -> float:
    red, green, blue = colour
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def hex_code(colour: Rgb) -> str:
    """Return a linear colour as #rrggbb."""
    return "#" + "".join(f"{round(_encoded(part) * 255):02x}" for part in colour)


def _encoded(part: float) -> float:
    return 12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055

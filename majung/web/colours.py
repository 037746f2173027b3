"""OKLCH colours on a screen, and whether one can be read on another.

The matrices are those of https://bottosson.github.io/posts/oklab/ (public domain).
"""

import math

Rgb = tuple[float, float, float]
"""Linear sRGB, each part 0 to 1."""


def contrast(one: Rgb, other: Rgb) -> float:
    """Return the contrast ratio of two linear colours, 1 to 21 (WCAG 2.2, 1.4.3)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def linear(lightness: float, chroma: float, hue: float) -> Rgb:
    """Return an OKLCH colour as linear sRGB, clipped to what a screen shows."""
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

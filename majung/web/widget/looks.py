"""How a brand looks and sounds to its customers: colour, language."""

from collections.abc import Sequence
from typing import Final

from majung.accounts.models import Brand

LOCALES: Final = ("ko", "en")


def accent(brand: Brand) -> str:
    """Return the brand's accent; the browser derives the scale and keeps the contrast."""
    return f"oklch(.47 .085 {brand.accent_hue})"


def offered(locales: Sequence[str], *wanted: str) -> str:
    """Return the first of the wanted languages that is offered, else the first offered one."""
    shorts = (tag.strip().lower().replace("_", "-").partition("-")[0] for tag in wanted)
    return next((short for short in shorts if short in locales), locales[0])


def locale(*wanted: str) -> str:
    """Return the first of the wanted languages that we speak, else Korean."""
    return offered(LOCALES, *wanted)

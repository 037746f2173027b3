"""How a brand looks and sounds to its customers: colour, language."""

from typing import Final

from majung.accounts.models import Brand

LOCALES: Final = ("ko", "en")


def accent(brand: Brand) -> str:
    """Return the brand's accent; the browser derives the scale and keeps the contrast."""
    return f"oklch(.47 .085 {brand.accent_hue})"


def locale(*wanted: str) -> str:
    """Return the first of the wanted languages that we speak, else Korean."""
    for tag in wanted:
        short = tag.strip().lower().replace("_", "-").partition("-")[0]
        if short in LOCALES:
            return short
    return LOCALES[0]

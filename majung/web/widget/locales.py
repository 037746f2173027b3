"""In which language one speaks to a customer."""

from collections.abc import Sequence
from typing import Final

LOCALES: Final = ("ko", "en")


def offered(locales: Sequence[str], *wanted: str) -> str:
    """Return the first of the wanted languages that is offered, else the first offered one."""
    shorts = (tag.strip().lower().replace("_", "-").partition("-")[0] for tag in wanted)
    return next((short for short in shorts if short in locales), locales[0])


def spoken(*wanted: str) -> str:
    """Return the first of the wanted languages that we speak, else Korean."""
    return offered(LOCALES, *wanted)

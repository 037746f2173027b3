"""Ids of mails, as ``Message-ID``, ``In-Reply-To`` and ``References`` name them."""

import re
from typing import Final

from majung.channels.adapters.email import limits

_ID: Final = re.compile(r"<([^<>]{1,998})>")


def many(text: str) -> tuple[str, ...]:
    """Return the ids of a header in their order, each once, with angle brackets."""
    found = ["".join(each.split()) for each in _ID.findall(text)]
    if not found:
        found = [word for word in text.replace(",", " ").split() if "@" in word and len(word) < 998]
    return tuple(f"<{each}>" for each in dict.fromkeys(found) if each)


def one(text: str) -> str:
    found = many(text)
    return found[0] if found else ""


def bounded(ids: tuple[str, ...]) -> tuple[tuple[str, ...], bool]:
    """Keep the first, from which all began, and the newest; also say whether some were left out."""
    if len(ids) <= limits.MOST_REFERENCES:
        return ids, False
    return (ids[0], *ids[-(limits.MOST_REFERENCES - 1) :]), True

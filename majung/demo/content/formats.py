"""Formatting in scripts, by signs that a person can type.

``¶`` begins a line, ``- ``, ``1. `` and ``> `` at its start are lists and quotes, ``**`` stands
around bold words.
"""

import re
from itertools import groupby
from typing import Any

from majung.core import rich_text
from majung.core.rich_text import Doc

_SIGNS = re.compile(r"(?P<bulletList>- )|(?P<orderedList>\d+\. )|(?P<blockquote>> )")


def formatted(text: str) -> tuple[str, Doc | None]:
    """Return the plain text and its formatted form, which is there only if it says more."""
    if "¶" not in text and "**" not in text:
        return text, None
    lines = [line.strip() for line in re.split("[¶\n]", text)]
    content: list[dict[str, Any]] = []
    for kind, group in groupby(lines, _kind):
        blocks = [_paragraph(_SIGNS.sub("", line, count=1) if kind else line) for line in group]
        if not kind:
            content += blocks
        elif kind == "blockquote":
            content.append({"type": kind, "content": blocks})
        else:
            items = [{"type": "listItem", "content": [block]} for block in blocks]
            content.append({"type": kind, "content": items})
    doc = rich_text.clean({"type": "doc", "content": content})
    return rich_text.plain(doc), doc if rich_text.is_formatted(doc) else None


def _kind(line: str) -> str:
    sign = _SIGNS.match(line)
    return (sign.lastgroup or "") if sign else ""


def _paragraph(line: str) -> dict[str, Any]:
    bold = {"marks": [{"type": "bold"}]}
    pieces = [
        {"type": "text", "text": piece, **(bold if at % 2 else {})}
        for at, piece in enumerate(line.split("**"))
        if piece
    ]
    return {"type": "paragraph", "content": pieces}

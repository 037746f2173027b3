"""Lines of a text, and what the markup around them said they are."""

import re
from typing import Final, Literal, NamedTuple

Kind = Literal["own", "quote", "signature"]
_OUTER: Final = re.compile(r"\A(?:[^\S\n]*+\n)++")


class Line(NamedTuple):
    """One line. ``kind`` is ``own`` unless markup says otherwise."""

    text: str
    kind: Kind = "own"


def of(text: str) -> list[Line]:
    return [Line(line) for line in text.split("\n")]


def joined(lines: list[Line]) -> str:
    """Return the text, without empty lines at its ends."""
    return _OUTER.sub("", "\n".join(line.text for line in lines).rstrip())


def is_empty(lines: list[Line]) -> bool:
    return not any(line.text.strip() for line in lines)


def unflow(text: str, *, delete_space: bool) -> str:
    """Join the lines that a sender with ``format=flowed`` had broken softly (RFC 3676)."""
    out: list[list[str]] = []
    depth = -1
    for line in text.split("\n"):
        level = len(line) - len(line.lstrip(">"))
        body = line[level:].removeprefix(" ")
        if depth == level:
            if delete_space:
                out[-1][-1] = out[-1][-1][:-1]
            out[-1].append(body)
        else:
            out.append([">" * level + (" " if level and body else "") + body])
        depth = level if body.endswith(" ") and body != "-- " else -1
    return "\n".join("".join(pieces) for pieces in out)

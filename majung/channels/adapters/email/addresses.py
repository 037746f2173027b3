"""Lists of addresses as headers have them: groups, comments, broken quotes, names in any charset."""

import re
from dataclasses import dataclass, field
from typing import Final

from majung.channels.adapters.email import limits, words
from majung.channels.adapters.email.message import Mailbox

_TOKEN: Final = re.compile(
    r'\\.|=\?[^?\s]{1,60}\?[bBqQ]\?[^?]{0,4000}\?=|["(),;:<>]|[^\\"(),;:<>=]+|.', re.DOTALL
)
_LONGEST: Final = 998  # characters of one address; a line of a mail is not longer


@dataclass(slots=True)
class _Reader:
    """What stands between two commas so far."""

    found: list[Mailbox] = field(default_factory=list)
    phrase: list[str] = field(default_factory=list)
    angle: list[str] = field(default_factory=list)
    comment: list[str] = field(default_factory=list)
    inside: str = ""  # quotes, a comment or angle brackets
    depth: int = 0

    def end(self) -> None:
        box = _mailbox("".join(self.phrase), "".join(self.angle), "".join(self.comment))
        if box:
            self.found.append(box)
        self.phrase, self.angle, self.comment = [], [], []


def parse(text: str) -> tuple[tuple[Mailbox, ...], bool]:
    """Return whom a header names, and whether there were more than are read. Never raises."""
    reader = _Reader()
    if not _read(reader, text, '"('):
        reader = _Reader()
        if not _read(reader, text, "("):
            reader = _Reader()
            _read(reader, text, "")
    boxes = reader.found
    if len(boxes) == 1 and not boxes[0].address and "=?" in text and "@" in boxes[0].name:
        boxes = list(parse(boxes[0].name)[0])  # name and address were encoded as one
    return tuple(boxes[: limits.MOST_ADDRESSES]), len(boxes) > limits.MOST_ADDRESSES


def _read(reader: _Reader, text: str, specials: str) -> bool:
    """Read the list; ``False`` if quotes or a comment never end, so they are no quotes."""
    for piece in _TOKEN.findall(text):
        if len(reader.found) > limits.MOST_ADDRESSES:
            return True
        if reader.inside == '"':
            _in_quotes(reader, piece)
        elif reader.inside == "(":
            _in_comment(reader, piece)
        elif reader.inside == "<":
            _in_angle(reader, piece)
        else:
            _outside(reader, piece, specials)
    unclosed = reader.inside in {'"', "("}
    reader.end()
    return not unclosed


def _in_quotes(reader: _Reader, piece: str) -> None:
    if piece == '"':
        reader.inside = ""
    else:
        reader.phrase.append(piece[1] if piece[0] == "\\" and len(piece) == 2 else piece)


def _in_comment(reader: _Reader, piece: str) -> None:
    reader.depth += {"(": 1, ")": -1}.get(piece, 0)
    if reader.depth == 0:
        reader.inside = ""
    else:
        reader.comment.append(piece)


def _in_angle(reader: _Reader, piece: str) -> None:
    if piece == ">":
        reader.inside = ""
    elif piece in ",;" and "@" in "".join(reader.angle[-3:]).lstrip("@"):
        reader.inside = ""  # the bracket was forgotten
        reader.end()
    else:
        reader.angle.append(piece)


def _outside(reader: _Reader, piece: str, specials: str) -> None:
    if piece in {",", ";"}:
        reader.end()
    elif piece == "<":
        reader.inside, reader.angle = "<", []
    elif piece in specials and piece:
        reader.inside, reader.depth = piece, 1
    elif piece == ":" and "@" not in "".join(reader.phrase[-3:]):
        if reader.phrase[-1:] != ["mailto"]:
            reader.phrase = []  # the name of a group
    elif piece != ">":
        reader.phrase.append(piece)


def _mailbox(phrase: str, angle: str, comment: str) -> Mailbox | None:
    name = " ".join(words.decode(phrase).split())
    address = _address(angle)
    if not address:
        bare = [word for word in name.split() if "@" in word]
        if bare:
            address = _address(bare[-1])
            name = " ".join(word for word in name.split() if "@" not in word)
    name = name or " ".join(words.decode(comment).split())
    name = name.strip(" '\"")
    if name == address:
        name = ""
    return Mailbox(name, address) if name or address else None


def _address(text: str) -> str:
    bare = words.decode(text) if "=?" in text else text
    bare = "".join(bare.split()).strip("<>'\"[]()")
    if bare.lower().startswith("mailto:"):
        bare = bare[7:]
    if bare.startswith("@") and ":" in bare:
        bare = bare.rpartition(":")[2]  # a route through other servers, as mails once had
    return bare if len(bare) <= _LONGEST else ""

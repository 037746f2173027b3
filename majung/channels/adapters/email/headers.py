"""The head of a mail or of a part: its fields, and the parameters that some of them have."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote_to_bytes

from majung.channels.adapters.email import charsets, limits, words

_FIELD: Final = re.compile(rb"([!-9;-~]{1,200})[ \t]*:")
_ENVELOPE: Final = re.compile(rb">?From ")
_END: Final = re.compile(rb"\n\r?\n")
_PARAMETER: Final = re.compile(r'\\.|[";]|[^\\";]+|.', re.DOTALL)
_SEGMENT: Final = re.compile(r"([^*]+)(?:\*(\d{1,3}))?(\*)?")
_QUOTED_PAIR: Final = re.compile(r"\\(.)", re.DOTALL)


@dataclass(slots=True)
class Head:
    """Fields by their names in small letters, in the order they came, and what was wrong."""

    fields: dict[str, list[bytes]] = field(default_factory=dict)
    flags: set[str] = field(default_factory=set)

    def raw(self, name: str) -> str:
        """Return a field unfolded, its encoded words not read yet."""
        values = self.fields.get(name)
        return self._text(values[0]) if values else ""

    def all(self, name: str) -> list[str]:
        return [self._text(value) for value in self.fields.get(name, ())]

    def text(self, name: str) -> str:
        """Return a field as people read it."""
        return words.decode(self.raw(name))

    def word(self, name: str) -> str:
        """Return a field of one word in small letters, without comments."""
        return self.raw(name).partition(";")[0].partition("(")[0].strip().lower()

    def parameters(self, name: str) -> tuple[str, dict[str, str]]:
        return parameters(self.raw(name))

    def _text(self, value: bytes) -> str:
        text, guessed = charsets.decode(value, "utf-8")
        if guessed:
            self.flags.add("charset_guessed")
        return words.unfold(text).strip()


def split(data: bytes, start: int, end: int) -> tuple[Head, int]:
    """Read the head that begins at ``start``; also return where the body begins."""
    head = Head()
    name = ""
    parts: list[bytes] = []
    position, count, size = start, 0, 0
    for begin, stop in _lines(data, start, end):
        line = data[begin : min(stop, begin + limits.MOST_FIELD)]
        position = stop
        if stop - begin > limits.MOST_FIELD:
            head.flags.add("headers_cut")
        if not line.strip(b"\r\n"):
            break
        if begin == start and _ENVELOPE.match(line):
            continue
        size += len(line)
        if count > limits.MOST_FIELDS or size > limits.MOST_HEAD_BYTES:
            head.flags.add("headers_cut")
            _keep(head, name, parts)
            blank = _END.search(data, stop - 1, end)
            return head, blank.end() if blank else end
        if line[:1] in b" \t" and name:
            parts.append(line)
            continue
        match = _FIELD.match(line)
        if match is None and not _goes_on(data, stop, end):
            position = begin  # the blank line is missing: this is text already
            break
        _keep(head, name, parts)
        name = match[1].decode("ascii").lower() if match else ""
        parts = [line[match.end() :]] if match else []
        count += 1
    _keep(head, name, parts)
    return head, position


def _lines(data: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end:
        stop = data.find(b"\n", start, end) + 1 or end
        yield start, stop
        start = stop


def _goes_on(data: bytes, start: int, end: int) -> bool:
    """Say whether a field follows, so that the line before it is only dirt among the headers."""
    return _FIELD.match(data, start, min(end, start + 300)) is not None


def _keep(head: Head, name: str, parts: list[bytes]) -> None:
    if not name:
        return
    value = b"".join(parts)
    if len(value) > limits.MOST_FIELD:
        head.flags.add("headers_cut")
        value = value[: limits.MOST_FIELD]
    head.fields.setdefault(name, []).append(value.rstrip(b"\r\n"))


def parameters(value: str) -> tuple[str, dict[str, str]]:
    """Return ``text/plain`` and its parameters, those of RFC 2231 joined and decoded."""
    pieces = _pieces(value)
    plain: dict[str, str] = {}
    split_up: dict[str, list[tuple[int, bool, str]]] = {}
    for piece in pieces[1 : limits.MOST_PARAMETERS]:
        key, equals, text = piece.partition("=")
        match = _SEGMENT.fullmatch(key.strip().lower()) if equals else None
        if match is None:
            continue
        if match[2] or match[3]:
            segment = (int(match[2] or 0), bool(match[3]), _unquoted(text))
            split_up.setdefault(match[1], []).append(segment)
        else:
            plain.setdefault(match[1], words.decode(_unquoted(text)))
    for key, segments in split_up.items():
        plain[key] = _rejoined(segments)
    return pieces[0].strip().lower(), plain


def _pieces(value: str) -> list[str]:
    """Cut at the semicolons that are not in quotes."""
    found: list[list[str]] = [[]]
    quoted = False
    for piece in _PARAMETER.findall(value):
        quoted ^= piece == '"'
        if piece == ";" and not quoted:
            found.append([])
        else:
            found[-1].append(piece)
    return ["".join(each) for each in found]


def _unquoted(text: str) -> str:
    bare = text.strip()
    if len(bare) > 1 and bare[0] == bare[-1] == '"':
        return _QUOTED_PAIR.sub(r"\1", bare[1:-1])
    return bare.strip('"')


def _rejoined(segments: list[tuple[int, bool, str]]) -> str:
    charset = ""
    data = b""
    for place, (_, encoded, text) in enumerate(sorted(segments)):
        value = text
        if encoded and place == 0 and text.count("'") >= 2:
            charset, _, value = text.split("'", 2)
        data += unquote_to_bytes(value) if encoded else value.encode("utf-8", "replace")
    if not charset and b"=?" in data:
        return words.decode(data.decode("utf-8", "replace"))
    return charsets.tidy(charsets.decode(data, charset)[0])

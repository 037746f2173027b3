"""A mail taken apart: its tree of parts, however broken, within limits."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from majung.channels.adapters.email import headers, limits, transfer
from majung.channels.adapters.email.headers import Head

_TYPE: Final = re.compile(r"[\w.+-]{1,80}/[\w.+-]{1,80}")
_FIRST: Final = re.compile(rb"\s*--([^\s-][^\r\n]{0,200}?)[ \t]*\r?\n")
_EVIL: Final = str.maketrans("", "", "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(slots=True)
class Part:
    """One part. ``body`` is still encoded as it travelled; ``children`` are a multipart's."""

    head: Head
    type: str
    parameters: dict[str, str]
    disposition: str
    name: str
    body: bytes = b""
    children: list["Part"] = field(default_factory=list)

    @property
    def content(self) -> bytes:
        return transfer.decode(self.body, self.head.raw("content-transfer-encoding"))

    @property
    def content_id(self) -> str:
        return self.head.raw("content-id").strip("<> \t")[:300]

    def walk(self) -> Iterator["Part"]:
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(slots=True)
class _Walk:
    data: bytes
    flags: set[str]
    count: int = 0


def take_apart(data: bytes, flags: set[str]) -> Part:
    """Return the mail's parts; what was cut or broken is added to ``flags``."""
    walk = _Walk(data, flags)
    return _part(walk, 0, len(data), depth=0, default="text/plain")


def _part(walk: _Walk, start: int, end: int, *, depth: int, default: str) -> Part:
    walk.count += 1
    head, begin = headers.split(walk.data, start, end)
    part = _described(head, default)
    if part.type.startswith("multipart/"):
        if depth >= limits.DEEPEST:
            walk.flags.add("too_deep")
            part.type = "application/octet-stream"
        elif _open(walk, part, begin, end, depth):
            return part
    part.body = walk.data[begin:end]
    return part


def _described(head: Head, default: str) -> Part:
    kind, parameters = head.parameters("content-type")
    if not _TYPE.fullmatch(kind):
        main = kind.partition("/")[0]
        kind = default if main in {"", "text"} else "application/octet-stream"
    disposition, more = head.parameters("content-disposition")
    name = more.get("filename") or parameters.get("name") or ""
    return Part(head, kind, parameters, disposition, file_name(name))


def file_name(name: str) -> str:
    """Return a name without folders and without signs that turn it round."""
    bare = " ".join(name.replace("\\", "/").rpartition("/")[2].translate(_EVIL).split())
    if len(bare) <= limits.MOST_NAME:
        return bare
    stem, dot, ending = bare.rpartition(".")
    return f"{stem[: limits.MOST_NAME - 20]}{dot}{ending[:19]}"


def _open(walk: _Walk, part: Part, begin: int, end: int, depth: int) -> bool:
    """Read a multipart's children; ``False`` if nothing in it says where they begin."""
    boundary = part.parameters.get("boundary", "").encode("utf-8", "replace")
    spans = list(_spans(walk, boundary, begin, end)) if boundary else []
    if not spans:
        first = _FIRST.match(walk.data, begin, min(end, begin + 4_000))
        walk.flags.add("broken_mime")
        if first:
            spans = list(_spans(walk, first[1], begin, end))
    if not spans:
        part.type = "text/plain"
        return False
    default = "message/rfc822" if part.type == "multipart/digest" else "text/plain"
    for start, stop in spans:
        if walk.count >= limits.MOST_PARTS:
            walk.flags.add("too_many_parts")
            break
        part.children.append(_part(walk, start, stop, depth=depth + 1, default=default))
    return True


def _spans(walk: _Walk, boundary: bytes, begin: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield where the parts between the boundary's lines begin and end."""
    data, mark = walk.data, b"\n--" + boundary
    start = -1
    found = 0
    position = begin
    while found <= limits.MOST_PARTS:
        at = data.find(mark, position - 1, end) + 1
        if at == 0:
            break
        position = at + len(mark) - 1
        stop = data.find(b"\n", position, end) + 1 or end
        rest = data[position : min(stop, position + 300)].strip()
        if rest not in {b"", b"--"}:
            continue
        if start >= 0:
            yield start, _before(data, start, at)
            found += 1
        if rest:
            return
        start = position = stop
    if start >= 0:
        walk.flags.add("broken_mime")
        yield start, end


def _before(data: bytes, start: int, at: int) -> int:
    """Leave out the line's end before a boundary: it belongs to it."""
    if at - 1 >= start and data[at - 1] == 10:
        at -= 1
        if at - 1 >= start and data[at - 1] == 13:
            at -= 1
    return max(at, start)

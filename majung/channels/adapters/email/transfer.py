"""Content-Transfer-Encoding undone, also where it is broken."""

import binascii
import re
from collections.abc import Iterable
from typing import Final

_NOT_BASE64: Final = bytes(
    set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=")
)
_BEGIN: Final = re.compile(rb"begin(?:-base64)? [0-7]{3,4} ([^\r\n]{1,300})")


def decode(data: bytes, encoding: str) -> bytes:
    """Return the bytes that were meant; an unknown encoding leaves them as they are."""
    name = encoding.strip(" \t\"';").lower()
    if name == "base64":
        return base64(data)
    if name == "quoted-printable":
        return binascii.a2b_qp(data)
    if name in {"x-uuencode", "uuencode", "x-uue", "uue"}:
        return uuencoded(data)
    return data


def base64(data: bytes) -> bytes:
    """Decode what is there: foreign signs are skipped, missing padding is added."""
    plain = data.translate(None, _NOT_BASE64)
    body, _, _ = plain.partition(b"=")
    if len(body) % 4 == 1:
        body = body[:-1]
    return binascii.a2b_base64(body + b"=" * (-len(body) % 4))


def uuencoded(data: bytes) -> bytes:
    lines = data.splitlines()
    starts = [index for index, line in enumerate(lines[:100]) if _BEGIN.match(line)]
    found = uu_lines(lines[starts[0] + 1 :]) if starts else None
    return found[0] if found else data


def uu_begins(line: str) -> str:
    """Return the name of the file whose uuencoded lines follow, or nothing."""
    match = _BEGIN.match(line.encode("utf-8", "replace")) if line.startswith("begin ") else None
    return match[1].decode("utf-8", "replace").strip() if match else ""


def uu_lines(lines: Iterable[bytes]) -> tuple[bytes, int] | None:
    """Return the content and how many lines it took with its ``end``; ``None`` if it is none."""
    content = bytearray()
    for count, line in enumerate(lines, start=1):
        bare = line.strip(b"\r\n")
        if bare.strip() == b"end":
            return bytes(content), count
        try:
            content += _uu_line(bare)
        except binascii.Error:
            return None
    return None


def _uu_line(line: bytes) -> bytes:
    if not line.strip():
        return b""
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        # Some encoders pad the last line beyond what its first sign says.
        size = (((line[0] - 32) & 63) * 4 + 5) // 3
        return binascii.a2b_uu(line[:size])

"""Words of RFC 2047 in headers, also broken ones: split inside a sign, unpadded, with blanks."""

import re
from dataclasses import dataclass
from typing import Final

from majung.channels.adapters.email import charsets, transfer

_START: Final = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?")
_FOLD: Final = re.compile(r"\r?\n(?=[ \t])")
_HEX: Final = re.compile(rb"=([0-9A-Fa-f]{2})")


@dataclass(frozen=True, slots=True)
class Word:
    """A stretch of a header: plain text, or bytes in a charset that wait for their rest."""

    text: str
    data: bytes = b""
    charset: str = ""


def unfold(text: str) -> str:
    """Join folded lines as RFC 5322 says: the line's end goes, the blank stays."""
    return _FOLD.sub("", text).replace("\r", " ").replace("\n", " ")


def decode(text: str) -> str:
    """Return a header's text with its encoded words read. Never raises."""
    if "=?" not in text:
        return charsets.tidy(text).strip()
    return charsets.tidy(_joined(_words(text))).replace("\n", " ").strip()


def _words(text: str) -> list[Word]:
    """Cut the text into plain stretches and encoded words, in one pass."""
    found: list[Word] = []
    done = position = 0
    end = 0
    while match := _START.search(text, position):
        begin = match.end()
        if 0 <= end < begin:
            end = text.find("?=", begin)  # -1: none is closed from here on
        stop = end if end >= 0 else len(text)
        if text.find("=?", begin, stop) >= 0 and _START.search(text, begin, stop):
            position = begin  # this one was never closed, but another one begins
            continue
        stop = end if end >= 0 else _to_blank(text, begin)
        found.append(Word(text[done : match.start()]))
        data = _bytes(match[2], text[begin:stop])
        found.append(Word(text[match.start() : stop], data, match[1]))
        done = position = stop + 2 if end >= 0 else stop
        if end < 0:
            break
    found.append(Word(text[done:]))
    return found


def _to_blank(text: str, begin: int) -> int:
    stop = text.find(" ", begin)
    return len(text) if stop < 0 else stop


def _bytes(kind: str, payload: str) -> bytes:
    raw = payload.encode("utf-8", "replace")
    if kind in "bB":
        return transfer.base64(raw)
    return _HEX.sub(lambda match: bytes([int(match[1], 16)]), raw.replace(b"_", b" "))


def _joined(words: list[Word]) -> str:
    """Decode neighbours of one charset together: the cut may lie inside a sign."""
    out: list[str] = []
    data, charset = b"", ""
    for word in words:
        if word.charset:
            if charset and charset.lower() != word.charset.lower():
                out.append(charsets.decode(data, charset)[0])
                data = b""
            data, charset = data + word.data, word.charset
        elif word.text.strip() or not charset:
            if charset:
                out.append(charsets.decode(data, charset)[0])
            out.append(word.text)
            data, charset = b"", ""
    if charset:
        out.append(charsets.decode(data, charset)[0])
    return "".join(out)

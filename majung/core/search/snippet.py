"""The piece of a text in which something was found, with what was found marked."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from majung.core.search.query import Span

BEFORE: Final = 24
LENGTH: Final = 120


class Piece(NamedTuple):
    """A bit of text, and whether it is what was looked for."""

    text: str
    is_hit: bool


def snippet(text: str, spans: Sequence[Span]) -> list[Piece]:
    """Return about 120 signs around the first span in one line, cut at words, as pieces."""
    first = spans[0].start if spans else 0
    start = _word_start(text, max(0, first - BEFORE)) if first > BEFORE else 0
    end = min(len(text), start + LENGTH)
    pieces = [Piece("…", is_hit=False)] if start else []
    at = start
    for span in spans:
        if span.start >= end:
            break
        pieces.append(Piece(text[at : span.start], is_hit=False))
        pieces.append(Piece(text[span.start : min(span.end, end)], is_hit=True))
        at = min(span.end, end)
    pieces.append(Piece(text[at:end], is_hit=False))
    if end < len(text):
        pieces.append(Piece("…", is_hit=False))
    flat = [Piece(_one_line(piece.text), piece.is_hit) for piece in pieces]
    return [piece for piece in flat if piece.text]


def _word_start(text: str, at: int) -> int:
    space = text.find(" ", at, at + BEFORE)
    return at if space < 0 else space + 1


def _one_line(text: str) -> str:
    return " ".join(text.split("\n"))

"""Times of a day as people write them: "09:00-18:00", "18:00-03:00" past midnight, "24시간"."""

import re
from collections.abc import Sequence
from typing import Final

from majung.accounts.openings import DAY, Span, Spans, joined

ALL_DAY: Final = "00:00-24:00"
_TIME: Final = r"(\d{1,2})(?::(\d{2}))?시?(?:(\d{2})분)?"
_SPAN: Final = re.compile(rf"{_TIME}[-~–—]{_TIME}")
_WHOLE: Final = {"24시간", "종일", "하루종일", "24h", "allday"}


class NoTimes(ValueError):
    """The text is no times of a day."""


def read(texts: str | Sequence[str]) -> Spans:
    """Return the spans of a day, in order and joined; an empty text is a closed day.

    Raises:
        NoTimes: a part is no span, or they are longer than a day together.
    """
    parts = re.split(r"[,;\n]", texts) if isinstance(texts, str) else list(texts)
    spans = joined([_span(part) for part in parts if part.strip()])
    if any(ends - begins > DAY for begins, ends in spans):
        msg = "longer than a day"
        raise NoTimes(msg)
    return spans


def spell(spans: Spans) -> list[str]:
    """Return spans in their one spelling, as ``read`` takes them."""
    return [f"{_clock(begins)}-{_end(ends)}" for begins, ends in spans]


def told(spans: Spans, *, next_day: str = "") -> str:
    """Return spans for reading; ``next_day`` stands before an end that is past midnight."""
    return ", ".join(
        f"{_clock(begins)}–{next_day if ends > DAY else ''}{_end(ends)}" for begins, ends in spans
    )


def _span(text: str) -> Span:
    bare = re.sub(r"\s+", "", text).lower()
    if bare in _WHOLE:
        return 0, DAY
    match = _SPAN.fullmatch(bare.replace("익일", "").replace("다음날", ""))
    if match is None:
        raise NoTimes(text)
    begins = _minutes(text, *match.group(1, 2, 3))
    ends = _minutes(text, *match.group(4, 5, 6))
    if begins >= DAY:
        raise NoTimes(text)
    return begins, ends if ends > begins else ends + DAY


def _minutes(text: str, hour: str, minute: str | None, spoken: str | None) -> int:
    minutes = int(hour) * 60 + int(minute or spoken or 0)
    if int(minute or spoken or 0) > 59 or minutes > DAY:
        raise NoTimes(text)
    return minutes


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _end(minutes: int) -> str:
    return _clock(minutes if minutes <= DAY else minutes - DAY)

"""The line above a quote that says who wrote it: "2026년 11월 20일 …님이 작성:", "On … wrote:"."""

import re
from typing import Final

from majung.channels.adapters.email import limits

MOST_LINES: Final = 4  # programs wrap it
_LONGEST: Final = 500
# It begins with a date, or with the little word that a language puts before one.
_BEGINS: Final = re.compile(
    r"(\d{4}\s?[-년年./]|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|(On|Le|El|Am|Em|Il|Op|Den|Dne|W dniu|Vào|在"
    r"|於|Dnia) \S|(mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6},? )",
    re.IGNORECASE,
)
_ENDS: Final = (
    "작성:", "작성 :", "쓴 글:", "쓴 글 :", "작성했습니다:", "작성하였습니다:", "썼습니다:",
    "님의 말:", "님의 메시지:", "보낸 글:", "작성한 메일:", "보낸 메시지:",
    "wrote:", "writes:", "wrote", "a écrit :", "a écrit:", "schrieb:", "escribió:", "escreveu:",
    "ha scritto:", "schreef:", "skrev:", "пишет:", "написал:", "написал(а):", "napisał:",
    "napisał(a):", "yazdı:", "đã viết:", "写道：", "写道:", "寫道：", "寫道:", "のメール:",
    "書きました:", "書きました：", "さんは書きました:",
)  # fmt: skip
_INSIDE: Final = re.compile(r"\b(schrieb|schreef) [^:\n]{1,200}:$")
_SAYS_WHEN: Final = re.compile(r"\d{4}|\d{1,2}[./:-]\d{1,2}")


def length(lines: list[str], start: int) -> tuple[int, bool]:
    """Return how many lines the attribution at ``start`` takes (0: it is none).

    The second value says whether it is beyond doubt, so that a quote without marks follows.
    """
    joined = ""
    first = lines[start].strip()
    begins = _BEGINS.match(first[:80]) is not None
    if not begins and not first.endswith((":", "：", "wrote")):
        return 0, False
    for count in range(1, MOST_LINES + 1):
        if start + count > len(lines):
            break
        line = lines[start + count - 1].strip()
        if not line or line.startswith(">") or len(joined) + len(line) > _LONGEST:
            break
        joined = f"{joined} {line}".strip()
        if ends := _ends(joined):
            return count, ends == "sure" and begins
        if not begins:
            break
    return 0, False


def _ends(text: str) -> str:
    """Return ``sure``, ``maybe`` or nothing."""
    bare = text[-limits.MOST_LINE :].rstrip("* ")
    dated = _SAYS_WHEN.search(bare) is not None
    named = "@" in bare or "<" in bare
    if bare.lower().endswith(_ENDS) or _INSIDE.search(bare):
        return "sure" if dated else "maybe" if named else ""
    # Gmail in Japanese and some others end with the address alone.
    return "sure" if bare.endswith((">:", ">：", ")：")) and dated and "@" in bare else ""

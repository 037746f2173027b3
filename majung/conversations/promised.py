"""What we told a customer that we would do, and by when: found in our own words, by rules.

A promise is a sentence of ours with a future of our own (연락드리겠습니다, 보내 드릴게요, we will call
you) and a time (오늘 14시까지, 내일 오전, within 2 days). It is quoted, never reworded.
"""

import re
from typing import Final

LONGEST: Final = 120

# Korean: our own will, not 좋겠어요 or 하시겠어요. English: "we will", "I'll".
_WILL: Final = re.compile(
    r"(?:(?<![좋시셨렵있없])겠(?:습니다|어요)|을게요|ㄹ게요|할게요|릴게요|둘게요|볼게요|낼게요|줄게요|올게요|갈게요|될 예정|할 예정|예정입니다|예정이에요)"
    r"|\b(?:i|we)(?:['’]ll| will| shall)\b",
    re.IGNORECASE,
)
_TIME: Final = re.compile(
    r"오늘|내일|모레|글피|이번 ?주|다음 ?주|이번 ?달|다음 ?달|[월화수목금토일]요일|주말|"
    r"(?:오전|오후|저녁|아침|밤)|\d{1,2} ?시|\d{1,2}:\d{2}|\d{1,2}월|\d+ ?(?:분|시간|일|주) ?(?:안|내|이내|뒤|후)|"
    r"영업일|까지|"
    r"\b(?:today|tonight|tomorrow|monday|tuesday|wednesday|thursday|friday|saturday|sunday|"
    r"this week|next week|by \w+|within|in \d+|\d{1,2} ?(?:am|pm))\b",
    re.IGNORECASE,
)
_SENTENCE: Final = re.compile(r"[^.!?。\n]+(?:[.!?。]+(?!\d)|\n|$)|[^\n]+")


def promise_in(text: str) -> str:
    """Return the last sentence that promises something by a time, "" when there is none."""
    for sentence in reversed(_sentences(text)):
        if _WILL.search(sentence) and _TIME.search(sentence):
            return sentence if len(sentence) <= LONGEST else sentence[: LONGEST - 1] + "…"
    return ""


def _sentences(text: str) -> list[str]:
    return [piece for found in _SENTENCE.finditer(text) if (piece := found.group().strip())]

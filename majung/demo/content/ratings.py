"""How content the demo's customers were, in numbers and words; the same for the same talk."""

from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Final

from majung.demo.content.facts import Talk

ANSWER: Final = 0.42
SAY_MORE: Final = 0.45
_SCORES: Final = (5, 4, 3, 2, 1)
_WEIGHTS: Final = (54, 25, 11, 6, 4)
_COMMENTS: Final = {
    "ko": {
        5: (
            "답이 정말 빨라요. 덕분에 바로 해결했어요!",
            "친절하게 알려주셔서 감사합니다",
            "끝까지 확인해 주셔서 믿음이 갔어요",
            "역시 여기가 제일 편해요 ㅎㅎ",
        ),
        4: ("친절했어요. 조금만 더 빨랐으면 완벽!", "잘 해결됐어요", "설명이 알기 쉬웠어요"),
        3: ("해결은 됐는데 오래 걸렸어요", "그냥 보통이었어요"),
        2: ("같은 말을 두 번 해야 했어요", "답을 너무 오래 기다렸어요"),
        1: ("결국 해결이 안 됐어요", "환불이 아직도 안 들어왔어요"),
    },
    "en": {
        5: ("So quick, thank you!", "Very kind and clear."),
        4: ("Helpful, thanks.", "Good, just a short wait."),
        3: ("It took a while.",),
        2: ("I had to explain it twice.",),
        1: ("Still not solved.",),
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An answer, ``after`` the conversation was closed."""

    score: int
    comment: str
    after: timedelta


def of(talk: Talk) -> Said | None:
    """Return what was answered about a closed chat; many are never answered."""
    rng = Random(f"rating {talk.key}")
    if talk.channel != "chat" or not talk.agent or rng.random() > ANSWER:
        return None
    return said(rng, talk.language)


def said(rng: Random, language: str) -> Said:
    """Return one answer."""
    score = rng.choices(_SCORES, weights=_WEIGHTS)[0]
    told = _COMMENTS.get(language, _COMMENTS["ko"])[score]
    comment = rng.choice(told) if rng.random() < SAY_MORE else ""
    return Said(score=score, comment=comment, after=timedelta(seconds=rng.randint(20, 5400)))

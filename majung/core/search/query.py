"""What somebody looks for: terms to ask an index for, and the check that nothing false is shown."""

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final, NamedTuple

from majung.core.search import words
from majung.core.search.words import Run

MOST_WORDS: Final = 8
LONGEST: Final = 200
SHORTEST_PART: Final = 2


class Span(NamedTuple):
    """Where a text holds what was looked for."""

    start: int
    end: int


class Folded:
    """A text as it is compared. Most that lack a part show it before their runs are needed."""

    def __init__(self, text: str) -> None:
        self.text = words.fold(text)

    @cached_property
    def runs(self) -> list[Run]:
        return words.runs(self.text)


@dataclass(frozen=True, slots=True)
class Syllables:
    """Hangul (or Han, or Kana) that a text must hold, spaces within not counting.

    환불 is in 환불해주세요 and 교환환불, but not in 교환 불가: where a space lies within, what stands
    before and after it must be a whole word or at least two signs of one. A single sign must
    begin a word: 안 is in 안 왔어요 and 안왔어요, not in 편안.
    """

    text: str

    def terms(self) -> set[str]:
        return set(words.pairs(self.text)) or {words.alone(self.text)}

    def spans(self, said: Folded) -> list[Span]:
        if len(self.text) == 1:
            return [Span(run.start, run.start + 1) for run in said.runs if run.text[0] == self.text]
        pattern = _spaced(self.text)
        spans, at = [], 0
        while match := pattern.search(said.text, at):
            if self._is_sound(said.text, match):
                spans.append(Span(*match.span()))
                at = match.end()
            else:
                at = match.start() + 1
        return spans

    def _is_sound(self, folded: str, match: re.Match[str]) -> bool:
        parts = match.group().split()
        if len(parts) == 1:
            return True
        start, end = match.span()
        begins = start == 0 or not words.is_cjk(folded[start - 1])
        ends = end == len(folded) or not words.is_cjk(folded[end])
        return (begins or len(parts[0]) >= SHORTEST_PART) and (
            ends or len(parts[-1]) >= SHORTEST_PART
        )


@dataclass(frozen=True, slots=True)
class Word:
    """A word of another script, whatever its ending: delivery finds deliveries."""

    stem: str

    def terms(self) -> set[str]:
        return {self.stem}

    def spans(self, said: Folded) -> list[Span]:
        here = [
            Span(run.start, run.end)
            for run in said.runs
            if not run.is_cjk and words.stem(run.text) == self.stem
        ]
        codes = words.codes(said.text, said.runs)
        return here + [Span(start, end) for code, start, end in codes if code == self.stem]


Part = Syllables | Word


@dataclass(frozen=True)
class Query:
    """All of these parts must be in a text, in any order; see ``parse``."""

    parts: tuple[Part, ...]

    @cached_property
    def terms(self) -> frozenset[str]:
        """What an index is asked for. A lone syllable is asked for only if there is nothing else."""
        telling = [part for part in self.parts if not _is_lone(part)] or self.parts
        return frozenset(term for part in telling for term in part.terms())

    def spans(self, text: str) -> list[Span]:
        """Return where a composed text holds the parts, in order; none unless it holds all."""
        said = Folded(text)
        spans: list[Span] = []
        for part in self.parts:
            here = part.spans(said)
            if not here:
                return []
            spans += here
        return _joined(sorted(spans))


def parse(text: str) -> Query | None:
    """Read what somebody typed; ``None`` when there is nothing in it that could be looked for.

    Words that spaces separate are parts of their own. Of more than eight the first eight count.
    """
    folded = words.fold(words.composed(text[:LONGEST]))
    parts: list[Part] = []
    for word in folded.split():
        parts += _parts(word)
    kept = tuple(dict.fromkeys(parts))[:MOST_WORDS]
    return Query(kept) if kept else None


def _parts(word: str) -> list[Part]:
    found = words.runs(word)
    codes = list(words.codes(word, found))
    parts: list[Part] = [Word(code) for code, _, _ in codes]
    for run in found:
        if run.is_cjk:
            parts.append(Syllables(run.text))
        elif not any(start <= run.start < end for _, start, end in codes):
            parts.append(Word(words.stem(run.text)))
    return parts


@lru_cache(maxsize=1_000)
def _spaced(text: str) -> re.Pattern[str]:
    return re.compile(r"\s*".join(map(re.escape, text)))


def _is_lone(part: Part) -> bool:
    return isinstance(part, Syllables) and len(part.text) == 1


def _joined(spans: list[Span]) -> list[Span]:
    joined: list[Span] = []
    for span in spans:
        if joined and span.start <= joined[-1].end:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return joined

"""What of a text goes into an index: bigrams of Hangul across spaces, stems of Latin words.

Korean puts particles and endings onto its words and spaces them as it likes, so what is looked up
is every pair of neighbouring syllables, whatever space is between: 배송조회 and 배송 조회 have the same
pairs. A pair says that the text *may* hold a word; ``query`` looks at the text itself before
anything is shown. Words of other scripts are lower-cased and, in English, stemmed (Porter 2).
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

import snowballstemmer

VERSION: Final = 2
"""Raised when the same text would give other terms, so that indexes are made anew."""

LONGEST_CODE: Final = 64

_CJK: Final = "ㄱ-ㆎ가-힣㐀-鿿豈-﫿぀-ヿ"
_RUN: Final = re.compile(rf"[{_CJK}]+|[^\W_{_CJK}]+")
_IS_CJK: Final = re.compile(rf"[{_CJK}]")
# Signs that have no other forms, and lower ones of the same length: most texts hold nothing else.
_PLAIN: Final = re.compile(r"[\x00-\x7f가-힣]*")
# Between two runs these make one code of them: 010-1234-5678, 20261118-0042, A/S, ondam.kr.
_JOINTS: Final = frozenset("-/.:@+#&'’")
# Marks a syllable that stands alone, as 안 in 안 왔어요; no text has this sign.
_ALONE: Final = "\ue001"
_stemmer: Final = snowballstemmer.stemmer("english")


class Run(NamedTuple):
    """Signs of one script without a gap: ``text`` folded, at ``start:end`` of the whole."""

    text: str
    start: int
    end: int
    is_cjk: bool


def fold(text: str) -> str:
    """Return the text as it is compared: lower case, full-width forms narrow; sign for sign."""
    if _PLAIN.fullmatch(text):
        return text.lower()
    return "".join(map(_fold_sign, text))


@lru_cache(maxsize=20_000)
def _fold_sign(sign: str) -> str:
    folded = unicodedata.normalize("NFKC", sign).lower()
    return folded if len(folded) == 1 else sign


def composed(text: str) -> str:
    """Return the text with Hangul in syllables: some systems send it taken apart."""
    return unicodedata.normalize("NFC", text)


def is_cjk(sign: str) -> bool:
    return _IS_CJK.match(sign) is not None


def runs(folded: str) -> list[Run]:
    """Return the runs of a folded text in order."""
    return [
        Run(found.group(), found.start(), found.end(), is_cjk(found.group()[0]))
        for found in _RUN.finditer(folded)
    ]


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Return the stem of an English word; any other word as it is."""
    if word.isascii() and word.isalpha():
        return str(_stemmer.stemWord(word))
    return word


def terms(text: str) -> set[str]:
    """Return what of a text goes into an index."""
    folded = fold(composed(text))
    found = runs(folded)
    kept: set[str] = set()
    for chain in chains(folded, found):
        kept.update(pairs("".join(run.text for run in chain)))
    for run in found:
        if not run.is_cjk:
            kept.add(stem(run.text))
        elif len(run.text) == 1:
            kept.add(alone(run.text))
    kept.update(code for code, _, _ in codes(folded, found))
    return kept


def alone(sign: str) -> str:
    """Return the term of a syllable that stands alone."""
    return _ALONE + sign


def pairs(signs: str) -> Iterator[str]:
    """Yield every two neighbouring signs."""
    return (signs[at : at + 2] for at in range(len(signs) - 1))


def chains(folded: str, found: list[Run]) -> Iterator[list[Run]]:
    """Yield the runs of Hangul (and Han and Kana) that only spaces keep apart."""
    chain: list[Run] = []
    for run in found:
        if not run.is_cjk:
            continue
        if chain and folded[chain[-1].end : run.start].strip():
            yield chain
            chain = []
        chain.append(run)
    if chain:
        yield chain


def codes(folded: str, found: list[Run]) -> Iterator[tuple[str, int, int]]:
    """Yield numbers and names that are written with joints, without these: (code, start, end)."""
    parts: list[Run] = []
    for run in [*found, Run("", -1, -1, is_cjk=True)]:
        joins = bool(parts) and not run.is_cjk and _joint(folded, parts[-1].end, run.start)
        if joins:
            parts.append(run)
            continue
        if len(parts) > 1:
            code = "".join(part.text for part in parts)
            if len(code) <= LONGEST_CODE:
                yield code, parts[0].start, parts[-1].end
        parts = [] if run.is_cjk else [run]


def _joint(folded: str, end: int, start: int) -> bool:
    return start - end == 1 and folded[end] in _JOINTS

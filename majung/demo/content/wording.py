"""Turns a script's wording into what one person would write: variants, slots, particles, tone."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from random import Random
from typing import Literal

from majung.core.text.korean import final_sound
from majung.demo.content.facts import Tone

Language = Literal["ko", "en"]

_PIECE = re.compile(r"\{(\w+)(?::([^}/]+)/([^}]+))?\}|\[([^\[\]]*\|[^\[\]]*)\]")
_SPACES = re.compile(r"[ \t]{2,}")
_BEFORE_MARK = re.compile(r" +([.,!?])")
_LAST_PERIOD = re.compile(r"(?<!\.)\.(?=$|\n)", re.MULTILINE)
_INNER_PERIOD = re.compile(r"(?<=[가-힣])\. (?=[가-힣])")


@dataclass(frozen=True, slots=True)
class Phrases:
    """The common lines of one language; the same slots as in scripts may stand in them."""

    agent_hello: tuple[str, ...]
    agent_hello_late: tuple[str, ...]
    agent_hello_night: tuple[str, ...]
    agent_hold: tuple[str, ...]
    agent_bye: tuple[str, ...]
    agent_sign: tuple[str, ...]
    thanks: Mapping[Tone, tuple[str, ...]]
    hello: Mapping[Tone, tuple[str, ...]]
    form_hello: tuple[str, ...]
    form_close: tuple[str, ...]
    typos: tuple[tuple[str, str], ...]


@lru_cache(maxsize=4096)
def particle(word: str, closed: str, opened: str) -> str:
    """Return `closed` after a final consonant, else `opened`; 으로 becomes 로 after ㄹ too."""
    sound = final_sound(word)
    if sound == " " or (sound == "ㄹ" and closed.startswith("으로")):
        return opened
    return closed


def fill(text: str, *, slots: Mapping[str, str], rng: Random) -> str:
    """Return the text with choices made and slots filled. Raises `KeyError` for an unknown slot."""

    def piece(match: re.Match[str]) -> str:
        groups: tuple[str | None, ...] = match.groups()
        name, closed, opened, options = groups
        if options is not None:
            return rng.choice(options.split("|"))
        word = slots[name or ""]
        return word + particle(word, closed, opened) if closed and opened else word

    # Choices may hold slots, so a second pass fills what the first one chose.
    chosen = _PIECE.sub(piece, text)
    if "{" in chosen:
        chosen = _PIECE.sub(piece, chosen)
    return _BEFORE_MARK.sub(r"\1", _SPACES.sub(" ", chosen)).strip()


def slot_names(text: str) -> set[str]:
    """Return the names of the slots in a text."""
    return {match[1] for match in _PIECE.finditer(text) if match[1]} | {
        name
        for match in _PIECE.finditer(text)
        if match[4]
        for name in re.findall(r"\{(\w+)", match[4])
    }


def as_written(text: str, *, tone: Tone, phrases: Phrases, rng: Random) -> str:
    """Return a customer's chat message as somebody of this tone would type it."""
    if tone == "polite":
        return text if rng.random() < 0.7 else _LAST_PERIOD.sub("", text)
    text = _LAST_PERIOD.sub("", text)
    slips = 0.12 if tone == "plain" else 0.4
    for right, wrong in phrases.typos:
        if right in text and rng.random() < slips:
            text = text.replace(right, wrong, 1)
    if tone == "terse":
        text = _INNER_PERIOD.sub(" ", text)
        if rng.random() < 0.15:
            text = text.replace("?", "??", 1)
        if text[:1].isupper() and text[:2] not in {"I ", "I'"} and text.isascii():
            text = text[0].lower() + text[1:]
    return text


def pick(variants: tuple[str, ...], *, linked: bool, thread: int, rng: Random) -> str:
    """Return one wording; linked turns of a talk share `thread` and so take matching ones."""
    return variants[thread % len(variants)] if linked else rng.choice(variants)

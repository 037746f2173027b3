"""Texts with places to fill in: ``{고객}`` is a name, ``{고객|을/를}`` a name and its particle.

A brace that is meant as a brace is doubled. Whoever writes such a text is told by ``unknown`` and
``unknown_particles`` what cannot be filled in; ``render`` never fails on a text that was stored.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from majung.core.text import korean

_TOKEN: Final = re.compile(r"\{\{|\}\}|\{([^{}|\n]*)(?:\|([^{}|\n]*))?\}")


@dataclass(frozen=True, slots=True)
class Variable:
    """A place in a text; ``raw`` is how it is written there, ``particle`` may be empty."""

    name: str
    particle: str
    raw: str


def parse(text: str) -> list[str | Variable]:
    """Return the pieces of a text: words as they read, and places. A lone brace is a word."""
    return list(_pieces(text))


def names(text: str) -> list[str]:
    """Return the names a text uses, each once, in the order in which they come."""
    found = (piece.name for piece in _pieces(text) if isinstance(piece, Variable))
    return list(dict.fromkeys(found))


def unknown(text: str, known: Collection[str]) -> list[str]:
    """Return the names that are none of the known ones."""
    return [name for name in names(text) if name not in known]


def unknown_particles(text: str) -> list[str]:
    """Return the particles behind a ``|`` that do not exist."""
    found = [piece.particle for piece in _pieces(text) if isinstance(piece, Variable)]
    return [each for each in dict.fromkeys(found) if each and not _is_particle(each)]


def render(text: str, values: Mapping[str, str]) -> str:
    """Fill in the values; a name without one stays as it is written, so that people see it."""
    return "".join(
        piece if isinstance(piece, str) else _filled(piece, values) for piece in _pieces(text)
    )


def escape(text: str) -> str:
    """Return the text so that ``render`` gives it back unchanged."""
    return text.replace("{", "{{").replace("}", "}}")


def _pieces(text: str) -> Iterator[str | Variable]:
    end = 0
    for match in _TOKEN.finditer(text):
        if match.start() > end:
            yield text[end : match.start()]
        end = match.end()
        raw = match.group()
        if raw in {"{{", "}}"}:
            yield raw[0]
        else:
            yield Variable((match[1] or "").strip(), (match[2] or "").strip(), raw)
    if end < len(text):
        yield text[end:]


def _filled(place: Variable, values: Mapping[str, str]) -> str:
    value = values.get(place.name)
    if value is None:
        return place.raw
    if not value or not place.particle or not _is_particle(place.particle):
        return value
    return korean.with_josa(value, place.particle)


def _is_particle(text: str) -> bool:
    try:
        korean.josa("가", text)
    except ValueError:
        return False
    return True

"""Reads the scripts of conversations: small text files that people of the trade can edit.

A script begins with a header of fields divided by bars::

    = id | 대/중/소 | brand[/kinds] | channels | ending | stage | weight [| after=id]

`brand` is a brand's name or slug, or 둘 / both; `kinds` narrows the goods it fits. `ending` is
closed, quiet (closed without thanks), waiting (for the customer) or open (for us). `stage` says
what the customer's order has been through. `after` makes it a sequel of another script, told by
the same person days later. Then come turns, one a line, each with its variants on lines that
begin with a slash: 제목 (subject, for forms), 고 (customer), 상 (agent), 메 (internal note), 잠
(the agent asks for a moment; chat only, worded by the language's pool). Behind the letter: ``=``
takes the same variant as the other turns marked so, ``[사진2]`` attaches photos, ``[+2h]`` waits
at least so long. Inside a text: ``[a|b|]`` picks one, ``{item:을/를}`` is a slot with its particle,
and agents may use formatting (``content.formats``).
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Literal, cast

from majung.demo.content.company import BRANDS
from majung.demo.content.facts import Channel

Ending = Literal["closed", "quiet", "waiting", "open"]
Part = Literal["customer", "agent", "note", "hold"]
Stage = Literal[
    "없음", "관심", "장바구니", "주문", "배송중", "지연", "받음", "사용", "반품", "계정", "매장"
]
STAGES = ("없음", "관심", "장바구니", "주문", "배송중", "지연", "받음", "사용", "반품", "계정", "매장")  # fmt: skip
ENDINGS = ("closed", "quiet", "waiting", "open")

_PARTS: dict[str, Part] = {"고": "customer", "상": "agent", "메": "note", "잠": "hold"}
_TURN = re.compile(r"^([고상메잠])(=?)((?:\[(?:사진\d+|\+\d+[mhd])\])*)(?:\s+(.+))?$")
_PHOTOS = re.compile(r"사진(\d+)")
_WAIT = re.compile(r"\+(\d+)([mhd])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_BOTH = {"둘", "both"}
_SLUGS = {brand.name: brand.slug for brand in BRANDS} | {brand.slug: brand.slug for brand in BRANDS}


@dataclass(frozen=True, slots=True)
class Line:
    """A turn of a script: who speaks and in which wordings."""

    part: Part
    variants: tuple[str, ...]
    linked: bool = False
    photos: int = 0
    wait: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class Script:
    """A conversation to be told; `kinds` empty means any product of the brands."""

    id: str
    category: tuple[str, str, str]
    brands: tuple[str, ...]
    kinds: tuple[str, ...]
    channels: tuple[Channel, ...]
    ending: Ending
    stage: Stage
    weight: int
    after: str
    subjects: tuple[str, ...]
    lines: tuple[Line, ...]


class ScriptError(ValueError):
    """A script file breaks the rules above; the message names file and line."""


def read(folder: Path) -> tuple[Script, ...]:
    """Return all scripts of a folder, in order of file name. Raises `ScriptError`."""
    scripts = [
        script
        for path in sorted(folder.glob("*.txt"))
        for script in parse(path.read_text(encoding="utf-8"), source=path.name)
    ]
    ids = [script.id for script in scripts]
    for script in scripts:
        if ids.count(script.id) > 1 or (script.after and script.after not in ids):
            raise ScriptError(f"{script.id}: said twice, or follows a script that is not there")
    return tuple(scripts)


def parse(text: str, *, source: str = "text") -> tuple[Script, ...]:
    """Return the scripts of one file's text. Raises `ScriptError`."""
    blocks: list[tuple[int, list[str]]] = []
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip()
        if line.startswith("= "):
            blocks.append((number, [line]))
        elif line and blocks:
            blocks[-1][1].append(line)
        elif line:
            raise ScriptError(f"{source}:{number}: text before the first header")
    return tuple(_script(rows, at=f"{source}:{number}") for number, rows in blocks)


def _script(rows: list[str], *, at: str) -> Script:
    fields = [part.strip() for part in rows[0][2:].split("|")]
    if len(fields) not in {7, 8}:
        raise ScriptError(f"{at}: a header has seven fields, or eight with after=")
    name, category, brand, channels, ending, stage, weight = fields[:7]
    levels = tuple(category.split("/"))
    if len(levels) != 3 or ending not in ENDINGS or stage not in STAGES:
        raise ScriptError(f"{at}: category, ending or stage is not one of those known")
    brand_name, _, kinds = brand.partition("/")
    subjects, lines = _lines(rows[1:], at=at)
    if "form" in channels and not subjects:
        raise ScriptError(f"{at}: a form needs 제목")
    return Script(
        id=name,
        category=(levels[0], levels[1], levels[2]),
        brands=tuple(b.slug for b in BRANDS) if brand_name in _BOTH else (_SLUGS[brand_name],),
        kinds=tuple(kinds.split(",")) if kinds else (),
        channels=cast("tuple[Channel, ...]", tuple(c.strip() for c in channels.split(","))),
        ending=cast("Ending", ending),
        stage=cast("Stage", stage),
        weight=int(weight),
        after=fields[7].removeprefix("after=") if len(fields) == 8 else "",
        subjects=subjects,
        lines=lines,
    )


def _lines(rows: list[str], *, at: str) -> tuple[tuple[str, ...], tuple[Line, ...]]:
    """Return the subjects and the turns; the linked ones must have equally many variants."""
    subjects: list[str] = []
    turns: list[tuple[re.Match[str], list[str]]] = []
    for row in rows:
        if row.startswith("제목 "):
            subjects.append(row.removeprefix("제목 "))
        elif row.startswith("/ "):
            (turns[-1][1] if turns else subjects).append(row[2:].strip())
        elif (match := _TURN.match(row)) is not None:
            turns.append((match, [match[4]] if match[4] else []))
        else:
            raise ScriptError(f"{at}: cannot read {row!r}")
    lines = tuple(_line(match, variants) for match, variants in turns)
    if len({len(line.variants) for line in lines if line.linked}) > 1:
        raise ScriptError(f"{at}: linked turns need equally many variants")
    if not lines or any(not line.variants and line.part != "hold" for line in lines):
        raise ScriptError(f"{at}: a turn without words")
    return tuple(subjects), lines


def _line(match: re.Match[str], variants: list[str]) -> Line:
    photos = _PHOTOS.search(match[3])
    wait = _WAIT.search(match[3])
    return Line(
        part=_PARTS[match[1]],
        variants=tuple(variants),
        linked=bool(match[2]),
        photos=int(photos[1]) if photos else 0,
        wait=timedelta(**{_UNITS[wait[2]]: int(wait[1])}) if wait else timedelta(),
    )

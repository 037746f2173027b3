"""The pages as the tests read them: text outside of code, code blocks, tables, references."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from tests.architecture.source import ROOT

PACKAGE = ROOT / "majung"
APPS = frozenset({"core", "accounts", "customers", "conversations", "channels", "web", "demo"})
# Folders that a build makes.
MADE = frozenset({"dist/"})
_BLOCK = re.compile(r"^([ ]*)```([^\n]*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`([^`\n]+)`")
_PATH = re.compile(r"[\w.@-]+(?:/[\w.@-]+)+/?|[\w-]+/")
_FILE = re.compile(r"(?:[\w.@-]+/)+[\w.@-]+\.(?:py|md|ts|css|sh|po|conf|toml|service|timer)")
_DOTTED = re.compile(r"[a-z_]+(?:\.[A-Za-z_]+)+")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block of code and what stands behind its fence."""

    kind: str
    code: str


def pages() -> list[Path]:
    return [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]


def blocks(page: Path) -> list[Block]:
    return [Block(kind.strip(), code) for _, kind, code in _BLOCK.findall(page.read_text())]


def prose(page: Path) -> str:
    """Return the page without its blocks of code."""
    return _BLOCK.sub("", page.read_text())


def spans(page: Path) -> list[str]:
    """Return what stands between backticks in the prose."""
    return _CODE.findall(prose(page))


def rows(page: Path, *, under: str = "") -> Iterator[list[str]]:
    """Yield the cells of the table rows, of the section ``under`` a heading if one is named."""
    text = page.read_text()
    if under:
        _, _, text = text.partition(f"\n## {under}\n")
        text = text.partition("\n## ")[0]
    for line in text.splitlines():
        if line.startswith("|") and not set(line) <= {"|", "-", " "}:
            yield [cell.strip() for cell in line.strip("|").split(" | ")]


def first_words(page: Path, *, under: str = "") -> list[str]:
    """Return what the first cell of each row has between its backticks."""
    found = []
    for cells in rows(page, under=under):
        words = _CODE.findall(cells[0])
        found += words[:1]
    return found


def missing(span: str) -> bool:
    """Say whether a word in backticks names a file, folder or object of ours that is not there."""
    word = span.removesuffix("()")
    if word in MADE:
        return False
    if _FILE.fullmatch(word) or (_PATH.fullmatch(word) and word.endswith("/")):
        return not any((root / word).exists() for root in (ROOT, PACKAGE))
    if _DOTTED.fullmatch(word) and word.split(".")[0] in APPS:
        return _found(word) is None
    return False


def is_reference(span: str) -> bool:
    word = span.removesuffix("()")
    named = _DOTTED.fullmatch(word) and word.split(".")[0] in APPS
    return bool(_FILE.fullmatch(word) or named)


@cache
def _found(dotted: str) -> Any:
    """Return the object that ``channels.inbound.accept`` names inside majung, or ``None``."""
    parts = dotted.split(".")
    for length in range(len(parts), 0, -1):
        module = _module(".".join(["majung", *parts[:length]]))
        if module is not None:
            found: Any = module
            for name in parts[length:]:
                found = getattr(found, name, None)
            return found
    return None


def _module(name: str) -> ModuleType | None:
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        if error.name and name.startswith(error.name):
            return None
        raise

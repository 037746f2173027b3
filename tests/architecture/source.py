"""What the architecture tests look at: our source files as text and as syntax trees."""

import ast
import importlib
import pkgutil
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import majung

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = ROOT / "majung"
# These start something when they are imported.
STARTERS = {"majung.asgi", "majung.__main__"}


def python_files(*folders: str) -> Iterator[Path]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts and "node_modules" not in path.parts:
                yield path


def short(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), filename=str(path))


def modules() -> Iterator[ModuleType]:
    """Import every module of ours."""
    for found in pkgutil.walk_packages(majung.__path__, "majung."):
        if found.name not in STARTERS:
            yield importlib.import_module(found.name)


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def layers() -> list[set[str]]:
    """Return the layers from the lowest up, as pyproject.toml states them."""
    contracts = project()["tool"]["importlinter"]["contracts"]
    (stated,) = [contract["layers"] for contract in contracts if contract["type"] == "layers"]
    return [{name.strip() for name in line.split("|")} for line in reversed(stated)]

"""Commands that the pages tell people to type: they exist, and where marked so, they run."""

import argparse
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.management import get_commands

from bench.__main__ import BENCHES
from majung.cli import make_parser
from majung.demo import run as demo
from tests.architecture.source import ROOT
from tests.docs import pages
from tests.servers import MajungServer

TARGET = re.compile(r"^([a-z]+):.*##", re.MULTILINE)
READMES = ("README.md", "README.ko.md")


def typed() -> Iterator[tuple[str, list[str]]]:
    """Yield (page, words) for each command line in a block of shell, and in backticks."""
    for page in pages.pages():
        name = page.relative_to(ROOT).as_posix()
        shell = (block for block in pages.blocks(page) if block.kind.split()[:1] == ["sh"])
        lines = [line for block in shell for line in block.code.splitlines()]
        for line in [*lines, *pages.spans(page)]:
            for part in re.split(r"&&|;|\|", line):
                if "…" not in part and (words := words_of(part)):
                    yield name, words


def words_of(part: str) -> list[str]:
    """Return the words of a command line without settings before it and folders before its name."""
    try:
        words = shlex.split(part, comments=True)
    except ValueError:
        return []
    while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):
        words = words[1:]
    if words[:1] == ["sudo"]:
        return []
    return [words[0].rpartition("/")[2], *words[1:]] if words else []


def of(program: str) -> list[tuple[str, list[str]]]:
    return [(page, words[1:]) for page, words in typed() if words[0] == program and words[1:]]


def targets() -> list[str]:
    return TARGET.findall((ROOT / "Makefile").read_text())


def commands() -> list[str]:
    parser = make_parser()
    (action,) = [a for a in parser._actions if isinstance(a, argparse._SubParsersAction)]
    return list(action.choices)


def test_make_targets_exist() -> None:
    found = of("make")
    assert [(page, words[0]) for page, words in found if words[0] not in targets()] == []
    assert len(found) > 20


def test_majung_commands_exist(capsys: pytest.CaptureFixture[str]) -> None:
    found = [(page, words) for page, words in of("majung") if words[0] in {*commands(), "manage"}]
    assert [(page, words) for page, words in found if not understood(words)] == []
    assert len(found) > 40
    capsys.readouterr()


def test_what_looks_like_a_majung_command_is_one() -> None:
    unknown = [(page, words) for page, words in of("majung") if words[0] not in commands()]
    assert unknown == []


def understood(words: list[str]) -> bool:
    if words[0] == "manage":
        return not words[1:] or words[1] in get_commands()
    if len(words) == 1 and words[0] in {"backup", "restore", "keys"}:
        return True  # the name of the command, in a sentence
    try:
        if words[0] == "demo":
            demo._options(words[1:])  # the demo reads its options itself
            return True
        make_parser().parse_args(words)
    except SystemExit:
        return False
    return True


def test_an_option_that_does_not_exist_is_found(capsys: pytest.CaptureFixture[str]) -> None:
    wrong = (["serve", "--all"], ["keys", "burn"], ["manage", "no_such"], ["demo", "--loud"])
    assert [understood(words) for words in wrong] == [False] * 4
    assert understood(["restore", "a.tar", "--replace"])
    capsys.readouterr()


def test_benches_exist() -> None:
    found = [words for _, words in of("python") if words[:2] == ["-m", "bench"] and words[2:]]
    assert [words[2] for words in found if words[2] not in {*BENCHES, "NAME"}] == []
    assert {words[2] for words in found} - {"NAME"} == set(BENCHES)


@pytest.mark.parametrize("readme", READMES)
def test_the_readme_lists_every_command_and_target(readme: str) -> None:
    told = pages.first_words(ROOT / readme)
    majung = [word.split()[1] for word in told if word.startswith("majung ")]
    make = [word.split()[1] for word in told if word.startswith("make ")]
    assert sorted(majung) == sorted(commands())
    assert sorted(make) == sorted(targets())


def test_both_readmes_show_the_same_commands() -> None:
    english, korean = (pages.blocks(ROOT / name) for name in READMES)
    assert english == korean


@pytest.mark.parametrize("target", ["demo", "test", "build"])
def test_make_knows_the_way(target: str) -> None:
    """Make reads its file, and all that a target needs can be made from what there is."""
    done = subprocess.run(
        ["make", "--dry-run", target], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def runnable() -> list[tuple[str, str]]:
    return [
        (page.relative_to(ROOT).as_posix(), block.code)
        for page in pages.pages()
        for block in pages.blocks(page)
        if block.kind == "sh run"
    ]


def test_each_readme_has_something_to_run() -> None:
    assert {page for page, _ in runnable()} >= {*READMES, "docs/deployment.md"}


@pytest.mark.slow
@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize(("page", "code"), runnable(), ids=lambda value: value[:20])
def test_blocks_marked_so_run(
    page: str, code: str, majung_process: Callable[..., MajungServer], tmp_path: Path
) -> None:
    """In an empty folder, with a home of its own and the installed ``majung`` on the path."""
    server = majung_process()
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        ["sh", "-euc", code],
        cwd=tmp_path, env={**server.env, "PATH": path}, capture_output=True, text=True,
        timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{page}: {done.stdout}{done.stderr}"

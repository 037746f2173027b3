"""Files and functions stay small enough to be read in one go."""

import ast
from collections.abc import Iterator

from tests.architecture.source import python_files, short, tree

FILE, FILE_AT_MOST = 400, 600
FUNCTION, FUNCTION_AT_MOST = 40, 80
SHARE_OVER = 0.05  # that may lie between the budget and the limit
FOLDERS = ("majung", "tests", "bench", "scripts")


def file_lengths() -> dict[str, int]:
    return {short(path): path.read_text().count("\n") for path in python_files(*FOLDERS)}


def function_lengths() -> Iterator[tuple[str, int]]:
    for path in python_files(*FOLDERS):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                assert node.end_lineno
                yield f"{short(path)}:{node.lineno} {node.name}", node.end_lineno - node.lineno + 1


def test_no_file_is_over_the_limit() -> None:
    assert [name for name, lines in file_lengths().items() if lines > FILE_AT_MOST] == []


def test_no_function_is_over_the_limit() -> None:
    assert [name for name, lines in function_lengths() if lines > FUNCTION_AT_MOST] == []


def test_few_files_are_over_the_budget() -> None:
    lengths = file_lengths()
    over = [f"{name} ({lines})" for name, lines in lengths.items() if lines > FILE]
    assert len(over) <= SHARE_OVER * len(lengths), over


def test_few_functions_are_over_the_budget() -> None:
    lengths = list(function_lengths())
    over = [f"{name} ({lines})" for name, lines in lengths if lines > FUNCTION]
    assert len(over) <= SHARE_OVER * len(lengths), over

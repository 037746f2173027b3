"""Habits that keep the source plain."""

import ast
import re

from tests.architecture.source import PACKAGE, ROOT, python_files, short, tree

BANNED = ("Service", "Manager", "Helper", "Util", "Utils", "Handler", "Processor")
SIGNALS = {"pre_save", "post_save", "pre_delete", "post_delete"}
DOTTED = tuple(f"signals.{name}" for name in SIGNALS)
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK|NotImplementedError)\b|[Cc]oming soon")


def test_no_class_hides_behind_an_empty_word() -> None:
    found = [
        f"{short(path)}:{node.lineno} {node.name}"
        for path in python_files("majung")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef) and node.name.endswith(BANNED)
    ]
    assert found == []


def test_no_module_hides_behind_an_empty_word() -> None:
    banned = re.compile(r"(^|_)(services?|managers?|helpers?|utils?|handlers?|processors?|common)$")
    assert [short(path) for path in python_files("majung") if banned.search(path.stem)] == []


def test_imports_are_at_the_top() -> None:
    found = [
        f"{short(path)}:{inner.lineno}"
        for path in python_files("majung")
        if path.name != "apps.py"  # ready() loads what needs the models
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert found == []


def test_no_model_signals() -> None:
    found = [
        f"{short(path)}:{node.lineno}"
        for path in python_files("majung")
        for node in ast.walk(tree(path))
        if (isinstance(node, ast.ImportFrom) and SIGNALS & {name.name for name in node.names})
        or (isinstance(node, ast.Attribute) and ast.unparse(node).endswith(DOTTED))
    ]
    assert found == []


def test_nothing_is_left_unfinished() -> None:
    paths = [*python_files("majung"), *PACKAGE.rglob("*.html"), *(ROOT / "docs").rglob("*.md")]
    found = [
        f"{short(path)}:{number}"
        for path in paths
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if UNFINISHED.search(line)
    ]
    assert found == []


def test_templates_have_no_inline_script_or_style() -> None:
    """The content security policy would refuse it in the browser, where nobody looks."""
    inline = re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)|<style|\sstyle=|\son\w+=")
    found = [
        f"{short(path)}:{number}"
        for path in sorted(PACKAGE.rglob("*.html"))
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if inline.search(line)
    ]
    assert found == []

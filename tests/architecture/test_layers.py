"""Who may import whom, and whom rows may point at."""

import ast
import re
import subprocess
import sys
from pathlib import Path

from django.apps import apps
from django.db import models

from tests.architecture.source import ROOT, layers, project, python_files, short, tree


def test_import_contracts_are_kept() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_import_contracts_have_no_exceptions() -> None:
    contracts = project()["tool"]["importlinter"]["contracts"]
    assert [contract["name"] for contract in contracts if "ignore_imports" in contract] == []


def test_jobs_of_apps_are_private() -> None:
    """A job is called by its row; whoever wants its work calls the verb (``core.jobs`` is ours)."""
    private = re.compile(r"majung\.(?!core\b)\w+\.jobs$")
    found = [
        f"{short(path)}:{node.lineno}"
        for path in python_files("majung")
        if path.name != "apps.py"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom)
        for name in node.names
        if private.match(node.module or "") or private.match(f"{node.module}.{name.name}")
    ]
    assert found == []


def test_adapters_know_the_contract_only() -> None:
    """Of ours, an adapter imports ``majung.channels.contract`` and modules of its own package."""
    found = []
    for path in python_files("majung/channels/adapters"):
        own = ".".join(path.relative_to(ROOT).parts[:4]).removesuffix(".py")
        for node in ast.walk(tree(path)):
            if not isinstance(node, ast.ImportFrom) or not (node.module or "").startswith("majung"):
                continue
            for name in node.names:
                full = f"{node.module}.{name.name}"
                if not full.startswith(("majung.channels.contract", own)):
                    found.append(f"{short(path)}:{node.lineno} {full}")
    assert found == []


def test_foreign_keys_point_down_only() -> None:
    height = {name: level for level, names in enumerate(layers()) for name in names}
    # Django's own tables lie below ours.
    wrong = []
    for model in apps.get_models():
        own = model._meta.app_label
        if own not in height:
            continue
        for field in model._meta.get_fields():
            if not isinstance(field, models.ForeignObject | models.ManyToManyField):
                continue
            target = field.related_model
            assert not isinstance(target, str)
            other = target._meta.app_label
            if other != own and height.get(other, -1) >= height[own]:
                wrong.append(f"{model.__name__}.{field.name} -> {target.__name__}")
    assert wrong == []

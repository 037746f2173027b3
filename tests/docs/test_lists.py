"""Lists in the pages are complete and say what the code says."""

import ast
import inspect
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import URLPattern

from majung.channels import registry
from majung.core import events, measures
from majung.core.events import Event
from majung.demo.history import NAMES
from majung.web.widget import urls as widget_urls
from tests.architecture.source import ROOT, modules, python_files, tree
from tests.docs import pages

DOCS = ROOT / "docs"
CODE = re.compile(r"`([^`]+)`")
NAME = re.compile(r"[A-Z][a-z]+(?: [A-Z][a-z]+)+")


# Events of the bus


def facts() -> dict[str, type[Event]]:
    found = {
        cls
        for module in modules()
        for _, cls in inspect.getmembers(module, inspect.isclass)
        if issubclass(cls, Event) and cls is not Event and cls.__module__.startswith("majung.")
    }
    return {cls.__name__: cls for cls in found}


def told_events() -> dict[str, list[str]]:
    """Return the cells of each event's row by its name."""
    found = {}
    for cells in pages.rows(DOCS / "events.md"):
        if words := CODE.findall(cells[0]):
            found[words[0]] = cells
    return found


def test_the_events_told_are_those_there_are() -> None:
    assert sorted(told_events()) == sorted(facts())


def test_events_have_the_fields_told() -> None:
    told = {name: CODE.findall(cells[1]) for name, cells in told_events().items()}
    there = {name: [field.name for field in fields(cls)] for name, cls in facts().items()}
    assert told == there


def test_events_have_the_listeners_told() -> None:
    told = {name: cells[3] for name, cells in told_events().items()}
    assert told == {name: listeners(cls) for name, cls in facts().items()}


def listeners(cls: type[Event]) -> str:
    """Return the last cell of an event's row, made from what is subscribed.

    It looks inside the bus, which has no need to tell anybody who listens.
    """
    modules()
    within = [f"{each.__module__}.{each.__name__}" for each in events._within.get(cls, ())]
    behind = [each.task for each in events._behind.get(cls, ())]
    found = [*(("on", name) for name in within), *(("after", name) for name in behind)]
    ours = [(how, name.removeprefix("majung.")) for how, name in found if "tests." not in name]
    return ", ".join(f"{how}: `{name}`" for how, name in ours) or "none"


# Names of the timeline


def timeline_names() -> set[str]:
    """Return the texts that look like names, in modules that write to the timeline."""
    found = set()
    for path in python_files("majung"):
        if "demo" in path.parts or "timeline.record(" not in path.read_text():
            continue
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found |= {node.value} if NAME.fullmatch(node.value) else set()
    return found


def test_the_timeline_has_the_names_told() -> None:
    assert set(pages.first_words(DOCS / "timeline.md", under="Names")) == timeline_names()


def test_the_demo_adds_the_names_told() -> None:
    _, _, text = (DOCS / "timeline.md").read_text().partition("## Names the demo adds")
    assert {word for word in CODE.findall(text) if NAME.fullmatch(word)} == set(NAMES.values())


# Settings

SETTINGS = DOCS / "settings.md"
# Where the attribute in majung.settings is called otherwise.
ATTRIBUTES = {"MAJUNG_DEBUG": "DEBUG"}
SETTING = re.compile(r"\b(?:MAJUNG_[A-Z_]+[A-Z]|DATABASE_URL|LIVE_URL)\b")
# `majung manage create_admin` reads these itself.
OF_ONE_COMMAND = {"MAJUNG_ADMIN_EMAIL", "MAJUNG_ADMIN_NAME", "MAJUNG_ADMIN_PASSWORD"}
SHOW = """
import json, sys
from majung import settings
print(json.dumps({name: getattr(settings, name, None) for name in sys.argv[1:]}, default=str))
"""


def told_defaults() -> dict[str, str]:
    """Return the defaults that stand in backticks and nothing else, by name of the setting."""
    found = {}
    for cells in pages.rows(SETTINGS):
        if default := re.fullmatch(r"`([^`]*)`", cells[1]):
            found[cells[0].strip("`")] = default.group(1)
    return found


def test_no_setting_is_told_twice() -> None:
    names = pages.first_words(SETTINGS)
    assert sorted(names) == sorted(set(names))


def test_settings_have_the_defaults_told(tmp_path: Path) -> None:
    told = told_defaults()
    names = [ATTRIBUTES.get(name, name) for name in told]
    ours = {"DATABASE_URL", "LIVE_URL", "DJANGO_SETTINGS_MODULE"}
    empty = {k: v for k, v in os.environ.items() if not k.startswith("MAJUNG_") and k not in ours}
    done = subprocess.run(
        [sys.executable, "-c", SHOW, *names],
        cwd=tmp_path, env={**empty, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    values = json.loads(done.stdout)
    there = {name: spelled(values[ATTRIBUTES.get(name, name)], tmp_path) for name in told}
    assert there == told
    assert len(told) > 10


def test_settings_that_are_named_exist() -> None:
    places = [*pages.pages(), ROOT / "deploy/environment", *(ROOT / "deploy").glob("*.service")]
    named = {word for place in places for word in SETTING.findall(place.read_text())}
    assert named - OF_ONE_COMMAND - settings.MAJUNG_SETTING_NAMES == set()
    assert {"MAJUNG_HOME", "LIVE_URL"} <= named


def spelled(value: object, folder: Path) -> str:
    """Return a value as one writes it in the environment."""
    match value:
        case bool():
            return str(int(value))
        case list():
            return ",".join(map(str, value))
    return str(value).replace(str(folder), ".")


# Addresses, channels, figures


def widget_addresses() -> Iterator[str]:
    for pattern in widget_urls.urlpatterns:
        assert isinstance(pattern, URLPattern)
        path = str(pattern.pattern)
        if path.startswith("widget/"):
            yield "/" + path.replace("<str:key>", "<key>")


def test_the_widgets_addresses_are_told() -> None:
    told = pages.first_words(DOCS / "widget.md", under="HTTP API")
    assert {word.split()[1] for word in told if "/widget/" in word} == set(widget_addresses())


CODES = {
    "majung/web/widget": r'code="(\w+)"',
    "majung/channels/adapters/webchat.py": r'Unreadable\("(\w+)"',
    "majung/channels/identity_tokens.py": r'Refused\("(\w+)"\)',
    "majung/channels/sessions.py": r'Refused\("(\w+)"\)',
}
# From the parts that all views share.
SHARED = {"too_many_requests", "unexpected"}


def codes() -> set[str]:
    found = set(SHARED)
    for place, pattern in CODES.items():
        path = ROOT / place
        for file in path.rglob("*.py") if path.is_dir() else [path]:
            found |= set(re.findall(pattern, file.read_text()))
    return found


def test_the_codes_of_the_widget_are_told() -> None:
    _, _, text = (DOCS / "widget.md").read_text().partition("### Codes")
    told = {word for row in text.splitlines() if row.startswith("| ") for word in CODE.findall(row)}
    assert told - {"code", "Retry-After"} == codes()


def test_every_channel_is_told() -> None:
    told = pages.rows(DOCS / "architecture.md", under="Channels")
    kinds = {cells[0].strip("`"): cells[1].strip("`") for cells in told if "`" in cells[0]}
    there = {kind: path.removeprefix("majung.") for kind, path in registry.BUILT_IN.items()}
    assert kinds == {kind: f"{path.replace('.', '/')}.py" for kind, path in there.items()}


def test_every_figure_is_told() -> None:
    modules()
    ours = {
        name
        for name, (_, function) in measures._gauges.items()
        if function.__module__.startswith("majung.")
    }
    told = pages.first_words(DOCS / "deployment.md", under="Health, figures, alerts")
    assert {word for word in told if word.startswith("majung_")} == ours | {
        "majung_request_seconds",
        "majung_webhook_calls",
    }


# Decisions

DECISIONS = DOCS / "decisions"


def decisions() -> list[Path]:
    return sorted(DECISIONS.glob("[0-9]*.md"))


def test_decisions_are_numbered_without_a_gap_and_listed() -> None:
    assert [int(path.name[:4]) for path in decisions()] == list(range(1, len(decisions()) + 1))
    listed = re.findall(
        r"\]\((\d{4}[\w-]+\.md)\) \| (.+) \|", (DECISIONS / "README.md").read_text()
    )
    titles = [path.read_text().splitlines()[0].partition(". ")[2] for path in decisions()]
    assert listed == [(p.name, title) for p, title in zip(decisions(), titles, strict=True)]


@pytest.mark.parametrize("path", decisions(), ids=lambda path: path.stem)
def test_a_decision_has_its_three_parts_on_one_page(path: Path) -> None:
    text = path.read_text()
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Context", "Decision", "Consequences"]
    assert text.count("\n") <= 60


# Services


def test_services_run_commands_that_exist() -> None:
    lines = [
        line
        for path in sorted((ROOT / "deploy").glob("*.service"))
        for line in re.findall(r"^ExecStart=.*/bin/majung (\w+)", path.read_text(), re.MULTILINE)
    ]
    assert sorted(lines) == ["backup", "serve", "serve", "tick", "worker"]


def test_every_file_of_deploy_is_told() -> None:
    text = (DOCS / "deployment.md").read_text()
    files = [path.name for path in sorted((ROOT / "deploy").iterdir())]
    assert [name for name in files if f"deploy/{name}" not in text] == []

"""Whatever the pages name exists: files, functions, links, anchors."""

import re
from pathlib import Path

import pytest

from tests.architecture.source import ROOT
from tests.docs import pages

LINK = re.compile(r"\[[^\]]+\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
WALK = ("A message comes in", "A message goes out")


def named(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", pages.pages(), ids=named)
def test_names_in_backticks_exist(page: Path) -> None:
    assert [span for span in pages.spans(page) if pages.missing(span)] == []


@pytest.mark.parametrize(
    "span",
    [
        "channels.inbound.accept_all",
        "channels.outbound.accept",
        "core.jobs.Task.nothing",
        "core/queue.py",
        "docs/telephony.md",
        "majung/mail/",
    ],
)
def test_a_name_that_does_not_exist_is_found(span: str) -> None:
    assert pages.missing(span)


@pytest.mark.parametrize(
    "span",
    [
        "channels.inbound.accept",
        "conversations.models.Message",
        "core/jobs.py",
        "docs/settings.md",
        "tests/chaos/",
        "desk.example.com",
        "python -m bench",
        "/setup/ledger/",
    ],
)
def test_a_name_that_exists_or_is_not_ours_is_fine(span: str) -> None:
    assert not pages.missing(span)


@pytest.mark.parametrize("section", WALK)
def test_every_step_of_the_walk_names_where_it_happens(section: str) -> None:
    steps = [
        cells
        for cells in pages.rows(ROOT / "docs/architecture.md", under=section)
        if cells[0].isdigit()
    ]
    assert [int(cells[0]) for cells in steps] == list(range(1, len(steps) + 1))
    nowhere = [
        cells[0]
        for cells in steps
        if not any(pages.is_reference(span) for span in re.findall(r"`([^`]+)`", cells[1]))
    ]
    assert nowhere == []
    assert len(steps) >= 8


@pytest.mark.parametrize("page", pages.pages(), ids=named)
def test_links_lead_somewhere(page: Path) -> None:
    broken = []
    for target in LINK.findall(pages.prose(page)):
        path, _, anchor = target.partition("#")
        if "://" in path:
            continue
        found = page.parent / path if path else page
        if not found.exists() or (anchor and anchor not in anchors(found)):
            broken.append(target)
    assert broken == []


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    plain = (re.sub(r"[^\w\- ]", "", title.lower()) for title in HEADING.findall(page.read_text()))
    return {title.replace(" ", "-") for title in plain}


def test_every_page_can_be_reached_from_the_readme() -> None:
    seen: set[Path] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in seen:
            continue
        seen.add(page)
        linked = (page.parent / link.partition("#")[0] for link in LINK.findall(page.read_text()))
        waiting += [found.resolve() for found in linked if found.suffix == ".md"]
    assert sorted(set(pages.pages()) - seen) == []

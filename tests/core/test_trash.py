"""Deleted things wait thirty days, can come back, and then are gone."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import models

from majung.core import trash
from majung.core.bases import Trashable
from majung.core.events import on
from majung.core.models import Blob
from tests.core.together import table

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
BY = Blob(pk=7)  # anything with a key: the ground floor does not know agents

facts: list[trash.Discarded | trash.Restored] = []


@on(trash.Discarded)
def note_discarded(fact: trash.Discarded) -> None:
    facts.append(fact)


@on(trash.Restored)
def note_restored(fact: trash.Restored) -> None:
    facts.append(fact)


@pytest.fixture
def folder(transactional_db: None) -> Iterator[type[Any]]:
    facts.clear()
    with table("TrashFolder", Trashable, name=models.TextField(default="")) as made:
        yield made


def test_discard_notes_when_and_by_whom(folder: type[Any]) -> None:
    row = folder.objects.create()
    with time_machine.travel(NOON, tick=False):
        assert trash.discard(row, by=BY)
    again = folder.objects.get()
    assert (again.deleted_at, again.deleted_by_id) == (NOON, 7)
    assert (row.deleted_at, row.deleted_by_id) == (NOON, 7)
    assert facts == [trash.Discarded(model="core.TrashFolder", key=row.pk, by=7)]


def test_discard_twice_keeps_the_first_time(folder: type[Any]) -> None:
    row = folder.objects.create()
    with time_machine.travel(NOON, tick=False):
        trash.discard(row, by=BY)
    with time_machine.travel(NOON + timedelta(days=1), tick=False):
        assert not trash.discard(folder.objects.get(), by=Blob(pk=8))
    again = folder.objects.get()
    assert (again.deleted_at, again.deleted_by_id, len(facts)) == (NOON, 7, 1)


def test_restore_brings_back_what_was_discarded(folder: type[Any]) -> None:
    row = folder.objects.create()
    assert not trash.restore(row, by=BY)
    trash.discard(row, by=BY)
    assert trash.restore(row, by=BY)
    again = folder.objects.get()
    assert (again.deleted_at, again.deleted_by_id) == (None, None)
    assert facts[-1] == trash.Restored(model="core.TrashFolder", key=row.pk, by=7)


def test_purge_deletes_after_thirty_days_and_counts(folder: type[Any]) -> None:
    rows = [folder.objects.create(name=name) for name in ("old", "new", "alive")]
    with time_machine.travel(NOON, tick=False):
        trash.discard(rows[0], by=BY)
    with time_machine.travel(NOON + timedelta(days=1), tick=False):
        trash.discard(rows[1], by=BY)
    with time_machine.travel(NOON + timedelta(days=30), tick=False):
        assert trash.purge() == {"core.TrashFolder": 1}
        assert trash.purge() == {}
    assert sorted(folder.objects.values_list("name", flat=True)) == ["alive", "new"]


def test_purge_leaves_what_living_rows_protect(folder: type[Any]) -> None:
    parent = models.ForeignKey(folder, on_delete=models.PROTECT)
    with table("TrashChild", parent=parent) as child:
        rows = folder.objects.bulk_create([folder(name="needed"), folder(name="free")])
        child.objects.create(parent=rows[0])
        for row in rows:
            trash.discard(row, by=BY)
        assert trash.purge(older_than=timedelta(0)) == {"core.TrashFolder": 1}
        assert folder.objects.get().name == "needed"

"""Migrations are complete, and none takes away what a running older version still reads."""

import re

import pytest
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.migration import Migration
from django.db.migrations.operations import (
    AlterField,
    DeleteModel,
    RemoveField,
    RenameField,
    RenameModel,
    RunPython,
    RunSQL,
    SeparateDatabaseAndState,
)
from django.db.migrations.operations.base import Operation

DESTRUCTIVE = (DeleteModel, RemoveField, RenameField, RenameModel)
DESTRUCTIVE_SQL = re.compile(r"\b(DROP|RENAME|TRUNCATE|SET NOT NULL)\b", re.IGNORECASE)


def our_migrations() -> list[Migration]:
    loader = MigrationLoader(None)
    ours = [m for m in loader.disk_migrations.values() if m.__module__.startswith("majung.")]
    return sorted(ours, key=str)


def danger(operation: Operation) -> str:
    """Say what an operation takes away from a version that still runs, or nothing."""
    if isinstance(operation, DESTRUCTIVE):
        return operation.describe()
    if isinstance(operation, AlterField):
        return operation.describe()
    if isinstance(operation, RunSQL) and DESTRUCTIVE_SQL.search(str(operation.sql)):
        return "SQL that drops, renames or tightens"
    if isinstance(operation, SeparateDatabaseAndState):
        return "; ".join(filter(None, map(danger, operation.database_operations)))
    return ""


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    try:
        call_command("makemigrations", check_changes=True, dry_run=True, verbosity=0)
    except SystemExit:
        pytest.fail("models have changed: run `majung manage makemigrations`")


def test_what_takes_away_is_explained() -> None:
    """Expand first, contract a version later: such a migration says why it is safe by now.

    It does so in a class attribute, ``destructive = "why nobody reads this any more"``.
    """
    wrong = [
        f"{migration}: {found}"
        for migration in our_migrations()
        if not migration.initial and not getattr(migration, "destructive", "")
        for operation in migration.operations
        if (found := danger(operation))
    ]
    assert wrong == []


def test_data_migrations_can_be_undone_or_say_they_need_not() -> None:
    wrong = [
        str(migration)
        for migration in our_migrations()
        for operation in migration.operations
        if isinstance(operation, RunPython | RunSQL) and not operation.reversible
    ]
    assert wrong == []


def test_history_is_one_line_in_every_app() -> None:
    loader = MigrationLoader(None)
    apps = {migration.app_label for migration in our_migrations()}
    assert {app: len(loader.graph.leaf_nodes(app)) for app in apps} == dict.fromkeys(apps, 1)

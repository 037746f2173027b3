"""Bringing the database to this version's shape, once even if many processes start together."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

# Any number that nothing else locks: "majung" in ASCII.
ADVISORY_LOCK = 0x6D616A756E67


def pending() -> list[str]:
    """Return the migrations that the database lacks, as ``app.name``."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def applied() -> list[str]:
    """Return the migrations that the database has, as ``app.name``."""
    executor = MigrationExecutor(connection)
    return sorted(f"{app}.{name}" for app, name in executor.loader.applied_migrations)


def known() -> set[str]:
    """Return the migrations that this version of Majung knows."""
    # Without a connection: a restore asks this while the database may be broken.
    return {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}


def migrate(*, verbosity: int = 0) -> list[str]:
    """Apply what is pending; returns what was applied."""
    with _alone():
        todo = pending()
        if todo:
            call_command("migrate", interactive=False, verbosity=verbosity)
    return todo


@contextmanager
def _alone() -> Iterator[None]:
    """On PostgreSQL let one process migrate at a time; on SQLite the home is ours alone."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [ADVISORY_LOCK])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [ADVISORY_LOCK])

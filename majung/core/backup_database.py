"""Dumping and loading the database as a whole, by each database's own means."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from django.apps import apps
from django.db import DatabaseError, connection, transaction

from majung.core.databases import libpq_environment

Counts = dict[str, int]


class BackupError(Exception):
    """Why a backup cannot be made or read, as a sentence for the operator."""


def tables() -> list[str]:
    """Return the tables of all models, in a fixed order."""
    models = apps.get_models(include_auto_created=True)
    managed = {m._meta.db_table for m in models if m._meta.managed and not m._meta.proxy}
    return sorted(managed)


def is_empty() -> bool:
    """Say whether the database holds no table at all; one that cannot be read is not empty."""
    try:
        with connection.cursor() as cursor:
            return not connection.introspection.table_names(cursor)
    except DatabaseError:
        return False


def dump(target: Path) -> Counts:
    """Write a consistent copy while Majung runs; returns how many rows each table has in it."""
    if connection.vendor == "sqlite":
        return _dump_sqlite(target)
    return _dump_postgres(target)


def load(source: Path) -> None:
    """Put the copy in place of whatever the database holds."""
    connection.close()
    if connection.vendor == "sqlite":
        _load_sqlite(source)
    else:
        _load_postgres(source)


def count() -> Counts:
    """Count the rows of every table of ours that the database has now."""
    with connection.cursor() as cursor:
        present = set(connection.introspection.table_names(cursor))
        found: Counts = {}
        for table in tables():
            if table in present:
                cursor.execute(f"SELECT COUNT(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608  (names of our models)
                found[table] = cursor.fetchone()[0]
    return found


def _dump_sqlite(target: Path) -> Counts:
    source = str(connection.settings_dict["NAME"])
    with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(target)) as copy:
        live.backup(copy)
        # One file without a log beside it.
        copy.execute("PRAGMA journal_mode = DELETE")
        (verdict,) = copy.execute("PRAGMA integrity_check").fetchone()
        if verdict != "ok":
            raise BackupError(f"The database is damaged: {verdict}")
        names = {name for (name,) in copy.execute("SELECT name FROM sqlite_master")}
        wanted = [table for table in tables() if table in names]
        return {t: copy.execute(f'SELECT COUNT(*) FROM "{t}"').fetchone()[0] for t in wanted}  # noqa: S608  (names of our models)


def _load_sqlite(source: Path) -> None:
    target = Path(str(connection.settings_dict["NAME"]))
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f"{target.name}.restoring")
    shutil.copyfile(source, fresh)
    for ending in ("-wal", "-shm"):
        Path(f"{target}{ending}").unlink(missing_ok=True)
    fresh.replace(target)


def _dump_postgres(target: Path) -> Counts:
    program = find_program("pg_dump")
    with transaction.atomic(), connection.cursor() as cursor:
        # The counts and the dump see the same snapshot, whatever is written meanwhile.
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        (snapshot,) = cursor.fetchone()
        _run([program, "-Fc", "--no-owner", "--no-acl", f"--snapshot={snapshot}",
              f"--file={target}"])  # fmt: skip
        return count()


def _load_postgres(source: Path) -> None:
    program = find_program("pg_restore")
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")
    connection.close()
    name = str(connection.settings_dict["NAME"])
    # The schema was made above; a dump names it again, which is harmless but an error.
    listing = _run([program, "--list", str(source)])
    wanted = source.with_suffix(".list")
    lines = [line for line in listing.splitlines() if " SCHEMA - public " not in line]
    wanted.write_text("\n".join(lines) + "\n")
    _run([program, "--exit-on-error", "--single-transaction", "--no-owner", "--no-acl",
          f"--use-list={wanted}", f"--dbname={name}", str(source)])  # fmt: skip


def find_program(name: str) -> str:
    """Return the newest installed one: it must not be older than the server. Raises BackupError."""
    folders = Path("/usr/lib/postgresql").glob("*/bin")
    newest = sorted(folders, key=lambda path: int(path.parent.name), reverse=True)
    paths = [*map(str, newest), os.environ.get("PATH", "")]
    if found := shutil.which(name, path=os.pathsep.join(paths)):
        return found
    raise BackupError(f"{name} is not installed; it comes with the package postgresql-client.")


def _run(command: Sequence[str]) -> str:
    environment = {**os.environ, **libpq_environment(connection.settings_dict)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BackupError(f"{Path(command[0]).name} failed: {done.stderr.strip()[-500:]}")
    return done.stdout

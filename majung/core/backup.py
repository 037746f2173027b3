"""Backup and restore: database, files and keys in one archive that proves it is whole.

The archive is a plain tar: ``database.sqlite3`` or ``database.dump`` (``pg_dump -Fc``), ``keys``,
``blobs/…``, and last ``manifest.json`` with the version, the migrations, the row counts and the
SHA-256 of every member. A cut-off archive has no manifest and is refused.
"""

import hashlib
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from majung import __version__
from majung.core import backup_database, home, key_file, upgrade
from majung.core.backup_database import BackupError
from majung.core.clock import now

__all__ = ["BackupError", "Manifest", "after_restore", "restore", "summary", "write"]

FORMAT = 1
MANIFEST = "manifest.json"
KEYS = "keys"
BLOBS = "blobs"

_restored: list[Callable[[], None]] = []


def after_restore(function: Callable[[], None]) -> Callable[[], None]:
    """Register what must be put right once a restored database is in place and migrated.

    The function takes no argument and may be called again after a restore that failed later.
    """
    _restored.append(function)
    return function


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What an archive holds; ``counts`` are rows by table, ``members`` SHA-256 by name."""

    format: int
    version: str
    made_at: str
    database: str
    migrations: list[str]
    counts: dict[str, int]
    members: dict[str, str] = field(default_factory=dict)

    @property
    def database_member(self) -> str:
        return "database.sqlite3" if self.database == "sqlite" else "database.dump"

    @property
    def files(self) -> int:
        return sum(name.startswith(f"{BLOBS}/") for name in self.members)


def summary(manifest: Manifest) -> str:
    rows = sum(manifest.counts.values())
    return f"{rows} rows in {len(manifest.counts)} tables, {manifest.files} files, the keys"


def write(target: Path) -> Manifest:
    """Write an archive while Majung runs. Raises BackupError."""
    if target.exists():
        raise BackupError(f"{target} exists already; name a new file.")
    if not target.absolute().parent.is_dir():
        raise BackupError(f"{target.absolute().parent} is not a folder.")
    draft = target.with_name(f".{target.name}.partial")
    try:
        with tempfile.TemporaryDirectory(dir=target.absolute().parent) as folder:
            manifest = _collect(draft, Path(folder))
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    return manifest


def _collect(draft: Path, folder: Path) -> Manifest:
    members: dict[str, str] = {}
    manifest = Manifest(
        format=FORMAT,
        version=__version__,
        made_at=now().isoformat(timespec="seconds"),
        database=connection.vendor,
        migrations=upgrade.applied(),
        counts=backup_database.dump(folder / "database"),
        members=members,
    )
    handle = os.open(draft, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, key_file.OWNER_ONLY)
    with os.fdopen(handle, "wb") as stream:
        with tarfile.open(fileobj=stream, mode="w") as archive:
            for name, path in _sources(manifest, folder):
                members[name] = _digest(path)
                archive.add(path, arcname=name, recursive=False)
            note = folder / MANIFEST
            note.write_text(json.dumps(asdict(manifest), indent=1, ensure_ascii=False))
            archive.add(note, arcname=MANIFEST, recursive=False)
        stream.flush()
        os.fsync(stream.fileno())
    return manifest


def _sources(manifest: Manifest, folder: Path) -> Iterator[tuple[str, Path]]:
    """Name the members: the database first, so that every file it speaks of is in the archive."""
    yield manifest.database_member, folder / "database"
    keys = folder / KEYS
    keys.write_text("".join(f"{key}\n" for key in settings.MAJUNG_SECRET_KEYS))
    yield KEYS, keys
    blobs = _blob_folder()
    if blobs and blobs.is_dir():
        for path in sorted(blobs.rglob("*")):
            if path.is_file() and not path.name.startswith("."):
                yield f"{BLOBS}/{path.relative_to(blobs).as_posix()}", path


def restore(source: Path, *, replace: bool = False) -> Manifest:
    """Put an archive in place of this installation's data, verify and migrate it.

    Refuses an installation that holds anything unless ``replace``. Raises BackupError, and
    ``home.InUseError`` while Majung runs on SQLite.
    """
    with ExitStack() as stack:
        if connection.vendor == "sqlite":
            stack.enter_context(home.occupy(settings.MAJUNG_HOME))
        blobs = _blob_folder()
        holds_files = bool(blobs and blobs.is_dir() and any(blobs.iterdir()))
        if not replace and (holds_files or not backup_database.is_empty()):
            raise BackupError(
                "This installation holds data. Restore into an empty one, or add --replace to "
                "throw away what is here."
            )
        settings.MAJUNG_HOME.mkdir(parents=True, exist_ok=True)
        folder = Path(
            stack.enter_context(
                tempfile.TemporaryDirectory(prefix=".restore-", dir=settings.MAJUNG_HOME)
            )
        )
        manifest = _unpack(source, folder)
        _must_fit(manifest)
        _must_know_keys(folder)
        backup_database.load(folder / manifest.database_member)
        _put_files(folder)
        _must_be_complete(manifest)
        upgrade.migrate()
        for function in _restored:
            function()
    return manifest


def _unpack(source: Path, folder: Path) -> Manifest:
    """Extract the archive and check every member's SHA-256 against the manifest."""
    try:
        with tarfile.open(source) as archive:
            archive.extractall(folder, filter="data")
        manifest = _read_manifest(folder / MANIFEST)
    except FileNotFoundError as error:
        raise BackupError(f"{source} is missing or incomplete: there is no {error.filename}.") from error  # fmt: skip
    except (tarfile.TarError, OSError, ValueError, TypeError) as error:
        raise BackupError(f"{source} cannot be read: {error}") from error
    present = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    if present - {MANIFEST} != set(manifest.members):
        raise BackupError(f"{source} is damaged: its members are not those it lists.")
    for name, digest in manifest.members.items():
        if _digest(folder / name) != digest:
            raise BackupError(f"{source} is damaged: {name} is not what was written.")
    return manifest


def _read_manifest(path: Path) -> Manifest:
    values: dict[str, Any] = json.loads(path.read_text())
    if values.get("format") != FORMAT:
        raise BackupError("This archive has a format that this version of Majung does not know.")
    return Manifest(**values)


def _must_fit(manifest: Manifest) -> None:
    if manifest.database != connection.vendor:
        raise BackupError(
            f"The archive holds a {manifest.database} database, but DATABASE_URL names "
            f"{connection.vendor}. Restore it on {manifest.database}."
        )
    if newer := sorted(set(manifest.migrations) - upgrade.known()):
        raise BackupError(
            f"The archive was made by Majung {manifest.version}, which is newer than this one "
            f"({__version__}; it lacks {newer[0]}). Install that version first."
        )


def _must_know_keys(folder: Path) -> None:
    """Without its keys the archive's secrets could not be read: say so before anything is lost."""
    missing = set(key_file.read(folder / KEYS)) - set(settings.MAJUNG_SECRET_KEYS)
    if missing and settings.MAJUNG_KEY_FILE is None:
        raise BackupError(
            "The archive was sealed with keys that MAJUNG_SECRET_KEYS does not have. Add those in "
            f"the archive's member {KEYS!r} behind the current one, and restore again."
        )


def _must_be_complete(manifest: Manifest) -> None:
    found = backup_database.count()
    for table, rows in manifest.counts.items():
        if table in found and found[table] != rows:
            raise BackupError(f"{table} has {found[table]} rows after the restore, not {rows}.")


def _put_files(folder: Path) -> None:
    blobs = _blob_folder()
    if blobs:
        shutil.rmtree(blobs, ignore_errors=True)
        if (folder / BLOBS).is_dir():
            shutil.move(folder / BLOBS, blobs)
    if settings.MAJUNG_KEY_FILE:
        key_file.write(settings.MAJUNG_KEY_FILE, key_file.read(folder / KEYS))


def _blob_folder() -> Path | None:
    """Return where files lie on this machine; None when they are in an object store."""
    location = settings.STORAGES["blobs"].get("OPTIONS", {}).get("location")
    return None if settings.MAJUNG_BLOBS_URL else Path(str(location))


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()

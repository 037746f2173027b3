"""Backup, disaster, restore: on the real database, with files and keys."""

import json
import sqlite3
import tarfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from tests.servers import MajungServer

Make = Callable[..., MajungServer]

FILL = """
from io import BytesIO
from datetime import datetime, UTC
from majung.core import blobs
from majung.core.models import Job, RateWindow
blob = blobs.store(BytesIO("마중 나가는 파일".encode()), limit=1000, name="a.txt")
for n in range(50):
    RateWindow.objects.create(key=f"k{n}", started_at=datetime.now(tz=UTC), count=n)
"""
LOOK = """
from majung.core import blob_files
from majung.core.models import Blob, RateWindow
blob = Blob.objects.get()
print(sorted(RateWindow.objects.values_list("count", flat=True)) == list(range(50)))
print(blob_files.open_file(blob_files.path_of(blob.sha256)).read().decode())
"""


def good(server: MajungServer, *command: str) -> str:
    done = server.run(*command)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def refused(server: MajungServer, *command: str) -> str:
    done = server.run(*command)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


@pytest.fixture
def filled(majung_process: Make) -> MajungServer:
    server = majung_process()
    good(server, "migrate")
    good(server, "manage", "shell", "-v0", "-c", FILL)
    return server


def rewrite(source: Path, target: Path, *, change: Callable[[str, bytes], bytes | None]) -> None:
    with tarfile.open(source) as old, tarfile.open(target, "w") as new:
        for member in old.getmembers():
            stream = old.extractfile(member)
            assert stream
            content = change(member.name, stream.read())
            if content is not None:
                member.size = len(content)
                new.addfile(member, BytesIO(content))


@pytest.mark.slow
def test_everything_comes_back_on_another_installation(
    filled: MajungServer, majung_process: Make, tmp_path: Path
) -> None:
    archive = tmp_path / "all.tar"
    said = good(filled, "backup", str(archive))
    assert "1 files, the keys" in said
    assert archive.stat().st_mode & 0o777 == 0o600
    keys = (filled.home / "keys").read_text().splitlines()[-1]
    filled.remove()

    other = majung_process()
    good(other, "restore", str(archive))
    assert (other.home / "keys").read_text().splitlines()[-1] == keys
    assert good(other, "manage", "shell", "-v0", "-c", LOOK) == "True\n마중 나가는 파일\n"


@pytest.mark.slow
def test_restore_repairs_a_destroyed_installation(filled: MajungServer, tmp_path: Path) -> None:
    archive = tmp_path / "all.tar"
    good(filled, "backup", str(archive))
    destroy(filled)
    assert filled.run("manage", "shell", "-v0", "-c", LOOK).returncode != 0
    good(filled, "restore", str(archive), "--replace")
    assert good(filled, "manage", "shell", "-v0", "-c", LOOK) == "True\n마중 나가는 파일\n"


def destroy(server: MajungServer) -> None:
    for path in (server.home / "blobs").rglob("*"):
        if path.is_file():
            path.write_bytes(b"garbage")
    if connection.vendor == "sqlite":
        (server.home / "majung.sqlite3").write_bytes(b"garbage" * 1000)
    else:
        with psycopg.connect(server.env["DATABASE_URL"], autocommit=True) as broken:
            broken.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")


@pytest.mark.slow
def test_restore_refuses_what_holds_data_unless_told(filled: MajungServer, tmp_path: Path) -> None:
    archive = tmp_path / "all.tar"
    good(filled, "backup", str(archive))
    good(filled, "manage", "shell", "-v0", "-c",
         "from majung.core.models import RateWindow; RateWindow.objects.all().delete()")  # fmt: skip
    assert "--replace" in refused(filled, "restore", str(archive))
    assert filled.run("manage", "shell", "-v0", "-c", LOOK).stdout.startswith("False")
    good(filled, "restore", str(archive), "--replace")
    assert good(filled, "manage", "shell", "-v0", "-c", LOOK).startswith("True")


@pytest.mark.slow
def test_damaged_archives_are_refused_before_anything_is_touched(
    filled: MajungServer, majung_process: Make, tmp_path: Path
) -> None:
    archive, other = tmp_path / "all.tar", majung_process()
    good(filled, "backup", str(archive))

    def newer(name: str, content: bytes) -> bytes:
        if name != "manifest.json":
            return content
        manifest = json.loads(content)
        return json.dumps({**manifest, "migrations": ["core.9999_later"]}).encode()

    cases: dict[str, Callable[[str, bytes], bytes | None]] = {
        "is not what was written": lambda n, c: c[:-1] + b"?" if n.startswith("blobs/") else c,
        "incomplete": lambda n, c: None if n == "manifest.json" else c,
        "not those it lists": lambda n, c: None if n == "keys" else c,
        "newer than this one": newer,
    }
    for sentence, change in cases.items():
        bad = tmp_path / "bad.tar"
        rewrite(archive, bad, change=change)
        assert sentence in refused(other, "restore", str(bad))
    (tmp_path / "cut.tar").write_bytes(archive.read_bytes()[:5000])
    refused(other, "restore", str(tmp_path / "cut.tar"))
    refused(other, "restore", str(tmp_path / "none.tar"))
    good(other, "restore", str(archive))


@pytest.mark.slow
def test_foreign_keys_from_the_environment_are_asked_for(
    filled: MajungServer, majung_process: Make, tmp_path: Path
) -> None:
    archive = tmp_path / "all.tar"
    good(filled, "backup", str(archive))
    own = "o" * 40
    assert "MAJUNG_SECRET_KEYS" in refused(
        majung_process(MAJUNG_SECRET_KEYS=own), "restore", str(archive)
    )
    theirs = (filled.home / "keys").read_text().splitlines()[-1]
    good(majung_process(MAJUNG_SECRET_KEYS=f"{own},{theirs}"), "restore", str(archive))


@pytest.mark.slow
def test_backup_while_majung_serves(filled: MajungServer, tmp_path: Path) -> None:
    filled.start()
    archive = tmp_path / "all.tar"
    good(filled, "backup", str(archive))
    assert "exists already" in refused(filled, "backup", str(archive))
    if connection.vendor == "sqlite":
        assert "already runs" in refused(filled, "restore", str(archive), "--replace")
        with tarfile.open(archive) as opened:
            opened.extract("database.sqlite3", tmp_path, filter="data")
        with sqlite3.connect(tmp_path / "database.sqlite3") as copy:
            assert copy.execute("SELECT COUNT(*) FROM core_ratewindow").fetchone() >= (50,)
        copy.close()
    assert filled.stop() == 0

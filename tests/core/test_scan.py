"""With a virus scanner set, a file is refused until the scanner has called it clean."""

import sys
from io import BytesIO
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from majung.core import jobs, scan
from majung.core.blob_links import link
from majung.core.blob_settings import blob_storage
from majung.core.blobs import store
from majung.core.events import on
from majung.core.models import Blob, Job
from tests.core.files import picture
from tests.core.together import together

pytestmark = pytest.mark.django_db

EICAR_LIKE = b"X5O!P%@AP: not a virus, but our scanner says so"
SCANNER = """
import sys, time
body = sys.stdin.buffer.read()
if b"sleep" in body: time.sleep(60)
sys.exit(1 if body.startswith(b"X5O") else 2 if body.startswith(b"broken") else 0)
"""
results: list[tuple[int, str]] = []


@on(scan.FileScanned)
def note_result(fact: scan.FileScanned) -> None:
    results.append((fact.blob_id, fact.result))


@pytest.fixture(autouse=True)
def _scanner(settings: Settings, tmp_path: Path) -> None:
    results.clear()
    settings.STORAGES = {**settings.STORAGES, "blobs": blob_storage("", home=tmp_path)}
    settings.MAJUNG_SCAN_COMMAND = [sys.executable, "-c", SCANNER]


def test_a_clean_file_is_refused_until_scanned(client: Client) -> None:
    blob = store(BytesIO(picture()), limit=10_000)
    assert (blob.scan, blob.has_thumbnail) == ("pending", False)
    path = link(blob, name="a.png")
    assert client.get(path).status_code == 503
    jobs.run_due()
    blob.refresh_from_db()
    assert (blob.scan, blob.has_thumbnail) == ("clean", True)
    assert b"".join(client.get(path)) == picture()
    assert results == [(blob.pk, "clean")]


def test_an_infected_file_stays_refused(client: Client) -> None:
    blob = store(BytesIO(EICAR_LIKE), limit=1000)
    jobs.run_due()
    assert Blob.objects.get().scan == "infected"
    assert results == [(blob.pk, "infected")]
    assert client.get(link(blob, name="a.txt")).status_code == 403
    assert store(BytesIO(EICAR_LIKE), limit=1000).scan == "infected"
    assert Job.objects.count() == 0


def test_a_scanner_without_an_answer_is_asked_again(settings: Settings) -> None:
    blob = store(BytesIO(b"broken input"), limit=1000)
    jobs.run_due()
    job = Job.objects.get()
    assert (Blob.objects.get().scan, job.attempts, results) == ("failed", 1, [])
    assert "the scan command ended with 2" in job.error
    settings.MAJUNG_SCAN_COMMAND = [sys.executable, "-c", ""]
    scan.scan_blob(blob_id=blob.pk)
    assert Blob.objects.get().scan == "clean"


@pytest.mark.parametrize("command", [["/nonexistent/scanner"], [sys.executable, "-c", SCANNER]])
def test_a_missing_or_slow_scanner_is_no_answer(settings: Settings, command: list[str]) -> None:
    settings.MAJUNG_SCAN_COMMAND, settings.MAJUNG_SCAN_TIMEOUT = command, 1
    blob = store(BytesIO(b"sleep well"), limit=1000)
    with pytest.raises(scan.ScanFailed, match="did not answer"):
        scan.scan_blob(blob_id=blob.pk)
    assert Blob.objects.get().scan == "failed"


def test_no_shell_reads_the_command_or_the_file(settings: Settings, tmp_path: Path) -> None:
    settings.MAJUNG_SCAN_COMMAND = [sys.executable, "-c", "", f"; touch {tmp_path}/shell"]
    blob = store(BytesIO(b"$(touch shell)"), limit=1000, name="`touch shell`")
    scan.scan_blob(blob_id=blob.pk)
    assert not (tmp_path / "shell").exists()


def test_without_a_scanner_files_are_clean_at_once(settings: Settings) -> None:
    settings.MAJUNG_SCAN_COMMAND = []
    assert store(BytesIO(b"anything"), limit=1000).scan == "clean"
    assert Job.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_many_uploads_of_one_file_are_scanned_once() -> None:
    together(lambda _: store(BytesIO(b"the same"), limit=100), threads=6)
    assert Job.objects.count() == 1


def test_a_purged_file_is_not_scanned() -> None:
    scan.scan_blob(blob_id=12345)
    assert results == []

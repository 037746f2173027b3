"""The virus-scan hook: a command reads the file on standard input and answers by exit code."""

import logging
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.db import transaction

from majung.core import blob_files, thumbnails
from majung.core.events import Event, publish
from majung.core.jobs import enqueue, job
from majung.core.models import Blob

_ANSWERS: Final = {0: Blob.Scan.CLEAN, 1: Blob.Scan.INFECTED}  # as clamscan and clamdscan do
logger = logging.getLogger("majung.scan")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileScanned(Event):
    """A file that waited for its scan has an answer: ``clean`` or ``infected``."""

    blob_id: int
    result: str


class ScanFailed(Exception):
    """The scanner gave no answer; the job tries again later."""


def first_state() -> Blob.Scan:
    """Return the state a new file begins in: ``clean`` where no scanner is set."""
    return Blob.Scan.PENDING if settings.MAJUNG_SCAN_COMMAND else Blob.Scan.CLEAN


def order(blob: Blob) -> None:
    """Enqueue the scan of a pending file, in the caller's transaction."""
    enqueue(scan_blob, blob_id=blob.pk)


def ask(blob: Blob) -> Blob.Scan:
    """Give the file to ``MAJUNG_SCAN_COMMAND`` and return its answer; raises ``ScanFailed``."""
    with tempfile.TemporaryFile() as copy:
        with blob_files.open_file(blob_files.path_of(blob.sha256)) as stream:
            shutil.copyfileobj(stream, copy)
        copy.seek(0)
        try:
            done = subprocess.run(
                settings.MAJUNG_SCAN_COMMAND,
                stdin=copy,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=settings.MAJUNG_SCAN_TIMEOUT,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            msg = f"the scan command did not answer: {type(error).__name__}"
            raise ScanFailed(msg) from error
    if done.returncode not in _ANSWERS:
        msg = f"the scan command ended with {done.returncode}"
        raise ScanFailed(msg)
    return _ANSWERS[done.returncode]


@job(atomic=False, lease=settings.MAJUNG_SCAN_TIMEOUT + 60)
def scan_blob(*, blob_id: int) -> None:
    """Scan one file and note the answer; without one the file stays refused and is tried again."""
    blob = Blob.objects.filter(pk=blob_id).exclude(scan__in=_ANSWERS.values()).first()
    if blob is None:
        return
    try:
        result = ask(blob)
    except ScanFailed:
        Blob.objects.filter(pk=blob_id).update(scan=Blob.Scan.FAILED)
        raise
    if result == Blob.Scan.CLEAN:
        thumbnails.make(blob)
    with transaction.atomic():
        Blob.objects.filter(pk=blob_id).update(scan=result)
        publish(FileScanned(blob_id=blob_id, result=result.value))
    logger.info("file scanned", extra={"blob_id": blob_id, "reason": result.value})

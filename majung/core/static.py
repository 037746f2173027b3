"""Static files with names that carry their hash, collected into ``MAJUNG_HOME`` at start.

A wheel has no "collectstatic" step that an operator could forget: ``majung serve`` collects when
the files differ from those collected last. Where nothing was collected (tests, development) the
plain names are used and WhiteNoise finds the files in the packages.
"""

import fcntl
import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from whitenoise.storage import CompressedManifestStaticFilesStorage

STAMP = ".collected"
IGNORED = ["CVS", ".*", "*~"]  # as collectstatic does


class HashedFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # untyped
    """Django's manifest storage that knows when nothing has been collected yet."""

    manifest_strict = False

    def stored_name(self, name: str) -> str:
        if not self.hashed_files:
            return name
        stored: str = super().stored_name(name)
        return stored


def collect() -> bool:
    """Collect, hash and compress the static files if they changed; returns whether they did."""
    root = Path(settings.STATIC_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    stamp = root / STAMP
    with (root / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        wanted = fingerprint()
        if stamp.exists() and stamp.read_text() == wanted:
            return False
        stamp.unlink(missing_ok=True)
        call_command("collectstatic", interactive=False, verbosity=0)
        stamp.write_text(wanted)
        return True


def fingerprint() -> str:
    """Return a digest of the names, sizes and times of all static files in the packages."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in sorted(finder.list(IGNORED), key=lambda found: str(found[0])):
            status = Path(storage.path(name)).stat()
            digest.update(f"{name}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()

"""``MAJUNG_HOME`` belongs to one running Majung at a time where the database is SQLite."""

import fcntl
import os
from pathlib import Path
from typing import IO

LOCK = "lock"


class InUseError(Exception):
    """Another process runs on this home; ``process`` is its id, or 0 when it did not say."""

    def __init__(self, home: Path, process: int) -> None:
        self.process = process
        who = f"process {process}" if process else "another process"
        super().__init__(
            f"Majung already runs on {home} ({who}). SQLite serves one process: stop that one "
            "first, or move to PostgreSQL with DATABASE_URL to run several."
        )


def occupy(home: Path) -> IO[str]:
    """Take the home for this process; the kernel gives it back when the process ends.

    Keep the returned file open. Raises InUseError.
    """
    home.mkdir(parents=True, exist_ok=True)
    lock = (home / LOCK).open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        text = lock.read().strip()
        lock.close()
        raise InUseError(home, int(text) if text.isdigit() else 0) from None
    lock.seek(0)
    lock.truncate()
    lock.write(f"{os.getpid()}\n")
    lock.flush()
    return lock

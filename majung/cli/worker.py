"""``majung worker`` and ``majung tick``: jobs and timers beside several web processes."""

import signal
import sys
import threading
from argparse import Namespace

from django.conf import settings
from django.db import connection

from majung.channels.mail_listener import CannotListen
from majung.channels.receiving import Receiving
from majung.core import live, upgrade
from majung.core.workers import Workers


def worker(options: Namespace) -> int:
    threads = settings.MAJUNG_JOB_THREADS if options.threads is None else options.threads
    try:
        receiving = Receiving()
    except CannotListen as reason:
        print(reason, file=sys.stderr)
        return 1
    workers = Workers(threads=threads, ticking=False)
    return run(workers, what=f"{threads} job threads", receiving=receiving)


def tick(_: Namespace) -> int:
    return run(Workers(threads=0, ticking=True), what="the timers")


def run(workers: Workers, *, what: str, receiving: Receiving | None = None) -> int:
    """Work until SIGTERM or SIGINT; jobs that are running are finished."""
    if connection.vendor == "sqlite":
        print(
            "SQLite serves one process, and `majung serve` runs jobs and timers in it. "
            "Set DATABASE_URL to PostgreSQL to run them apart.",
            file=sys.stderr,
        )
        return 1
    if missing := upgrade.pending():
        print(f"The database lacks {len(missing)} migrations: run `majung migrate`.",
              file=sys.stderr)  # fmt: skip
        return 1
    if settings.LIVE_URL == "memory:":
        print("LIVE_URL is not set: what is done here reaches no open browser until it reloads.",
              file=sys.stderr)  # fmt: skip
    live.begin()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    connection.close()
    workers.start()
    if receiving:
        receiving.start()
    print(f"Majung runs {what} (Ctrl+C stops it).", flush=True)
    stop.wait()
    if receiving:
        receiving.stop()
    workers.stop()
    print("Majung has stopped.", flush=True)
    return 0

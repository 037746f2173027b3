"""What benches stand on: a durable database of their own, filled to a size."""

import os
import shutil
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from tests.servers import (
    MajungServer,
    PostgresServer,
    is_majung_variable,
    temporary_folder,
)


@contextmanager
def database(name: str) -> Iterator[None]:
    """Give this process, and what it starts, an empty migrated database that syncs to disk."""
    for variable in [variable for variable in os.environ if is_majung_variable(variable)]:
        del os.environ[variable]
    home = temporary_folder("bench", on_disk=True)
    os.environ["MAJUNG_HOME"] = str(home)
    os.environ["MAJUNG_LOG_LEVEL"] = "ERROR"
    os.environ["DJANGO_SETTINGS_MODULE"] = "majung.settings"
    server = PostgresServer(durable=True) if name == "postgres" else None
    try:
        if server:
            server.start()
            os.environ["DATABASE_URL"] = server.create_database()
        _set_up()
        yield
    finally:
        if server:
            server.remove()
        shutil.rmtree(home, ignore_errors=True)


def _set_up() -> None:
    import django  # noqa: PLC0415 - settings are read from the environment made above
    from django.core.management import call_command  # noqa: PLC0415 - likewise

    django.setup()
    call_command("migrate", verbosity=0)


@contextmanager
def served(**env: str) -> Iterator[MajungServer]:
    """Run the real ``majung serve`` on this bench's database."""
    server = MajungServer(
        database_url=os.environ.get("DATABASE_URL", ""),
        env={"MAJUNG_HOME": os.environ["MAJUNG_HOME"], "MAJUNG_LOG_LEVEL": "ERROR", **env},
    )
    try:
        server.start()
        yield server
    finally:
        server.stop()
        server.remove()


def rate(work: Callable[[int], None], *, seconds: float) -> float:
    """Return how often ``work(n)`` ran per second."""
    begun, count = time.perf_counter(), 0
    while time.perf_counter() - begun < seconds:
        work(count)
        count += 1
    return count / (time.perf_counter() - begun)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which ``share`` (0 to 1) of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def say(text: str) -> None:
    """Print progress, so that nobody looks at a still screen."""
    print(text, file=sys.stderr, flush=True)

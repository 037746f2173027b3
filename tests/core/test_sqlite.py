"""The SQLite backend: durable, and writers wait in line instead of failing."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import pytest
from django.db import OperationalError, connection, connections, transaction
from django.db.models import F

from majung.core.models import RateWindow
from majung.core.sqlite.base import DatabaseWrapper
from majung.core.sqlite.queue import WriteQueue, queue_of

pytestmark = pytest.mark.only_on("sqlite")

BEGUN = "2026-03-02 12:00:00"


def pragma(name: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {name}")
        return cursor.fetchone()[0]


def run_threads(*work: Callable[[], None]) -> list[BaseException]:
    """Run each in its own thread with its own connection; returns what they raised."""
    errors: list[BaseException] = []

    def guarded(task: Callable[[], None]) -> None:
        try:
            task()
        except BaseException as error:  # noqa: BLE001  (handed to the test)
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=guarded, args=(task,)) for task in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


@contextmanager
def waiting_only(seconds: float) -> Iterator[None]:
    connection.ensure_connection()
    backend = cast("DatabaseWrapper", connections["default"])
    before, backend.busy_seconds = backend.busy_seconds, seconds
    try:
        yield
    finally:
        backend.busy_seconds = before


def make_counter() -> None:
    RateWindow.objects.create(key="counter", started_at=BEGUN + "+00:00", count=0)


@pytest.mark.django_db(transaction=True)
def test_connection_is_durable_and_checks_foreign_keys() -> None:
    found = [pragma(name) for name in ("journal_mode", "synchronous", "foreign_keys")]
    assert found == ["wal", 2, 1]


@pytest.mark.django_db(transaction=True)
def test_eight_threads_reading_then_writing_lose_nothing() -> None:
    make_counter()

    def add() -> None:
        for _ in range(25):
            with transaction.atomic():
                row = RateWindow.objects.get(key="counter")
                row.count += 1
                row.save()

    assert run_threads(*[add] * 8) == []
    assert RateWindow.objects.get().count == 200


@pytest.mark.django_db(transaction=True)
def test_nested_blocks_and_rollbacks_give_the_turn_back() -> None:
    make_counter()

    def mixed() -> None:
        for _ in range(10):
            with transaction.atomic():
                try:
                    with transaction.atomic():
                        RateWindow.objects.update(count=F("count") + 100)
                        raise ZeroDivisionError
                except ZeroDivisionError:
                    RateWindow.objects.update(count=F("count") + 1)
            with pytest.raises(ZeroDivisionError), transaction.atomic():
                RateWindow.objects.update(count=F("count") + 100)
                raise ZeroDivisionError
            with transaction.atomic():
                RateWindow.objects.update(count=F("count") + 1)
                connection.set_rollback(True)

    assert run_threads(*[mixed] * 4) == []
    assert RateWindow.objects.get().count == 40


@pytest.mark.django_db(transaction=True)
def test_connection_closed_inside_a_transaction_gives_the_turn_back() -> None:
    make_counter()

    def close_early() -> None:
        with pytest.raises(OperationalError), transaction.atomic():
            RateWindow.objects.update(count=99)
            connection.close()
            raise OperationalError

    assert run_threads(close_early) == []
    with waiting_only(0.5), transaction.atomic():
        RateWindow.objects.update(count=F("count") + 1)
    assert RateWindow.objects.get().count == 1


@pytest.mark.django_db(transaction=True)
def test_waiting_too_long_is_an_operational_error() -> None:
    make_counter()
    inside, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            inside.set()
            done.wait(20)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    inside.wait(20)
    with (
        waiting_only(0.1),
        pytest.raises(OperationalError, match="database is locked"),
        transaction.atomic(),
    ):
        pass
    done.set()
    holder.join()
    with transaction.atomic():
        RateWindow.objects.update(count=1)


@pytest.mark.django_db(transaction=True)
def test_another_process_is_waited_for(tmp_path: Path) -> None:
    make_counter()
    script = (
        "import sqlite3, sys, time\n"
        "c = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "c.execute('BEGIN IMMEDIATE'); print('held', flush=True); time.sleep(0.5)\n"
        "c.execute('UPDATE core_ratewindow SET count = count + 1'); c.execute('COMMIT')\n"
    )
    name = str(connection.settings_dict["NAME"])
    with subprocess.Popen(
        [sys.executable, "-c", script, name], stdout=subprocess.PIPE, cwd=tmp_path
    ) as other:
        assert other.stdout
        assert other.stdout.readline() == b"held\n"
        with transaction.atomic():
            RateWindow.objects.update(count=F("count") + 1)
    assert RateWindow.objects.get().count == 2


def test_queue_is_first_come_first_served() -> None:
    queue, order, threads = WriteQueue(), list[int](), list[threading.Thread]()
    assert queue.acquire(seconds=1)

    def take(number: int) -> None:
        assert queue.acquire(seconds=20)
        order.append(number)
        queue.release()

    for number in range(5):
        thread = threading.Thread(target=take, args=(number,))
        thread.start()
        threads.append(thread)
        while len(queue._waiting) <= number:  # the only way to see the line
            time.sleep(0.001)
    queue.release()
    for thread in threads:
        thread.join()
    assert order == [0, 1, 2, 3, 4]


def test_queue_forgets_those_who_gave_up() -> None:
    queue = WriteQueue()
    assert queue.acquire(seconds=1)
    assert not queue.acquire(seconds=0.01)
    queue.release()
    assert queue.acquire(seconds=0)


def test_queue_belongs_to_the_file_not_its_spelling(tmp_path: Path) -> None:
    (tmp_path / "real.sqlite3").touch()
    (tmp_path / "link.sqlite3").symlink_to(tmp_path / "real.sqlite3")
    link, real = str(tmp_path / "link.sqlite3"), str(tmp_path / "real.sqlite3")
    assert queue_of(link) is queue_of(real)
    assert queue_of(real) is not queue_of(str(tmp_path / "other.sqlite3"))

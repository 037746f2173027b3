"""The ``DatabaseWrapper`` that Django loads for ``ENGINE = "majung.core.sqlite"``."""

import sqlite3
from pathlib import Path
from typing import Any

from django.db import OperationalError
from django.db.backends.sqlite3 import base, creation

from majung.core.sqlite.queue import WriteQueue, queue_of

# What was acknowledged must survive a power cut, hence FULL; the rest is memory and room on disk.
PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -8000",
    "PRAGMA mmap_size = 67108864",
    "PRAGMA journal_size_limit = 67108864",
)
BUSY_SECONDS = 30.0

# The stubs leave out what backends are meant to override.
_Creation: Any = creation.DatabaseCreation
_Wrapper: Any = base.DatabaseWrapper


class DatabaseCreation(_Creation):  # type: ignore[misc]
    """Removes a test database together with its write-ahead log."""

    def _create_test_db(self, verbosity: int, autoclobber: bool, keepdb: bool = False) -> str:  # noqa: FBT001, FBT002  (Django's signature)
        name = str(self._get_test_db_name())
        if not keepdb:
            _remove_log(name)
        created: str = super()._create_test_db(verbosity, autoclobber, keepdb)
        return created

    def _destroy_test_db(self, test_database_name: str, verbosity: int) -> None:
        super()._destroy_test_db(test_database_name, verbosity)
        _remove_log(test_database_name)


def _remove_log(name: str) -> None:
    for ending in ("-wal", "-shm"):
        Path(f"{name}{ending}").unlink(missing_ok=True)


class DatabaseWrapper(_Wrapper):  # type: ignore[misc]
    """Transactions start as IMMEDIATE, in the order in which their threads asked."""

    creation_class = DatabaseCreation
    transaction_mode: str | None
    busy_seconds: float

    def __init__(self, settings_dict: dict[str, Any], alias: str = "default") -> None:
        super().__init__(settings_dict, alias)
        self._turn: WriteQueue | None = None

    def get_connection_params(self) -> dict[str, Any]:
        parameters: dict[str, Any] = super().get_connection_params()
        parameters.setdefault("timeout", BUSY_SECONDS)
        # Enough for every statement of the hot paths beside the ORM's own.
        parameters.setdefault("cached_statements", 512)
        if self.transaction_mode is None:
            self.transaction_mode = "IMMEDIATE"
        self.busy_seconds = float(parameters["timeout"])
        return parameters

    def get_new_connection(self, conn_params: dict[str, Any]) -> sqlite3.Connection:
        connection: sqlite3.Connection = super().get_new_connection(conn_params)
        for pragma in PRAGMAS:
            connection.execute(pragma)
        return connection

    def _start_transaction_under_autocommit(self) -> None:
        self._wait_for_turn()
        try:
            super()._start_transaction_under_autocommit()
        except BaseException:
            self._give_turn()
            raise

    def _commit(self) -> None:
        super()._commit()
        # A commit that failed keeps the turn: the rollback that follows gives it.
        self._give_turn()

    def _rollback(self) -> None:
        try:
            super()._rollback()
        finally:
            self._give_turn()

    def _close(self) -> None:
        try:
            super()._close()
        finally:
            self._give_turn()

    def _wait_for_turn(self) -> None:
        if self._turn is not None:
            return
        queue = queue_of(str(self.settings_dict["NAME"]))
        if not queue.acquire(seconds=self.busy_seconds):
            msg = f"database is locked: other writers kept it for {self.busy_seconds:g} s"
            raise OperationalError(msg)
        self._turn = queue

    def _give_turn(self) -> None:
        turn, self._turn = self._turn, None
        if turn is not None:
            turn.release()

"""First come, first served: the queue of threads that want to write to one SQLite file.

SQLite lets one connection write at a time. Left to its busy handler, threads would sleep and poll,
and an unlucky one could starve; here they wait in line and are woken in turn. Other processes
still meet SQLite's own lock.
"""

import os
import threading
from collections import deque


class WriteQueue:
    """A lock handed over in the order of arrival; any thread may release it."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._held = False
        self._waiting: deque[threading.Lock] = deque()

    def acquire(self, *, seconds: float) -> bool:
        """Wait for the turn; returns False when it did not come within ``seconds``."""
        with self._guard:
            if not self._held:
                self._held = True
                return True
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append(turn)
        if turn.acquire(timeout=seconds):
            return True
        with self._guard:
            if turn in self._waiting:
                self._waiting.remove(turn)
                return False
        # It was handed over just as the time ran out.
        return True

    def release(self) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._held = False


_queues: dict[str, WriteQueue] = {}
_queues_guard = threading.Lock()


def queue_of(database: str) -> WriteQueue:
    """Return this process's queue for a database file, by its real path."""
    with _queues_guard:
        return _queues.setdefault(os.path.realpath(database), WriteQueue())


def _forget_after_fork() -> None:
    _queues.clear()


os.register_at_fork(after_in_child=_forget_after_fork)

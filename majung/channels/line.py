"""A way out that can be cut from outside."""

import socket
from contextlib import suppress
from threading import Lock

from majung.channels.contract import Unreached
from majung.channels.outside import Outside


class Line(Outside):
    """The way out of one thread, which another thread can cut: what waits on it wakes at once."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._sockets: list[socket.socket] = []
        self._is_cut = False

    def connect(self, host: str, port: int, *, timeout: float) -> socket.socket:
        made = super().connect(host, port, timeout=timeout)
        with self._lock:
            if self._is_cut:
                made.close()
                raise Unreached("", perhaps_sent=False)
            # TLS takes the socket itself over; its double leads to the same connection.
            self._sockets.append(made.dup())
        return made

    def cut(self) -> None:
        with self._lock:
            self._is_cut = True
            for each in self._sockets:
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        with self._lock:
            for each in self._sockets:
                each.close()
            self._sockets.clear()

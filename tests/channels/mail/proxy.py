"""A wire that can be cut: a TCP proxy before a server."""

import select
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Proxy:
    """Passes bytes on, and cuts each connection after ``cuts_after`` bytes from the server.

    ``cut`` ends all there are at this moment. ``is_down``: nobody is let in.
    """

    def __init__(self, port: int) -> None:
        self._target = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.cuts_after: int | None = None
        self.is_down = False
        self.passed = 0
        self.connections = 0
        self._open: set[socket.socket] = set()
        threading.Thread(target=self._serve, daemon=True).start()

    def cut(self) -> None:
        for each in list(self._open):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            if self.is_down:
                _slam(client)
                continue
            self.connections += 1
            threading.Thread(target=self._pass_on, args=(client,), daemon=True).start()

    def _pass_on(self, client: socket.socket) -> None:
        left = self.cuts_after
        with client, socket.create_connection(("127.0.0.1", self._target)) as server:
            self._open |= {client, server}
            with suppress(OSError):
                while True:
                    ready, _, _ = select.select([client, server], [], [])
                    for side in ready:
                        data = side.recv(65536)
                        if not data:
                            return
                        if side is server:
                            self.passed += len(data)
                            if left is not None:
                                data, left = data[:left], left - len(data)
                        (client if side is server else server).sendall(data)
                        if left is not None and left <= 0:
                            _slam(client)
                            return
            self._open -= {client, server}


def _slam(client: socket.socket) -> None:
    """Close with a reset, as a machine does that lost its memory."""
    with suppress(OSError):
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.close()


@contextmanager
def before(port: int) -> Iterator[Proxy]:
    proxy = Proxy(port)
    try:
        yield proxy
    finally:
        proxy.close()

"""The bytes between us and an IMAP server, over a socket that the caller opened.

The standard library would read through a buffered file, which cannot be asked whether something is
there; this one can, so waiting (IDLE) and reading are one thing.
"""

import imaplib
import logging
import socket
import ssl
import time
from typing import Any, Final

from imapclient import IMAPClient

READ_SECONDS: Final = 60.0
MOST_LITERAL: Final = 128 * 1024 * 1024
MOST_LINE: Final = 32 * 1024 * 1024  # a search in a very large folder is one line
_CHUNK: Final = 256 * 1024

logging.getLogger("imapclient").setLevel(logging.WARNING)


class Wire(imaplib.IMAP4):
    """The standard library's client on a given socket."""

    def __init__(self, sock: socket.socket, host: str) -> None:
        self._given = sock
        self._arrived = bytearray()
        super().__init__(host)

    def _create_socket(self, timeout: float | None) -> socket.socket:  # noqa: ARG002 - the library's signature
        return self._given

    def read(self, size: int) -> bytes:
        if size > MOST_LITERAL:
            raise self.abort("the server wants to send more than a mail can be")
        while len(self._arrived) < size:
            self._more()
        return self._taken(size)

    def readline(self) -> bytes:
        seen = 0
        while (end := self._arrived.find(b"\n", seen)) < 0:
            seen = len(self._arrived)
            if seen > MOST_LINE:
                raise self.abort("the server sends a line without end")
            self._more()
        return self._taken(end + 1)

    def starttls(self, ssl_context: ssl.SSLContext | None = None) -> Any:
        answer = super().starttls(ssl_context)
        if self._arrived:
            # Said before the encryption by whoever stands between, to be believed after it.
            raise self.abort("the server spoke on before TLS began")
        return answer

    def line_within(self, seconds: float) -> bytes | None:
        """Return the next line, ``None`` if none comes in time."""
        deadline = time.monotonic() + seconds
        try:
            while b"\n" not in self._arrived:
                left = deadline - time.monotonic()
                if left <= 0:
                    return None
                self.sock.settimeout(left)
                self._more()
        except TimeoutError:
            return None
        finally:
            self.sock.settimeout(READ_SECONDS)
        return self.readline()

    def idle_for(self, seconds: float) -> bool:
        """Let the server speak first (IDLE) for so long; say whether a mail came."""
        tag: bytes = self._command("IDLE")
        self.tagged_commands.pop(tag, None)
        news, line = False, b""
        while not line.startswith(b"+"):
            line = self.readline()
            if line.startswith(tag):
                raise self.error("IDLE was refused")
            news = news or is_news(line)
        deadline = time.monotonic() + seconds
        while not news:
            said = self.line_within(deadline - time.monotonic())
            if said is None:
                break
            news = self._told(said)
        self.send(b"DONE\r\n")
        while not (line := self.readline()).startswith(tag):
            news = news or is_news(line)
        return news

    def quiet_for(self, seconds: float) -> bool:
        """Say nothing for so long, for servers without IDLE; say whether a mail came."""
        deadline = time.monotonic() + seconds
        while (line := self.line_within(deadline - time.monotonic())) is not None:
            if self._told(line):
                return True
        return False

    def _told(self, line: bytes) -> bool:
        if line.startswith(b"* BYE"):
            raise self.abort("the server says goodbye")
        return is_news(line)

    def _more(self) -> None:
        chunk = self.sock.recv(_CHUNK)
        if not chunk:
            raise self.abort("the server hung up")
        self._arrived += chunk

    def _taken(self, size: int) -> bytes:
        taken = bytes(memoryview(self._arrived)[:size])
        del self._arrived[:size]
        return taken


def is_news(line: bytes) -> bool:
    return b" EXISTS" in line or b" RECENT" in line


class Client(IMAPClient):  # type: ignore[misc]  # the library has no types
    """IMAPClient over a wire; it opens no connection by itself."""

    def __init__(self, sock: socket.socket, host: str, *, is_secure: bool) -> None:
        self._opened = sock
        super().__init__(host, ssl=is_secure, timeout=READ_SECONDS)
        self.normalise_times = False
        self.wire.debug = 0  # it would write whole mails as text, to throw that away

    def _create_IMAP4(self) -> Wire:  # noqa: N802 - the library's name
        self.wire = Wire(self._opened, self.host)
        return self.wire

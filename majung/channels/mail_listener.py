"""The built-in mail listener: SMTP or LMTP, for mail servers that hand mail over to us.

A mail is taken once it is committed, and not before; what could not be stored is asked for again.
"""

import asyncio
import logging
import socket
import ssl
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Thread
from typing import Any, AnyStr, Final, TypeVar
from urllib.parse import urlsplit

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.db import connections

from majung.channels import mail_door
from majung.channels.mail_door import Nobody, Paused
from majung.core import jobs

MOST_CONNECTIONS: Final = 40
MOST_RECIPIENTS: Final = 200
SILENCE_SECONDS: Final = 180.0
STOP_SECONDS: Final = 1.5
THREADS: Final = 2
NOBODY: Final = "550 5.1.1 <{}>: nobody has this address here. Please check how it is spelled."
PAUSED: Final = "450 4.2.1 <{}>: this mailbox takes no mail for the moment. Please try again later."
TOO_MANY: Final = "452 4.5.3 Too many recipients. Please send the rest in another message."
LATER: Final = "451 4.3.0 The message could not be stored. Please try again later."
TAKEN: Final = "250 2.0.0 OK, taken"
FULL: Final = b"421 4.3.2 Too many connections. Please try again later.\r\n"
# What the library says after DATA without asking us.
_NOT_TAKEN: Final = (b"552 Error: Too much mail data", b"500 Line too long")

log = logging.getLogger("majung.mail")
# The library's own log tells addresses and lines of mails.
logging.getLogger("mail.log").setLevel(logging.CRITICAL)

T = TypeVar("T")


class CannotListen(Exception):
    """The address is taken, or the certificate cannot be read; the text says what to do."""


class Listener:
    """Listens at ``url`` (``smtp://host:port`` or ``lmtp://host:port``) in a thread of its own.

    The socket is opened at once, so that a mistake shows before anything starts; several processes
    of one machine may share it.
    """

    def __init__(self, url: str, *, most_bytes: int, certificate: str = "", key: str = "") -> None:
        parts = urlsplit(url)
        self.speaks_lmtp = parts.scheme == "lmtp"
        self.most_bytes = most_bytes
        self.tls = _tls(certificate, key) if certificate else None
        self._socket = _socket(parts.hostname or "127.0.0.1", parts.port or 0)
        self.port: int = self._socket.getsockname()[1]
        self._loop = asyncio.new_event_loop()
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="majung-mail")
        self._thread = Thread(target=self._run, name="majung-mail", daemon=True)
        self._handling = _Handling(self)
        self.connections: set[asyncio.BaseTransport] = set()
        self.storing = 0

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> bool:
        """Take no more; what is being stored is stored and answered."""
        if not self._thread.is_alive():
            self._socket.close()
            return True
        asyncio.run_coroutine_threadsafe(self._end(), self._loop)
        self._thread.join(STOP_SECONDS + 1)
        self._pool.shutdown(wait=False)
        return not self._thread.is_alive()

    async def apart(self, function: Callable[..., T], **arguments: Any) -> T:
        """Run what asks the database in a thread."""
        call = partial(_with_connection, partial(function, **arguments))
        return await self._loop.run_in_executor(self._pool, call)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(
            self._loop.create_server(self._session, sock=self._socket, backlog=100)
        )
        try:
            self._loop.run_forever()
        finally:
            for task in asyncio.all_tasks(self._loop):
                task.cancel()
            self._loop.run_until_complete(asyncio.sleep(0))
            self._loop.close()

    async def _end(self) -> None:
        self._loop.remove_reader(self._socket)
        self._socket.close()
        deadline = self._loop.time() + STOP_SECONDS
        while self.storing and self._loop.time() < deadline:  # noqa: ASYNC110 - two threads at most
            await asyncio.sleep(0.02)
        for transport in list(self.connections):
            transport.close()
        await asyncio.sleep(0)
        self._loop.stop()

    def _session(self) -> asyncio.BaseProtocol:
        if len(self.connections) >= MOST_CONNECTIONS:
            return _Full()
        kind = _LmtpSession if self.speaks_lmtp else _SmtpSession
        return kind(
            self._handling,
            data_size_limit=self.most_bytes,
            enable_SMTPUTF8=True,
            hostname=urlsplit(settings.MAJUNG_URL).hostname or "localhost",
            ident="Majung",
            tls_context=self.tls,
            timeout=SILENCE_SECONDS,
            auth_exclude_mechanism=["LOGIN", "PLAIN"],
            loop=self._loop,
        )


def of_settings() -> Listener | None:
    """Return the listener that the settings ask for, if they do.

    Raises:
        CannotListen: it cannot be opened.
    """
    if not settings.MAJUNG_MAIL_LISTEN:
        return None
    return Listener(
        settings.MAJUNG_MAIL_LISTEN,
        most_bytes=settings.MAJUNG_MAIL_MOST_BYTES,
        certificate=settings.MAJUNG_MAIL_TLS_CERT,
        key=settings.MAJUNG_MAIL_TLS_KEY,
    )


class _Handling:
    """What the library asks: who may be written to, and where a mail goes."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return TOO_MANY
        try:
            await self._listener.apart(mail_door.inbox_of, address=address)
        except Nobody:
            return NOBODY.format(address[:100])
        except Paused:
            return PAUSED.format(address[:100])
        except Exception as error:  # noqa: BLE001 - the database is away: they shall come again
            log.warning("a recipient could not be looked up", extra={"reason": jobs.where(error)})
            return LATER
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802 - the library's name
        self, _server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        peer: Any = session.peer  # the library says text; it is what the socket says
        self._listener.storing += 1
        try:
            await self._listener.apart(
                mail_door.keep,
                recipients=list(envelope.rcpt_tos),
                raw=bytes(envelope.original_content or b""),
                mail_from=(envelope.mail_from or "").strip("<>"),
                remote=str(peer[0]) if isinstance(peer, tuple) else "",
            )
        except Exception as error:  # noqa: BLE001 - whatever it was, they shall send it again
            log.warning("a mail could not be stored", extra={"reason": jobs.where(error)})
            return self._each(envelope, LATER)
        finally:
            self._listener.storing -= 1
        return self._each(envelope, TAKEN)

    async def handle_exception(self, error: Exception) -> str:
        log.error("the mail listener failed", extra={"reason": jobs.where(error)})
        return LATER

    def _each(self, envelope: Envelope, answer: str) -> str:
        """Return the answer, in LMTP once for each recipient."""
        return "\r\n".join([answer] * (len(envelope.rcpt_tos) if self._listener.speaks_lmtp else 1))

    def opened(self, transport: asyncio.BaseTransport) -> None:
        self._listener.connections.add(transport)

    def closed(self, transport: asyncio.BaseTransport | None) -> None:
        if transport:
            self._listener.connections.discard(transport)


class _SmtpSession(SMTP):
    line_length_limit = 256 * 1024  # programs write lines that are too long, and mean them

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if self.transport is None:  # not once more when it turns to TLS
            self._first = transport
            self.event_handler.opened(transport)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self.event_handler.closed(self._first)
        super().connection_lost(error)


class _LmtpSession(LMTP, _SmtpSession):
    line_length_limit = _SmtpSession.line_length_limit

    async def push(self, status: AnyStr) -> None:
        """Answer; what is said to a whole mail is said for each recipient."""
        told: Any = status
        said: bytes = told.encode() if isinstance(told, str) else told
        if said.startswith(_NOT_TAKEN) and self.envelope:
            said = b"\r\n".join([said] * max(1, len(self.envelope.rcpt_tos)))
        await super().push(said)


class _Full(asyncio.Protocol):
    """Says that there are too many."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        transport.write(FULL)
        transport.close()


def _with_connection(function: Callable[[], T]) -> T:
    try:
        return function()
    finally:
        connections.close_all()


def _socket(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=100, reuse_port=True)
    except OSError as error:
        raise CannotListen(
            f"Cannot listen for mail on {host} port {port}: {error.strerror}. "
            "Choose another in MAJUNG_MAIL_LISTEN, or stop what uses it."
        ) from error


def _tls(certificate: str, key: str) -> ssl.SSLContext:
    made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        made.load_cert_chain(certificate, key or None)
    except (OSError, ssl.SSLError) as error:
        raise CannotListen(
            f"The certificate for mail cannot be used ({error}). "
            "See MAJUNG_MAIL_TLS_CERT and MAJUNG_MAIL_TLS_KEY."
        ) from error
    return made

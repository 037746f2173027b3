"""``majung serve``: pages, live updates, jobs and timers in one process."""

import signal
import socket
import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO, Protocol

import uvicorn
from django.conf import settings
from django.db import connection

from majung.channels.mail_listener import CannotListen
from majung.channels.receiving import Receiving
from majung.core import home, live_hub, recovery, static, upgrade
from majung.core.workers import Workers

GRACE_SECONDS = 10
# Longer than proxies keep an idle connection (nginx: 60 s), so that they close it, not we.
KEEP_ALIVE_SECONDS = 75


class Companion(Protocol):
    """Something that lives beside the server, such as the simulated customers of the demo."""

    def start(self) -> None: ...
    def stop(self) -> object: ...


class Server(uvicorn.Server):
    """Says goodbye to the browsers first, and lets us finish our jobs after it ended."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await live_hub.stop()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        # uvicorn raises the signal again when it has stopped, which would end us in mid-job.
        signals = (signal.SIGINT, signal.SIGTERM)
        before = {number: signal.signal(number, self.handle_exit) for number in signals}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def serve(options: Namespace) -> int:
    if options.web_only and connection.vendor == "sqlite":
        print("--web-only needs PostgreSQL: SQLite serves one process, which does it all.",
              file=sys.stderr)  # fmt: skip
        return 1
    return run(
        host=options.host or settings.MAJUNG_HOST,
        port=settings.MAJUNG_PORT if options.port is None else options.port,
        migrates=not options.no_migrate,
        works=not options.web_only,
    )


def run(
    *,
    host: str,
    port: int,
    migrates: bool = True,
    works: bool = True,
    companions: Sequence[Companion] = (),
) -> int:
    """Serve until SIGTERM or SIGINT; returns the exit code.

    ``companions`` start once the address is bound and stop before the jobs do.
    """
    try:
        # Kept open: the kernel holds the lock for as long as the file is.
        lock = prepare(migrates=migrates)
        listening = listen(host, port)
        receiving = Receiving() if works else None
    except (CannotStartError, CannotListen) as reason:
        print(reason, file=sys.stderr)
        return 1
    workers = Workers(threads=settings.MAJUNG_JOB_THREADS, ticking=True) if works else None
    beside: list[Companion] = [each for each in (workers, receiving) if each]
    beside += companions
    for companion in beside:
        companion.start()
    address = f"http://{host}:{listening.getsockname()[1]}"
    print(f"Majung serves {settings.MAJUNG_URL} on {address} (Ctrl+C stops it).", flush=True)
    try:
        server = Server(configuration())
        server.run(sockets=[listening])
    finally:
        for companion in reversed(beside):
            companion.stop()
        if lock:
            lock.close()
    print("Majung has stopped.", flush=True)
    return 0 if server.started else 1


class CannotStartError(Exception):
    """A reason not to start, as a sentence for the operator."""


def prepare(*, migrates: bool) -> IO[str] | None:
    """Take the home, bring the database up to date, free what a killed process held."""
    try:
        lock = home.occupy(settings.MAJUNG_HOME) if connection.vendor == "sqlite" else None
    except home.InUseError as error:
        raise CannotStartError(str(error)) from error
    if migrates:
        if done := upgrade.migrate():
            print(f"The database was brought up to date ({len(done)} migrations).")
    elif missing := upgrade.pending():
        names = ", ".join(missing[:5])
        raise CannotStartError(
            f"The database lacks {len(missing)} migrations ({names} …): run `majung migrate`."
        )
    if lock:
        recovery.run()
    static.collect()
    connection.close()
    return lock


def listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise CannotStartError(
            f"Cannot listen on {host} port {port}: {error.strerror}. "
            "Choose another with --port or MAJUNG_PORT, or stop what uses it."
        ) from error


def configuration() -> uvicorn.Config:
    return uvicorn.Config(
        "majung.asgi:application",
        interface="asgi3",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        # The root does this itself, by MAJUNG_TRUSTED_PROXIES.
        proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )

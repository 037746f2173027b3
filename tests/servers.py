"""Real servers for tests: PostgreSQL, Redis, nginx and Majung itself, each on its own folder.

Every server is a child of the test process, listens on loopback or a socket in its own temporary
folder, and is stopped by its own process id. ``setpriv --pdeathsig`` ends it even when the test
run itself is killed.
"""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

import httpx
import psycopg
import redis

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 30
STOP_SECONDS = 15


class ServerMissingError(Exception):
    """A program that this server needs is not installed on this machine."""


def free_port() -> int:
    """Return a port on 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


# As root, without a screen, and without a word to anybody outside.
CHROMIUM_ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find_program(name: str, *folders: str) -> str:
    """Return the path of an installed program; raises ServerMissingError."""
    path = shutil.which(name, path=os.pathsep.join([*folders, os.environ.get("PATH", "")]))
    if path is None:
        msg = f"{name} is not installed"
        raise ServerMissingError(msg)
    return path


def temporary_folder(name: str, *, on_disk: bool = False) -> Path:
    """Make a folder in memory where the system offers that, so that no test waits for a disk."""
    memory = Path("/dev/shm")
    usable = not on_disk and memory.is_dir() and os.access(memory, os.W_OK)
    parent = memory if usable else None
    return Path(tempfile.mkdtemp(prefix=f"majung-{name}-", dir=parent))


def wait_until(
    ready: Callable[[], bool], *, what: str | Callable[[], str], seconds: float = START_SECONDS
) -> None:
    """Poll until ``ready()`` is true; raises TimeoutError."""
    deadline = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > deadline:
            name = what if isinstance(what, str) else what()[-2000:]
            msg = f"not ready after {seconds} s: {name}"
            raise TimeoutError(msg)
        time.sleep(0.02)


class Server:
    """A child process with a log file that ends with us."""

    def __init__(self, name: str, *, on_disk: bool = False) -> None:
        self.name = name
        self.folder = temporary_folder(name, on_disk=on_disk)
        self.log_path = self.folder / f"{name}.log"
        self.process: subprocess.Popen[bytes] | None = None

    def spawn(
        self, *command: str, env: Mapping[str, str] | None = None, user: str | None = None
    ) -> None:
        wrapper: list[str] = []
        if setpriv := shutil.which("setpriv"):
            wrapper = [setpriv, "--pdeathsig=TERM"]
            if user:
                wrapper += [f"--reuid={user}", f"--regid={user}", "--init-groups"]
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(
                [*wrapper, *command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=dict(env) if env is not None else None,
                cwd=ROOT if user is None else self.folder,
            )

    @property
    def pid(self) -> int:
        if self.process is None:
            msg = f"{self.name} is not running"
            raise RuntimeError(msg)
        return self.process.pid

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def log(self) -> str:
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else ""

    def must_be_running(self) -> None:
        if not self.is_running:
            msg = f"{self.name} stopped while starting:\n{self.log()[-4000:]}"
            raise RuntimeError(msg)

    def end(self, number: signal.Signals) -> int:
        """Send a signal, wait, and return the exit code; kills what does not obey."""
        if self.process is None:
            return 0
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            code = self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = self.process.wait()
        self.process = None
        return code

    def stop(self) -> int:
        return self.end(signal.SIGTERM)

    def kill(self) -> int:
        return self.end(signal.SIGKILL)

    def remove(self) -> None:
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


class PostgresServer(Server):
    """A throw-away cluster on a socket in its own folder.

    Nothing is synced to disk, unless it is to be ``durable`` as a real one (for measuring, and
    for what is killed).
    """

    def __init__(self, *, durable: bool = False) -> None:
        self.durable = durable
        folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
        paths = [str(folder) for folder in folders]
        self.initdb = find_program("initdb", *paths)
        self.postgres = find_program("postgres", *paths)
        super().__init__("postgres", on_disk=durable)

    @property
    def user(self) -> str | None:
        return "postgres" if os.geteuid() == 0 else None

    def start(self) -> None:
        data = self.folder / "data"
        if not data.exists():
            if self.user:
                account = pwd.getpwnam(self.user)
                os.chown(self.folder, account.pw_uid, account.pw_gid)
            subprocess.run(
                [self.initdb, "-D", str(data), "-U", "majung", "-A", "trust", "-E", "UTF8",
                 "--locale=C.UTF-8", "--no-sync"],
                check=True, capture_output=True, user=self.user, cwd=self.folder,
            )  # fmt: skip
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.folder),
            "max_connections": "200",
            "shared_buffers": "256MB" if self.durable else "64MB",
        }
        if not self.durable:
            options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        flags = [f"--{name}={value}" for name, value in options.items()]
        self.spawn(self.postgres, "-D", str(data), *flags, user=self.user)
        wait_until(self.answers, what="PostgreSQL")

    def answers(self) -> bool:
        self.must_be_running()
        try:
            psycopg.connect(self.url("postgres")).close()
        except psycopg.OperationalError:
            return False
        return True

    def url(self, name: str) -> str:
        return f"postgresql://majung@/{name}?host={self.folder}"

    def create_database(self) -> str:
        """Make an empty database and return its URL."""
        name = f"fresh_{uuid.uuid4().hex[:12]}"
        create_postgres_database(self.url("postgres"), name)
        return self.url(name)

    def stop(self) -> int:
        return self.end(signal.SIGINT)


def create_postgres_database(url: str, name: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())


def drop_postgres_database(url: str, name: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())


class RedisServer(Server):
    """A Redis without persistence; ``stop`` and ``start`` keep the same address."""

    def __init__(self) -> None:
        self.program = find_program("redis-server")
        super().__init__("redis")
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        self.spawn(
            self.program, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "",
            "--appendonly", "no", "--dir", str(self.folder),
        )  # fmt: skip
        wait_until(self.answers, what="Redis")

    def answers(self) -> bool:
        self.must_be_running()
        try:
            with redis.Redis.from_url(self.url) as client:
                return bool(client.ping())
        except redis.ConnectionError:
            return False

    def flush(self) -> None:
        with redis.Redis.from_url(self.url) as client:
            client.flushall()


class NginxServer(Server):
    """nginx with the given ``http { … }`` body; ``{port}`` and ``{folder}`` in it are filled in."""

    def __init__(self, http: str) -> None:
        self.program = find_program("nginx", "/usr/sbin")
        super().__init__("nginx")
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        body = http.replace("{port}", str(self.port)).replace("{folder}", str(self.folder))
        kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        folders = "\n".join(f"  {kind}_temp_path {self.folder}/{kind};" for kind in kinds)
        self.config = self.folder / "nginx.conf"
        self.config.write_text(
            f"daemon off;\nmaster_process off;\npid {self.folder}/pid;\nerror_log stderr;\n"
            f"events {{ worker_connections 2048; }}\n"
            f"http {{\n  access_log off;\n{folders}\n{body}\n}}\n"
        )

    def start(self) -> None:
        self.spawn(self.program, "-p", str(self.folder), "-c", str(self.config))
        wait_until(self.answers, what="nginx")

    def answers(self) -> bool:
        self.must_be_running()
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
            return True
        return False


class MajungServer(Server):
    """The real ``majung serve`` (or another command) on its own home and a free port."""

    def __init__(
        self,
        *,
        database_url: str = "",
        env: Mapping[str, str] | None = None,
        on_disk: bool = False,
    ) -> None:
        super().__init__("majung", on_disk=on_disk)
        self.home = self.folder / "home"
        self.home.mkdir()
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        ours = {k: v for k, v in os.environ.items() if not is_majung_variable(k)}
        ours.pop("DJANGO_SETTINGS_MODULE", None)
        self.env = {
            **ours,
            "PYTHONUNBUFFERED": "1",
            "MAJUNG_HOME": str(self.home),
            "MAJUNG_HOST": "127.0.0.1",
            "MAJUNG_PORT": str(self.port),
            "MAJUNG_URL": self.url,
            **({"DATABASE_URL": database_url} if database_url else {}),
            **(env or {}),
        }

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "majung", *arguments]

    def run(self, *arguments: str, seconds: float = 120) -> subprocess.CompletedProcess[str]:
        """Run another ``majung`` command in the same environment, and wait for it."""
        return subprocess.run(
            self.command(*arguments),
            env=self.env, cwd=ROOT, capture_output=True, text=True, timeout=seconds, check=False,
        )  # fmt: skip

    def start(self, *arguments: str) -> None:
        self.spawn(*self.command(*(arguments or ("serve",))), env=self.env)
        if not arguments or arguments[0] == "serve":
            self.wait_for_answer()

    def wait_for_answer(self) -> None:
        wait_until(self.answers, what=self.log, seconds=40)

    def answers(self) -> bool:
        self.must_be_running()
        try:
            return httpx.get(f"{self.url}/healthz", timeout=2).is_success
        except httpx.TransportError:
            return False


def is_majung_variable(name: str) -> bool:
    return name.startswith("MAJUNG_") or name in {"DATABASE_URL", "LIVE_URL"}


S = TypeVar("S", PostgresServer, RedisServer, NginxServer)


@contextlib.contextmanager
def running(server: S) -> Iterator[S]:
    """Start a server, hand it out, and remove it."""
    try:
        server.start()
        yield server
    finally:
        server.remove()

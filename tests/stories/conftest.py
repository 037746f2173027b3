"""Stories: the real server, the real front end, a real browser, and a shop beside them.

The installation is made once and copied: the stories share a server, except those that count what
is on it, kill it or restore it.
"""

import contextlib
import shutil
import subprocess
from collections.abc import Callable, Iterator
from uuid import uuid4

import psycopg
import pytest
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, expect

from tests import servers
from tests.conftest import maintenance_url, postgres_url
from tests.servers import ROOT, MajungServer
from tests.stories.chat import Chat
from tests.stories.desk import Desk
from tests.stories.shop import Shop

BUILT = ROOT / "majung/web/static/built/desk.js"


expect.set_options(timeout=15_000)


@pytest.fixture(scope="session")
def _front_end() -> None:
    if not BUILT.exists():
        subprocess.run([ROOT / "scripts/frontend.sh", "build"], check=True, cwd=ROOT)


@pytest.fixture(scope="session")
def shop() -> Iterator[Shop]:
    opened = Shop()
    yield opened
    opened.close()


def _database(template: str = "") -> str:
    """Make an empty PostgreSQL database, or a copy of one; "" for SQLite, a file in the home."""
    if connection.vendor == "sqlite":
        return ""
    url = postgres_url(f"story_{uuid4().hex[:12]}")
    name = database_name(url)
    if template:
        _run(f'CREATE DATABASE "{name}" TEMPLATE "{database_name(template)}"')
    else:
        servers.create_postgres_database(maintenance_url(), name)
    return url


def _run(statement: str) -> None:
    with psycopg.connect(maintenance_url(), autocommit=True) as session:
        session.execute(statement.encode())


def database_name(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[2]


def _forget(server: MajungServer) -> None:
    server.remove()
    if url := server.env.get("DATABASE_URL", ""):
        servers.drop_postgres_database(maintenance_url(), database_name(url))


@pytest.fixture(scope="session")
def _planted(_front_end: None, shop: Shop) -> Iterator[MajungServer]:
    """An installation that has never served: migrated, with a brand and its people."""
    made = MajungServer(database_url=_database())
    command(made, "migrate")
    seeded(made, f"plant({[shop.origin, shop.elsewhere]!r})")
    yield made
    _forget(made)


def command(server: MajungServer, *arguments: str) -> None:
    """Run ``majung …`` in the server's environment; it must go well."""
    done = server.run(*arguments)
    assert done.returncode == 0, done.stdout + done.stderr


def seeded(server: MajungServer, call: str) -> None:
    """Call a function of ``tests/stories/seed.py`` in the server's environment."""
    command(
        server, "manage", "shell", "-v", "0", "-c", f"from tests.stories import seed; seed.{call}"
    )


def copy_of(planted: MajungServer, **env: str) -> MajungServer:
    """Return another installation with the same rows and keys; not started."""
    url = _database(planted.env.get("DATABASE_URL", ""))
    server = MajungServer(database_url=url, env=env)
    shutil.copytree(planted.home, server.home, dirs_exist_ok=True)
    return server


@contextlib.contextmanager
def serving(planted: MajungServer, **env: str) -> Iterator[MajungServer]:
    """Serve another installation with the same rows and keys."""
    server = copy_of(planted, **env)
    try:
        server.start()
        yield server
    finally:
        _forget(server)


@pytest.fixture(scope="session")
def majung(_planted: MajungServer) -> Iterator[MajungServer]:
    """The ``majung serve`` that stories share: what one writes must be its own words."""
    with serving(_planted) as server:
        yield server


@pytest.fixture
def own_majung(_planted: MajungServer) -> Iterator[Callable[..., MajungServer]]:
    """Start a ``majung serve`` that a story may kill."""
    with contextlib.ExitStack() as started:
        yield lambda **env: started.enter_context(serving(_planted, **env))


@pytest.fixture
def somebody(chromium: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Give another person's browser each time."""
    opened: list[BrowserContext] = []

    def come(**options: object) -> BrowserContext:
        context = chromium.new_context(
            **{"locale": "ko-KR", "timezone_id": "Asia/Seoul", **options}  # type: ignore[arg-type]
        )
        context.set_default_timeout(15_000)
        opened.append(context)
        return context

    yield come
    for context in opened:
        context.close()


@pytest.fixture
def customer_at(
    somebody: Callable[..., BrowserContext], shop: Shop
) -> Callable[[MajungServer], Chat]:
    """Bring a customer with a browser of their own to the shop's page."""

    def come(server: MajungServer, **options: object) -> Chat:
        return Chat(somebody(**options).new_page(), shop, server.url)

    return come


@pytest.fixture
def agent_at(somebody: Callable[..., BrowserContext]) -> Callable[..., Desk]:
    """Sit an agent down at a browser of their own, signed in."""

    def come(server: MajungServer, email: str = "jiwoo@ondam.test", **options: object) -> Desk:
        return Desk(somebody(**options).new_page(), server.url, email).sign_in()

    return come

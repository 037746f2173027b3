"""Fixtures every test may use; the servers themselves are in ``tests/servers.py``."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.utils import translation
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from tests import servers
from tests.plugin import CI
from tests.servers import MajungServer, NginxServer, RedisServer, ServerMissingError

# The cast (who appears in the tests) is there for every test.
pytest_plugins = ["tests.people"]


def missing(reason: str) -> NoReturn:
    """Skip for want of a server; on CI that fails, since a skip there would hide a hole."""
    if CI:
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session", autouse=True)
def _quick_passwords() -> None:
    django_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session", autouse=True)
def _plain_static_names(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Look for collected files where none are: a server that serves this home would leave some.

    They would be looked for again whenever a test changes ``STORAGES``.
    """
    django_settings.STATIC_ROOT = tmp_path_factory.mktemp("static")


@pytest.fixture(autouse=True)
def _in_korean() -> Iterator[None]:
    """Begin in the language of the source; a page asked for in English leaves its thread so."""
    translation.activate("ko")
    yield
    translation.activate("ko")


@pytest.fixture
def is_long_proof(request: pytest.FixtureRequest) -> bool:
    """Say whether a test marked ``chaos`` shall run with its full count (``make chaos``)."""
    return bool(request.config.getoption("--chaos"))


@pytest.fixture
def free_port() -> int:
    return servers.free_port()


@pytest.fixture(scope="session")
def _redis_of_the_run() -> Iterator[RedisServer]:
    try:
        server = RedisServer()
    except ServerMissingError as error:
        missing(str(error))
    with servers.running(server):
        yield server


@pytest.fixture
def redis_server(_redis_of_the_run: RedisServer) -> RedisServer:
    """A real, empty Redis: ``.url``, ``.stop()``, ``.start()`` (on the same port)."""
    if not _redis_of_the_run.is_running:
        _redis_of_the_run.start()
    _redis_of_the_run.flush()
    return _redis_of_the_run


@pytest.fixture
def nginx_server() -> Iterator[Callable[[str], NginxServer]]:
    """Start a real nginx with the given ``http`` block; ``{port}`` in it is filled in."""
    started: list[NginxServer] = []

    def start(http: str) -> NginxServer:
        try:
            server = NginxServer(http)
        except ServerMissingError as error:
            missing(str(error))
        started.append(server)
        server.start()
        return server

    yield start
    for server in started:
        server.remove()


@pytest.fixture
def fresh_database(tmp_path: Path) -> Iterator[Callable[[], str]]:
    """Make empty databases of the kind this run is about; returns a ``DATABASE_URL``."""
    made: list[str] = []
    count = iter(range(1000))

    def make() -> str:
        name = f"fresh_{os.getpid()}_{next(count)}"
        if connection.vendor == "sqlite":
            return f"sqlite:///{tmp_path / name}.sqlite3"
        servers.drop_postgres_database(maintenance_url(), name)
        servers.create_postgres_database(maintenance_url(), name)
        made.append(name)
        return postgres_url(name)

    yield make
    for name in made:
        servers.drop_postgres_database(maintenance_url(), name)


def postgres_url(name: str) -> str:
    """Return the run's ``DATABASE_URL`` with another database in it."""
    before, _, options = os.environ["DATABASE_URL"].partition("?")
    return f"{before.rpartition('/')[0]}/{name}{'?' if options else ''}{options}"


def maintenance_url() -> str:
    return postgres_url("postgres")


@pytest.fixture
def database_url() -> str:
    """The database this test's own ORM talks to, for a process that must see the same rows.

    Such a test needs ``django_db(transaction=True)``: rows must be committed to be seen.
    """
    name = connection.settings_dict["NAME"]
    return f"sqlite:///{name}" if connection.vendor == "sqlite" else postgres_url(str(name))


@pytest.fixture
def majung_process(
    fresh_database: Callable[[], str],
) -> Iterator[Callable[..., MajungServer]]:
    """Make a Majung installation that is not started yet; ``.run(…)`` and ``.start(…)`` are."""
    made: list[MajungServer] = []

    def make(**env: str) -> MajungServer:
        url = env.pop("DATABASE_URL", "")
        if not url and connection.vendor == "postgresql":
            url = fresh_database()
        server = MajungServer(database_url=url, env=env)
        made.append(server)
        return server

    yield make
    for server in made:
        server.remove()


@pytest.fixture
def live_server_process(
    majung_process: Callable[..., MajungServer],
) -> Callable[..., MajungServer]:
    """Start the real ``majung serve``: ``.url``, ``.pid``, ``.stop()``, ``.kill()``, ``.log()``."""

    def start(**env: str) -> MajungServer:
        server = majung_process(**env)
        server.start()
        return server

    return start


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    # Playwright keeps an event loop in this thread, which Django would take for async code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """The machine's own Chromium; nothing is downloaded."""
    try:
        program = servers.find_program("chromium")
    except ServerMissingError as error:
        missing(str(error))
    browser = playwright.chromium.launch(executable_path=program, args=servers.CHROMIUM_ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture
def browser_context(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(locale="ko-KR", timezone_id="Asia/Seoul")
    context.set_default_timeout(10_000)
    yield context
    context.close()


@pytest.fixture
def page(browser_context: BrowserContext) -> Page:
    return browser_context.new_page()

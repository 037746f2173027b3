"""Loaded before Django's settings are read: chooses the database and an empty home for the run.

``--database sqlite`` (the default) keeps a file in a temporary home; ``--database postgres``
starts a real cluster once and shares it among the xdist workers. A ``DATABASE_URL`` that names
PostgreSQL is used as it is. No test may reach past loopback.
"""

import ipaddress
import os
import shutil
import sys
from collections import Counter
from collections.abc import Generator
from typing import Any

import pytest

from tests.servers import (
    PostgresServer,
    ServerMissingError,
    is_majung_variable,
    temporary_folder,
)

CI = os.environ.get("CI", "").lower() in {"1", "true", "yes"}
_skips: Counter[str] = Counter()
_started: list[PostgresServer] = []


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=["sqlite", "postgres"],
        default=None,
        help="the database that tests run on; default: what DATABASE_URL names, else sqlite",
    )
    parser.addoption("--chaos", action="store_true", help="long proofs run with their full counts")
    parser.addoption(
        "--update-baselines",
        action="store_true",
        help="keep how the components look now (tests/stories/test_pictures.py)",
    )


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(
    early_config: pytest.Config,
) -> Generator[None, object, object]:
    options = early_config.known_args_namespace
    if not (options.help or options.version):
        prepare(options.database)
    return (yield)


def prepare(choice: str | None) -> None:
    """Set the environment that ``majung.settings`` will read."""
    url = os.environ.get("DATABASE_URL", "")
    kept = {"DATABASE_URL": url} if url.startswith("postgres") and choice != "sqlite" else {}
    if choice == "postgres" and not kept:
        try:
            server = PostgresServer()
        except ServerMissingError as missing:
            message = f"PostgreSQL tests cannot run: {missing} (see `make servers`)"
            pytest.exit(message, returncode=1 if CI else 0)
        _started.append(server)
        server.start()
        kept = {"DATABASE_URL": server.url("majung")}
    for name in [name for name in os.environ if is_majung_variable(name)]:
        del os.environ[name]
    os.environ.update(kept)
    os.environ["MAJUNG_HOME"] = str(temporary_folder("home"))
    os.environ["MAJUNG_CHANNELS"] = "pager=tests.channels.pager"
    sys.addaudithook(refuse_the_outside)


def refuse_the_outside(event: str, arguments: tuple[Any, ...]) -> None:
    """Tests talk to this machine only; an address outside is a mistake, not a slow test."""
    if event != "socket.connect":
        return
    address = arguments[1]
    host = address[0] if isinstance(address, tuple) else ""
    try:
        outside = bool(host) and not ipaddress.ip_address(host).is_loopback
    except ValueError:
        outside = host not in {"", "localhost"}
    if outside:
        message = f"a test tried to reach {address!r}; tests may use 127.0.0.1 only"
        raise ConnectionRefusedError(message)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "only_on(database): the test speaks of one database only (sqlite or postgres)"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out, rather than skip, what belongs to the other database."""
    database = "postgres" if os.environ.get("DATABASE_URL", "").startswith("post") else "sqlite"
    chosen: list[pytest.Item] = []
    others: list[pytest.Item] = []
    for item in items:
        marks = [mark.args[0] for mark in item.iter_markers("only_on")]
        (chosen if all(mark == database for mark in marks) else others).append(item)
    if others:
        config.hook.pytest_deselected(items=others)
        items[:] = chosen


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longreprtext
        _skips[reason.removeprefix("Skipped: ")] += 1


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if CI and _skips and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not _skips:
        return
    terminalreporter.section("NOT TESTED ON THIS MACHINE", sep="!", red=True, bold=True)
    for reason, count in _skips.most_common():
        terminalreporter.write_line(f"{count:5} tests: {reason}")
    if CI:
        terminalreporter.write_line("CI allows no skip: the run fails.")
    else:
        terminalreporter.write_line("`make servers` installs what is missing on Debian or Ubuntu.")


def pytest_unconfigure() -> None:
    for server in _started:
        server.stop()
        server.remove()
    shutil.rmtree(os.environ.get("MAJUNG_HOME", ""), ignore_errors=True)

"""A pytest plug-in for packages of channels: an empty installation of Majung on SQLite.

Loaded with ``-p majung.channels.pytest_home``, before Django's settings are read. It leaves nothing
behind, and at the end names the lines of the suite that say nothing of the channel.
"""

import os
import shutil
import tempfile
from collections.abc import Generator

import pytest

_left_out: list[str] = []


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests() -> Generator[None, object, object]:
    """Begin before pytest-django does."""
    os.environ.pop("DATABASE_URL", None)
    os.environ["MAJUNG_HOME"] = tempfile.mkdtemp(prefix="majung-")
    os.environ["DJANGO_SETTINGS_MODULE"] = "majung.settings"
    return (yield)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.when == "call" and "(not applicable" in report.nodeid:
        _left_out.append(report.nodeid.partition("[")[2].rstrip("]"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if _left_out:
        terminalreporter.section("lines of the suite that are not applicable")
        for each in _left_out:
            terminalreporter.write_line(each)


def pytest_unconfigure() -> None:
    shutil.rmtree(os.environ["MAJUNG_HOME"], ignore_errors=True)

"""What ``majung check`` looks at: each finding says what is wrong and what to do about it."""

import os
import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core import checks as django_checks
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import DatabaseError, connection

from majung.core import key_file, live, upgrade
from majung.core.clock import now

OLDEST_POSTGRES = 150000
LITTLE_SPACE = 1 << 30
SKEW = timedelta(seconds=2)
BUILT = "built"


class Level(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong (``ERROR``) or unwise (``WARNING``), and what to do about it."""

    level: Level
    problem: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.level}: {self.problem} {self.remedy}"


Findings = Iterator[Finding]


def error(problem: str, remedy: str) -> Finding:
    return Finding(Level.ERROR, problem, remedy)


def warning(problem: str, remedy: str) -> Finding:
    return Finding(Level.WARNING, problem, remedy)


_more: list[Callable[[], Findings]] = []


def also(check: Callable[[], Findings]) -> Callable[[], Findings]:
    """Register a check of an app. The database may be down, or empty."""
    _more.append(check)
    return check


def run_all() -> list[Finding]:
    """Run every check, one after the other; none stops those after it."""
    found = [finding for check in (*CHECKS, *_more) for finding in check()]
    return sorted(found, key=lambda finding: finding.level != Level.ERROR)


def check_settings() -> Findings:
    for mistake in settings.MAJUNG_MISTAKES:
        yield error(f"{mistake.name}: {mistake.problem}", mistake.remedy)
    for message in django_checks.run_checks():
        if message.level >= django_checks.ERROR:
            yield error(f"{message.id}: {message.msg}", message.hint or "")


def check_home() -> Findings:
    home: Path = settings.MAJUNG_HOME
    if not home.is_dir() or not os.access(home, os.W_OK | os.X_OK):
        yield error(f"MAJUNG_HOME: {home} cannot be written.", "Give it to the user of Majung.")
        return
    if shutil.disk_usage(home).free < LITTLE_SPACE:
        yield warning(f"MAJUNG_HOME: less than 1 GB is free at {home}.", "Make room.")


def check_keys() -> Findings:
    path = settings.MAJUNG_KEY_FILE
    if path and path.exists() and not key_file.is_private(path):
        mode = stat.filemode(path.stat().st_mode)
        yield error(f"{path}: others may read the secret keys ({mode}).", f"chmod 600 {path}")


def check_database() -> Findings:
    try:
        connection.ensure_connection()
        missing = upgrade.pending()
    except DatabaseError as problem:
        first = str(problem).strip().splitlines()[0]
        yield error(f"DATABASE_URL: the database does not answer: {first}", "Is it running?")
        return
    if missing:
        yield error(f"The database lacks {len(missing)} migrations.", "Run `majung migrate`.")
    if connection.vendor == "postgresql":
        yield from _check_postgres()


def _check_postgres() -> Findings:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int, clock_timestamp()")
        version, their_time = cursor.fetchone()
        ours = now()
    if version < OLDEST_POSTGRES:
        yield error(f"PostgreSQL {version // 10000} is too old.", "Majung needs 15 or newer.")
    if abs(their_time - ours) > SKEW:
        seconds = abs(their_time - ours).total_seconds()
        yield warning(
            f"The clocks of this machine and of the database differ by {seconds:.1f} s.",
            "Let both follow a time server (NTP).",
        )


def check_live() -> Findings:
    if settings.LIVE_URL == "memory:":
        if connection.vendor == "postgresql":
            yield warning(
                "LIVE_URL is not set: live updates stay inside one process.",
                "Set it to redis://… before you run several web processes, or `majung worker`.",
            )
        return
    if not live.marks([])["epoch"]:
        yield error("LIVE_URL: Redis does not answer.", "Is it running, and is the address right?")


def check_address() -> Findings:
    site = urlsplit(settings.MAJUNG_URL)
    is_here = site.hostname in {"localhost", "127.0.0.1", "::1"}
    if settings.DEBUG and not is_here:
        yield error(
            f"MAJUNG_DEBUG is on while people reach {settings.MAJUNG_URL}: errors show secrets.",
            "Remove MAJUNG_DEBUG.",
        )
    if site.scheme == "http" and not is_here:
        yield warning(
            f"MAJUNG_URL: {settings.MAJUNG_URL} is not encrypted, so passwords travel readable.",
            "Put a proxy with TLS in front and write https:// here.",
        )
    if site.scheme == "https" and not settings.MAJUNG_TRUSTED_PROXIES:
        yield warning(
            "MAJUNG_TRUSTED_PROXIES is not set, though only a proxy can speak https for Majung.",
            "Name the proxy's address, or every customer seems to come from it.",
        )


def check_build() -> Findings:
    web = Path(apps.get_app_config("web").path)
    folder = web / "static" / BUILT
    if finders.find(BUILT) is None or not any(folder.iterdir()):
        yield error("The scripts and styles of the pages are not built.", "Run `make build`.")


def check_files() -> Findings:
    """Write, and remove again, a file where attachments are kept."""
    name = f"check-{uuid4().hex}"
    storage = storages["blobs"]
    try:
        saved = storage.save(name, ContentFile(b"majung check"))
        storage.delete(saved)
    except Exception as problem:  # noqa: BLE001  (each storage raises its own)
        yield error(f"MAJUNG_BLOBS_URL: files cannot be stored: {problem}", "Check the address.")


def check_scanner() -> Findings:
    command = settings.MAJUNG_SCAN_COMMAND
    if command and shutil.which(command[0]) is None:
        yield error(f"MAJUNG_SCAN_COMMAND: {command[0]} is not installed.", "Install it.")


CHECKS: tuple[Callable[[], Findings], ...] = (
    check_settings,
    check_home,
    check_keys,
    check_database,
    check_live,
    check_address,
    check_build,
    check_files,
    check_scanner,
)

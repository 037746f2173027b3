"""The post of the demo's customers: a folder where what Majung sends them arrives, and a door to it.

Nobody outside is ever written to. The demo's mail server puts mails here; its pages show them, and
let one answer as the customer, over SMTP, as from anywhere.
"""

import smtplib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from django.conf import settings

MOST_KEPT: Final = 300
_NANO: Final = 1_000_000_000


class DoorShut(Exception):
    """The demo takes no mail now; it was started without its mail server."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A mail that arrived at customers' addresses."""

    name: str
    at: datetime
    to: tuple[str, ...]
    raw: bytes


def keep(raw: bytes, *, to: Sequence[str]) -> str:
    """Put a mail into the folder and return its name; the oldest make room."""
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    name = str(time.time_ns())
    half = folder / f"{name}.half"
    half.write_bytes(" ".join(to).encode() + b"\n" + raw)
    half.rename(folder / f"{name}.mail")
    for old in sorted(folder.glob("*.mail"))[:-MOST_KEPT]:
        old.unlink(missing_ok=True)
    return name


def kept(*, most: int = 100) -> list[Kept]:
    """Return what arrived, the newest first."""
    files = sorted(_folder().glob("*.mail"), reverse=True)[:most]
    return [_read(file) for file in files]


def one(name: str) -> Kept | None:
    """Return a mail by its name."""
    file = _folder() / f"{name}.mail"
    return _read(file) if name.isdigit() and file.exists() else None


def open_door(port: int) -> None:
    """Note at which port Majung takes mail."""
    _folder().mkdir(parents=True, exist_ok=True)
    (_folder() / "door").write_text(str(port))


def hand_in(raw: bytes, *, sender: str, to: Sequence[str]) -> None:
    """Give Majung a mail over SMTP.

    Raises:
        DoorShut: it listens nowhere.
        smtplib.SMTPException: it does not take the mail.
    """
    try:
        port = int((_folder() / "door").read_text())
        with smtplib.SMTP("127.0.0.1", port, local_hostname="mail.example.com", timeout=20) as smtp:
            smtp.sendmail(sender, list(to), raw)
    except (OSError, ValueError) as error:
        if isinstance(error, smtplib.SMTPException):
            raise
        raise DoorShut from error


def _read(file: Path) -> Kept:
    to, _, raw = file.read_bytes().partition(b"\n")
    at = datetime.fromtimestamp(int(file.stem) / _NANO, tz=UTC)
    return Kept(file.stem, at, tuple(to.decode("utf-8", "replace").split()), raw)


def _folder() -> Path:
    return Path(settings.MAJUNG_HOME) / "demo-mail"

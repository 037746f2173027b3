"""Bringing in mails that were there before us: mbox, Maildir, or a folder of .eml files.

Sorted by date before anything is stored, so that an answer never comes before what it answers. A
mail that was brought in before is the same item and changes nothing, so it may be run again at any
time and goes on where it ended.
"""

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Protocol

from django.db import transaction

from majung.channels import inbound, raws
from majung.channels.adapters.email import dates, limits
from majung.channels.models import InboundDelivery
from majung.conversations.models import Inbox

BATCH: Final = 50
_HEAD: Final = 64 * 1024
_DATE: Final = re.compile(rb"^date[ \t]*:[ \t]*(.*(?:\r?\n[ \t].*)*)", re.IGNORECASE | re.MULTILINE)
_END: Final = re.compile(rb"\r?\n\r?\n")
_QUOTED: Final = re.compile(rb"^>(>*From )", re.MULTILINE)
_LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)


class NoMails(Exception):
    """There is nothing at the path that could be brought in; the text says what was looked for."""


class Place(Protocol):
    """Where mails lie: gives each by a name of its own."""

    def names(self) -> Sequence[str]: ...
    def raw(self, name: str) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Brought:
    """How far it is: of ``total`` mails so many are ``done``, ``known`` of them before."""

    total: int
    done: int
    known: int
    failed: int


def find(path: Path) -> Place:
    """Return the mails at a path.

    Raises:
        NoMails: it is no mbox, no Maildir, and no folder with .eml files.
    """
    if path.is_file() and path.suffix.lower() == ".eml":
        return _Files([path])
    if path.is_file():
        with path.open("rb") as file:
            if file.read(5) == b"From ":
                return _Mbox(path)
    elif path.is_dir():
        if (path / "cur").is_dir() or (path / "new").is_dir():
            return _Files(sorted(each for sub in ("cur", "new") for each in _files(path / sub)))
        found = sorted(each for each in path.rglob("*") if each.suffix.lower() == ".eml")
        if found:
            return _Files(found)
    msg = f"{path}: no mbox file, Maildir or folder of .eml files"
    raise NoMails(msg)


def bring_in(
    *, inbox: Inbox, place: Place, keeps_open: bool = False, told: Callable[[Brought], None]
) -> Brought:
    """Bring all mails of a place into an inbox; ``told`` hears how far it is after each batch.

    Conversations that it opens are closed, as of the past, unless it ``keeps_open``.
    """
    names = _by_date(place)
    state = Brought(len(names), 0, 0, 0)
    told(state)
    for start in range(0, len(names), BATCH):
        batch = names[start : start + BATCH]
        raw = [each for each in map(place.raw, batch) if each.strip()]
        fresh = _store(inbox, raw, keeps_open=keeps_open)
        done = inbound.process_each(fresh, inbox=inbox)
        state = Brought(
            state.total,
            state.done + len(batch),
            state.known + len(raw) - len(fresh),
            state.failed + len(batch) - len(raw) + len(fresh) - done,
        )
        told(state)
    return state


def _store(inbox: Inbox, raws_: Sequence[bytes], *, keeps_open: bool) -> list[int]:
    """Store what is not there yet in one transaction; return what is to be processed."""
    files = [raws.put_aside(raw) for raw in raws_]
    headers = {} if keeps_open else {"past": "1"}
    with transaction.atomic():
        keys = [
            inbound.accept(
                inbox_id=inbox.pk,
                external_id=hashlib.sha256(raw).hexdigest(),
                sender="",
                raw=raw,
                headers=headers,
                raw_file=file,
            )
            for raw, file in zip(raws_, files, strict=True)
        ]
    waiting = InboundDelivery.objects.waiting().filter(pk__in=keys)
    here = set(waiting.values_list("pk", flat=True))
    return [key for key in dict.fromkeys(keys) if key in here]


def _by_date(place: Place) -> list[str]:
    dated = [(_date(place.raw(name)[:_HEAD]), name) for name in place.names()]
    return [name for _, name in sorted(dated)]


def _date(head: bytes) -> datetime:
    end = _END.search(head)
    found = _DATE.search(head[: end.start()] if end else head)
    date = dates.header(found[1].decode("latin-1")) if found else None
    return date if date and date.tzinfo else _LONG_AGO


def _files(folder: Path) -> Iterator[Path]:
    return (each for each in folder.iterdir() if each.is_file()) if folder.is_dir() else iter(())


class _Files:
    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths = {str(path): path for path in paths}

    def names(self) -> Sequence[str]:
        return list(self._paths)

    def raw(self, name: str) -> bytes:
        with self._paths[name].open("rb") as file:
            return file.read(limits.MOST_BYTES)


class _Mbox:
    """A file of mails, each behind a ``From `` line; lines quoted with ``>`` are made plain."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._spans = list(self._found())

    def names(self) -> Sequence[str]:
        return [str(number) for number in range(len(self._spans))]

    def raw(self, name: str) -> bytes:
        start, stop = self._spans[int(name)]
        with self._path.open("rb") as file:
            file.seek(start)
            raw = file.read(min(stop - start, limits.MOST_BYTES))
        return _QUOTED.sub(rb"\1", raw)

    def _found(self) -> Iterator[tuple[int, int]]:
        """Yield where mails begin and end: a ``From `` line behind an empty one parts them."""
        begun, place, after_empty = -1, 0, True
        with self._path.open("rb") as file:
            for line in file:
                if after_empty and line.startswith(b"From "):
                    if begun >= 0:
                        yield begun, place
                    begun = place + len(line)
                place += len(line)
                after_empty = not line.strip()
        if begun >= 0:
            yield begun, place

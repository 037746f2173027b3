"""Strict readers of the environment: every mistake is collected, and says what to do.

Nothing here needs Django, so that settings can be read, and mistakes be told, before it starts.
"""

import difflib
import ipaddress
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

TRUE = frozenset({"1", "true", "yes", "on"})
FALSE = frozenset({"0", "false", "no", "off"})
PREFIX = "MAJUNG_"


@dataclass(frozen=True, slots=True)
class Mistake:
    """A setting that is wrong: which one, what is wrong with it, and what to do about it."""

    name: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.name}: {self.problem} {self.remedy}"


class Environment:
    """Reads settings from a mapping of names to text.

    A reader that finds a mistake notes it in ``mistakes`` and returns the default, so that one
    run tells all of them. ``finish`` adds the names that nobody read.
    """

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values
        self._read: set[str] = set()
        self.mistakes: list[Mistake] = []

    def mistake(self, name: str, problem: str, remedy: str) -> None:
        self.mistakes.append(Mistake(name, problem, remedy))

    def text(self, name: str, default: str = "") -> str:
        self._read.add(name)
        return self._values.get(name, "").strip() or default

    def flag(self, name: str, *, default: bool) -> bool:
        value = self.text(name).lower()
        if value in TRUE:
            return True
        if value in FALSE:
            return False
        if value:
            self.mistake(name, f"{value!r} is neither yes nor no.", "Set it to 1 or 0.")
        return default

    def integer(self, name: str, default: int, *, least: int, most: int) -> int:
        value = self.text(name)
        if not value:
            return default
        if value.isascii() and value.isdigit() and least <= int(value) <= most:
            return int(value)
        self.mistake(
            name,
            f"{value!r} is not a whole number from {least} to {most}.",
            f"Remove it to get {default}, or set such a number.",
        )
        return default

    def choice(self, name: str, default: str, *, choices: Sequence[str]) -> str:
        value = self.text(name, default)
        for choice in choices:
            if choice.lower() == value.lower():
                return choice
        self.mistake(name, f"{value!r} is not one of its values.", f"Use {', '.join(choices)}.")
        return default

    def url(self, name: str, default: str, *, schemes: Sequence[str], example: str) -> str:
        """Read a URL without a trailing slash; its scheme is one of ``schemes``."""
        value = self.text(name, default).rstrip("/")
        try:
            parts = urlsplit(value)
            ok = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
        except ValueError:
            ok = False
        if not ok:
            self.mistake(name, f"{value!r} is not such an address.", f"Write it like {example}.")
            return default
        return value

    def listening(self, name: str, *, schemes: Sequence[str], example: str) -> str:
        """Read where to listen, as ``scheme://host:port``; empty for nowhere."""
        value = self.text(name)
        try:
            parts = urlsplit(value)
            ok = parts.scheme in schemes and bool(parts.hostname) and bool(parts.port)
        except ValueError:
            ok = False
        if value and not ok:
            self.mistake(name, f"{value!r} is no place to listen.", f"Write it like {example}.")
            return ""
        return value

    def names(self, name: str) -> list[str]:
        """Read a list separated by commas."""
        return [part for item in self.text(name).split(",") if (part := item.strip())]

    def pairs(self, name: str, *, example: str) -> dict[str, str]:
        """Read a list of ``key=value`` separated by commas."""
        found: dict[str, str] = {}
        for item in self.names(name):
            key, equals, value = (part.strip() for part in item.partition("="))
            if not (key and equals and value):
                self.mistake(name, f"{item!r} is no pair.", f"Write it like {example}")
                continue
            found[key] = value
        return found

    def networks(self, name: str, default: Sequence[str] = ()) -> list[str]:
        """Read a list of addresses and networks such as ``10.0.0.0/8``."""
        found = self.names(name)
        for item in found:
            try:
                ipaddress.ip_network(item)
            except ValueError:
                self.mistake(
                    name,
                    f"{item!r} is neither an address nor a network.",
                    "Write addresses or networks separated by commas, like 10.0.0.0/8.",
                )
                return list(default)
        return found or list(default)

    def command(self, name: str) -> list[str]:
        """Read a command line, split as a shell would."""
        value = self.text(name)
        try:
            return shlex.split(value)
        except ValueError:
            self.mistake(name, f"{value!r} has an open quote.", "Close it.")
            return []

    def folder(self, name: str, default: str) -> Path:
        path = Path(self.text(name, default)).expanduser().absolute()
        if path.exists() and not path.is_dir():
            self.mistake(name, f"{path} is a file.", "Name a folder that Majung may write to.")
        return path

    def finish(self) -> None:
        """Note every ``MAJUNG_*`` variable that no reader asked for: a typing error is silent."""
        ours = sorted(name for name in self._read if name.startswith(PREFIX))
        for name in sorted(self._values):
            if name.startswith(PREFIX) and name not in self._read:
                near = difflib.get_close_matches(name, ours, n=1)
                remedy = f"Did you mean {near[0]}?" if near else "Remove it, or see the settings."
                self.mistake(name, "there is no such setting.", remedy)

    @property
    def names_read(self) -> frozenset[str]:
        return frozenset(self._read)

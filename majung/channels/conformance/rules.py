"""The lines of the suite: each a function at a scene, and when it says anything of a channel."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from majung.channels.conformance.scene import Scene
from majung.channels.conformance.vendor import Vendor
from majung.channels.contract import Capabilities

Check = Callable[[Scene], None]
Needs = Callable[[type[Vendor], Capabilities], str]


def always(_vendor: type[Vendor], _can: Capabilities) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A line: its name, what it checks, and why it may say nothing of a channel."""

    name: str
    check: Check
    needs: Needs = always

    def missing(self, vendor: type[Vendor], can: Capabilities) -> str:
        """Return why the line says nothing of the channel; empty if it does."""
        return vendor.proven_elsewhere.get(self.name, "") or self.needs(vendor, can)


RULES: Final[list[Rule]] = []


def rule(name: str, *needs: Needs) -> Callable[[Check], Check]:
    """Add a line to the suite; it applies if nothing of ``needs`` is missing."""

    def missing(vendor: type[Vendor], can: Capabilities) -> str:
        return next(filter(None, (need(vendor, can) for need in needs)), "")

    def decorate(check: Check) -> Check:
        RULES.append(Rule(name, check, missing))
        return check

    return decorate


def webhook(_vendor: type[Vendor], can: Capabilities) -> str:
    return "" if can.webhook else "nobody calls it"


def stamps(vendor: type[Vendor], _can: Capabilities) -> str:
    return "" if vendor.stamps else "its signatures carry no time"


def serves(vendor: type[Vendor], _can: Capabilities) -> str:
    return "" if vendor.serves else "it calls nobody: what it sends is fetched"


def fetched(vendor: type[Vendor], _can: Capabilities) -> str:
    return "it calls a server" if vendor.serves else ""


def files(_vendor: type[Vendor], can: Capabilities) -> str:
    return "" if can.max_files else "it takes no files"


def attaches(vendor: type[Vendor], _can: Capabilities) -> str:
    return "" if vendor.attaches else "files are put up before the message, and refused there"


def typed(_vendor: type[Vendor], can: Capabilities) -> str:
    return "" if can.media else "it takes files of every type"


def no_files(_vendor: type[Vendor], can: Capabilities) -> str:
    return "it takes files" if can.max_files else ""


def edits(_vendor: type[Vendor], can: Capabilities) -> str:
    return "" if can.edits else "it tells of no edits"


def deletes(_vendor: type[Vendor], can: Capabilities) -> str:
    return "" if can.deletes else "it tells of no deletions"


def echoes(_vendor: type[Vendor], can: Capabilities) -> str:
    return "" if can.echoes else "it tells of no echoes"


def receipts(_vendor: type[Vendor], can: Capabilities) -> str:
    return "" if can.receipts else "it gives no receipts"


def window(_vendor: type[Vendor], can: Capabilities) -> str:
    return "" if can.window else "it may be written to at any time"


def reconciles(_vendor: type[Vendor], can: Capabilities) -> str:
    return "" if can.reconciles else "it cannot find out what became of a send"


def doubtful(_vendor: type[Vendor], can: Capabilities) -> str:
    return "the same key arrives once" if can.idempotent else ""


def splits(_vendor: type[Vendor], can: Capabilities) -> str:
    return "" if can.oversized == "split" else "long texts are refused"


def refuses(_vendor: type[Vendor], can: Capabilities) -> str:
    return "long texts are split" if can.oversized == "split" else ""

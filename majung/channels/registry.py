"""Which channels there are, by the name that an inbox carries as its kind.

Ours, those of installed packages (entry points of the group ``majung.channels``: kind = module), and
those that ``MAJUNG_CHANNELS`` names, in this order; what is named later does not replace ours.
"""

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from typing import Final, cast

from django.conf import settings

from majung.channels.contract import Adapter, Capabilities, Setting

BUILT_IN = {
    "webchat": "majung.channels.adapters.webchat",
    "webform": "majung.channels.adapters.webform",
    "email": "majung.channels.adapters.email.adapter",
}
GROUP: Final = "majung.channels"
KIND_LENGTH: Final = 20
ALWAYS: Final = ("parse", "send")
# What an adapter has if its capabilities say so.
CLAIMED: Final = {
    "webhook": ("verify", "receive"),
    "pulls": ("pull", "is_pulled"),
    "reconciles": ("reconcile",),
    "fetches": ("fetch",),
}


def kinds() -> dict[str, str]:
    """Return kind → dotted module of every adapter."""
    return {**plugged_in(), **settings.MAJUNG_CHANNELS, **BUILT_IN}


@cache
def plugged_in() -> dict[str, str]:
    """Return kind → dotted module of the adapters of installed packages."""
    return {found.name: found.value for found in entry_points(group=GROUP)}


@cache
def adapter(kind: str) -> Adapter:
    """Return the adapter of a channel.

    Raises:
        KeyError: no adapter of that name is installed.
        Exception: whatever the module raises when it does not load.
    """
    return cast("Adapter", import_module(kinds()[kind]))


def capabilities(kind: str) -> Capabilities:
    """Return what a channel can do; raises as ``adapter`` does."""
    return adapter(kind).CAPABILITIES


def works(kind: str) -> bool:
    """Say whether the channel is installed and loads."""
    try:
        adapter(kind)
    except Exception:  # noqa: BLE001 - whatever a plug-in may raise
        return False
    return True


def name_of(kind: str) -> str:
    """Return what people call a channel; its kind where it is not there or does not load."""
    return capabilities(kind).name if works(kind) else kind


def asked(kind: str) -> tuple[Setting, ...]:
    """Return what a person fills in to connect an account of a channel."""
    return tuple(getattr(adapter(kind), "SETTINGS", ()))


def plugged() -> list[str]:
    """Return the kinds that did not come with Majung and can be used, by the names people know."""
    found = [kind for kind in kinds() if kind not in BUILT_IN and works(kind)]
    return sorted(found, key=name_of)


def lacks(found: object) -> list[str]:
    """Return what a module lacks to be an adapter that does all it claims, in words."""
    can = getattr(found, "CAPABILITIES", None)
    if not isinstance(can, Capabilities):
        return ["CAPABILITIES, a majung.channels.contract.Capabilities"]
    names = [*ALWAYS, *(name for flag in CLAIMED if getattr(can, flag) for name in CLAIMED[flag])]
    missing = [f"{name}()" for name in names if not callable(getattr(found, name, None))]
    asked = getattr(found, "SETTINGS", ())
    if not all(isinstance(each, Setting) for each in asked):
        missing.append("SETTINGS of majung.channels.contract.Setting")
    elif len({each.name for each in asked}) < len(asked):
        missing.append("SETTINGS whose names differ")
    return missing


def troubles() -> Iterator[tuple[str, str]]:
    """Yield (kind, what is wrong with it) for channels that are installed and cannot be used."""
    for kind, module in {**plugged_in(), **settings.MAJUNG_CHANNELS}.items():
        if kind in BUILT_IN:
            yield kind, f"{module} has the name of a channel of Majung's own, which is used instead"
            continue
        if len(kind) > KIND_LENGTH:
            yield kind, f"its name is longer than {KIND_LENGTH} letters"
        try:
            found = adapter(kind)
        except Exception as error:  # noqa: BLE001 - anything may be wrong with it
            yield kind, f"{module} does not load: {type(error).__name__}: {error}"
            continue
        if missing := lacks(found):
            yield kind, f"{module} lacks {', '.join(missing)}"

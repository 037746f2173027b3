"""Which channels there are, by the name that an inbox carries as its kind."""

from functools import cache
from importlib import import_module
from typing import cast

from django.conf import settings

from majung.channels.contract import Adapter, Capabilities

BUILT_IN = {
    "webchat": "majung.channels.adapters.webchat",
    "webform": "majung.channels.adapters.webform",
}


def kinds() -> dict[str, str]:
    """Return kind → dotted module of every adapter, ours and those of ``MAJUNG_CHANNELS``."""
    return {**BUILT_IN, **settings.MAJUNG_CHANNELS}


@cache
def adapter(kind: str) -> Adapter:
    """Return the adapter of a channel.

    Raises:
        KeyError: no adapter of that name is installed.
    """
    return cast("Adapter", import_module(kinds()[kind]))


def capabilities(kind: str) -> Capabilities:
    return adapter(kind).CAPABILITIES

"""What every ticking process does each second besides the timers; it must be cheap when idle.

For work that may be left undone by any one process and is done by the next: nothing here may be
lost by a crash, and nothing may count on running.
"""

import logging
from collections.abc import Callable

from django.db import connections

log = logging.getLogger("majung.ticks")

_functions: list[Callable[[], None]] = []


def each_tick(function: Callable[[], None]) -> Callable[[], None]:
    """Register a function."""
    _functions.append(function)
    return function


def tick() -> None:
    """Run them all; one that fails is tried again at the next tick."""
    for function in _functions:
        try:
            function()
        except Exception:
            log.exception("a tick's work failed", extra={"task": function.__qualname__})
            connections.close_all()

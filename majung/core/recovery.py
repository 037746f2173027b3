"""What a process does first when it starts and knows that it is alone.

``majung serve`` on SQLite holds the lock of its home, so whatever is still marked as in hand was in
the hands of a process that was killed. It is given free at once instead of when its lease ends.
"""

import logging
from collections.abc import Callable

from majung.core import job_rows

log = logging.getLogger("majung.recovery")

Step = Callable[[], int]
_steps: list[Step] = [job_rows.end_leases]


def alone(step: Step) -> Step:
    """Register what gives free what a gone process held; it returns how many that were."""
    _steps.append(step)
    return step


def run() -> int:
    """Give everything free and return how much that was. Only for a process that is alone."""
    count = sum(step() for step in _steps)
    if count:
        log.warning("a process before this one was killed", extra={"count": count})
    return count

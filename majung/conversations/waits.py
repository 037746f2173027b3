"""How long a new conversation waits for its first reply, from what happened lately.

Samples are the conversations that were opened while the brand was open, in the last ``WINDOW``, by
the same kind of channel, and in the same class of hours as the moment asked about: a working day
or not, and one of four parts of the day. Answered ones count with their wait; those who still wait
for a first word count with the time they have waited so far, so that a bad hour shows at once.
Fewer than ``LEAST`` samples say nothing.

Answered ones come from the index ``conversation_answered`` alone, newest first, at most ``MOST``;
the waiting ones from ``conversation_brand``, at most ``MOST_WAITING``. A figure is kept for
``KNOWN_FOR`` seconds.
"""

import math
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, TypeAlias
from uuid import UUID
from zoneinfo import ZoneInfo

from majung.accounts import openings
from majung.accounts.models import Brand
from majung.accounts.openings import Hours
from majung.core import clock
from majung.core.statements import Row, Statement

WINDOW: Final = timedelta(days=14)
LEAST: Final = 20
MOST, MOST_WAITING = 2000, 200
KNOWN_FOR: Final = 60.0  # seconds
_PARTS: Final = (9, 12, 18)  # hours at which a part of the day ends

_OF_KIND: Final = (
    "inbox_id IN (SELECT id FROM conversations_inbox WHERE brand_id = %s AND kind = %s)"
)
_ANSWERED = Statement(
    "SELECT created_at, first_reply_at FROM conversations_conversation "  # noqa: S608 - constants
    f"WHERE brand_id = %s AND created_at >= %s AND first_reply_at IS NOT NULL AND {_OF_KIND} "
    f"ORDER BY created_at DESC LIMIT {MOST}"
)
_WAITING = Statement(
    "SELECT created_at FROM conversations_conversation "  # noqa: S608 - constants
    "WHERE brand_id = %s AND status = 'open' AND first_reply_at IS NULL AND deleted_at IS NULL "
    f"AND waiting_since IS NOT NULL AND created_at >= %s AND {_OF_KIND} "
    f"ORDER BY last_message_at DESC, id DESC LIMIT {MOST_WAITING}"
)

HourClass: TypeAlias = tuple[bool, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Half of the first replies came within ``median`` seconds, four of five within ``most``."""

    median: float
    most: float
    samples: int


_known: dict[tuple[UUID, str, HourClass], tuple[float, Wait | None]] = {}


def expected(*, brand: Brand, kind: str, hours: Hours) -> Wait | None:
    """Return what somebody who begins now by that kind of channel may expect, if it is known."""
    place = brand.public_id, kind, hour_class(hours, clock.now())
    now = time.monotonic()
    read_at, found = _known.get(place, (None, None))
    if read_at is None or now - read_at > KNOWN_FOR:
        found = measure(brand=brand, kind=kind, hours=hours)
        _known[place] = now, found
    return found


def measure(*, brand: Brand, kind: str, hours: Hours) -> Wait | None:
    """Work out ``expected`` anew. Two queries."""
    now = clock.now()
    values = brand.pk, now - WINDOW, brand.pk, kind
    alike = _Alike(hours=replace(hours, override=None), wanted=hour_class(hours, now))
    waits = sorted(
        [
            *((b - a).total_seconds() for a, b in alike.rows(_ANSWERED.rows(*values))),
            *((now - a).total_seconds() for (a,) in alike.rows(_WAITING.rows(*values))),
        ]
    )
    if len(waits) < LEAST:
        return None
    most = waits[math.ceil(0.8 * len(waits)) - 1]
    return Wait(median=statistics.median(waits), most=most, samples=len(waits))


def hour_class(hours: Hours, at: datetime) -> HourClass:
    """Return which moments are like this one: working day or not, and the part of the day."""
    wall = at.astimezone(ZoneInfo(hours.zone))
    is_working_day = wall.weekday() < 5 and openings.day(hours, wall.date()).why == "week"
    return is_working_day, sum(wall.hour >= ends for ends in _PARTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Alike:
    hours: Hours
    wanted: HourClass

    def rows(self, rows: list[Row]) -> Iterator[Row]:
        """Yield those whose first column is a moment like the wanted one, and open."""
        for row in rows:
            is_alike = hour_class(self.hours, row[0]) == self.wanted
            if is_alike and openings.is_open(self.hours, row[0]):
                yield row

"""Where the reading of a folder stands, as one text: ``UIDVALIDITY:UID``, and what began it.

``1700000000:42@2026-11-22T05:10:00+00:00`` has read all up to 42, of what came since that moment.
``1700000000:42:977@2026-10-01`` reads the past: below 977 only what is not older than that day.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

_TEXT: Final = re.compile(r"(\d{1,20}):(\d{1,20})(?::(\d{1,20}))?(?:@(\S{10,40}))?")
# Clocks of servers differ, and a search knows days only, in the server's own time.
_SLACK: Final = timedelta(minutes=10)
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Cursor:
    """``uid`` is the last that was read; below ``until`` lies the past, back to ``start``."""

    validity: int
    uid: int
    until: int = 0
    start: str = ""

    def __str__(self) -> str:
        past = f":{self.until}" if self.until else ""
        return f"{self.validity}:{self.uid}{past}" + (f"@{self.start}" if self.start else "")

    @property
    def since(self) -> date | None:
        """The first day to search in; ``None`` for all."""
        moment = self.moment
        if moment:
            return moment.date() - _DAY
        try:
            return date.fromisoformat(self.start[:10])
        except ValueError:
            return None

    @property
    def moment(self) -> datetime | None:
        """Before this nothing counts; ``None`` if ``start`` is a day, or none."""
        try:
            found = datetime.fromisoformat(self.start) if "T" in self.start else None
        except ValueError:
            return None
        return found - _SLACK if found and found.tzinfo else None


def read(text: str) -> Cursor | None:
    """Return the cursor that a text says; ``None`` for another text."""
    found = _TEXT.fullmatch(text)
    if found is None:
        return None
    return Cursor(int(found[1]), int(found[2]), int(found[3] or 0), found[4] or "")

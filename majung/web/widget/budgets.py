"""How much one browser or address may ask of the widget, the form and their files.

Windows are shared by every process (``core.limits``). A shared count is a write, so what is asked
often is first counted in this process, and the shared window only from ``free`` uses on: an
ordinary talk never pays for it, and a flood meets the same wall in all processes.
"""

import time
from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

from majung.core import limits

MOST_REMEMBERED: Final = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """At most ``limit`` uses in ``per`` seconds, after ``free`` a process that are not shared."""

    name: str
    limit: int
    per: int
    free: int = 0
    _seen: OrderedDict[str, tuple[float, int]] = field(default_factory=OrderedDict, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def take(self, who: str) -> None:
        """Count one use, outside a transaction.

        Raises:
            limits.LimitExceeded: too many.
        """
        if self.free and self._count(who) <= self.free:
            return
        limits.take(f"{self.name}:{who}", limit=self.limit, per=self.per)

    def _count(self, who: str) -> int:
        now = time.monotonic()
        with self._lock:
            begun, count = self._seen.pop(who, (now, 0))
            if now - begun >= self.per:
                begun, count = now, 0
            self._seen[who] = begun, count + 1
            if len(self._seen) > MOST_REMEMBERED:
                self._seen.popitem(last=False)
            return count + 1


SESSIONS: Final = Budget(name="widget.session", limit=300, per=600)
MESSAGES: Final = Budget(name="widget.message", limit=60, per=60, free=20)
FILES: Final = Budget(name="widget.file", limit=30, per=600)
READS: Final = Budget(name="widget.read", limit=600, per=60, free=120)
RATINGS: Final = Budget(name="widget.rating", limit=20, per=600)
CONTACTS: Final = Budget(name="widget.contact", limit=10, per=600)
FORMS: Final = Budget(name="form.request", limit=30, per=600)
ANSWERS: Final = Budget(name="form.answer", limit=30, per=600)

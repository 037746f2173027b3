"""The audit trail: who did what, and who read whose personal data."""

from collections import OrderedDict
from threading import Lock
from typing import Any

from django.db import connection
from django.db.models import Model

from majung.accounts.models import Agent, AuditEntry
from majung.core import clock
from majung.core.logs import current_address, current_request_id

MOST_REMEMBERED = 5000


class _Noted:
    """The reads this process noted lately, so that a screen that refreshes does not write."""

    def __init__(self) -> None:
        self._names: OrderedDict[str, None] = OrderedDict()
        self._lock = Lock()

    def is_new(self, name: str) -> bool:
        with self._lock:
            if name in self._names:
                return False
            self._names[name] = None
            if len(self._names) > MOST_REMEMBERED:
                self._names.popitem(last=False)
            return True


_noted = _Noted()


def record(
    *, action: str, obj: Model | None, by: Agent | None, details: dict[str, Any] | None = None
) -> None:
    """Write one entry. ``details`` name what changed, never personal data."""
    AuditEntry.objects.create(
        action=action, details=details or {}, at=clock.now(), **_about(obj), **_from(by)
    )


def read(*, obj: Model, by: Agent) -> None:
    """Note that the agent saw the personal data of this object: once an hour, not per click."""
    now = clock.now()
    kind = obj._meta.model_name
    once = f"read:{by.pk}:{kind}:{obj.pk}:{now:%Y%m%d%H}"
    # What is inside a transaction may be undone, so only what stands by itself is remembered.
    if not connection.in_atomic_block and not _noted.is_new(once):
        return
    AuditEntry.objects.bulk_create(
        [AuditEntry(action="read", at=now, once=once, **_about(obj), **_from(by))],
        ignore_conflicts=True,
    )


def _about(obj: Model | None) -> dict[str, Any]:
    if obj is None:
        return {}
    return {"object_kind": obj._meta.model_name, "object_id": obj.pk}


def _from(by: Agent | None) -> dict[str, Any]:
    return {"agent": by, "address": current_address(), "request_id": current_request_id()}

"""Rate limits shared by every process: one row a key, one statement a use."""

import math
from datetime import timedelta

from django.utils.crypto import salted_hmac

from majung.core.clock import now
from majung.core.models import RateWindow
from majung.core.statements import Statement

LONGEST = 24 * 60 * 60  # seconds; purge() forgets what is older

# The row is born, counted or begun anew in one statement, so two requests cannot both be the last
# allowed one. {open} is "the stored window still runs".
_TAKE = Statement(
    """
INSERT INTO core_ratewindow (key, started_at, count) VALUES (%s, %s, 1)
ON CONFLICT (key) DO UPDATE SET
  count = CASE WHEN {open} THEN core_ratewindow.count + 1 ELSE 1 END,
  started_at = CASE WHEN {open} THEN core_ratewindow.started_at ELSE excluded.started_at END
RETURNING started_at, count
""".format(open="core_ratewindow.started_at > %s")
)


class LimitExceeded(Exception):
    """Too many uses of a key; ``retry_after`` is in whole seconds, at least 1."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"try again in {retry_after} s")
        self.retry_after = retry_after


def stored_key(key: str) -> str:
    """Return the key as stored: readable up to the first colon, the rest as an HMAC.

    Addresses and e-mails stand behind the colon, so nothing personal is ever stored plain.
    """
    scope, _, rest = key.partition(":")
    digest = salted_hmac("majung.limits", rest, algorithm="sha256").hexdigest()
    return f"{scope[:80]}:{digest[:40]}"


def take(key: str, *, limit: int, per: int) -> None:
    """Count one use of ``key``; raise ``LimitExceeded`` past ``limit`` in ``per`` seconds.

    The window is fixed: it begins with the first use and ends ``per`` seconds later. Call it
    outside a transaction, for a rollback would forget the use. ``key`` is "scope:who".
    """
    if not 0 < per <= LONGEST:
        msg = f"a rate window is between 1 and {LONGEST} seconds"
        raise ValueError(msg)
    moment = now()
    oldest = moment - timedelta(seconds=per)
    started_at, count = _TAKE.rows(stored_key(key), moment, oldest, oldest)[0]
    if count > limit:
        left = (started_at - moment).total_seconds() + per
        raise LimitExceeded(max(1, math.ceil(left)))


def clear(key: str) -> None:
    """Forget the uses of ``key``, for example after a sign-in that succeeded."""
    RateWindow.objects.filter(key=stored_key(key)).delete()


def purge() -> int:
    """Delete windows that can no longer run; return how many."""
    deleted, _ = RateWindow.objects.filter(
        started_at__lt=now() - timedelta(seconds=LONGEST)
    ).delete()
    return deleted

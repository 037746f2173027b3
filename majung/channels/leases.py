"""Who fetches from which account, and how the account is doing.

An account is held under a lease. Every write of the holder names its epoch, so one that was taken
for dead, and is not, changes nothing any more.
"""

import random
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import F, Min, Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from majung.channels import troubles
from majung.channels.contract import Batch
from majung.channels.models import AccountState
from majung.conversations.models import Inbox
from majung.core import clock, measures, recovery

LEASE: Final = timedelta(seconds=settings.MAJUNG_LEASE_SECONDS)
FIRST_PAUSE: Final = 5.0  # seconds, doubled with each failure
LONGEST_PAUSE: Final = 300.0
DENIED_PAUSE: Final = 900.0
MOST_NOTES: Final = 10
WORDS_LENGTH: Final = 300
# A clock that was set back must not leave an account waiting for a moment of the future it knew.
_LATEST: Final = timedelta(seconds=2 * DENIED_PAUSE)

UNREACHED, DENIED, PARTLY, ERROR = "unreached", "denied", "partly", "error"
OUR_ERROR: Final = _("가져오다가 Majung에서 문제가 생겼어요. 곧 다시 해 봐요.")


class LeaseLost(Exception):
    """Another has taken the account over."""


@dataclass(frozen=True, slots=True)
class Held:
    """An account that we hold."""

    inbox_id: int
    epoch: int


def know(inbox_ids: Collection[int]) -> None:
    """Make the rows of accounts that are new."""
    rows = [AccountState(inbox_id=each) for each in inbox_ids]
    AccountState.objects.bulk_create(rows, ignore_conflicts=True)


def due(inbox_ids: Collection[int]) -> list[int]:
    """Return the accounts that nobody holds and that are to be tried now, the longest due first."""
    rows = AccountState.objects.filter(_free(clock.now()), inbox__in=inbox_ids)
    order = (F("next_at").asc(nulls_first=True), "inbox_id")
    return list(rows.order_by(*order).values_list("inbox_id", flat=True))


def take(inbox_id: int) -> Held | None:
    """Hold an account; ``None`` when another was quicker."""
    now = clock.now()
    with transaction.atomic():
        rows = AccountState.objects.select_for_update().filter(_free(now), inbox=inbox_id)
        state = rows.first()
        if state is None:
            return None
        state.epoch, state.lease_until = state.epoch + 1, now + LEASE
        state.save(update_fields=["epoch", "lease_until"])
    return Held(inbox_id, state.epoch)


def extend(held: Held) -> bool:
    """Hold an account for another while; ``False`` when it was taken over."""
    return bool(_of(held).update(lease_until=clock.now() + LEASE))


def release(held: Held, *, after: float = 0) -> None:
    """Give an account back, to be tried again in so many seconds."""
    next_at = clock.now() + timedelta(seconds=after) if after else None
    _of(held).update(lease_until=None, next_at=next_at)


def cursors(held: Held) -> dict[str, str]:
    """Return where the account stands.

    Raises:
        LeaseLost: it is another's.
    """
    found = _of(held).values_list("cursors", flat=True).first()
    if found is None:
        raise LeaseLost
    return dict(found)


def lock(held: Held) -> AccountState:
    """Return the row, locked until the caller's transaction ends.

    Raises:
        LeaseLost: the account is another's.
    """
    state = _of(held).select_for_update().first()
    if state is None:
        raise LeaseLost
    return state


def note_well(state: AccountState, batch: Batch) -> None:
    """Note in the caller's transaction what was fetched, and that all is well, or nearly."""
    now = clock.now()
    state.cursors = {**state.cursors, **batch.cursors}
    state.checked_at = state.well_at = now
    state.failures = 0
    if batch.troubles:
        _blame(state, PARTLY, batch.troubles[0], now)
    else:
        troubles.tell_well(
            inbox_id=state.inbox_id, part=troubles.RECEIVING, since=state.troubled_at
        )
        state.trouble, state.words, state.troubled_at = "", "", None
    remarks = [{"at": now.isoformat(), "words": words[:WORDS_LENGTH]} for words in batch.notes]
    state.notes = [*state.notes, *remarks][-MOST_NOTES:]
    state.save()


def note_trouble(held: Held, code: str, words: str) -> float:
    """Give an account back that could not be fetched from; return after how many seconds it is due.

    The first time that one is not reached is no trouble yet: servers hang up now and then.
    """
    now = clock.now()
    with transaction.atomic():
        state = lock(held)
        hiccup = code == UNREACHED and state.well_at and not state.failures
        state.failures += 1
        if not hiccup:
            _blame(state, code, words, now)
        pause = DENIED_PAUSE if code == DENIED else _pause(state.failures)
        state.checked_at, state.next_at = now, now + timedelta(seconds=pause)
        state.lease_until = None
        state.save()
    return pause


def wake(inbox_id: int) -> None:
    """Let an account be tried at once: its settings changed, or a person asks for it."""
    AccountState.objects.filter(inbox=inbox_id).update(next_at=None)


def told(words: str) -> str:
    """Return words of a state or a note in the reader's language."""
    text, _line, name = words.partition("\n")
    return f"{gettext(text)} ({name})" if name else gettext(text) if text else ""


@recovery.alone
def end_leases() -> int:
    """Give free what a process held that is gone; for one that knows that it is alone."""
    return AccountState.objects.exclude(lease_until=None).update(lease_until=None)


@measures.gauge("majung_accounts_in_trouble", "Accounts that cannot receive or send")
def count_in_trouble() -> int:
    return _open().exclude(trouble="", send_trouble="").count()


@measures.gauge("majung_accounts_oldest_seconds", "Since when an account was not fetched from")
def oldest_seconds() -> float:
    oldest = _open().aggregate(oldest=Min("well_at"))["oldest"]
    return float((clock.now() - oldest).total_seconds()) if oldest else 0.0


def _open() -> QuerySet[AccountState]:
    return AccountState.objects.filter(inbox__in=Inbox.objects.open())


def _of(held: Held) -> QuerySet[AccountState]:
    return AccountState.objects.filter(inbox=held.inbox_id, epoch=held.epoch)


def _free(now: datetime) -> Q:
    unheld = Q(lease_until=None) | Q(lease_until__lte=now) | Q(lease_until__gt=now + 2 * LEASE)
    return unheld & (Q(next_at=None) | Q(next_at__lte=now) | Q(next_at__gt=now + _LATEST))


def _blame(state: AccountState, code: str, words: str, now: datetime) -> None:
    if not state.trouble:
        state.troubled_at = now
    state.trouble, state.words = code, words[:WORDS_LENGTH]
    troubles.tell(
        inbox_id=state.inbox_id, part=troubles.RECEIVING, code=code, since=state.troubled_at
    )


def _pause(failures: int) -> float:
    longest = min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(failures - 1, 10))
    return longest * random.uniform(0.8, 1)

"""Fetching from accounts: threads of this process, each at one account that it holds.

One round of a thread: fetch a batch; store its items and where to go on in one transaction, under
the epoch of the lease; process the items, each for itself; wait until there may be more. Killed
anywhere, it has either stored a batch with its cursors or nothing of it, and what is stored and not
processed is found by ``inbound.sweep``.
"""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from threading import Event, Thread
from time import monotonic
from typing import Final, cast

from django.db import connections, transaction

from majung.channels import connected, inbound, leases, raws, registry
from majung.channels.contract import Batch, Denied, IsPulled, Source, Unreached
from majung.channels.leases import Held, LeaseLost
from majung.channels.line import Line
from majung.channels.models import InboundDelivery
from majung.conversations.models import Inbox
from majung.core import jobs

LOOK_SECONDS: Final = 1.0
WAIT_SECONDS: Final = 300.0
# With more accounts than threads, each is looked into by turns.
TURN_SECONDS: Final = 60.0
STOP_SECONDS: Final = 2.0

log = logging.getLogger("majung.pulling")


@dataclass(frozen=True, slots=True)
class Pulled:
    """An account as it is set up at this moment."""

    inbox: Inbox
    adapter: IsPulled


class Fetcher:
    """One thread at one account, from the moment that it is held until it is given back."""

    def __init__(self, pulled: Pulled, held: Held, crowd: Event) -> None:
        self.version = pulled.inbox.version
        self.held = held
        self._pulled = pulled
        self._crowd = crowd
        self._line = Line()
        self._ending = Event()
        self._waits = False
        self._after = 0.0
        self.thread = Thread(target=self._run, name=f"majung-fetch-{pulled.inbox.pk}", daemon=True)

    def end(self) -> None:
        """Stop as soon as possible; what is being stored is stored."""
        self._ending.set()
        self._line.cut()

    def make_way(self) -> bool:
        """Give the account back for a while, if nothing is to be fetched at this moment."""
        if not self._waits:
            return False
        self._after = TURN_SECONDS
        self.end()
        return True

    def _run(self) -> None:
        try:
            self._fetch()
        except LeaseLost:
            log.warning("an account was taken over", extra=self._facts())
        except Exception as error:  # noqa: BLE001  (the database is away; the lease ends by itself)
            log.warning("fetching broke off", extra=self._facts(jobs.where(error)))
        finally:
            self._line.close()
            connections.close_all()

    def _fetch(self) -> None:
        account = connected.account(self._pulled.inbox)
        try:
            with self._pulled.adapter.pull(account, self._line) as source:
                self._follow(source)
        except (Unreached, Denied) as error:
            if not self._ending.is_set():
                self._trouble(error)
                return
        except LeaseLost:
            raise
        except Exception as error:
            log.exception("an account could not be fetched from", extra=self._facts())
            if not self._ending.is_set():
                self._trouble(error)
                return
        leases.release(self.held, after=self._after)

    def _follow(self, source: Source) -> None:
        cursors = leases.cursors(self.held)
        # What a killed holder left comes first: the answer to it may be among what is fetched now.
        self._process(left_behind(self.held.inbox_id))
        while not self._ending.is_set():
            batch = source.fetch(cursors)
            fresh = store(self.held, batch)
            cursors |= batch.cursors
            self._process(fresh)
            if batch.more:
                continue
            if self._crowd.is_set():
                self._after = TURN_SECONDS
                return
            connections.close_all()
            self._waits = True
            source.wait(WAIT_SECONDS)
            self._waits = False

    def _process(self, delivery_ids: Iterable[int]) -> None:
        for delivery_id in delivery_ids:
            if self._ending.is_set():
                return  # who holds it next does the rest, or the sweep
            inbound.process_each([delivery_id])

    def _trouble(self, error: Exception) -> None:
        if isinstance(error, Denied):
            code, words = leases.DENIED, str(error)
        elif isinstance(error, Unreached):
            code, words = leases.UNREACHED, error.reason
        else:
            code, words = leases.ERROR, leases.OUR_ERROR
        pause = leases.note_trouble(self.held, code, words)
        log.warning("an account is in trouble", extra=self._facts(code) | {"seconds": round(pause)})

    def _facts(self, reason: str = "") -> dict[str, object]:
        return {"inbox_id": self.held.inbox_id, **({"reason": reason} if reason else {})}


class Pulling:
    """The fetching threads of a process, at most ``threads``; ``start`` and ``stop`` as Workers."""

    def __init__(self, *, threads: int) -> None:
        self._most = threads
        self._stopping = Event()
        self._crowd = Event()
        self._fetchers: dict[int, Fetcher] = {}
        self._known: set[int] = set()
        self._extended_at = 0.0
        self._thread = Thread(target=self._keep_looking, name="majung-fetch", daemon=True)

    def start(self) -> None:
        if self._most:
            self._thread.start()

    def stop(self, timeout: float = STOP_SECONDS) -> bool:
        """End all fetching and give the accounts back; False if a thread did not end in time."""
        deadline = monotonic() + timeout
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(max(0.0, deadline - monotonic()))
        fetchers = list(self._fetchers.values())
        for each in fetchers:
            each.end()
        for each in fetchers:
            each.thread.join(max(0.0, deadline - monotonic()))
        late = [each for each in fetchers if each.thread.is_alive()]
        for each in late:
            leases.release(each.held)
        return not (late or self._thread.is_alive())

    def _keep_looking(self) -> None:
        try:
            while not self._stopping.is_set():
                try:
                    self._look()
                except Exception as error:  # noqa: BLE001  (a restarted database must not end it)
                    log.warning("fetching begins again", extra={"reason": jobs.where(error)})
                    connections.close_all()
                self._stopping.wait(LOOK_SECONDS)
        finally:
            connections.close_all()

    def _look(self) -> None:
        """End what is no longer so, hold on to what is, and begin what is due."""
        there = accounts()
        self._fetchers = {
            key: each for key, each in self._fetchers.items() if each.thread.is_alive()
        }
        for key, fetcher in self._fetchers.items():
            if key not in there or there[key].inbox.version != fetcher.version:
                fetcher.end()
        self._hold_on()
        if new := set(there) - self._known:
            leases.know(new)
            self._known |= new
        due = leases.due(set(there) - set(self._fetchers))
        free = self._most - len(self._fetchers)
        for key in due[:free]:
            self._begin(there[key])
        self._make_room(len(due) - free)

    def _begin(self, pulled: Pulled) -> None:
        held = leases.take(pulled.inbox.pk)
        if held and not self._stopping.is_set():
            fetcher = Fetcher(pulled, held, self._crowd)
            self._fetchers[pulled.inbox.pk] = fetcher
            fetcher.thread.start()

    def _make_room(self, wanted: int) -> None:
        """Let the others take turns where there are more accounts than threads."""
        if wanted <= 0:
            self._crowd.clear()
            return
        self._crowd.set()
        for fetcher in list(self._fetchers.values()):
            if wanted > 0 and fetcher.make_way():
                wanted -= 1

    def _hold_on(self) -> None:
        if monotonic() - self._extended_at < leases.LEASE.total_seconds() / 4:
            return
        self._extended_at = monotonic()
        for fetcher in self._fetchers.values():
            if not leases.extend(fetcher.held):
                fetcher.end()


def accounts() -> Mapping[int, Pulled]:
    """Return the accounts that are to be fetched from, by the keys of their inboxes."""
    adapters = _adapters()
    rows = Inbox.objects.open().filter(kind__in=adapters).select_related("brand")
    return {
        row.pk: Pulled(row, adapters[row.kind])
        for row in rows
        if adapters[row.kind].is_pulled(connected.account(row))
    }


def left_behind(inbox_id: int) -> list[int]:
    """Return what is stored and not processed, in the order in which it came."""
    rows = InboundDelivery.objects.waiting().filter(inbox=inbox_id)
    return list(rows.order_by("pk").values_list("pk", flat=True))


@cache
def _adapters() -> dict[str, IsPulled]:
    """Return the adapters that fetch, by kind; what does not load is told by ``majung check``."""
    return {
        kind: cast("IsPulled", registry.adapter(kind))
        for kind in registry.kinds()
        if registry.works(kind) and registry.capabilities(kind).pulls
    }


def store(held: Held, batch: Batch) -> list[int]:
    """Store a batch and where it ends in one transaction; return the keys of what is to be processed.

    Raises:
        LeaseLost: another holds the account now; nothing was stored.
    """
    files = [raws.put_aside(item.raw) for item in batch.items]
    with transaction.atomic():
        state = leases.lock(held)
        keys = [
            inbound.accept(
                inbox_id=held.inbox_id,
                external_id=item.external_id,
                sender=item.sender,
                raw=item.raw,
                headers=item.headers,
                raw_file=file,
            )
            for item, file in zip(batch.items, files, strict=True)
        ]
        leases.note_well(state, batch)
    waiting = InboundDelivery.objects.waiting().filter(pk__in=keys)
    here = set(waiting.values_list("pk", flat=True)) if keys else set()
    return [key for key in dict.fromkeys(keys) if key in here]

"""The open browsers of this process: who listens to what, and what each still has to be sent.

Everything here runs on one event loop; signals come in from a broker. Nothing is ever dropped in
silence: whoever cannot be served in order gets a fresh `hello`, and refetches what it missed.
"""

import asyncio
import contextlib
import json
import random
from collections import deque
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, replace

from majung.core import live
from majung.core.live_broker import Broker, BrokerLost, Marks, Signal

QUEUE = 256
"""Events waiting for one browser before they are replaced by a hello."""
HEARTBEAT = 10.0
"""Seconds between the beats by which a browser, and every proxy, knows a quiet stream to live."""
LIFETIME = 3600.0
"""Seconds after which a stream is ended, so that its grant is looked at again."""
LIST_EVERY = 1.0
"""Seconds between two events of one list topic."""
LIST_IDS = 100
"""Ids carried by one list event; more become none, which means anything."""
GOODBYE = 2.0
"""Seconds browsers get to take their `bye` at a stop."""
RETRY_MAX = 2.0


def _event(name: str, data: object) -> bytes:
    # https://html.spec.whatwg.org/multipage/server-sent-events.html
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return f"event: {name}\ndata: {text}\n\n".encode()


STALE = _event("stale", {})
BYE = _event("bye", {})
# An event, because browsers do not show comments to the page.
BEAT = b"event: beat\ndata: {}\n\n"


def _encode(signal: Signal) -> bytes:
    data: dict[str, object] = {
        "topic": signal.topic,
        "ids": signal.ids,
        "kind": signal.kind,
    }
    if signal.n:
        data |= {"epoch": signal.epoch, "first": signal.first, "n": signal.n}
    return _event("signal", data)


class Client:
    """One open browser. Iterating gives the bytes to send and ends when it is over."""

    def __init__(self, topics: Iterable[str]) -> None:
        self.topics = tuple(dict.fromkeys(topics))
        self.queue: deque[bytes] = deque()
        self.closing = False
        self._held = False
        self._waiter: asyncio.Future[None] | None = None

    def push(self, chunk: bytes) -> bool:
        """Queue `chunk`; False when the browser is too far behind."""
        if len(self.queue) >= QUEUE:
            return False
        self.queue.append(chunk)
        self._wake()
        return True

    def hold(self) -> None:
        """Forget what waits and send nothing until `greet` or `warn`."""
        self.queue.clear()
        self._held = True

    def greet(self, hello: bytes) -> None:
        """Queue `hello` before what waits: that is at most older, and then ignored."""
        self._release(hello, *(chunk for chunk in self.queue if chunk is not STALE))

    def warn(self) -> None:
        """Say that nothing arrives for now."""
        self._release(STALE)

    def finish(self) -> None:
        """Send `bye` and end."""
        self.close()
        self._release(*self.queue, BYE)

    def close(self) -> None:
        """End without a word: the browser is gone."""
        self.closing = True
        self._wake()

    def _release(self, *chunks: bytes) -> None:
        self.queue = deque(chunks)
        self._held = False
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while True:
            if self.queue and not self._held:
                chunk = b"".join(self.queue)
                self.queue.clear()
                yield chunk
            elif self.closing:
                return
            else:
                self._waiter = asyncio.get_running_loop().create_future()
                await self._waiter


@dataclass(slots=True)
class _Window:
    """The second after an event of a list topic; what comes meanwhile waits in `pending`."""

    timer: asyncio.TimerHandle
    pending: Signal | None = None


def _merged(older: Signal, newer: Signal) -> Signal:
    ids = tuple(dict.fromkeys((*older.ids, *newer.ids)))
    if not older.ids or not newer.ids or len(ids) > LIST_IDS:
        ids = ()
    return replace(newer, first=older.first, ids=ids)


class Hub:
    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self._loop = asyncio.get_running_loop()
        self._topics: dict[str, set[Client]] = {}
        self._ends: dict[Client, asyncio.TimerHandle] = {}
        self._windows: dict[tuple[str, str], _Window] = {}
        self._ungreeted: set[Client] = set()
        self._greeting = asyncio.Event()
        self._empty = asyncio.Event()
        self._live = False
        self._stopping = False
        self._tasks = [
            self._loop.create_task(broker.follow(self)),
            self._loop.create_task(self._greet()),
            self._loop.create_task(self._beat()),
        ]

    @property
    def is_live(self) -> bool:
        return self._live

    def __len__(self) -> int:
        return len(self._ends)

    # Browsers

    def join(self, topics: Iterable[str]) -> Client | None:
        """Add a browser, to be given back by `leave`; None when the process is stopping."""
        if self._stopping:
            return None
        client = Client(topics)
        for topic in client.topics:
            self._topics.setdefault(topic, set()).add(client)
        # Spread out, so that browsers that came together do not all come back together.
        lifetime = LIFETIME * random.uniform(0.9, 1.1)
        self._ends[client] = self._loop.call_later(lifetime, client.finish)
        if self._live:
            self._owe_hello(client)
        else:
            client.warn()
        return client

    def leave(self, client: Client) -> None:
        end = self._ends.pop(client, None)
        if end is None:
            return
        end.cancel()
        self._ungreeted.discard(client)
        for topic in client.topics:
            listeners = self._topics[topic]
            listeners.discard(client)
            if not listeners:
                del self._topics[topic]
        if not self._ends:
            self._empty.set()

    async def stop(self) -> None:
        """Say `bye` to everyone and end; nobody can join any more."""
        self._stopping = True
        self._empty.clear()
        for client in list(self._ends):
            client.finish()
        if self._ends:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._empty.wait(), GOODBYE)
        self._drop_windows()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # What the broker says (see live_broker.Listener)

    def heard(self, signal: Signal) -> None:
        if signal.topic not in self._topics:
            return
        if signal.topic.startswith("list:"):
            self._pool(signal)
        else:
            self._deliver(signal)

    def lost(self) -> None:
        if not self._live:
            return
        self._live = False
        self._drop_windows()
        self._ungreeted.clear()
        for client in self._ends:
            if not client.closing:
                client.warn()

    def healed(self) -> None:
        self._live = True
        self._drop_windows()
        for client in self._ends:
            self._owe_hello(client)

    # Delivery

    def _deliver(self, signal: Signal) -> None:
        chunk = _encode(signal)
        for client in self._topics.get(signal.topic, ()):
            if not client.push(chunk):
                self._owe_hello(client)

    def _pool(self, signal: Signal) -> None:
        """Send the first of a burst at once, and the rest as one event a second."""
        key = (signal.topic, signal.kind)
        window = self._windows.get(key)
        if window is None:
            self._deliver(signal)
            self._windows[key] = _Window(self._loop.call_later(LIST_EVERY, self._flush, key))
        elif window.pending is None:
            window.pending = signal
        else:
            window.pending = _merged(window.pending, signal)

    def _flush(self, key: tuple[str, str]) -> None:
        window = self._windows.pop(key)
        if window.pending is not None:
            self._pool(window.pending)

    def _drop_windows(self) -> None:
        # Whoever calls this sends a hello, whose numbers cover what waited.
        for window in self._windows.values():
            window.timer.cancel()
        self._windows.clear()

    # Hellos

    def _owe_hello(self, client: Client) -> None:
        if client.closing:
            return
        client.hold()
        self._ungreeted.add(client)
        self._greeting.set()

    async def _greet(self) -> None:
        """Read numbers for all who wait for a hello at once: one query, not one for each."""
        delay = 0.1
        while True:
            await self._greeting.wait()
            self._greeting.clear()
            waiting, self._ungreeted = self._ungreeted, set()
            topics = {topic for client in waiting for topic in client.topics}
            try:
                now = await self._broker.read(list(topics))
            except BrokerLost:
                for client in self._present(waiting):
                    client.warn()
                    self._ungreeted.add(client)
                await asyncio.sleep(delay)
                delay = min(delay * 2, RETRY_MAX)
                if self._live:
                    self._greeting.set()
                continue
            delay = 0.1
            # Lost meanwhile: they have been warned, and healing owes everyone a hello.
            for client in self._present(waiting) if self._live else ():
                client.greet(_hello(client, now))

    def _present(self, clients: set[Client]) -> list[Client]:
        return [client for client in clients if client in self._ends and not client.closing]

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT)
            for client in self._ends:
                if not client.queue:
                    client.push(BEAT)


def _hello(client: Client, now: Marks) -> bytes:
    marks = {topic: now["marks"][topic] for topic in client.topics}
    return _event("hello", {"epoch": now["epoch"], "marks": marks})


_hub: Hub | None = None


async def start() -> None:
    """Start listening on the running loop; called by the server's start.

    Raises ImproperlyConfigured for a LIVE_URL that cannot be used, never for a broker that is down.
    """
    global _hub  # noqa: PLW0603 - one hub for each process, as there is one loop
    if _hub is None:
        _hub = Hub(live.broker())


async def stop() -> None:
    """Send everyone away with `bye`; called by the server's stop, harmless when repeated."""
    global _hub  # noqa: PLW0603
    if _hub is not None:
        hub = _hub
        await hub.stop()
        _hub = None


def clients() -> int:
    """Browsers connected to this process."""
    return 0 if _hub is None else len(_hub)


def is_live() -> bool:
    """Whether this process hears the broker."""
    return _hub is not None and _hub.is_live


def join(topics: Iterable[str]) -> Client | None:
    """See Hub.join; None also before the start."""
    return None if _hub is None else _hub.join(topics)


def leave(client: Client) -> None:
    if _hub is not None:
        _hub.leave(client)

"""The broker of an installation that is one process: numbers and delivery in memory."""

import asyncio
import contextlib
import secrets
import threading
from collections import OrderedDict
from collections.abc import Sequence

from majung.core.live_broker import EPHEMERAL, Listener, Marks, Signal

TOPICS = 50_000
"""Topics remembered at most; about 10 MB."""


class MemoryBroker:
    """Numbers live as long as the process, so the epoch is new with every start.

    A topic idle for long is forgotten. Its number then reads as `_floor`, which is above every
    number ever forgotten: forgetting looks like a change, never like silence.
    """

    def __init__(self, *, topics: int = TOPICS) -> None:
        self._epoch = secrets.token_hex(8)
        self._limit = topics
        self._numbers: OrderedDict[str, int] = OrderedDict()
        self._floor = 0
        self._lock = threading.Lock()
        self._followers: list[tuple[asyncio.AbstractEventLoop, Listener]] = []

    def begin(self) -> None:
        """Nothing to do: the epoch is already new."""

    def publish(self, *, topic: str, ids: Sequence[str], kind: str) -> None:
        # Handed over under the lock, so that every follower hears numbers in their order.
        with self._lock:
            if kind in EPHEMERAL:
                signal = Signal(topic=topic, ids=tuple(ids), kind=kind)
            else:
                n = self._raise(topic)
                signal = Signal(
                    topic=topic,
                    ids=tuple(ids),
                    kind=kind,
                    epoch=self._epoch,
                    first=n,
                    n=n,
                )
            for loop, listener in self._followers:
                with contextlib.suppress(RuntimeError):  # a loop that has just closed
                    loop.call_soon_threadsafe(listener.heard, signal)

    def _raise(self, topic: str) -> int:
        n = self._numbers.pop(topic, self._floor) + 1
        self._numbers[topic] = n
        if len(self._numbers) > self._limit:
            _, forgotten = self._numbers.popitem(last=False)
            self._floor = max(self._floor, forgotten) + 1
        return n

    def marks(self, topics: Sequence[str]) -> Marks:
        with self._lock:
            marks = {topic: self._numbers.get(topic, self._floor) for topic in topics}
        return {"epoch": self._epoch, "marks": marks}

    async def read(self, topics: Sequence[str]) -> Marks:
        return self.marks(topics)

    async def follow(self, listener: Listener) -> None:
        follower = (asyncio.get_running_loop(), listener)
        with self._lock:
            self._followers.append(follower)
        listener.healed()
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            with self._lock:
                self._followers.remove(follower)

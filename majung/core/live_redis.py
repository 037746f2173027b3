"""The broker of an installation of several processes: numbers in Redis, delivery by pub/sub.

Redis may be lost at any time and costs freshness only. What could not be said while it was away,
or was said by a process killed too early, is made good by a new epoch: everyone refetches.
Redis must not evict keys before they expire (maxmemory-policy noeviction, which is its default).
"""

import asyncio
import json
import logging
import random
import secrets
import threading
import time
from collections.abc import Sequence
from typing import Any

import redis
import redis.asyncio
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from majung.core.live_broker import EPHEMERAL, BrokerLost, Listener, Marks, Signal

TIMEOUT = 0.2
"""Seconds a writer waits for Redis at most, once for each loss."""
FORGET = 24 * 60 * 60
"""Seconds after which the number of a quiet topic is forgotten."""
PING = 2.0
"""Seconds of silence after which the subscription is checked."""
RETRY_MIN, RETRY_MAX = 0.1, 2.0
CHUNK = 500
"""Topics read by one script, so that Redis is never held for long."""

# A new number starts at the clock's milliseconds, so that it is above every number the topic had
# before it was forgotten. string.format because Lua writes large numbers as 1.7e+12.
_PUBLISH = """
local epoch = redis.call('GET', KEYS[1])
if not epoch then
  epoch = ARGV[1]
  redis.call('SET', KEYS[1], epoch)
end
local n
if redis.call('EXISTS', KEYS[2]) == 1 then
  n = redis.call('INCR', KEYS[2])
else
  local now = redis.call('TIME')
  n = now[1] * 1000 + math.floor(now[2] / 1000) + 1
  redis.call('SET', KEYS[2], string.format('%.0f', n))
end
redis.call('EXPIRE', KEYS[2], ARGV[2])
redis.call('PUBLISH', ARGV[3], '{"epoch":"' .. epoch .. '","n":' .. string.format('%.0f', n)
  .. ',"signal":' .. ARGV[4] .. '}')
"""

# A topic without a number reads as the start of the present period of FORGET seconds: were it
# raised and forgotten since someone looked, a period has passed, and it reads differently.
_MARKS = """
local epoch = redis.call('GET', KEYS[1])
if not epoch then
  epoch = ARGV[1]
  redis.call('SET', KEYS[1], epoch)
end
local period = tonumber(ARGV[2])
local quiet = math.floor(redis.call('TIME')[1] / period) * period * 1000
local found = {epoch}
for i = 2, #KEYS do
  found[i] = redis.call('GET', KEYS[i]) or string.format('%.0f', quiet)
end
return found
"""

# With a run id: only if another run of Redis made the epoch (restarted, perhaps from an old dump).
_RENEW = """
if ARGV[2] ~= '' then
  if redis.call('GET', KEYS[2]) == ARGV[2] then return 0 end
  redis.call('SET', KEYS[2], ARGV[2])
end
redis.call('SET', KEYS[1], ARGV[1])
redis.call('PUBLISH', ARGV[3], '{"epoch":"' .. ARGV[1] .. '"}')
return 1
"""

logger = logging.getLogger(__name__)


class Silence(RedisError):
    """A subscription that is open but brings nothing."""


class RedisBroker:
    """Publishing is synchronous and cut off while Redis is lost; following is asynchronous."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._redis = redis.Redis.from_url(
            url,
            decode_responses=True,
            socket_timeout=TIMEOUT,
            socket_connect_timeout=TIMEOUT,
            retry=Retry(NoBackoff(), 0),
        )
        database = self._redis.connection_pool.connection_kwargs.get("db") or 0
        self._prefix = f"majung:live:{database}:"
        self._channel = f"majung:live:{database}"  # channels are shared by all databases
        self._publish_script = self._redis.register_script(_PUBLISH)
        self._marks_script = self._redis.register_script(_MARKS)
        self._renew_script = self._redis.register_script(_RENEW)
        self._reading: redis.asyncio.Redis | None = None
        self._lock = threading.Lock()
        self._broken = False
        self._healing = False
        self._renewed_at = float("-inf")

    # Keys

    @property
    def _epoch_key(self) -> str:
        return f"{self._prefix}epoch"

    def _keys(self, topics: Sequence[str]) -> list[str]:
        return [self._epoch_key, *(f"{self._prefix}n:{topic}" for topic in topics)]

    def _renewal(self, run: str = "") -> tuple[list[str], list[str]]:
        keys = [self._epoch_key, f"{self._prefix}run"]
        return keys, [secrets.token_hex(8), run, self._channel]

    # Publishing, from any thread

    def begin(self) -> None:
        try:
            self._renew_script(*self._renewal())
        except (RedisError, OSError) as error:
            self._break(error)

    def publish(self, *, topic: str, ids: Sequence[str], kind: str) -> None:
        if self._broken:
            return
        signal = json.dumps({"topic": topic, "ids": list(ids), "kind": kind})
        try:
            if kind in EPHEMERAL:
                self._redis.publish(self._channel, f'{{"signal":{signal}}}')
            else:
                self._publish_script(
                    keys=self._keys([topic]),
                    args=[secrets.token_hex(8), FORGET, self._channel, signal],
                )
        except (RedisError, OSError) as error:
            self._break(error)

    def marks(self, topics: Sequence[str]) -> Marks:
        if not self._broken:
            try:
                found = self._marks_script(
                    keys=self._keys(topics), args=[secrets.token_hex(8), FORGET]
                )
                return _marks(topics, found)
            except (RedisError, OSError) as error:
                self._break(error)
        return {"epoch": "", "marks": dict.fromkeys(topics, 0)}

    def _break(self, error: Exception) -> None:
        """Stop trying in the writers' threads; one thread of our own looks when it is back."""
        with self._lock:
            self._broken = True
            if self._healing:
                return
            self._healing = True
        logger.warning("live: redis is lost (%s)", type(error).__name__)
        threading.Thread(target=self._heal, name="live-heal", daemon=True).start()

    def _heal(self) -> None:
        recently = time.monotonic() - self._renewed_at < RETRY_MAX
        delay = RETRY_MAX if recently else RETRY_MIN
        while True:
            time.sleep(delay)
            delay = min(delay * 2, RETRY_MAX)
            try:
                self._redis.ping()
                # Open before the new epoch: what was skipped until here is older than it.
                self._broken = False
                self._renew_script(*self._renewal())
            except (RedisError, OSError):
                self._broken = True
                continue
            with self._lock:
                if self._broken:  # someone's attempt from before failed only now
                    continue
                self._healing = False
            self._renewed_at = time.monotonic()
            logger.info("live: redis is back")
            return

    # Following, on the hub's loop

    async def read(self, topics: Sequence[str]) -> Marks:
        if self._reading is None:
            raise BrokerLost
        known: Marks = {"epoch": "", "marks": {}}
        script = self._reading.register_script(_MARKS)
        try:
            for start in range(0, len(topics), CHUNK):
                part = topics[start : start + CHUNK]
                found = await script(keys=self._keys(part), args=[secrets.token_hex(8), FORGET])
                now = _marks(part, found)
                # Of two epochs the older is told: whoever keeps it will find it outdated.
                known["epoch"] = known["epoch"] or now["epoch"]
                known["marks"] |= now["marks"]
        except (RedisError, OSError) as error:
            raise BrokerLost from error
        return known

    async def follow(self, listener: Listener) -> None:
        delay, begun = RETRY_MIN, False
        while True:
            client = redis.asyncio.Redis.from_url(
                self._url,
                decode_responses=True,
                socket_timeout=PING,
                socket_connect_timeout=PING,
                retry=redis.asyncio.retry.Retry(NoBackoff(), 0),
            )
            try:
                self._doubt()
                async with client, client.pubsub() as pubsub:
                    await pubsub.subscribe(self._channel)
                    # The first time unasked: a predecessor may have died before its signals.
                    run = (await client.info("server"))["run_id"] if begun else ""
                    await client.register_script(_RENEW)(*self._renewal(run))
                    begun, delay = True, RETRY_MIN
                    self._reading = client
                    await self._listen(pubsub, listener)
            except (RedisError, OSError) as error:
                logger.warning("live: subscription is lost (%s)", type(error).__name__)
            finally:
                self._reading = None
            listener.lost()
            await asyncio.sleep(delay * random.uniform(0.5, 1))
            delay = min(delay * 2, RETRY_MAX)

    async def _listen(self, pubsub: Any, listener: Listener) -> None:
        asked = False
        while True:
            message = await pubsub.get_message(timeout=PING)
            self._doubt()
            if message is None:
                if asked:
                    raise Silence
                asked = True
                await pubsub.ping()
                continue
            asked = False
            if message["type"] == "subscribe":
                listener.healed()
            elif message["type"] == "message":
                _hear(json.loads(message["data"]), listener)

    def _doubt(self) -> None:
        # A Redis that speaks but takes no writes (disk full, replica) sends no signals either.
        if self._broken:
            raise Silence


def _marks(topics: Sequence[str], found: Sequence[str]) -> Marks:
    epoch, *numbers = found
    return {"epoch": epoch, "marks": dict(zip(topics, map(int, numbers), strict=True))}


def _hear(data: dict[str, Any], listener: Listener) -> None:
    if "signal" not in data:
        listener.healed()  # a new epoch: every browser has to know
        return
    said, n = data["signal"], data.get("n", 0)
    listener.heard(
        Signal(
            topic=said["topic"],
            ids=tuple(said["ids"]),
            kind=said["kind"],
            epoch=data.get("epoch", ""),
            first=n,
            n=n,
        )
    )

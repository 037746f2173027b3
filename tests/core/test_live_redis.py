"""Several processes that share signals through a real Redis, which comes and goes."""

import time
from collections.abc import Callable, Iterator

import pytest
import redis

from majung.core import live_redis
from majung.core.live_redis import RedisBroker
from tests.core.live_servers import LiveServer, browser
from tests.servers import RedisServer, wait_until


@pytest.fixture
def start(redis_server: RedisServer) -> Iterator[Callable[[], LiveServer]]:
    started: list[LiveServer] = []

    def one() -> LiveServer:
        server = LiveServer(redis_server.url)
        started.append(server)
        server.start()
        wait_until(lambda: bool(server.state()["live"]), what="the subscription")
        return server

    yield one
    for server in started:
        server.remove()


@pytest.fixture
def broker(redis_server: RedisServer) -> RedisBroker:
    """A process without browsers, as a worker is."""
    return RedisBroker(redis_server.url)


@pytest.mark.slow
def test_two_processes_share_numbers_and_signals(start: Callable[[], LiveServer]) -> None:
    one, two = start(), start()
    with browser(one, "visitor:1") as here, browser(two, "visitor:1") as there:
        hello = here.until("hello")
        assert there.until("hello") == hello
        one.signal("visitor:1", ids=["하나"])
        two.signal("visitor:1", kind="typing", ids=["agent"])
        two.signal("visitor:1", ids=["둘"])
        events = [here.next() for _ in range(3)]
        assert [there.next() for _ in range(3)] == events
        n = hello["marks"]["visitor:1"]
        numbers = [data.get("n") for _, data in events]
        assert numbers == [events[0][1]["n"], None, events[0][1]["n"] + 1]
        assert numbers[0] > n
        assert [data["ids"] for _, data in events] == [["하나"], ["agent"], ["둘"]]
        assert {data.get("epoch") for _, data in events} == {hello["epoch"], None}
    after = one.marks("visitor:1")
    assert after == two.marks("visitor:1")
    assert after["marks"]["visitor:1"] == numbers[2]


@pytest.mark.slow
def test_lost_redis_is_told_costs_little_and_heals_with_a_new_epoch(
    start: Callable[[], LiveServer], redis_server: RedisServer
) -> None:
    one, two = start(), start()
    with browser(one, "visitor:1") as here, browser(two, "visitor:2") as there:
        before = here.until("hello")["epoch"]
        there.until("hello")
        redis_server.kill()
        here.until("stale")
        there.until("stale")
        assert one.signal("visitor:2", times=20) / 20 < 50
        assert one.marks("visitor:1") == {"epoch": "", "marks": {"visitor:1": 0}}
        with browser(one, "visitor:1") as newcomer:
            assert newcomer.next() == ("stale", {})
            redis_server.start()
            epochs = {here.until("hello")["epoch"], there.until("hello")["epoch"]}
            newcomer.until("hello")
        assert before not in epochs
        # Processes heal one after the other; within seconds all speak of one epoch again.
        wait_until(lambda: one.marks("")["epoch"] == two.marks("")["epoch"] != "", what="healing")
        two.signal("visitor:1", ids=["x"])
        assert here.until("signal")["ids"] == ["x"]


@pytest.mark.slow
def test_redis_that_hangs_is_taken_for_lost(
    start: Callable[[], LiveServer], redis_server: RedisServer
) -> None:
    server = start()
    with redis.Redis.from_url(redis_server.url) as control, browser(server, "visitor:1") as here:
        kept = here.until("hello")
        control.execute_command("CLIENT", "PAUSE", "3000")
        assert server.signal("visitor:1", times=20) / 20 < 50
        here.until("stale")
        assert here.until("hello")["epoch"] != kept["epoch"]


@pytest.mark.slow
def test_redis_that_takes_no_writes_is_taken_for_lost(
    start: Callable[[], LiveServer], redis_server: RedisServer
) -> None:
    server = start()
    with redis.Redis.from_url(redis_server.url) as control, browser(server, "visitor:1") as here:
        kept = here.until("hello")
        control.config_set("maxmemory", "1")
        server.signal("visitor:1")
        here.until("stale")
        control.config_set("maxmemory", "0")
        assert here.until("hello")["epoch"] != kept["epoch"]


@pytest.mark.slow
def test_signal_missed_by_a_worker_reaches_browsers_as_a_new_epoch(
    start: Callable[[], LiveServer], redis_server: RedisServer, broker: RedisBroker
) -> None:
    """The browsers' process never lost anything itself, the worker did."""
    server = start()
    with redis.Redis.from_url(redis_server.url) as control, browser(server, "visitor:1") as here:
        kept = here.until("hello")
        control.execute_command("CLIENT", "PAUSE", "500", "WRITE")
        broker.publish(topic="visitor:1", ids=(), kind="changed")
        assert here.until("hello")["epoch"] != kept["epoch"]
        wait_until(lambda: broker.marks([])["epoch"] != "", what="the worker's healing")
        broker.publish(topic="visitor:1", ids=("x",), kind="changed")
        assert here.until("signal")["ids"] == ["x"]


@pytest.mark.slow
def test_starting_process_begins_an_epoch(
    start: Callable[[], LiveServer], broker: RedisBroker
) -> None:
    """Its predecessor may have been killed between a commit and its signal."""
    server = start()
    with browser(server, "visitor:1") as here:
        epochs = [here.until("hello")["epoch"]]
        broker.begin()
        epochs.append(here.until("hello")["epoch"])
        start()
        epochs.append(here.until("hello")["epoch"])
        assert len(set(epochs)) == 3


@pytest.mark.slow
def test_broken_subscription_alone_keeps_the_epoch_and_tells_the_numbers(
    start: Callable[[], LiveServer], redis_server: RedisServer, broker: RedisBroker
) -> None:
    server = start()
    with redis.Redis.from_url(redis_server.url) as control, browser(server, "visitor:1") as here:
        here.until("hello")
        control.client_kill_filter(_type="pubsub")
        here.until("stale")
        kept = here.until("hello")  # the first return also learns which run of Redis this is
        control.client_kill_filter(_type="pubsub")
        broker.publish(topic="visitor:1", ids=(), kind="changed")
        here.until("stale")
        hello = here.until("hello")
        assert hello["epoch"] == kept["epoch"]
        assert hello["marks"]["visitor:1"] > kept["marks"]["visitor:1"]


def test_topic_forgotten_by_redis_never_reads_as_it_did(
    redis_server: RedisServer, broker: RedisBroker
) -> None:
    def number() -> int:
        return broker.marks(["visitor:1"])["marks"]["visitor:1"]

    with redis.Redis.from_url(redis_server.url) as control:
        seen = [number()]
        for _ in range(3):
            broker.publish(topic="visitor:1", ids=(), kind="changed")
            seen.append(number())
            broker.publish(topic="visitor:1", ids=(), kind="changed")
            seen.append(number())
            (key,) = control.keys("*n:visitor:1")
            assert 0 < control.ttl(key) <= live_redis.FORGET
            control.delete(key)
            time.sleep(0.01)
        assert seen == sorted(set(seen))


@pytest.mark.slow
def test_brokers_of_two_databases_do_not_hear_each_other(
    start: Callable[[], LiveServer], redis_server: RedisServer, broker: RedisBroker
) -> None:
    server = start()
    other = RedisBroker(redis_server.url.removesuffix("/0") + "/1")
    with browser(server, "visitor:1") as here:
        here.until("hello")
        other.begin()
        other.publish(topic="visitor:1", ids=("other",), kind="changed")
        broker.publish(topic="visitor:1", ids=("own",), kind="changed")
        name, data = here.next()
        assert (name, data["ids"]) == ("signal", ["own"])

"""Streams of one process, over a real socket."""

import datetime as dt
import socket
import time
from collections.abc import Iterator

import httpx
import pytest
import time_machine

from majung.core import live
from tests.core.live_servers import LiveServer, browser
from tests.servers import free_port, wait_until


@pytest.fixture(scope="module")
def server() -> Iterator[LiveServer]:
    started = LiveServer()
    started.start()
    yield started
    started.remove()


@pytest.fixture
def topic() -> str:
    return f"conversation:{free_port()}"


def test_stream_may_not_be_cached_or_buffered(server: LiveServer, topic: str) -> None:
    with browser(server, topic) as agent:
        headers = agent.response.headers
        assert headers["content-type"] == "text/event-stream; charset=utf-8"
        assert headers["cache-control"] == "no-cache"
        assert headers["x-accel-buffering"] == "no"
        assert next(agent.lines) == "retry: 2000"


def test_signals_follow_the_hello_in_order(server: LiveServer, topic: str) -> None:
    before = server.marks(topic)
    with browser(server, topic) as agent:
        assert agent.next() == ("hello", before)
        server.signal(topic, ids=["하나"])
        server.signal("conversation:of-another")
        server.signal(topic, ids=["둘"], end="rollback")
        server.signal(topic, ids=["셋"], kind="assigned")
        n, epoch = before["marks"][topic], before["epoch"]
        first = {"topic": topic, "ids": ["하나"], "kind": "changed", "epoch": epoch}
        assert agent.next() == ("signal", {**first, "first": n + 1, "n": n + 1})
        second = {"topic": topic, "ids": ["셋"], "kind": "assigned", "epoch": epoch}
        assert agent.next() == ("signal", {**second, "first": n + 2, "n": n + 2})


def test_typing_passes_without_a_number(server: LiveServer, topic: str) -> None:
    with browser(server, topic) as agent:
        agent.until("hello")
        server.signal(topic, kind="typing", ids=["someone"])
        assert agent.next() == ("signal", {"topic": topic, "ids": ["someone"], "kind": "typing"})


def test_browser_that_slept_sees_other_numbers(server: LiveServer, topic: str) -> None:
    with browser(server, topic, "visitor:quiet") as agent:
        kept = agent.until("hello")
    server.signal(topic, times=3)
    with browser(server, topic, "visitor:quiet") as agent:
        now = agent.until("hello")
    assert now["epoch"] == kept["epoch"]
    assert now["marks"][topic] == kept["marks"][topic] + 3
    assert now["marks"]["visitor:quiet"] == kept["marks"]["visitor:quiet"]


def test_grants_add_up(server: LiveServer, topic: str) -> None:
    params = {"grant": [live.grant([topic]), live.grant(["agent:1"])]}
    with httpx.stream("GET", f"{server.url}/live", params=params) as response:
        text = next(line for line in response.iter_lines() if line.startswith("data: "))
    assert httpx.Response(200, text=text[6:]).json()["marks"].keys() == {topic, "agent:1"}


def test_stream_without_a_good_grant_is_refused(server: LiveServer) -> None:
    good = live.grant(["visitor:1"])
    with time_machine.travel(
        dt.datetime.now(dt.UTC) - dt.timedelta(seconds=live.GRANT_MAX_AGE + 60)
    ):
        old = live.grant(["visitor:1"])
    for query in ({}, {"grant": good[:-2]}, {"grant": old}, {"grant": [good, old]}):
        answer = httpx.get(f"{server.url}/live", params=query)
        assert answer.status_code == 403
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == 403
    assert httpx.post(f"{server.url}/live", params={"grant": good}).status_code == 405


def test_lists_are_told_once_a_second_with_all_their_ids(server: LiveServer) -> None:
    with browser(server, "list:brand:1", wait=1.5) as agent:
        start = agent.until("hello")["marks"]["list:brand:1"]
        server.signal("list:brand:1", times=40)  # ids "0" to "39"
        server.signal("list:brand:1", ids=["0"])
        events = [data for name, data in agent.read_for(2.5) if name == "signal"]
        spans = [(event["first"] - start, event["n"] - start) for event in events]
        assert spans == [(1, 1), (2, 41)]
        assert events[0]["ids"] == ["0"]
        assert events[1]["ids"] == [*map(str, range(1, 40)), "0"]


def test_list_with_too_many_ids_says_anything(server: LiveServer) -> None:
    with browser(server, "list:brand:2") as agent:
        agent.until("hello")
        server.signal("list:brand:2", times=102)
        assert agent.next()[1]["ids"] == ["0"]
        assert agent.next()[1]["ids"] == []


def test_leaving_is_noticed_at_once(server: LiveServer, topic: str) -> None:
    before = server.state()["clients"]
    with browser(server, topic) as agent:
        agent.until("hello")
        assert server.state()["clients"] == before + 1
    wait_until(lambda: server.state()["clients"] == before, what="the leave", seconds=1)


@pytest.mark.slow
def test_browser_too_slow_for_its_events_is_told_all_numbers_again(
    server: LiveServer, topic: str
) -> None:
    """Nothing it did not get is left unsaid: a hello stands for what was dropped."""
    start = server.marks(topic)["marks"][topic]
    with socket.create_connection(("127.0.0.1", server.port)) as slow:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 16)
        slow.sendall(f"GET /live?grant={live.grant([topic])} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        assert slow.recv(15) == b"HTTP/1.1 200 OK"
        for _ in range(4):
            server.signal(topic, ids=["x" * 4000] * 5, times=300)  # 24 MB in all
        slow.settimeout(1.5)
        received = bytearray()
        try:
            while chunk := slow.recv(1 << 20):
                received += chunk
        except TimeoutError:
            pass
    assert received.count(b"event: signal") < 1200
    assert received.count(b"event: hello") >= 2
    last_event = bytes(received).rpartition(b"event: ")[2]
    assert f'"{topic}":{start + 1200}'.encode() in last_event or (
        f'"n":{start + 1200}'.encode() in last_event
    )


@pytest.mark.slow
def test_quiet_stream_beats(server: LiveServer, topic: str) -> None:
    with browser(server, topic, wait=17) as agent:
        agent.until("hello")
        assert agent.next(beats=True) == ("beat", {})


@pytest.mark.slow
def test_stop_says_bye_and_does_not_wait_for_browsers() -> None:
    server = LiveServer()
    server.start()
    try:
        with browser(server, "visitor:1") as one, browser(server, "visitor:2") as two:
            one.until("hello")
            two.until("hello")
            start = time.monotonic()
            code = server.stop()
            assert time.monotonic() - start < 3
            assert [one.next(), one.next()] == [("bye", {}), ("end", None)]
            assert [two.next(), two.next()] == [("bye", {}), ("end", None)]
            assert code in {0, -15}
    finally:
        server.remove()


@pytest.mark.slow
def test_restarted_process_has_another_epoch() -> None:
    server = LiveServer()
    server.start()
    try:
        before = server.marks("visitor:1")["epoch"]
        server.kill()
        server.start()
        with browser(server, "visitor:1") as visitor:
            assert visitor.until("hello")["epoch"] != before
    finally:
        server.remove()


@pytest.mark.slow
def test_an_address_may_have_so_many_streams_and_no_more(topic: str) -> None:
    server = LiveServer(MAJUNG_LIVE_STREAMS="2")
    server.start()
    try:
        with browser(server, topic) as first:
            first.until("hello")
            with browser(server, topic) as second:
                second.until("hello")
                answer = httpx.get(f"{server.url}/live", params={"grant": live.grant([topic])})
                assert (answer.status_code, answer.headers["retry-after"]) == (429, "30")
            wait_until(lambda: server.state()["clients"] == 1, what="the second to be gone")
            with browser(server, topic) as third:
                third.until("hello")
    finally:
        server.remove()

"""A real server process for live streams, and a browser that reads one."""

import contextlib
import json
import os
import sys
import time
from collections.abc import Iterator
from typing import Any

import httpx

from majung.core import live
from tests.servers import Server, free_port, wait_until


class LiveServer(Server):
    """A process with /live; see `tests.core.live_process` for its door."""

    def __init__(self, live_url: str = "memory:", **env: str) -> None:
        super().__init__("live")
        self.env = {"LIVE_URL": live_url, **env}
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        # The home is the tests' own, so that grants made here are good there.
        env = {**os.environ, **self.env}
        env["DATABASE_URL"] = f"sqlite:///{self.folder}/live.sqlite3"
        self.spawn(sys.executable, "-m", "tests.core.live_process", str(self.port), env=env)
        wait_until(self.answers, what="the live process")

    def answers(self) -> bool:
        self.must_be_running()
        try:
            return httpx.get(f"{self.url}/state").is_success
        except httpx.TransportError:
            return False

    def signal(self, topic: str, **request: object) -> float:
        """Signal inside the process; returns the milliseconds it cost there."""
        answer = httpx.post(f"{self.url}/signal", json={"topic": topic, **request}, timeout=60)
        return float(answer.json()["milliseconds"])

    def state(self) -> dict[str, Any]:
        return dict(httpx.get(f"{self.url}/state").json())

    def marks(self, topic: str) -> dict[str, Any]:
        return dict(httpx.get(f"{self.url}/marks?{topic}").json())


class Browser:
    """Reads the events of one stream; a wait that is too long raises httpx.ReadTimeout."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self.lines = response.iter_lines()

    def next(self, *, beats: bool = False) -> tuple[str, Any]:
        """The next event as (name, data), beats passed over; comments are (":", text)."""
        name = ""
        for line in self.lines:
            field, _, value = line.partition(": ")
            if field == "event":
                name = value
            elif field == "data" and (beats or name != "beat"):
                return name, json.loads(value)
            elif field == "" and value:
                return ":", value
        return "end", None

    def until(self, name: str) -> Any:
        """The data of the next event of that name; others are passed over for 30 seconds."""
        end = time.monotonic() + 30
        while time.monotonic() < end:
            event, data = self.next()
            if event == name:
                return data
            assert event != "end", f"the stream ended before {name}"
        raise AssertionError(f"no {name} in 30 seconds")

    def read_for(self, seconds: float) -> list[tuple[str, Any]]:
        """All events until `seconds` have passed; the last may come a little later."""
        events, end = [], time.monotonic() + seconds
        with contextlib.suppress(httpx.ReadTimeout):
            while time.monotonic() < end:
                events.append(self.next())
        return events


@contextlib.contextmanager
def browser(server: LiveServer, *topics: str, wait: float = 20) -> Iterator[Browser]:
    """Open a stream; each read waits for `wait` seconds at most."""
    params = {"grant": live.grant(topics)}
    timeout = httpx.Timeout(10, read=wait)
    with httpx.stream("GET", f"{server.url}/live", params=params, timeout=timeout) as response:
        assert response.status_code == 200
        yield Browser(response)

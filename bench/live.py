"""500 connected browsers (450 widgets, 50 desks) on one process, 20 commits a second.

Each commit signals the visitor, the conversation (one desk) and the list (all desks). `p95_ms` is
from just before the commit to the browser's event. Lists are told once a second on purpose, so
their latency stands apart in `list_p95_ms`. `everyone_p95_ms` is one topic that all 500 hear.
`lost` counts events that a browser should have got and did not.
"""

import asyncio
import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench import ground

ROOT = Path(__file__).resolve().parent.parent
SETTLE = 1.5
"""Seconds for the last list event, which waits for up to one."""


class Clients:
    """Plain sockets that note when which event arrived."""

    def __init__(self, *, port: int, grants: list[str], shared: set[str]) -> None:
        self.port = port
        self.grants = grants
        self.shared = shared
        self.greeted = 0
        self.late: dict[str, list[float]] = {}

    async def open(self) -> list[asyncio.Task[None]]:
        tasks = []
        for start in range(0, len(self.grants), 50):
            part = self.grants[start : start + 50]
            tasks += [asyncio.create_task(self.read(grant)) for grant in part]
            while self.greeted < len(tasks):  # noqa: ASYNC110 - a bench may poll
                await asyncio.sleep(0.01)
        return tasks

    async def read(self, grant: str) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(f"GET /live?grant={grant} HTTP/1.1\r\nHost: bench\r\n\r\n".encode())
        event = b""
        while line := await reader.readline():
            if line.startswith(b"event: "):
                event = line[7:].strip()
                self.greeted += event == b"hello"
            elif line.startswith(b"data: ") and event == b"signal":
                self.note(json.loads(line[6:]), time.monotonic_ns())
        writer.close()

    def note(self, signal: dict[str, Any], now: int) -> None:
        kind = signal["topic"] if signal["topic"] in self.shared else "one"
        late = self.late.setdefault(kind, [])
        late += [(now - int(stamp)) / 1e6 for stamp in signal["ids"]]


@contextlib.contextmanager
def server_process() -> Iterator[subprocess.Popen[str]]:
    """Serve this bench's database, which the environment names, in a process of its own."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.live_server"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
    )  # fmt: skip
    try:
        yield process
        process.communicate(timeout=15)
    finally:
        process.kill()
        process.wait()


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def rss_mb(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def p95(values: list[float]) -> float:
    return round(ground.percentile(values, 0.95), 1)


async def measure(process: subprocess.Popen[str], *, seconds: float) -> dict[str, float]:
    assert process.stdin is not None
    assert process.stdout is not None
    stdin, stdout = process.stdin, process.stdout

    async def ask(**order: object) -> int:
        stdin.write(json.dumps(order) + "\n")
        stdin.flush()
        commits = json.loads(await asyncio.to_thread(stdout.readline))["commits"]
        await asyncio.sleep(SETTLE)
        return int(commits)

    hello = json.loads(await asyncio.to_thread(stdout.readline))
    shared = (hello["list"], hello["everyone"])
    clients = Clients(port=hello["port"], grants=hello["grants"], shared=set(shared))
    tasks = await clients.open()
    before = cpu_seconds(process.pid)
    commits = await ask(seconds=seconds, everyone=False)
    cpu = (cpu_seconds(process.pid) - before) / (seconds + SETTLE)
    loud = await ask(seconds=seconds / 4, everyone=True)
    rss = rss_mb(process.pid)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    one, listed, everyone = (clients.late.get(kind, []) for kind in ("one", *shared))
    expected = commits * 2 + commits * hello["desks"] + loud * len(tasks)
    return {
        "p95_ms": p95(one),
        "clients": len(tasks),
        "list_p95_ms": p95(listed),
        "everyone_p95_ms": p95(everyone),
        "lost": expected - len(one) - len(listed) - len(everyone),
        "signals_per_s": round(commits / seconds, 1),
        "server_cpu_share": round(cpu, 3),
        "server_rss_mb": round(rss, 1),
    }


def run(*, database: str, quick: bool) -> dict[str, float]:
    """Figures of one run on the database that the environment names."""
    ground.say(f"500 browsers, 20 commits a second on {database}")
    with server_process() as process:
        return asyncio.run(measure(process, seconds=10 if quick else 60))

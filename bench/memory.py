"""Resident memory of the whole default process while the demo's customers chat.

``rss_mb`` is at the end (ten minutes; quick: half a minute), ``peak_mb`` the most the kernel saw.
SQLite: everything is this one process. PostgreSQL's own memory is not counted.
"""

import os
import time
from pathlib import Path

from bench.ground import say
from tests.servers import MajungServer, wait_until

KILO = 1024


def run(*, database: str, quick: bool) -> dict[str, float]:  # noqa: ARG001 - all alike
    seconds = 30 if quick else 600
    server = MajungServer(
        database_url=os.environ.get("DATABASE_URL", ""), on_disk=True,
        env={"MAJUNG_LOG_LEVEL": "ERROR", "MAJUNG_DEMO": "1"},
    )  # fmt: skip
    try:
        filled = server.run("demo", "--only-fill", seconds=300)
        if filled.returncode:
            raise RuntimeError(filled.stderr)
        server.start("demo", "--busy", "normal")
        wait_until(server.answers, what="the demo", seconds=90)
        for passed in range(0, seconds, 30):
            time.sleep(min(30, seconds - passed))
            say(f"  {passed + 30:4} s: {_status(server.pid, 'VmRSS'):.0f} MB")
        return {
            "rss_mb": _status(server.pid, "VmRSS"),
            "peak_mb": _status(server.pid, "VmHWM"),
            "seconds": float(seconds),
        }
    finally:
        server.stop()
        server.remove()


def _status(pid: int, name: str) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) / KILO
    return 0.0

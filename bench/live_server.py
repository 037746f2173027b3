"""The server process of `bench.live`: the real ASGI root and a thread that commits and signals.

It prints {"port", "grants", "everyone", "list", "desks"} when it serves, and for each line
{"seconds", "everyone"} on standard input it works that long and prints {"commits"}. The end of its input is its end.
"""

import asyncio
import json
import os
import random
import socket
import sys
import threading
import time

import uvicorn

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "majung.settings")

from django.db import connection, transaction

from majung.asgi import application
from majung.core import live, live_hub

VISITORS, DESKS = 450, 50
PER_SECOND = 20
EVERYONE = "bench:everyone"
LIST = "list:brand:1"


def topics(number: int) -> list[str]:
    """Name what browser `number` listens to: widgets come first, then desks."""
    if number < VISITORS:
        return [EVERYONE, f"visitor:{number}"]
    return [EVERYONE, LIST, f"conversation:{number - VISITORS}"]


def commit(*signalled: str) -> None:
    """One row in one transaction; the id of the signal is the time just before its commit."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO bench_live (said) VALUES ('안녕하세요')")
        stamp = str(time.monotonic_ns())
        for topic in signalled:
            live.signal(topic, ids=[stamp])


def work(*, seconds: float, everyone: bool) -> int:
    chance, start, commits = random.Random(20), time.monotonic(), 0
    while (due := start + commits / PER_SECOND) < start + seconds:
        time.sleep(max(0.0, due - time.monotonic()))
        if everyone:
            commit(EVERYONE)
        else:
            visitor = chance.randrange(VISITORS)
            commit(f"visitor:{visitor}", f"conversation:{visitor % DESKS}", LIST)
        commits += 1
    return commits


def obey(server: uvicorn.Server, port: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_live (said text)")
    while not server.started:
        time.sleep(0.01)
    grants = [live.grant(topics(number)) for number in range(VISITORS + DESKS)]
    names = {"everyone": EVERYONE, "list": LIST, "desks": DESKS}
    print(json.dumps({"port": port, "grants": grants, **names}), flush=True)
    for line in sys.stdin:
        print(json.dumps({"commits": work(**json.loads(line))}), flush=True)
    server.should_exit = True


class Server(uvicorn.Server):
    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await live_hub.stop()
        await super().shutdown(sockets)


def main() -> None:
    listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
    server = Server(uvicorn.Config(application, log_level="warning", access_log=False))
    threading.Thread(target=obey, args=(server, listener.getsockname()[1]), daemon=True).start()
    asyncio.run(server.serve([listener]))


if __name__ == "__main__":
    main()

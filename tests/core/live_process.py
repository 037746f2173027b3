"""A server process with the live application and a door for tests: `python -m … PORT`.

POST /signal {"topic", "ids"?, "kind"?, "times"?, "end"?: "commit"|"rollback"} signals from a worker
thread inside a transaction and answers with the milliseconds that took; GET /state tells the hub's.
"""

import asyncio
import json
import os
import socket
import sys
import time
from typing import Any, cast

import django
import uvicorn
from asgiref.typing import ASGIReceiveCallable, ASGISendCallable, Scope
from django.db import transaction

from majung.core import live, live_app, live_hub


class Undo(Exception):
    pass


def signal(request: dict[str, Any]) -> dict[str, float]:
    start = time.perf_counter()
    for number in range(request.get("times", 1)):
        ids = request.get("ids", []) or [str(number)]
        try:
            with transaction.atomic():
                live.signal(request["topic"], ids=ids, kind=request.get("kind", "changed"))
                if request.get("end") == "rollback":
                    raise Undo
        except Undo:
            pass
    return {"milliseconds": (time.perf_counter() - start) * 1000}


async def answer(send: ASGISendCallable, data: object) -> None:
    await send(
        {
            "type": "http.response.start",
            "status": 200,
            "headers": [(b"content-type", b"application/json")],
            "trailers": False,
        }
    )
    body = json.dumps(data).encode()
    await send({"type": "http.response.body", "body": body, "more_body": False})


async def lifespan(receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
    await receive()
    await live_hub.start()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await live_hub.stop()
    await send({"type": "lifespan.shutdown.complete"})


async def application(scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
    if scope["type"] == "lifespan":
        await lifespan(receive, send)
    elif scope["type"] == "http" and scope["path"] == "/live":
        await live_app.application(scope, receive, send)
    elif scope["type"] == "http" and scope["path"] == "/state":
        await answer(send, {"clients": live_hub.clients(), "live": live_hub.is_live()})
    elif scope["type"] == "http" and scope["path"] == "/marks":
        topic = scope["query_string"].decode()
        await answer(send, await asyncio.to_thread(live.marks, [topic]))
    else:
        body = cast("dict[str, Any]", await receive())["body"]
        await answer(send, await asyncio.to_thread(signal, json.loads(body)))


class Server(uvicorn.Server):
    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await live_hub.stop()
        await super().shutdown(sockets)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "majung.settings")
    django.setup()
    Server(uvicorn.Config(application, port=int(sys.argv[1]), log_level="warning")).run()


if __name__ == "__main__":
    main()

"""GET /live?grant=…: the stream of server-sent events, as a small native ASGI application.

Events: `hello` {epoch, marks}, `signal` {topic, epoch, first, n, ids, kind}, `stale` {}, `bye` {}.
A token in the address stands for the right to listen, so a stream needs no session and no query.
One network address may have MAJUNG_LIVE_STREAMS of them open in this process.
"""

import asyncio
import contextlib
import json
from collections import Counter
from collections.abc import Iterator
from urllib.parse import parse_qs

from asgiref.typing import ASGIReceiveCallable, ASGISendCallable, HTTPScope
from django.conf import settings
from django.core.signing import BadSignature

from majung.core import live, live_hub

RETRY = b"retry: 2000\n\n"
"""Milliseconds after which a browser comes back by itself."""
TOPICS = 500
"""Topics of one stream at most."""

_open: Counter[str] = Counter()


async def application(
    scope: HTTPScope, receive: ASGIReceiveCallable, send: ASGISendCallable
) -> None:
    if scope["method"] != "GET":
        await _refuse(send, 405, "Method Not Allowed", (b"allow", b"GET"))
        return
    query = parse_qs(scope["query_string"].decode("latin-1"))
    try:
        topics = {topic for token in query.get("grant", []) for topic in live.granted(token)}
    except BadSignature:
        topics = set()
    if not topics or len(topics) > TOPICS:
        await _refuse(send, 403, "Forbidden")
        return
    address = scope["client"][0] if scope["client"] else ""
    if _open[address] >= settings.MAJUNG_LIVE_STREAMS:
        await _refuse(send, 429, "Too Many Requests", (b"retry-after", b"30"))
        return
    client = live_hub.join(topics)
    if client is None:
        await _refuse(send, 503, "Service Unavailable", (b"retry-after", b"3"))
        return
    with _counted(address):
        watch = asyncio.create_task(_watch(receive, client))
        try:
            await _stream(send, client)
        finally:
            live_hub.leave(client)
            watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watch


@contextlib.contextmanager
def _counted(address: str) -> Iterator[None]:
    """Count an address's streams; addresses without one are forgotten."""
    _open[address] += 1
    try:
        yield
    finally:
        _open[address] -= 1
        if not _open[address]:
            del _open[address]


async def _stream(send: ASGISendCallable, client: live_hub.Client) -> None:
    headers = [
        (b"content-type", b"text/event-stream; charset=utf-8"),
        (b"cache-control", b"no-cache"),
        (b"x-accel-buffering", b"no"),
    ]
    await send(
        {
            "type": "http.response.start",
            "status": 200,
            "headers": headers,
            "trailers": False,
        }
    )
    await send({"type": "http.response.body", "body": RETRY, "more_body": True})
    async for chunk in client:
        await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _watch(receive: ASGIReceiveCallable, client: live_hub.Client) -> None:
    """End the stream when the browser goes, however quiet its topics are."""
    while (await receive())["type"] != "http.disconnect":
        pass
    client.close()


async def _refuse(
    send: ASGISendCallable, status: int, title: str, *headers: tuple[bytes, bytes]
) -> None:
    # RFC 9457; only programs read it.
    body = json.dumps({"type": "about:blank", "title": title, "status": status}).encode()
    content = [
        (b"content-type", b"application/problem+json"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
    ]
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [*content, *headers],
            "trailers": False,
        }
    )
    await send({"type": "http.response.body", "body": body, "more_body": False})

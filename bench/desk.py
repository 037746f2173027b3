"""The desk on a full database: the list and the conversation page, as a signed-in agent.

``list_p95_ms`` and ``conversation_p95_ms`` are one client's, over HTTP, from the real process;
``queries_list`` and ``queries_conversation`` are counted in this process.
"""

import time
from http.client import HTTPConnection
from itertools import cycle, islice

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench import fill
from bench.ground import percentile, say, served
from majung.accounts.models import Agent
from majung.conversations import search_index
from majung.conversations.models import Conversation

ROUNDS = 200


def run(*, database: str, quick: bool) -> dict[str, float]:  # noqa: ARG001 - all alike
    count = 20_000 if quick else 1_000_000
    say(f"filling {count:,} conversations")
    fill.conversations(fill.company(), count=count)
    search_index.rebuild()  # or it would be caught up with while we measure
    pages = list(Conversation.objects.order_by("-id").values_list("public_id", flat=True)[:50])
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(Agent.objects.get())
    conversation = f"/desk/c/{pages[0]}/"
    client.get("/desk/unassigned/")
    client.get(conversation)
    figures = {
        "queries_list": float(_queries(client, "/desk/unassigned/")),
        "queries_conversation": float(_queries(client, conversation)),
    }
    cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    connection.close()
    with served() as server:
        for name, paths in (
            ("list", ["/desk/unassigned/"]),
            ("mine", ["/desk/mine/"]),
            ("all", ["/desk/all/"]),
            ("conversation", [f"/desk/c/{page}/" for page in pages]),
        ):
            times = _times(server.port, cookie, paths)
            figures[f"{name}_p95_ms"] = percentile(times, 0.95) * 1000
            figures[f"{name}_p50_ms"] = percentile(times, 0.5) * 1000
    return figures


def _queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        response = client.get(path)
    if response.status_code != 200:
        msg = f"{path}: {response.status_code}"
        raise RuntimeError(msg)
    return len(seen)


def _times(port: int, cookie: str, paths: list[str]) -> list[float]:
    http = HTTPConnection("127.0.0.1", port, timeout=30)
    times = []
    for path in islice(cycle(paths), ROUNDS):
        begun = time.perf_counter()
        _get(http, path, cookie)
        times.append(time.perf_counter() - begun)
    return times


def _get(http: HTTPConnection, path: str, cookie: str) -> None:
    http.request("GET", path, headers={"Cookie": cookie})
    response = http.getresponse()
    response.read()
    if response.status != 200:
        msg = f"{path}: {response.status}"
        raise RuntimeError(msg)

"""Closed-loop clients of the widget API, in a process of their own and without Django."""

import json
import threading
import time
import uuid
from http.client import HTTPConnection
from itertools import cycle
from typing import Any


def load(
    port: int, key: str, tokens: list[str], clients: int, seconds: float, answers: Any
) -> None:
    """Be ``clients`` connections that each write as soon as the last message was answered.

    Every message is the next browser's, since one browser may not write that often.
    """
    times: list[float] = []
    gate = threading.Barrier(clients)
    browsers = cycle(tokens)

    def browse() -> None:
        http = HTTPConnection("127.0.0.1", port, timeout=30)
        gate.wait()
        end = time.perf_counter() + seconds
        while (begun := time.perf_counter()) < end:
            body = {"key": str(uuid.uuid4()), "text": "택배가 아직 안 왔어요.", "files": []}
            _post(http, f"/widget/{key}/messages", body, next(browsers))
            times.append(time.perf_counter() - begun)

    threads = [threading.Thread(target=browse) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    answers.put(times)


def _post(http: HTTPConnection, path: str, body: dict[str, Any], token: str) -> dict[str, Any]:
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    http.request("POST", path, json.dumps(body), headers)
    response = http.getresponse()
    answer = response.read()
    if response.status not in {200, 201}:
        msg = f"{path}: {response.status} {answer[:300]!r}"
        raise RuntimeError(msg)
    return dict(json.loads(answer))

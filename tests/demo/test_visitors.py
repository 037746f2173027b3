import json
import time
from collections.abc import Callable

import httpx
import pytest

from tests.servers import MajungServer, wait_until

COUNTS = """
import json
from majung.conversations.models import Message
rows = Message.objects.exclude(external_id__startswith="demo:")
lively = rows.filter(kind="customer").values("conversation").distinct().count()
late = rows.filter(kind="reply", client_key__gt="")
print("figures:" + json.dumps([lively, late.count(), late.filter(state="read").count()]))
"""


def figures(server: MajungServer) -> tuple[int, int, int]:
    """Return how many conversations began live, how many replies were written, and read."""
    line = server.run("manage", "shell", "-c", COUNTS).stdout.split("figures:")[1]
    lively, written, read = json.loads(line.splitlines()[0])
    return lively, written, read


@pytest.mark.slow
def test_customers_chat_and_colleagues_answer(
    majung_process: Callable[..., MajungServer],
) -> None:
    server = majung_process(MAJUNG_DEMO="1", MAJUNG_LOG_LEVEL="WARNING")
    server.start("demo", "--busy", "rush", "--customers", "60", "--conversations", "40")
    wait_until(server.answers, what="the demo", seconds=120)
    assert httpx.get(f"{server.url}/shop/dareum/").is_success
    deadline = time.monotonic() + 150
    while not all(found := figures(server)) and time.monotonic() < deadline:
        time.sleep(5)
    assert all(found), (found, server.log()[-2000:])
    assert "gave up" not in server.log()
    assert "jiwoo.han@example.com" in server.log()

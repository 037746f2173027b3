"""The running server as browsers, proxies and operators meet it."""

import gzip
import http.client
import threading
import time
from collections.abc import Callable
from urllib.parse import quote

import httpx
import pytest

from tests.servers import MajungServer

Make = Callable[..., MajungServer]
pytestmark = pytest.mark.slow


def ask(server: MajungServer, code: str) -> str:
    done = server.run("manage", "shell", "-v0", "-c", code)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_request_ids_come_back(live_server_process: Make) -> None:
    server = live_server_process()
    given = httpx.get(f"{server.url}/healthz", headers={"X-Request-Id": "abcdefgh-1234"})
    made = httpx.get(f"{server.url}/healthz", headers={"X-Request-Id": "no spaces please"})
    assert given.headers["X-Request-Id"] == "abcdefgh-1234"
    assert len(made.headers["X-Request-Id"]) == 32
    assert "server" not in made.headers


def test_forwarded_addresses_are_believed_from_known_proxies_only(
    live_server_process: Make,
) -> None:
    forwarded = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}
    for proxies, status in (("10.0.0.0/8", 403), ("127.0.0.1", 200)):
        server = live_server_process(
            MAJUNG_TRUSTED_PROXIES=proxies, MAJUNG_METRICS_ALLOW="203.0.113.0/24"
        )
        found = httpx.get(f"{server.url}/metrics", headers=forwarded).status_code
        assert (proxies, found) == (proxies, status)
        server.stop()


def test_unknown_hosts_are_refused(live_server_process: Make) -> None:
    server = live_server_process()
    assert httpx.get(f"{server.url}/readyz", headers={"Host": "evil.example"}).status_code == 400


def test_static_files_are_hashed_compressed_and_kept_for_ever(live_server_process: Make) -> None:
    server = live_server_process()
    address = ask(
        server,
        "from django.templatetags.static import static;print(static('django_htmx/htmx-2.min.js'))",
    )
    assert address.startswith("/static/django_htmx/htmx-2.min.")
    assert address != "/static/django_htmx/htmx-2.min.js"
    with httpx.stream("GET", server.url + address, headers={"Accept-Encoding": "gzip"}) as response:
        raw = b"".join(response.iter_raw())
    assert response.headers["Content-Encoding"] == "gzip"
    assert "immutable" in response.headers["Cache-Control"]
    assert b"htmx" in gzip.decompress(raw)
    assert httpx.get(f"{server.url}/static/nothing.js").status_code == 404


def test_static_files_are_collected_once(live_server_process: Make) -> None:
    server = live_server_process()
    manifest = server.home / "static" / "staticfiles.json"
    first = manifest.stat().st_mtime_ns
    server.stop()
    server.start()
    assert manifest.stat().st_mtime_ns == first
    (server.home / "static" / ".collected").write_text("an older version")
    server.stop()
    server.start()
    assert manifest.stat().st_mtime_ns != first


def test_stop_says_goodbye_to_open_streams(live_server_process: Make) -> None:
    server = live_server_process()
    grant = ask(server, "from majung.core import live; print(live.grant(['list:brand:1']))")
    events: list[str] = []
    opened = threading.Event()

    def listen() -> None:
        address = f"{server.url}/live?grant={quote(grant)}"
        with httpx.stream("GET", address, timeout=30) as response:
            for line in response.iter_lines():
                if line.startswith("event: "):
                    events.append(line.removeprefix("event: "))
                    opened.set()

    listener = threading.Thread(target=listen)
    listener.start()
    assert opened.wait(20)
    assert server.stop() == 0
    listener.join(10)
    assert events == ["hello", "bye"]


def test_stop_finishes_the_request_that_is_running(live_server_process: Make) -> None:
    server = live_server_process()
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    # Half a form is sent; the thread that reads it is busy when the server is told to stop.
    connection.putrequest("POST", "/accounts/login/")
    connection.putheader("Content-Type", "application/x-www-form-urlencoded")
    connection.putheader("Content-Length", "10")
    # With the cookie Django looks for the token in the form, so it has to wait for the rest.
    connection.putheader("Cookie", f"csrftoken={'a' * 32}")
    connection.endheaders()
    connection.send(b"login")
    time.sleep(0.5)
    stopping = threading.Thread(target=server.stop)
    stopping.start()
    time.sleep(1)
    assert server.is_running
    connection.send(b"=abcd")
    response = connection.getresponse()
    assert response.status == 403  # no CSRF token: an answer, not a broken connection
    connection.close()
    stopping.join()


@pytest.mark.parametrize("count", [64])
def test_more_requests_than_threads_all_get_their_answer(
    live_server_process: Make, count: int
) -> None:
    server = live_server_process(MAJUNG_WEB_THREADS="2")
    found: list[int] = []

    def get() -> None:
        found.append(httpx.get(f"{server.url}/readyz", timeout=30).status_code)

    threads = [threading.Thread(target=get) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [200] * count

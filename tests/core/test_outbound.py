"""Calls outside reach the open internet and what is allowed, and come back bounded."""

import contextlib
import ipaddress
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from pytest_django import Settings

from majung.core import outbound
from majung.core.outbound import AddressRefused, AnswerTooLarge, CallFailed
from tests.servers import free_port


@dataclass
class Other:
    """The other server: what it was asked, and its address under a name and as a number."""

    port: int
    asked: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)
    failures: int = 0

    @property
    def by_name(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def by_number(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def trickle(handler: BaseHTTPRequestHandler) -> None:
    """Send without end and slowly, until the caller has had enough."""
    handler.send_response(200)
    handler.end_headers()
    handler.close_connection = True
    with contextlib.suppress(OSError):
        for _ in range(200):
            handler.wfile.write(b"x" * 1000)
            time.sleep(0.01)


def handler_for(other: Other) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            other.asked.append((self.command, self.path, headers, self.rfile.read(length)))
            if self.path.startswith("/to/"):
                self.reply(302, b"", location=self.path.removeprefix("/to/"))
            elif self.path == "/flaky" and other.failures > 0:
                other.failures -= 1
                self.reply(503, b"later")
            elif self.path == "/endless":
                trickle(self)
            else:
                self.reply(200, b'{"ok": true}')

        do_GET = do_POST = do_PUT = answer  # noqa: N815 - the library's names

        def reply(self, status: int, body: bytes, *, location: str = "") -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            if location:
                self.send_header("Location", location)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    return Handler


@pytest.fixture
def other() -> Iterator[Other]:
    made = Other(port=free_port())
    server = ThreadingHTTPServer(("127.0.0.1", made.port), handler_for(made))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield made
    server.shutdown()
    server.server_close()
    thread.join()
    outbound.close()


@pytest.fixture(autouse=True)
def _nothing_allowed(settings: Settings) -> None:
    settings.MAJUNG_OUTBOUND_ALLOW = []


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.8.8",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.0.1",
        "169.254.169.254",  # cloud metadata
        "100.64.0.1",
        "192.0.2.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1",
        "fc00::1",
        "fd00:ec2::254",  # cloud metadata
        "ff02::1",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001:db8::1",
    ],
)
def test_is_public_refuses_special_networks(address: str) -> None:
    assert not outbound.is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "211.249.220.24", "2606:4700::1111", "64:ff9b::808:808"]
)
def test_is_public_takes_the_open_internet(address: str) -> None:
    assert outbound.is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "2130706433", "0x7f000001", "127.1", "[::1]", "[::ffff:127.0.0.1]"],
)
def test_request_refuses_every_spelling_of_this_machine(other: Other, host: str) -> None:
    with pytest.raises(AddressRefused):
        outbound.request("GET", f"http://{host}:{other.port}/")
    assert other.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://example.com/",
        "http://",
        "http://user:pw@example.com/",
        "no url",
    ],
)
def test_request_refuses_what_is_no_web_address(url: str) -> None:
    with pytest.raises(AddressRefused):
        outbound.request("GET", url)


@pytest.mark.parametrize("allowed", ["LOCALHOST", "127.0.0.0/8", "127.0.0.1"])
def test_request_reaches_what_is_allowed(other: Other, settings: Settings, allowed: str) -> None:
    settings.MAJUNG_OUTBOUND_ALLOW = ["intranet.example", allowed, "::1"]
    answer = outbound.request(
        "POST", f"{other.by_name}/hook", json={"a": "가"}, headers={"X-Key": "k"}
    )
    assert (answer.status, answer.json(), answer.is_success) == (200, {"ok": True}, True)
    method, path, headers, body = other.asked[0]
    assert (method, path, body) == ("POST", "/hook", '{"a":"가"}'.encode())
    assert (headers["x-key"], headers["host"]) == ("k", f"localhost:{other.port}")


def test_request_does_not_follow_redirects_unasked(other: Other, settings: Settings) -> None:
    settings.MAJUNG_OUTBOUND_ALLOW = ["localhost", "::1"]
    answer = outbound.request("GET", f"{other.by_name}/to//there")
    assert (answer.status, answer.headers["location"], len(other.asked)) == (302, "/there", 1)


def test_request_follows_redirects_when_asked(other: Other, settings: Settings) -> None:
    settings.MAJUNG_OUTBOUND_ALLOW = ["localhost", "::1"]
    url = f"{other.by_name}/to//to//end"
    answer = outbound.request("GET", url, redirects=2, headers={"X-Key": "k"})
    assert (answer.status, answer.url) == (200, f"{other.by_name}/end")
    assert [headers.get("x-key") for _, _, headers, _ in other.asked] == ["k", "k", "k"]
    assert outbound.request("GET", url, redirects=1).status == 302
    assert outbound.request("POST", url, redirects=2).status == 302


def test_request_refuses_a_redirect_into_the_network(other: Other, settings: Settings) -> None:
    settings.MAJUNG_OUTBOUND_ALLOW = ["localhost"]
    with pytest.raises(AddressRefused):
        outbound.request("GET", f"{other.by_name}/to/{other.by_number}/secret", redirects=3)
    with pytest.raises(AddressRefused):
        outbound.request("GET", f"{other.by_name}/to/file:///etc/passwd", redirects=3)
    assert [path for _, path, _, _ in other.asked if path == "/secret"] == []


def test_request_leaves_secrets_at_home_when_redirected_away(
    other: Other, settings: Settings
) -> None:
    settings.MAJUNG_OUTBOUND_ALLOW = ["localhost", "127.0.0.1", "::1"]
    url = f"{other.by_name}/to/{other.by_number}/away"
    outbound.request("GET", url, redirects=1, headers={"Authorization": "s", "X-Key": "s"})
    _, path, headers, _ = other.asked[-1]
    assert (path, headers.get("authorization"), headers.get("x-key")) == ("/away", None, None)


def test_request_cuts_a_long_answer(other: Other, settings: Settings) -> None:
    settings.MAJUNG_OUTBOUND_ALLOW = ["localhost"]
    with pytest.raises(AnswerTooLarge):
        outbound.request("GET", f"{other.by_name}/endless", limit=5000)


def test_request_cuts_a_slow_answer(other: Other, settings: Settings) -> None:
    settings.MAJUNG_OUTBOUND_ALLOW = ["localhost"]
    begun = time.monotonic()
    with pytest.raises(CallFailed):
        outbound.request("GET", f"{other.by_name}/endless", timeout=0.3, retries=0)
    assert time.monotonic() - begun < 1.5


@pytest.mark.parametrize(
    ("method", "headers", "status", "times"),
    [
        ("GET", {}, 200, 3),
        ("PUT", {}, 200, 3),
        ("POST", {}, 503, 1),
        ("POST", {"Idempotency-Key": "1"}, 200, 3),
    ],
)
def test_request_retries_only_what_may_be_repeated(
    other: Other, settings: Settings, method: str, headers: dict[str, str], status: int, times: int
) -> None:
    settings.MAJUNG_OUTBOUND_ALLOW = ["localhost"]
    other.failures = 2
    answer = outbound.request(method, f"{other.by_name}/flaky", headers=headers)
    assert (answer.status, len(other.asked)) == (status, times)


def test_request_gives_up_after_its_retries(other: Other, settings: Settings) -> None:
    settings.MAJUNG_OUTBOUND_ALLOW = ["localhost"]
    other.failures = 9
    assert outbound.request("GET", f"{other.by_name}/flaky", retries=1).status == 503
    assert len(other.asked) == 2


def test_request_says_that_nobody_answers(settings: Settings) -> None:
    settings.MAJUNG_OUTBOUND_ALLOW = ["127.0.0.1"]
    with pytest.raises(CallFailed, match="ConnectError"):
        outbound.request("GET", f"http://127.0.0.1:{free_port()}/", retries=0)
    with pytest.raises(CallFailed, match="ConnectError"):
        outbound.request("GET", "http://no-such-host.invalid/", retries=0)

"""Several real processes, the real Redis and the real nginx between them and the browser."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core.management import call_command
from django.db import connection

from majung.accounts.models import Agent, AuditEntry
from majung.channels.models import InboundDelivery
from majung.conversations import replies
from majung.conversations.models import Conversation, Inbox, Message
from majung.core.models import Job
from tests import factories
from tests.core.live_servers import Browser
from tests.people import PASSWORD
from tests.servers import ROOT, MajungServer, NginxServer, RedisServer, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
Make = Callable[..., MajungServer]
SECOND = 1.0


_clients: list[httpx.Client] = []


def client(url: str, *, address: str = "127.0.0.1", **headers: str) -> httpx.Client:
    """Return a browser at an address of its own on loopback; it is closed after the test."""
    transport = httpx.HTTPTransport(local_address=address)
    made = httpx.Client(base_url=url, transport=transport, headers=headers, timeout=20)
    _clients.append(made)
    return made


@pytest.fixture(autouse=True)
def _close_clients() -> Iterator[None]:
    yield
    while _clients:
        _clients.pop().close()


class Widget:
    """A chat widget in a browser, over HTTP; ``address`` is the browser's own on loopback."""

    def __init__(self, url: str, key: str, *, address: str = "127.0.0.1") -> None:
        self.path = f"/widget/{key}"
        self.client = client(url, address=address)
        told = self.client.post(f"{self.path}/session", json={"locale": "ko"})
        assert told.status_code == 200, told.text
        self.told: dict[str, Any] = told.json()
        self.client.headers["Authorization"] = f"Bearer {self.told['token']}"

    def write(self, text: str, *, key: str = "", url: str = "") -> httpx.Response:
        body = {"key": key or str(uuid4()), "text": text, "files": []}
        return self.client.post(f"{url}{self.path}/messages", json=body)

    def texts(self) -> list[str]:
        page = self.client.get(f"{self.path}/messages").json()
        return [message["text"] for message in page["messages"]]

    @contextmanager
    def listening(self, url: str = "") -> Iterator[Browser]:
        params = {"grant": self.told["live"]["grant"]}
        timeout = httpx.Timeout(10, read=20)
        with httpx.stream("GET", f"{url}/live", params=params, timeout=timeout) as response:
            assert response.status_code == 200
            yield Browser(response)


@pytest.fixture
def start(majung_process: Make, database_url: str) -> Make:
    """Start real processes on this test's own database and home."""

    def begin(*command: str, **env: str) -> MajungServer:
        if connection.vendor == "postgresql":
            call_command("createcachetable", verbosity=0)
        shared = {
            "MAJUNG_CHANNELS": "pager=tests.channels.pager",
            "MAJUNG_OUTBOUND_ALLOW": "127.0.0.1",
            "DATABASE_URL": database_url,
        }
        server = majung_process(MAJUNG_HOME=str(settings.MAJUNG_HOME), **shared, **env)
        server.start(*command)
        if command[0] == "serve":
            server.wait_for_answer()
        return server

    return begin


def wait_for_live(server: MajungServer, widget: Widget) -> None:
    def is_live() -> bool:
        with widget.listening(server.url) as browser:
            return browser.next()[0] == "hello"

    wait_until(is_live, what="the subscription")


@pytest.mark.only_on("postgres")
def test_two_processes_share_signals_and_redis_costs_freshness_only(
    start: Make, redis_server: RedisServer, widget: Inbox
) -> None:
    one, two = (start("serve", "--web-only", LIVE_URL=redis_server.url) for _ in range(2))
    visitor = Widget(one.url, widget.key)
    wait_for_live(two, visitor)
    with visitor.listening(two.url) as browser:
        before = browser.until("hello")["epoch"]
        visitor.write("처음")
        assert browser.until("signal")["epoch"] == before

        redis_server.kill()
        browser.until("stale")
        begun = time.monotonic()
        for number in range(10):
            assert visitor.write(f"그사이 {number}").status_code == 201
        assert time.monotonic() - begun < 10 * SECOND / 2

        redis_server.start()
        hello = browser.until("hello")
        assert hello["epoch"] != before
        # The other epoch tells the browser to read again, and everything is there.
        assert visitor.texts() == ["처음", *(f"그사이 {number}" for number in range(10))]
        wait_for_live(one, visitor)
        visitor.write("다시")
        browser.until("signal")
    assert visitor.texts()[-1] == "다시"


def nginx_before(server: MajungServer) -> str:
    """Return the configuration that we recommend, for this test's ports."""
    written = (ROOT / "deploy/nginx.conf").read_text()
    for ours, theirs in (
        ("listen 80;", "listen 127.0.0.1:{port};"),
        (":8000;", f":{server.port};"),
    ):
        assert written.count(ours) == 1
        written = written.replace(ours, theirs)
    return written


@pytest.fixture
def behind_nginx(
    start: Make, nginx_server: Callable[[str], NginxServer]
) -> tuple[MajungServer, NginxServer]:
    server = start("serve", MAJUNG_TRUSTED_PROXIES="127.0.0.1")
    return server, nginx_server(nginx_before(server))


def test_live_updates_stream_through_nginx_at_once(
    behind_nginx: tuple[MajungServer, NginxServer], widget: Inbox
) -> None:
    server, nginx = behind_nginx
    visitor = Widget(nginx.url, widget.key)
    with visitor.listening(nginx.url) as browser:
        browser.until("hello")
        for number in range(3):
            begun = time.monotonic()
            assert visitor.write(f"{number}").status_code == 201
            browser.until("signal")
            assert time.monotonic() - begun < 2 * SECOND
        server.process.terminate()  # type: ignore[union-attr]
        browser.until("bye")


def test_uploads_of_twenty_megabytes_pass_nginx(
    behind_nginx: tuple[MajungServer, NginxServer], widget: Inbox
) -> None:
    _, nginx = behind_nginx
    visitor = Widget(nginx.url, widget.key)
    most = visitor.told["limits"]["file"]
    path = f"{visitor.path}/files"
    taken = visitor.client.post(path, files={"file": ("사진.bin", b"\x07" * most)})
    assert (taken.status_code, taken.json()["size"]) == (201, most)
    for size in (most + 1, 30 * 1024 * 1024):
        refused = visitor.client.post(path, files={"file": ("사진.bin", b"\x07" * size)})
        assert refused.status_code == 413


def sign_in(url: str, agent: Agent, **headers: str) -> httpx.Client:
    agent.password = PBKDF2PasswordHasher().encode(PASSWORD, "salt")
    agent.save(update_fields=["password"])
    desk = client(url, address="127.0.0.3", **headers)
    desk.get("/accounts/login/")
    form = {"login": agent.email, "password": PASSWORD}
    form["csrfmiddlewaretoken"] = desk.cookies["csrftoken"]
    assert desk.post("/accounts/login/", data=form).status_code == 302
    return desk


def test_addresses_behind_nginx_are_the_browsers_own(
    behind_nginx: tuple[MajungServer, NginxServer], conversation: Conversation, agent: Agent
) -> None:
    _, nginx = behind_nginx
    # What a browser claims about itself is not believed.
    desk = sign_in(nginx.url, agent, **{"X-Forwarded-For": "192.0.2.9"})
    assert desk.get(f"/desk/c/{conversation.public_id}/").status_code == 200
    assert AuditEntry.objects.get(action="read").address == "127.0.0.3"


def test_limits_behind_nginx_count_each_address_for_itself(
    behind_nginx: tuple[MajungServer, NginxServer], widget: Inbox
) -> None:
    _, nginx = behind_nginx
    flood = client(nginx.url)
    path, body = f"/widget/{widget.key}/session", {"locale": "ko"}
    answers = [flood.post(path, json=body).status_code for _ in range(301)]
    assert answers == [200] * 300 + [429]
    assert Widget(nginx.url, widget.key, address="127.0.0.2").write("저는요").status_code == 201


def test_graceful_stop_under_load_loses_nothing_and_is_in_time(start: Make, widget: Inbox) -> None:
    server = start("serve")
    answered: list[str] = []
    enough = threading.Event()

    def write(visitor: Widget) -> None:
        while True:
            key = str(uuid4())
            try:
                answer = visitor.write(key, key=key)
            except httpx.TransportError:
                return
            if answer.status_code == 429:
                return
            assert answer.status_code == 201
            answered.append(key)
            if len(answered) > 60:
                enough.set()

    visitors = [Widget(server.url, widget.key) for _ in range(8)]
    with visitors[0].listening(server.url) as browser:
        browser.until("hello")
        writers = [threading.Thread(target=write, args=(each,)) for each in visitors]
        for writer in writers:
            writer.start()
        assert enough.wait(30)
        begun = time.monotonic()
        assert server.stop() == 0
        assert time.monotonic() - begun < 12 * SECOND
        browser.until("bye")
    for writer in writers:
        writer.join()
    kept = Message.objects.filter(kind="customer").values_list("text", flat=True)
    assert sorted(kept) == sorted(answered)
    assert not InboundDelivery.objects.exclude(state="processed").exists()
    assert not Job.objects.exclude(lease_until=None).exists()
    assert "Majung has stopped." in server.log()


class SlowVendor:
    """A vendor that takes a message and then keeps the caller waiting."""

    def __init__(self) -> None:
        self.keys: list[str] = []
        outer = self

        class Receiver(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.keys.append(body["key"])
                outer.go_on.wait(20)

            def log_message(self, *_: object) -> None:
                """Stay quiet."""

        self.go_on = threading.Event()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def slow_vendor() -> Iterator[SlowVendor]:
    vendor = SlowVendor()
    yield vendor
    vendor.go_on.set()
    vendor.server.shutdown()
    vendor.server.server_close()


@pytest.mark.only_on("postgres")
def test_worker_killed_in_mid_send_is_taken_over_within_its_lease(
    start: Make, slow_vendor: SlowVendor, agent: Agent, tmp_path: Path
) -> None:
    lease = 4
    brand = agent.teams.get().brands.get()
    inbox = Inbox.objects.create(
        kind="pager", brand=brand, name="호출", config={"url": slow_vendor.url}
    )
    phone = factories.identity(factories.customer(), "phone", "+821000001234")
    conversation = factories.conversation(inbox, phone.customer, identity=phone)
    first = start("worker", MAJUNG_LEASE_SECONDS=str(lease))
    reply = replies.send(conversation=conversation, text="곧 가요", by=agent, client_key="k")
    wait_until(lambda: bool(slow_vendor.keys), what="the send")
    start("worker", MAJUNG_LEASE_SECONDS=str(lease))
    first.kill()
    killed = time.monotonic()

    def is_judged() -> bool:
        reply.refresh_from_db()
        return reply.state == "unknown"

    wait_until(is_judged, what="the takeover")
    # The start of a second worker on a busy machine is not the subject, hence the margin.
    assert time.monotonic() - killed < lease + 8
    assert slow_vendor.keys == [str(reply.public_id)]
    wait_until(lambda: not Job.objects.filter(task__endswith="deliver").exists(), what="the end")

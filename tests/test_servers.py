"""The servers that other tests stand on are real and restartable."""

import os
import socket
from collections.abc import Callable

import pytest
import redis
from django.db import connection
from playwright.sync_api import Page

from tests.servers import NginxServer, RedisServer


@pytest.mark.django_db
def test_database_is_the_one_asked_for() -> None:
    wanted = os.environ.get("DATABASE_URL", "sqlite:").partition(":")[0]
    with connection.cursor() as cursor:
        cursor.execute("SELECT 6 * 7")
        assert cursor.fetchone() == (42,)
    assert connection.vendor == wanted


def test_redis_stops_and_starts_at_the_same_address(redis_server: RedisServer) -> None:
    client = redis.Redis.from_url(redis_server.url)
    assert client.ping()
    redis_server.stop()
    with pytest.raises(redis.ConnectionError):
        client.ping()
    redis_server.start()
    assert client.ping()
    client.close()


def test_nginx_answers(nginx_server: Callable[[str], NginxServer]) -> None:
    server = nginx_server("server { listen 127.0.0.1:{port}; return 204; }")
    with socket.create_connection(("127.0.0.1", server.port)) as connection_:
        connection_.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        assert connection_.recv(12) == b"HTTP/1.1 204"


def test_outside_addresses_are_refused() -> None:
    with pytest.raises(ConnectionRefusedError, match=r"127\.0\.0\.1 only"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)


@pytest.mark.browser
def test_chromium_runs(page: Page) -> None:
    page.set_content("<title>마중</title>")
    assert page.title() == "마중"

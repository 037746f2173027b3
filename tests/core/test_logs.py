"""Log lines: JSON, with a request id, without people."""

import json
import logging
import re
import sys

import pytest
import time_machine
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from majung.core.logs import JsonLines, current_request_id, request_id, scrub


def line(message: str, *args: object, **extra: object) -> dict[str, object]:
    record = logging.getLogger("majung.test").makeRecord(
        "majung.test", logging.INFO, __file__, 1, message, args, None, extra=extra
    )
    made: dict[str, object] = json.loads(JsonLines().format(record))
    return made


@time_machine.travel("2026-03-02T12:00:00.5+00:00", tick=False)
def test_line_says_when_who_and_what() -> None:
    with request_id("request-1"):
        assert line("상담 %d건", 3, count=3, route="desk") == {
            "time": "2026-03-02T12:00:00.500+00:00",
            "level": "info",
            "logger": "majung.test",
            "message": "상담 3건",
            "request_id": "request-1",
            "count": 3,
            "route": "desk",
        }


def test_line_drops_fields_that_are_not_on_the_list() -> None:
    made = line("x", email="kim@example.com", text="private", reason="kim@example.com gone")
    assert set(made) == {"time", "level", "logger", "message", "reason"}
    assert made["reason"] == "[e-mail] gone"


def test_line_scrubs_tracebacks_too() -> None:
    try:
        raise ValueError("no such customer kim@example.com")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "", 1, "failed", None, sys.exc_info())
    made = json.loads(JsonLines().format(record))
    assert made["error"].endswith("ValueError: no such customer [e-mail]")
    assert "\n" not in JsonLines().format(record)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("from kim.cs+shop@mail.example.co.kr!", "from [e-mail]!"),
        ("010-1234-5678", "[phone]"),
        ("call 01012345678 now", "call [phone] now"),
        ("02-312-3456", "[phone]"),
        ("031 123 4567", "[phone]"),
        ("+82 10-1234-5678", "[phone]"),
        ("+821012345678", "[phone]"),
        ("070-1234-5678", "[phone]"),
        ("900101-1234567", "[resident number]"),
        ("9001012234567", "[resident number]"),
        ("외국인 900101-5234567 님", "외국인 [resident number] 님"),
        # and what is not personal stays readable
        ("order 20260302-0001234", "order 20260302-0001234"),
        ("job 4012345678 took 1200 ms", "job 4012345678 took 1200 ms"),
        ("018f2c3a-1234-7abc-8def-0123456789ab", "018f2c3a-1234-7abc-8def-0123456789ab"),
        ("at 127.0.0.1:8000", "at 127.0.0.1:8000"),
        ("version 5.2.19", "version 5.2.19"),
    ],
)
def test_scrub_masks_people_and_little_else(text: str, expected: str) -> None:
    assert scrub(text) == expected


def show(_request: HttpRequest, token: str) -> HttpResponse:
    return HttpResponse(f"{current_request_id()} {token}")


urlpatterns = [path("follow/<token>", show, name="follow"), path("bare/<token>", show)]


@pytest.mark.urls(__name__)
def test_middleware_keeps_a_sane_request_id(client: Client) -> None:
    response = client.get("/follow/x", headers={"x-request-id": "abc_DEF-123"})
    assert (response["X-Request-Id"], response.text) == ("abc_DEF-123", "abc_DEF-123 x")
    assert current_request_id() == ""


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("given", ["", "short", "x" * 65, 'a"b<script>', "한글한글한글한글"])
def test_middleware_replaces_an_odd_request_id(client: Client, given: str) -> None:
    first = client.get("/follow/x", HTTP_X_REQUEST_ID=given)["X-Request-Id"]
    second = client.get("/follow/x", HTTP_X_REQUEST_ID=given)["X-Request-Id"]
    assert re.fullmatch(r"[0-9a-f]{32}", first)
    assert first != second


@pytest.mark.urls(__name__)
@pytest.mark.parametrize(
    ("address", "route", "status"),
    [
        ("/follow/s3cret?q=kim@example.com", "follow", 200),
        ("/bare/s3cret?q=kim", "bare/<token>", 200),
        ("/nowhere/s3cret?q=kim", "unmatched", 404),
    ],
)
def test_middleware_writes_one_line_without_path_or_query(
    client: Client, caplog: pytest.LogCaptureFixture, address: str, route: str, status: int
) -> None:
    caplog.set_level(logging.INFO, logger="majung.access")
    client.get(address)
    lines = [each for each in caplog.records if each.name == "majung.access"]
    assert len(lines) == 1
    made = json.loads(JsonLines().format(lines[0]))
    assert (made["method"], made["route"], made["status"]) == ("GET", route, status)
    assert made["duration_ms"] >= 0
    assert "s3cret" not in str(made)
    assert "kim" not in str(made)

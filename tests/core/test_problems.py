"""Errors are problem details (RFC 9457) to programs and a page to people."""

import json
import logging

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from majung.core.limits import LimitExceeded
from majung.core.problems import Problem, json_endpoint, problem

BROWSER = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
ERRORS: dict[str, Exception] = {
    "problem": Problem(
        422,
        "내용이 비어 있어요",
        "한 글자 이상 써 주세요.",
        code="text_empty",
        headers={"X-Extra": "1"},
        field="text",
    ),
    "limit": LimitExceeded(30),
    "missing": Http404("row 7 of secret_table"),
    "forbidden": PermissionDenied("because"),
    "broken": RuntimeError("password=hunter2"),
}


def plain(_request: HttpRequest, name: str) -> HttpResponse:
    raise ERRORS[name]


urlpatterns = [path("plain/<name>", plain), path("json/<name>", json_endpoint(plain))]
pytestmark = pytest.mark.urls(__name__)


@pytest.mark.parametrize("view", ["plain", "json"])
def test_a_raised_problem_becomes_problem_json(client: Client, view: str) -> None:
    response = client.get(f"/{view}/problem")
    assert response.status_code == 422
    assert response["Content-Type"] == "application/problem+json"
    assert response["X-Extra"] == "1"
    assert response["Cache-Control"] == "no-store"
    assert response.json() == {
        "type": "urn:majung:problem:text_empty",
        "title": "내용이 비어 있어요",
        "status": 422,
        "detail": "한 글자 이상 써 주세요.",
        "code": "text_empty",
        "field": "text",
    }
    assert "내용이".encode() in response.content


@pytest.mark.parametrize("view", ["plain", "json"])
def test_too_many_requests_say_when_to_come_back(client: Client, view: str) -> None:
    response = client.get(f"/{view}/limit")
    assert (response.status_code, response["Retry-After"]) == (429, "30")
    assert response.json()["code"] == "too_many_requests"
    assert response.json()["retry_after"] == 30


@pytest.mark.parametrize(
    ("name", "status", "code"), [("missing", 404, "not_found"), ("forbidden", 403, "forbidden")]
)
def test_json_endpoints_say_djangos_refusals_as_problems(
    client: Client, name: str, status: int, code: str
) -> None:
    response = client.get(f"/json/{name}")
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert "secret_table" not in response.text


def test_json_endpoints_say_a_crash_with_a_request_id_only(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    response = client.get("/json/broken", headers={"x-request-id": "request-42"})
    assert (response.status_code, response.json()["request_id"]) == (500, "request-42")
    assert "hunter2" not in response.text
    errors = [each for each in caplog.records if each.levelno == logging.ERROR]
    assert [each.name for each in errors if each.exc_info] == ["majung.problems"]


def test_other_views_crash_as_django_says(client: Client) -> None:
    with pytest.raises(RuntimeError):
        client.get("/plain/broken")


def test_people_see_a_page(client: Client) -> None:
    response = client.get("/plain/limit", headers=BROWSER)
    assert (response.status_code, response["Retry-After"]) == (429, "30")
    assert response["Content-Type"] == "text/html; charset=utf-8"
    assert "<h1>요청이 너무 많아요</h1>" in response.text
    assert "30초 뒤에" in response.text


def test_problem_without_code_is_about_blank() -> None:
    assert json.loads(problem(404, "없어요").content) == {
        "type": "about:blank",
        "title": "없어요",
        "status": 404,
    }

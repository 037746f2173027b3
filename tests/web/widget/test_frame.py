"""The frame page and the loader: who may hold the widget, and what is kept where."""

import gzip
import re
from pathlib import Path
from typing import Final

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from majung.conversations.models import Inbox
from tests.web.widget.browser import Response

pytestmark = pytest.mark.django_db

MOST_BYTES: Final = 25 * 1024


def _ancestors(answer: Response) -> str:
    (found,) = [
        directive.strip()
        for directive in answer["Content-Security-Policy"].split(";")
        if directive.strip().startswith("frame-ancestors")
    ]
    return str(found)


@pytest.mark.parametrize(
    ("origins", "held_by", "heard"),
    [
        ([], "'self'", "[&quot;http://testserver&quot;]"),
        (["*"], "*", "[&quot;*&quot;]"),
        (
            ["https://a.test", "http://b.test:90"],
            "'self' https://a.test http://b.test:90",
            "[&quot;http://testserver&quot;, &quot;https://a.test&quot;, &quot;http://b.test:90&quot;]",
        ),
        (["https://a.example; script-src *", "javascript:x"], "'self'", None),
    ],
)
def test_only_the_widgets_own_pages_may_hold_the_frame(
    stranger: Client, widget: Inbox, origins: list[str], held_by: str, heard: str | None
) -> None:
    Inbox.objects.filter(pk=widget.pk).update(config={"origins": origins})
    answer = stranger.get(f"/widget/{widget.key}/frame")
    assert answer.status_code == 200
    assert _ancestors(answer) == f"frame-ancestors {held_by}"
    assert "X-Frame-Options" not in answer
    if heard:
        assert f'data-origins="{heard}"' in answer.content.decode()


def test_the_frame_is_the_same_for_everybody(stranger: Client, widget: Inbox) -> None:
    answer = stranger.get(f"/widget/{widget.key}/frame?locale=en")
    page = answer.content.decode()
    assert '<html lang="en">' in page
    assert 'data-tokens="light-dark(#006967,#' in page
    assert answer["Cache-Control"] == "no-cache"
    assert not answer.cookies


@pytest.mark.parametrize(("asked", "shown"), [("", "en"), ("ko-KR", "ko"), ("xx", "en")])
def test_the_language_is_the_pages_else_the_brands(
    stranger: Client, widget: Inbox, asked: str, shown: str
) -> None:
    widget.brand.locale = "en"
    widget.brand.save()
    page = stranger.get(f"/widget/{widget.key}/frame?locale={asked}").content.decode()
    assert f'<html lang="{shown}">' in page


@pytest.mark.parametrize("locale", ["ko", "en"])
def test_a_first_conversation_is_light_and_in_one_language(
    stranger: Client, widget: Inbox, locale: str
) -> None:
    """What stands in docs/widget.md: the script and the first conversation, packed."""
    page = stranger.get(f"/widget/{widget.key}/frame?locale={locale}").content.decode()
    named = re.findall(r'(?:href|src|data-now)="[^"]*/(widget[\w.-]*)"', page)
    paths = [finders.find(f"built/{name}") for name in {"widget.js", *named}]
    if None in paths:
        pytest.skip("the front end is not built")
    built = [Path(str(path)) for path in paths]
    assert {path.name for path in built} == {
        "widget.js",
        "widget-boot.js",
        "widget-frame.css",
        "widget-frame.en.js" if locale == "en" else "widget-frame.js",
    }
    assert sum(len(gzip.compress(path.read_bytes(), 9)) for path in built) <= MOST_BYTES
    said = "".join(path.read_text() for path in built if "frame" in path.name)
    own, other = ("메시지를 입력하세요", "Write a message")[:: -1 if locale == "en" else 1]
    assert own in said
    assert other not in said


def test_an_unknown_widget_is_a_quiet_page(stranger: Client, widget: Inbox) -> None:
    widget.is_active = False
    widget.save()
    for key in ("nowhere", widget.key):
        answer = stranger.get(f"/widget/{key}/frame")
        assert answer.status_code == 404
        assert _ancestors(answer) == "frame-ancestors *"
        assert "X-Frame-Options" not in answer


def test_the_loader_is_cached_by_its_content(stranger: Client) -> None:
    if not finders.find("built/widget.js"):
        pytest.skip("the front end is not built")
    answer = stranger.get("/widget.js")
    assert answer.content == Path(str(finders.find("built/widget.js"))).read_bytes()
    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer["Cache-Control"] == "public, max-age=600"
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert not answer.cookies
    again = stranger.get("/widget.js", headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    packed = stranger.get("/widget.js", headers={"Accept-Encoding": "br, gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert packed["ETag"] != answer["ETag"]

"""How a widget is set up, as pages get it: what is published for everybody, a draft by a link."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.staticfiles import finders
from django.test import Client

from majung.accounts import editables, revisions
from majung.accounts.models import Agent, Brand
from majung.channels import widget_previews
from majung.conversations.models import Inbox
from majung.core import clock
from tests import factories
from tests.web.widget.browser import Response

pytestmark = pytest.mark.django_db


def told(answer: Response, key: str) -> Any:
    assert answer.status_code == 200
    start = f"(window.majungWidgets=window.majungWidgets||{{}})[{json.dumps(key)}]="
    script = answer.content.decode()
    assert script.startswith(start)
    assert script.endswith(";")
    return json.loads(script.removeprefix(start).removesuffix(";"))


def drafted(widget: Inbox, by: Agent, **config: Any) -> None:
    data = editables.of("inbox").read(widget)
    revisions.save_draft(
        kind="inbox",
        obj=widget,
        data=data | {"config": data["config"] | config},
        by=by,
        based_on=revisions.newest_number(kind="inbox", obj=widget),
        draft_at=None,
    )


def test_the_loader_is_told_how_the_widget_is_set_up(stranger: Client, widget: Inbox) -> None:
    widget.config = {"position": "left", "bottom": 90, "label": {"ko": "문의"}, "locales": ["ko"]}
    widget.save()
    answer = stranger.get(f"/widget/{widget.key}/settings.js")
    assert told(answer, widget.key) == {
        "position": "left",
        "side": 24,
        "bottom": 90,
        "launcher": True,
        "label": {"ko": "문의"},
        "locales": ["ko"],
        "title": True,
        "look": ["#006967", "#f5fefd"],
        "preview": False,
    }
    assert answer["Cache-Control"] == "public, max-age=600"
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert not answer.cookies


def test_a_widget_that_is_not_there_is_nothing(stranger: Client, widget: Inbox) -> None:
    widget.is_active = False
    widget.save()
    for key in ("nowhere", widget.key):
        assert told(stranger.get(f"/widget/{key}/settings.js"), key) is None


def test_what_people_typed_ends_no_script(stranger: Client, widget: Inbox) -> None:
    widget.config = {"label": {"ko": "</script><b>"}}
    widget.save()
    script = stranger.get(f"/widget/{widget.key}/settings.js").content.decode()
    assert "<" not in script
    assert told(stranger.get(f"/widget/{widget.key}/settings.js"), widget.key)["label"] == {
        "ko": "</script><b>"
    }


def test_a_draft_is_seen_by_its_link_alone(stranger: Client, widget: Inbox, admin: Agent) -> None:
    drafted(widget, admin, position="left", greeting={"ko": "아직 초안이에요"}, sound=True)
    token = widget_previews.token(widget)
    place = f"/widget/{widget.key}/"

    shown = stranger.get(f"{place}settings.js", {"preview": token})
    assert (told(shown, widget.key)["position"], told(shown, widget.key)["preview"]) == (
        "left",
        True,
    )
    assert shown["Cache-Control"] == "no-store"
    frame = stranger.get(f"{place}frame", {"preview": token})
    assert 'data-greeting="아직 초안이에요"' in frame.content.decode()
    assert 'data-sound="on"' in frame.content.decode()
    assert frame["Cache-Control"] == "no-store"

    for wrong in ("", "nonsense", token + "x"):
        plain = told(stranger.get(f"{place}settings.js", {"preview": wrong}), widget.key)
        assert (plain["position"], plain["preview"]) == ("right", False)
        page = stranger.get(f"{place}frame", {"preview": wrong}).content.decode()
        assert "아직 초안이에요" not in page


def test_a_link_is_for_one_widget_and_half_an_hour(widget: Inbox, other_brand: Brand) -> None:
    other = factories.widget(other_brand, name="다른 위젯")
    token = widget_previews.token(widget)
    assert widget_previews.allows(token, widget)
    assert not widget_previews.allows(token, other)
    with time_machine.travel(clock.now() + timedelta(minutes=31)):
        assert not widget_previews.allows(token, widget)


def test_a_draft_lets_no_other_page_hold_the_frame(
    stranger: Client, widget: Inbox, admin: Agent
) -> None:
    drafted(widget, admin, origins=["https://new.example"])
    token = widget_previews.token(widget)
    answer = stranger.get(f"/widget/{widget.key}/frame", {"preview": token})
    assert "new.example" not in answer["Content-Security-Policy"]
    assert "new.example" not in answer.content.decode()


def test_only_offered_languages_are_spoken(stranger: Client, widget: Inbox) -> None:
    widget.config = {"locales": ["en"]}
    widget.save()
    page = stranger.get(f"/widget/{widget.key}/frame?locale=ko").content.decode()
    assert '<html lang="en">' in page
    assert 'data-locales="en"' in page


@pytest.mark.parametrize(("locale", "emoji"), [("ko", "emoji.js"), ("en", "emoji.en.js")])
def test_the_frame_names_what_it_fetches_when_it_is_needed(
    stranger: Client, widget: Inbox, locale: str, emoji: str
) -> None:
    if not finders.find("built/widget-frame.js"):
        pytest.skip("the front end is not built")
    page = stranger.get(f"/widget/{widget.key}/frame?locale={locale}").content.decode()
    found = re.search(r'data-late="([^"]*)"', page)
    assert found
    late = json.loads(found[1].replace("&quot;", '"'))
    assert late["emoji.js"].endswith(f"built/widget-{emoji}")
    assert {"attachments.js", "emoji.js", "emoji.css", "extras.js"} <= set(late)


@pytest.mark.parametrize(
    ("name", "kind"),
    [("widget.css", "text/css; charset=utf-8"), ("majung.d.ts", "text/plain; charset=utf-8")],
)
def test_what_stands_beside_the_script(stranger: Client, name: str, kind: str) -> None:
    if not finders.find("built/widget.js"):
        pytest.skip("the front end is not built")
    answer = stranger.get(f"/{name}")
    assert (answer.status_code, answer["Content-Type"]) == (200, kind)
    assert answer["Access-Control-Allow-Origin"] == "*"

"""The demo's storefront: there only when the demo is on."""

import json
import re
from collections.abc import Iterator

import pytest
from django.test import Client, override_settings

from majung.channels import identity_tokens
from majung.conversations.models import Inbox
from tests import factories
from tests.web.widget.browser import opened, token

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(widget: Inbox) -> Iterator[str]:
    token(widget)
    with override_settings(MAJUNG_DEMO=True):
        yield f"/shop/{widget.brand.slug}/"


def test_without_the_demo_there_is_no_shop(stranger: Client, widget: Inbox) -> None:
    for path in ("", "member.js"):
        assert stranger.get(f"/shop/{widget.brand.slug}/{path}").status_code == 404
    assert stranger.post(f"/shop/{widget.brand.slug}/member").status_code == 404


def test_the_shop_carries_the_widgets_script_tag(
    stranger: Client, shop: str, widget: Inbox
) -> None:
    page = stranger.get(shop).content.decode()
    assert f'<script src="/widget.js" data-key="{widget.key}" data-locale="ko" async>' in page
    assert page.count("<h2>") == 6
    assert stranger.get("/shop/nowhere/").status_code == 404


def test_a_visitor_signs_in_as_a_member_and_out_again(
    stranger: Client, shop: str, widget: Inbox
) -> None:
    member = factories.customer("김하늘")
    factories.identity(member, "user", "member-7", scope=str(widget.brand_id))
    assert stranger.get(f"{shop}member.js").content == b""
    assert stranger.post(f"{shop}member", {"who": "member-7"}).status_code == 302
    assert "김하늘 님" in stranger.get(shop).content.decode()
    script = stranger.get(f"{shop}member.js").content.decode()
    found = re.fullmatch(r"window\.majung=(\{.*\});", script)
    assert found
    identity = json.loads(found.group(1))["identity"]
    assert identity_tokens.read(token=identity, inbox=widget).id == "member-7"
    assert opened(widget, identity=identity).session.user == member.identities.get()
    out = stranger.post(f"{shop}member", {"who": ""})
    assert out["Location"] == f"{shop}?left=1"
    assert 'Majung("shutdown")' in stranger.get(f"{shop}member.js?left=1").content.decode()


def test_nobody_signs_in_as_somebody_who_is_not_there(stranger: Client, shop: str) -> None:
    stranger.post(f"{shop}member", {"who": "admin"})
    assert stranger.get(f"{shop}member.js").content == b""


def test_the_second_page_holds_the_conversation_or_a_button_of_its_own(
    stranger: Client, shop: str, widget: Inbox
) -> None:
    page = stranger.get(f"{shop}help/").content.decode()
    assert "data-majung-inline" in page
    assert f'data-key="{widget.key}"' in page
    own = stranger.get(f"{shop}help/?way=own").content.decode()
    assert "data-majung-open" in own
    assert "data-majung-inline" not in own
    assert 'Majung("hide")' in stranger.get(f"{shop}member.js?way=own").content.decode()

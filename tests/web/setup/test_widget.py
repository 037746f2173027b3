"""A widget's outer side in the settings: sentences, a drawing that follows, links to the draft."""

import re
from typing import Any

import pytest
from django.test import Client, override_settings
from django.urls import reverse
from django.utils.translation import gettext, override

from majung.accounts import hours, revisions
from majung.accounts.models import Agent, Brand
from majung.channels import inbox_config, widget_previews
from majung.conversations import automatic, automatic_texts
from majung.conversations.models import Inbox
from majung.web.setup import widget_preview
from tests import factories
from tests.architecture.source import ROOT

pytestmark = pytest.mark.django_db


def fields(brand: Brand, **changed: str | list[str]) -> dict[str, Any]:
    """What the form sends; a box that is not ticked is not sent."""
    return {
        "name": "온담 홈페이지",
        "brand": str(brand.public_id),
        "origins": "https://shop.example",
        "greeting_ko": "",
        "greeting_en": "",
        "position": "left",
        "side": "8",
        "bottom": "90",
        "label_ko": "문의하기",
        "label_en": "",
        "locales": ["ko"],
        "sound": "on",
        "reopen_hours": "72",
        "based_on": "0",
        "draft_at": "",
        **changed,
    }


def at(widget: Inbox) -> str:
    return reverse("setup:inbox", args=[widget.public_id])


def test_what_the_sentences_say_is_published_and_undone(
    admin_desk: Client, widget: Inbox, brand: Brand
) -> None:
    shown = admin_desk.post(at(widget), fields(brand), follow=True).content.decode()
    widget.refresh_from_db()
    chat = inbox_config.chat(widget.config)
    assert (chat.position, chat.side, chat.bottom, chat.launcher) == ("left", 8, 90, False)
    assert (dict(chat.label), chat.locales, chat.sound, chat.title) == (
        {"ko": "문의하기"},
        ("ko",),
        True,
        False,
    )
    undo = re.search(r'action="([^"]+/undoing\?based_on=2)"', shown)
    assert undo
    admin_desk.post(undo[1])
    widget.refresh_from_db()
    assert inbox_config.chat(widget.config).launcher is True


def test_what_is_wrong_is_said_in_its_sentence(
    admin_desk: Client, widget: Inbox, brand: Brand
) -> None:
    answer = admin_desk.post(at(widget), fields(brand, side="999", locales=[]))
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"side", "locales"}
    page = answer.content.decode()
    assert "옆에서 띄우는 거리: " in page
    assert "상담하는 언어: " in page


def test_the_drawing_follows_the_form(admin_desk: Client, widget: Inbox, brand: Brand) -> None:
    address = reverse("setup:inbox_preview", args=[widget.public_id])
    shown = admin_desk.post(address, fields(brand, launcher="on"))
    assert "문의하기" in shown.content.decode()
    assert "translate(8 16)" in shown.content.decode()
    hidden = admin_desk.post(address, fields(brand)).content.decode()
    assert "버튼은 보이지 않아요" in hidden
    odd = widget_preview.button({"launcher": True, "side": "x", "position": "right"}, "ko")
    assert (odd.side, odd.width, odd.x, odd.height) == (24, 58, -82, 98)
    form = factories.form(brand, name="폼", key="f-1", config={})
    wrong = reverse("setup:inbox_preview", args=[form.public_id])
    assert admin_desk.post(wrong, fields(brand)).status_code == 404


def test_the_drawing_says_what_the_window_says(
    admin_desk: Client, widget: Inbox, brand: Brand, admin: Agent, clock: object
) -> None:
    address = reverse("setup:inbox_preview", args=[widget.public_id])

    def drawn(**changed: str | list[str]) -> str:
        return admin_desk.post(address, fields(brand, **changed)).content.decode()

    shown = drawn()
    assert '<p class="b">무엇을 도와드릴까요?</p>' in shown  # the brand's greeting
    assert "메시지를 입력하세요" in shown
    assert 'class="opening' not in shown  # it has set no hours
    greeting = {"on": True, "ko": "{브랜드}입니다", "en": "", "choices": {"ko": ["배송 조회"]}}
    said = {**automatic_texts.USUAL, "greeting": greeting}
    key = {"brand": str(brand.public_id)}
    revisions.create(kind="automatic", data={**key, **said}, by=admin)
    revisions.create(kind="hours", data={**key, **hours.USUAL}, by=admin)
    automatic.forget()
    shown = drawn()
    assert '<p class="b">온담입니다</p>' in shown
    assert "<li>배송 조회</li>" in shown
    assert "지금 상담 중이에요 · 오늘 12:00까지" in shown
    english = drawn(locales=["en"], greeting_en="How can we help?")
    assert '<p class="b">How can we help?</p>' in english
    assert '<div class="inside" lang="en">' in english
    assert "Write a message" in english
    assert "Open now" in english


def test_the_drawing_has_the_windows_own_words_and_measures() -> None:
    """What is drawn here stands in the widget's sources; whoever changes one changes the other."""
    words = (ROOT / "frontend/src/frame/say.ts").read_text()
    for said in ("메시지를 입력하세요", "무엇이든 편하게 물어보세요."):
        with override("en"):
            assert f'"{said}": "{gettext(said)}"' in words
    sheet = (ROOT / "frontend/src/loader/launcher.css").read_text()
    assert "min-width: 58px" in sheet
    assert "border-radius: 19px" in sheet


def test_a_draft_has_links_to_the_pages_it_may_be_seen_on(
    admin_desk: Client, widget: Inbox, brand: Brand
) -> None:
    admin_desk.post(at(widget), fields(brand))
    admin_desk.post(at(widget), fields(brand, based_on="2", label_ko="초안", draft="1"))
    with override_settings(MAJUNG_DEMO=True, MAJUNG_URL="https://desk.example"):
        page = admin_desk.get(at(widget)).content.decode()
    found = re.findall(r'href="(https://[^"]+majung_preview=[^"]+)"', page)
    assert [link.partition("?")[0] for link in found] == [
        f"https://desk.example/shop/{brand.slug}/",
        "https://shop.example/",
    ]
    draft = revisions.draft(kind="inbox", obj=widget)
    assert draft
    assert widget_previews.config(widget)["label"] == {"ko": "초안"}

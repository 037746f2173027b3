"""Tags as admins look after them: made, renamed, coloured, retired and brought back."""

from typing import Any

from django.test import Client
from django.urls import reverse

from majung.accounts import revisions, settings_file
from majung.accounts.models import Agent, Brand
from majung.conversations import tags
from majung.conversations.models import Conversation, Tag
from tests import factories
from tests.web.agent.reading import text

FORM = {"name": "배송 지연", "hue": "30", "brand": "", "based_on": "0", "draft_at": ""}


def at(tag: Tag, what: str = "tag", **more: Any) -> str:
    return reverse(f"setup:{what}", args=[tag.public_id])


def test_tag_is_made_renamed_and_coloured(admin_desk: Client, brand: Brand) -> None:
    answer = admin_desk.post("/setup/tags/new", FORM)
    tag = Tag.objects.get()
    assert answer["Location"] == at(tag)
    changed = FORM | {"name": "배송 늦음", "hue": "270", "brand": str(brand.public_id)}
    admin_desk.post(at(tag), changed | {"based_on": "1", "publish": "1"})
    tag.refresh_from_db()
    assert (tag.name, tag.folded, tag.hue, tag.brand) == ("배송 늦음", "배송 늦음", 270, brand)
    assert "이름: 배송 지연 → 배송 늦음" in text(admin_desk.get(at(tag)))


def test_same_name_twice_is_told(admin_desk: Client) -> None:
    factories.tag("배송 지연")
    answer = admin_desk.post("/setup/tags/new", FORM)
    assert answer.status_code == 422
    assert "같은 이름의 태그가 있어요" in text(answer)


def test_retired_and_back_with_undo(
    admin_desk: Client, agent: Agent, conversation: Conversation
) -> None:
    tag = factories.tag("설 선물")
    tags.put(conversation=conversation, tag=tag, by=agent)
    told = text(admin_desk.post(at(tag, "tag_retirement"), {"to": "off"}, follow=True))
    assert "붙어 있던 상담에는 그대로 남아요" in told
    assert "설 선물" not in text(admin_desk.get("/setup/tags/"))
    assert "설 선물 모든 브랜드 상담 1건" in text(admin_desk.get("/setup/tags/?state=retired"))
    admin_desk.post(at(tag, "tag_retirement"), {"to": "on"})
    tag.refresh_from_db()
    assert not tag.is_retired


def test_name_that_was_taken_meanwhile_keeps_it_retired(admin_desk: Client, admin: Agent) -> None:
    old = factories.tag("VIP")
    admin_desk.post(at(old, "tag_retirement"), {"to": "off"})
    factories.tag("vip")
    answer = admin_desk.post(at(old, "tag_retirement"), {"to": "on"}, follow=True)
    assert "같은 이름의 태그가 있어요" in text(answer)
    old.refresh_from_db()
    assert old.is_retired


def test_tags_are_in_the_settings_file_retired_ones_too(admin: Agent, brand: Brand) -> None:
    factories.tag("분실", brand=brand)
    factories.tag("옛것", retired_at="2026-11-20T00:00Z")
    written = settings_file.export_all()
    assert "name: 분실" in written
    assert settings_file.import_all(written, by=admin, dry_run=False) == []
    more = written.replace("is_retired: true", "is_retired: false")
    changes = settings_file.import_all(more, by=admin, dry_run=False)
    assert [(each.kind, each.name, each.fields) for each in changes] == [
        ("tag", "옛것", ("is_retired",))
    ]
    assert not Tag.objects.get(name="옛것").is_retired
    assert revisions.newest_number(kind="tag", obj=Tag.objects.get(name="옛것")) == 2


def test_empty_page_teaches(admin_desk: Client) -> None:
    assert "아직 태그가 없어요" in text(admin_desk.get("/setup/tags/"))

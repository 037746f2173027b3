import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from majung.accounts import revisions, settings_file
from majung.accounts.models import Agent, AuditEntry, Brand, Revision, Team
from majung.conversations import inboxes
from majung.conversations.models import Inbox
from majung.web import accents
from tests import factories
from tests.people import signed_in

BRAND = {
    "name": "온담샵",
    "slug": "ondam",
    "greeting": "어서 오세요",
    "accent_hue": "28",
    "locale": "ko",
    "timezone": "Asia/Seoul",
    "country": "KR",
    "based_on": "0",
    "draft_at": "",
}


def page(answer: Any) -> str:
    return str(answer.content.decode())


def at(brand: Brand) -> str:
    return reverse("setup:brand", args=[brand.public_id])


def test_a_brand_is_made_from_the_form(admin_desk: Client, admin: Agent) -> None:
    answer = admin_desk.post("/setup/brands/new", BRAND | {"slug": "new"})

    made = Brand.objects.get(slug="new")
    assert answer["Location"] == at(made)
    first = revisions.newest(kind="brand", obj=made)
    assert first is not None
    assert (made.name, made.accent_hue, first.published_by) == ("온담샵", 28, admin)


def test_wrong_fields_are_told_beside_them(admin_desk: Client, brand: Brand) -> None:
    answer = admin_desk.post("/setup/brands/new", BRAND | {"name": ""})

    assert answer.status_code == 422
    form = answer.context["form"]
    assert form.errors["name"] == ["비워 둘 수 없어요."]
    answer = admin_desk.post("/setup/brands/new", BRAND)
    assert answer.context["form"].errors == {
        "slug": ["다른 브랜드가 쓰고 있어요. 다른 이름을 적어 주세요."]
    }


def test_publishing_tells_what_changed_and_offers_undo(admin_desk: Client, brand: Brand) -> None:
    shown = page(admin_desk.post(at(brand), BRAND, follow=True))

    assert "이름: 온담 → 온담샵" in shown
    undo = re.search(r'action="(/setup/brands/[^"]+/undoing\?based_on=2)"', shown)
    assert undo is not None
    admin_desk.post(undo[1])
    brand.refresh_from_db()
    assert brand.name == "온담"


def test_a_draft_waits_and_is_published_from_the_form(admin_desk: Client, brand: Brand) -> None:
    shown = page(admin_desk.post(at(brand), BRAND | {"draft": "1"}, follow=True))
    assert "오세라 님의 초안이에요" in shown
    assert 'value="온담샵"' in shown
    brand.refresh_from_db()
    assert brand.name == "온담"

    admin_desk.post(at(brand), BRAND | {"publish": "1"})

    brand.refresh_from_db()
    assert brand.name == "온담샵"
    assert "초안이에요" not in page(admin_desk.get(at(brand)))


def test_dropping_a_draft_shows_what_is_published(admin_desk: Client, brand: Brand) -> None:
    admin_desk.post(at(brand), BRAND | {"draft": "1"})
    admin_desk.post(reverse("setup:brand_draft_removal", args=[brand.public_id]))
    assert admin_desk.get(at(brand)).context["form"]["name"].value() == "온담"


def test_the_second_to_publish_sees_both_and_may_go_on(admin_desk: Client, brand: Brand) -> None:
    other = factories.agent("정도윤", role="admin")
    signed_in(other).post(at(brand), BRAND | {"name": "도윤의 온담"})

    answer = admin_desk.post(at(brand), BRAND | {"name": "세라의 온담"})

    assert answer.status_code == 409
    shown = page(answer)
    assert "그사이 정도윤 님이 게시했어요" in shown
    assert [(each.theirs, each.mine) for each in answer.context["differences"]] == [
        ("도윤의 온담", "세라의 온담")
    ]
    based_on = answer.context["form"]["based_on"].value()
    admin_desk.post(at(brand), BRAND | {"name": "세라의 온담", "based_on": based_on})
    brand.refresh_from_db()
    assert brand.name == "세라의 온담"


def test_the_second_draft_is_told_of_the_first(admin_desk: Client, brand: Brand) -> None:
    other = factories.agent("정도윤", role="admin")
    signed_in(other).post(at(brand), BRAND | {"name": "도윤의 온담", "draft": "1"})

    answer = admin_desk.post(at(brand), BRAND | {"draft": "1"})

    assert answer.status_code == 409
    assert "정도윤 님이 먼저 초안을 저장했어요" in page(answer)
    seen = answer.context["form"]["draft_at"].value()
    answer = admin_desk.post(at(brand), BRAND | {"draft": "1", "draft_at": seen})
    assert answer.status_code == 302


def test_undo_on_top_of_a_newer_change_is_refused(admin_desk: Client, brand: Brand) -> None:
    admin_desk.post(at(brand), BRAND)
    second = Revision.objects.get(number=2)
    admin_desk.post(at(brand), BRAND | {"name": "셋", "based_on": "2"})

    address = reverse("setup:brand_undoing", args=[brand.public_id, second.public_id])
    shown = page(admin_desk.post(address, {"based_on": "2"}, follow=True))

    assert "그사이 오세라 님이 다른 변경을 게시했어요" in shown
    brand.refresh_from_db()
    assert brand.name == "셋"


def test_a_revision_of_another_brand_is_not_found(
    admin_desk: Client, brand: Brand, other_brand: Brand
) -> None:
    admin_desk.post(at(brand), BRAND)
    revision = Revision.objects.get(number=2)
    address = reverse("setup:brand_undoing", args=[other_brand.public_id, revision.public_id])
    assert admin_desk.post(address, {"based_on": "0"}).status_code == 404


def test_what_is_thrown_away_can_be_put_back(admin_desk: Client, brand: Brand) -> None:
    shown = page(
        admin_desk.post(reverse("setup:brand_removal", args=[brand.public_id]), follow=True)
    )
    assert "온담을 휴지통으로 옮겼어요" in shown
    assert admin_desk.get(at(brand)).status_code == 404
    assert "온담" in page(admin_desk.get("/setup/trash/"))

    admin_desk.post(reverse("setup:brand_restoring", args=[brand.public_id]))

    assert admin_desk.get(at(brand)).status_code == 200
    actions = AuditEntry.objects.filter(object_kind="brand").order_by("pk")
    assert list(actions.values_list("action", flat=True)) == ["discarded", "restored"]


def test_a_team_is_made_with_people_and_brands(
    admin_desk: Client, brand: Brand, agent: Agent
) -> None:
    admin_desk.post(
        "/setup/teams/new",
        {"name": "새 팀", "brands": [brand.public_id], "members": [agent.public_id], "based_on": 0},
    )

    made = Team.objects.get(name="새 팀")
    assert (list(made.brands.all()), list(made.members.all())) == ([brand], [agent])


def test_a_widget_is_made_with_its_snippet(admin_desk: Client, brand: Brand) -> None:
    given = {
        "name": "홈페이지",
        "brand": brand.public_id,
        "origins": "https://SHOP.example/\n\nhttps://shop.example",
        "greeting_ko": "어서 오세요",
        "position": "left",
        "side": "24",
        "bottom": "24",
        "locales": ["ko", "en"],
        "reopen_hours": "24",
        "based_on": "0",
    }
    shown = page(admin_desk.post("/setup/channels/new/webchat", given, follow=True))

    made = Inbox.objects.get()
    config = made.config
    assert config["origins"] == ["https://shop.example"]
    assert config["greeting"] == {"ko": "어서 오세요"}
    assert (config["position"], config["reopen_hours"]) == ("left", 24)
    assert f"data-key=&quot;{made.key}&quot;" in shown


def test_a_wrong_origin_says_how_to_write_it(admin_desk: Client, brand: Brand) -> None:
    given = {
        "name": "x",
        "brand": brand.public_id,
        "origins": "shop.example/home",
        "position": "left",
        "side": "24",
        "bottom": "24",
        "locales": ["ko", "en"],
        "reopen_hours": "24",
        "based_on": "0",
    }
    answer = admin_desk.post("/setup/channels/new/webchat", given)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["origins"]


def test_a_form_is_made_with_its_link(admin_desk: Client, brand: Brand) -> None:
    given = {
        "name": "문의",
        "brand": brand.public_id,
        "intro_ko": "하루 안에 답해요",
        "topics": "배송\n교환",
        "phone": "required",
        "based_on": "0",
    }
    shown = page(admin_desk.post("/setup/channels/new/webform", given, follow=True))

    made = Inbox.objects.get()
    assert made.config == {
        "intro": {"ko": "하루 안에 답해요"},
        "topics": ["배송", "교환"],
        "fields": {"phone": "required", "files": False},
    }
    assert f"/forms/{made.key}" in shown


def test_no_channel_of_another_kind_is_made_here(admin_desk: Client) -> None:
    assert admin_desk.get("/setup/channels/new/fax").status_code == 404


def test_switching_off_is_published_and_undone(admin_desk: Client, widget: Inbox) -> None:
    switch = reverse("setup:inbox_switch", args=[widget.public_id])
    shown = page(admin_desk.post(switch, {"to": "off"}, follow=True))
    widget.refresh_from_db()
    assert widget.is_active is False

    undo = re.search(r'action="([^"]+/undoing\?based_on=2)"', shown)
    assert undo is not None
    admin_desk.post(undo[1])
    widget.refresh_from_db()
    assert widget.is_active is True


def test_a_secret_is_shown_once_and_then_on_no_page(admin_desk: Client, widget: Inbox) -> None:
    answer = admin_desk.post(reverse("setup:inbox_secret", args=[widget.public_id]))
    widget.refresh_from_db()
    secret = str(widget.identity_secret)
    assert secret in page(answer)
    assert answer["Cache-Control"] == "no-store"

    for address in [
        reverse("setup:inbox", args=[widget.public_id]),
        "/setup/channels/",
        "/setup/audit/",
        "/setup/file/majung.yaml",
    ]:
        assert secret not in page(admin_desk.get(address))


def test_a_form_has_no_secret(admin_desk: Client, form: Inbox) -> None:
    assert admin_desk.post(reverse("setup:inbox_secret", args=[form.public_id])).status_code == 404


def test_the_preview_follows_the_form(admin_desk: Client) -> None:
    shown = page(admin_desk.get("/setup/brands/preview?name=<b>&greeting=안녕&accent_hue=28"))
    light, _dark = accents.scales(28)
    assert light.accent in shown
    assert "&lt;b&gt;" in shown
    assert "style=" not in shown


def test_the_file_is_checked_then_applied(admin_desk: Client, brand: Brand) -> None:
    text = settings_file.export_all().replace("name: 온담", "name: 온담샵")

    checked = admin_desk.post("/setup/file/", {"text": text, "check": "1"})
    assert [(line.name, line.text) for line in checked.context["lines"]] == [
        ("온담샵", "바꿔요: 이름")
    ]
    brand.refresh_from_db()
    assert brand.name == "온담"

    admin_desk.post("/setup/file/", {"text": text, "apply": "1"})
    brand.refresh_from_db()
    assert brand.name == "온담샵"


def test_a_wrong_file_is_told_by_line(admin_desk: Client) -> None:
    answer = admin_desk.post("/setup/file/", {"text": "majung: 1\nbrand: []\n", "apply": "1"})
    assert answer.status_code == 422
    assert "2번째 줄" in page(answer)


@pytest.mark.parametrize(
    ("name", "queries"),
    [("brands", 6), ("teams", 6), ("inboxes", 4), ("agents", 7), ("trash", 7), ("audit", 4)],
)
def test_lists_ask_as_often_for_three_rows_as_for_one(
    admin_desk: Client, admin: Agent, name: str, queries: int
) -> None:
    counts = []
    for size in (1, 3):
        while Brand.objects.count() < size * 2:
            place = factories.brand()
            member = factories.agent(teams=[factories.team(brands=[place])])
            inboxes.make_secret(inbox=factories.widget(place), by=member)
            gone = factories.brand()
            Brand.objects.filter(pk=gone.pk).update(
                deleted_at="2026-11-20T00:00Z", deleted_by_id=member.pk
            )
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert admin_desk.get(reverse(f"setup:{name}")).status_code == 200
        counts.append(len(caught))
    assert counts == [queries, queries]

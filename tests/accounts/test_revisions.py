from datetime import UTC, datetime

import pytest
import time_machine
from django.db import transaction

from majung.accounts import removal, revisions
from majung.accounts.editables import Invalid
from majung.accounts.models import Agent, AuditEntry, Brand, Revision, Team
from majung.accounts.revisions import DraftedSince, PublishedSince
from majung.conversations import inboxes
from majung.conversations.models import Inbox

FRIDAY = datetime(2026, 11, 20, 8, tzinfo=UTC)


def state(brand: Brand, **changed: object) -> dict[str, object]:
    return {
        "name": brand.name,
        "slug": brand.slug,
        "locale": "ko",
        "timezone": "Asia/Seoul",
        "country": "KR",
        "accent_hue": brand.accent_hue,
        "greeting": brand.greeting,
        **changed,
    }


def publish(brand: Brand, by: Agent, based_on: int, **changed: object) -> Revision | None:
    return revisions.publish(
        kind="brand", obj=brand, by=by, based_on=based_on, data=state(brand, **changed)
    )


def test_creating_makes_the_first_revision_and_an_audit_entry(admin: Agent) -> None:
    made = revisions.create(kind="brand", data={"name": "온담", "slug": "ondam"}, by=admin)

    first = revisions.newest(kind="brand", obj=made)
    assert first is not None
    assert (first.number, first.published_by, first.data["country"]) == (1, admin, "KR")
    entry = AuditEntry.objects.get(object_kind="brand", object_id=made.pk)
    assert (entry.action, entry.agent) == ("setting_made", admin)


def test_publishing_changes_row_version_and_history_together(brand: Brand, admin: Agent) -> None:
    made = publish(brand, admin, 0, name="온담샵")

    assert made is not None
    assert (brand.name, brand.version) == ("온담샵", 2)
    numbers = [each.number for each in revisions.history(kind="brand", obj=brand)]
    assert numbers == [2, 1]


def test_publishing_the_same_state_makes_no_revision(brand: Brand, admin: Agent) -> None:
    assert publish(brand, admin, 0) is None
    assert revisions.newest_number(kind="brand", obj=brand) == 0
    assert brand.version == 1


def test_a_row_edited_for_the_first_time_keeps_what_it_was(brand: Brand, admin: Agent) -> None:
    publish(brand, admin, 0, name="온담샵")

    first = revisions.history(kind="brand", obj=brand).get(number=1)
    assert (first.data["name"], first.published_by) == ("온담", None)


def test_second_to_publish_is_told_by_whom_and_when(
    brand: Brand, admin: Agent, lead: Agent
) -> None:
    with time_machine.travel(FRIDAY, tick=False):
        publish(brand, lead, 0, name="온담샵")

    with pytest.raises(PublishedSince) as caught:
        publish(brand, admin, 0, greeting="어서 오세요")

    newest = caught.value.newest
    assert newest is not None
    assert (newest.published_by, newest.published_at, newest.number) == (lead, FRIDAY, 2)
    brand.refresh_from_db()
    assert (brand.name, brand.greeting) == ("온담샵", "무엇을 도와드릴까요?")


def test_the_second_may_go_on_from_the_newest(brand: Brand, admin: Agent, lead: Agent) -> None:
    publish(brand, lead, 0, name="온담샵")

    made = publish(brand, admin, 2, greeting="어서 오세요")

    assert made is not None
    assert made.number == 3
    assert (brand.name, brand.greeting) == ("온담샵", "어서 오세요")


def test_a_draft_changes_nothing_until_published(brand: Brand, admin: Agent) -> None:
    revisions.save_draft(
        kind="brand", obj=brand, data=state(brand, name="초안"), by=admin, based_on=0
    )
    brand.refresh_from_db()
    assert (brand.name, brand.version) == ("온담", 1)

    revisions.publish(kind="brand", obj=brand, by=admin, based_on=0)

    assert brand.name == "초안"
    assert revisions.draft(kind="brand", obj=brand) is None


def test_a_draft_saved_twice_is_one(brand: Brand, admin: Agent) -> None:
    for name in ("하나", "둘"):
        revisions.save_draft(
            kind="brand", obj=brand, data=state(brand, name=name), by=admin, based_on=0
        )

    assert [each.data["name"] for each in Revision.objects.filter(number=None)] == ["둘"]


def test_anothers_draft_is_not_overwritten_unseen(brand: Brand, admin: Agent, lead: Agent) -> None:
    first = revisions.save_draft(
        kind="brand", obj=brand, data=state(brand, name="하나"), by=lead, based_on=0
    )
    mine = state(brand, name="둘")

    with pytest.raises(DraftedSince):
        revisions.save_draft(kind="brand", obj=brand, data=mine, by=admin, based_on=0)
    saved = revisions.save_draft(
        kind="brand", obj=brand, data=mine, by=admin, based_on=0, draft_at=first.saved_at
    )

    assert saved.data["name"] == "둘"


def test_discarding_a_draft_leaves_the_published_state(brand: Brand, admin: Agent) -> None:
    revisions.save_draft(
        kind="brand", obj=brand, data=state(brand, name="초안"), by=admin, based_on=0
    )

    assert revisions.discard_draft(kind="brand", obj=brand, by=admin) is True
    assert revisions.discard_draft(kind="brand", obj=brand, by=admin) is False
    with pytest.raises(LookupError):
        revisions.publish(kind="brand", obj=brand, by=admin, based_on=0)


def test_undo_publishes_the_state_before_as_a_new_revision(brand: Brand, admin: Agent) -> None:
    made = publish(brand, admin, 0, name="온담샵")
    assert made is not None

    undone = revisions.undo(revision=made, by=admin, based_on=2)

    assert undone is not None
    assert (undone.number, undone.data["name"], undone.note) == (3, "온담", "undo:2")
    brand.refresh_from_db()
    assert brand.name == "온담"
    assert Revision.objects.get(pk=made.pk).data["name"] == "온담샵"


def test_undo_of_the_first_revision_is_refused(admin: Agent) -> None:
    made = revisions.create(kind="brand", data={"name": "온담", "slug": "ondam"}, by=admin)
    first = revisions.newest(kind="brand", obj=made)
    assert first is not None

    with pytest.raises(LookupError):
        revisions.undo(revision=first, by=admin, based_on=1)


def test_undo_that_would_take_anothers_name_is_refused(brand: Brand, admin: Agent) -> None:
    made = publish(brand, admin, 0, slug="ondam-two")
    assert made is not None
    revisions.create(kind="brand", data={"name": "다른", "slug": "ondam"}, by=admin)

    with pytest.raises(Invalid) as caught:
        revisions.undo(revision=made, by=admin, based_on=2)

    assert [each.name for each in caught.value.mistakes] == ["slug"]


def test_a_failing_transaction_leaves_neither_row_nor_revision(brand: Brand, admin: Agent) -> None:
    def publish_and_fail() -> None:
        with transaction.atomic():
            publish(brand, admin, 0, name="온담샵")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        publish_and_fail()

    brand.refresh_from_db()
    assert (brand.name, Revision.objects.count()) == ("온담", 0)
    assert not AuditEntry.objects.filter(action="setting_published").exists()


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"name": " "}, "name"),
        ({"slug": "On Dam"}, "slug"),
        ({"slug": "nuri"}, "slug"),
        ({"timezone": "Asia/Atlantis"}, "timezone"),
        ({"country": "XX"}, "country"),
        ({"accent_hue": 360}, "accent_hue"),
        ({"accent_hue": True}, "accent_hue"),
        ({"locale": "xx"}, "locale"),
        ({"greeting": "가" * 201}, "greeting"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_wrong_state_is_refused_by_name(
    brand: Brand, other_brand: Brand, admin: Agent, changed: dict[str, object], wrong: str
) -> None:
    with pytest.raises(Invalid) as caught:
        publish(brand, admin, 0, **changed)

    assert [each.name for each in caught.value.mistakes] == [wrong]


def test_a_team_keeps_its_people_and_brands_in_its_history(
    team: Team, agent: Agent, colleague: Agent, admin: Agent
) -> None:
    before = [agent, colleague]
    data = {
        "name": team.name,
        "brands": [str(each.public_id) for each in team.brands.all()],
        "members": [str(agent.public_id)],
    }
    made = revisions.publish(kind="team", obj=team, by=admin, based_on=0, data=data)
    assert made is not None
    assert list(team.members.all()) == [agent]

    revisions.undo(revision=made, by=admin, based_on=2)

    assert sorted(team.members.all(), key=lambda one: one.pk) == before


def test_a_team_refuses_people_who_do_not_exist(team: Team, admin: Agent) -> None:
    data = {"name": "팀", "brands": ["x"], "members": ["0199aaaa-0000-7000-8000-000000000000"]}

    with pytest.raises(Invalid) as caught:
        revisions.publish(kind="team", obj=team, by=admin, based_on=0, data=data)

    assert [each.name for each in caught.value.mistakes] == ["brands", "members"]


def test_the_key_of_an_inbox_never_changes(widget: Inbox, admin: Agent) -> None:
    data = {"brand": str(widget.brand.public_id), "name": "채팅", "key": "another"}

    with pytest.raises(Invalid) as caught:
        revisions.publish(kind="inbox", obj=widget, by=admin, based_on=0, data=data)

    assert [each.name for each in caught.value.mistakes] == ["key"]


def test_the_config_of_a_widget_is_checked_by_its_channel(widget: Inbox, admin: Agent) -> None:
    data = {
        "brand": str(widget.brand.public_id),
        "name": "채팅",
        "config": {"origins": ["https://shop.example/path"], "colour": 1},
    }

    with pytest.raises(Invalid) as caught:
        revisions.publish(kind="inbox", obj=widget, by=admin, based_on=0, data=data)

    assert [each.name for each in caught.value.mistakes] == ["config.origins", "config.colour"]


def test_a_secret_is_returned_once_and_stored_sealed(widget: Inbox, admin: Agent) -> None:
    first = inboxes.make_secret(inbox=widget, by=admin)
    second = inboxes.make_secret(inbox=widget, by=admin)

    assert first != second
    assert str(widget.identity_secret) == second
    kept = [each.data for each in Revision.objects.all()]
    kept += [each.details for each in AuditEntry.objects.all()]
    assert second not in str(kept)
    actions = AuditEntry.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["secret_made", "secret_rotated"]
    assert inboxes.drop_secret(inbox=widget, by=admin) is True
    assert str(widget.identity_secret) == ""


def test_a_removed_team_no_longer_shows_its_brands(
    team: Team, agent: Agent, brand: Brand, admin: Agent
) -> None:
    removal.remove(obj=team, by=admin)
    assert list(Brand.objects.visible_to(agent)) == []

    removal.restore(obj=team, by=admin)
    assert list(Brand.objects.visible_to(agent)) == [brand]

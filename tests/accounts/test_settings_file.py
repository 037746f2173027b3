import pytest
import yaml

from majung.accounts import editables, revisions, settings_file
from majung.accounts.models import Agent, Brand, Revision, Team
from majung.accounts.settings_file import Change, Unreadable
from majung.conversations import inboxes
from majung.conversations.models import Inbox


def mistakes(text: str, by: Agent) -> list[tuple[int, str]]:
    with pytest.raises(Unreadable) as caught:
        settings_file.import_all(text, by, dry_run=False)
    return [(each.line, each.text.partition(":")[0]) for each in caught.value.mistakes]


def test_what_is_exported_changes_nothing_when_imported(
    team: Team, agent: Agent, widget: Inbox, form: Inbox, admin: Agent
) -> None:
    text = settings_file.export_all()

    assert settings_file.import_all(text, admin, dry_run=False) == []
    assert settings_file.export_all() == text
    assert Revision.objects.count() == 0


def test_an_empty_place_becomes_the_same_as_the_one_exported(
    team: Team, brand: Brand, widget: Inbox, form: Inbox, admin: Agent
) -> None:
    team.members.add(admin)
    text = settings_file.export_all()
    Inbox.objects.all().delete()
    team.delete()
    brand.delete()

    changes = settings_file.import_all(text, admin, dry_run=False)

    assert [each.what for each in changes] == ["made"] * 4
    assert settings_file.export_all() == text


def test_secrets_and_drafts_are_not_in_the_file(widget: Inbox, admin: Agent) -> None:
    secret = inboxes.make_secret(inbox=widget, by=admin)
    data = {"brand": str(widget.brand.public_id), "name": "초안 이름"}
    revisions.save_draft(kind="inbox", obj=widget, data=data, by=admin, based_on=0)

    text = settings_file.export_all()

    assert secret not in text
    assert "secret" not in text
    assert "초안 이름" not in text


def test_a_dry_run_tells_and_changes_nothing(brand: Brand, admin: Agent) -> None:
    text = settings_file.export_all().replace("name: 온담", "name: 온담샵")

    changes = settings_file.import_all(text, admin, dry_run=True)

    assert changes == [Change(kind="brand", name="온담샵", what="changed", fields=("name",))]
    brand.refresh_from_db()
    assert (brand.name, Revision.objects.count()) == ("온담", 0)


def test_applying_publishes_a_revision_that_can_be_undone(brand: Brand, admin: Agent) -> None:
    text = settings_file.export_all().replace("name: 온담", "name: 온담샵")

    settings_file.import_all(text, admin, dry_run=False)

    made = revisions.newest(kind="brand", obj=brand)
    assert made is not None
    assert (made.note, made.published_by, made.data["name"]) == ("file", admin, "온담샵")
    revisions.undo(revision=made, by=admin, based_on=2)
    brand.refresh_from_db()
    assert brand.name == "온담"


def test_new_things_may_refer_to_one_another_by_name(admin: Agent) -> None:
    text = """
majung: 1
brands:
- {name: 새 브랜드, slug: new}
teams:
- {name: 새 팀, brands: [new], members: [sera@ondam.test]}
inboxes:
- {kind: webchat, brand: new, name: 채팅, config: {origins: [https://new.example]}}
"""
    settings_file.import_all(text, admin, dry_run=False)

    brand = Brand.objects.get(slug="new")
    assert list(brand.teams.get().members.all()) == [admin]
    assert brand.inboxes.get().config["origins"] == ["https://new.example"]


def test_what_the_file_does_not_mention_stays(brand: Brand, team: Team, admin: Agent) -> None:
    text = "majung: 1\nbrands:\n- {slug: ondam, greeting: 어서 오세요}\n"

    settings_file.import_all(text, admin, dry_run=False)

    brand.refresh_from_db()
    assert (brand.name, brand.greeting) == ("온담", "어서 오세요")
    assert list(Team.objects.all()) == [team]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("majung: 1\nbrands:\n- slug: ondam\n  colour: red\n", [(4, "colour")]),
        ("majung: 1\nbrands:\n- slug: ondam\n  accent_hue: red\n", [(4, "accent_hue")]),
        ("majung: 1\nbrand: []\n", [(2, "brand")]),
        ("majung: 1\nbrands: ondam\n", [(2, "brands")]),
        ("brands: []\n", [(1, "맨 위에는 majung")]),
        ("majung: 2\n", [(1, "맨 위에는 majung")]),
        ("majung: 1\nbrands:\n- slug: a\n  slug: b\n", [(4, "slug")]),
        ("majung: 1\nteams:\n- name: 팀\n  members: [nobody@x.test]\n", [(4, "members")]),
        ("majung: 1\nteams:\n- name: 팀\n  brands:\n  - nobody\n", [(4, "brands")]),
        ("majung: 1\nbrands:\n- id: 7\n  name: x\n", [(3, "id")]),
        ("majung: 1\nbrands: [\n", [(3, "YAML로 읽을 수 없어요")]),
        (
            "majung: 1\nbrands:\n- slug: 2026-11-20\n",
            [(3, "읽을 수 없는 값이에요. 따옴표로 감싸 주세요.")],
        ),
        (
            "majung: 1\nbrands:\n- slug: !!python/name:os.system x\n",
            [(3, "읽을 수 없는 값이에요. 따옴표로 감싸 주세요.")],
        ),
        ("majung: 1\nbrands: &a []\nteams: *a\n", [(0, "*로 시작하는 참조는 쓸 수 없어요.")]),
        ("- 1\n", [(1, "맨 위에는 majung")]),
        ("", [(1, "맨 위에는 majung")]),
    ],
)
def test_what_is_wrong_is_told_with_its_line(
    brand: Brand, admin: Agent, text: str, wrong: list[tuple[int, str]]
) -> None:
    assert mistakes(text, admin) == wrong


def test_a_wrong_origin_is_told_with_its_own_line(widget: Inbox, admin: Agent) -> None:
    text = "majung: 1\ninboxes:\n- key: ondam-chat\n  config:\n    origins: [shop]\n"
    assert mistakes(text, admin) == [(5, "config.origins")]


def test_one_mistake_keeps_everything_as_it_was(brand: Brand, admin: Agent) -> None:
    text = "majung: 1\nbrands:\n- {slug: ondam, name: 새 이름}\n- {slug: BAD, name: x}\n"

    assert mistakes(text, admin) == [(4, "slug")]
    brand.refresh_from_db()
    assert brand.name == "온담"


def test_what_lies_in_the_trash_must_be_restored_first(brand: Brand, admin: Agent) -> None:
    text = settings_file.export_all()
    Brand.objects.filter(pk=brand.pk).update(deleted_at="2026-11-20T00:00Z")
    assert mistakes(text, admin) == [(3, "id")]


def test_the_file_is_plain_yaml(brand: Brand) -> None:
    read = yaml.safe_load(settings_file.export_all())
    assert list(read) == ["majung", *(each.section for each in editables.every())]
    assert read["brands"][0]["name"] == "온담"

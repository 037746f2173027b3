"""The hours of a brand as a setting, and what is switched by hand."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from majung.accounts import hours, openings, revisions, settings_file, spans
from majung.accounts.editables import Invalid
from majung.accounts.models import Agent, AuditEntry, Brand, BrandHours
from majung.core import clock

FRIDAY = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)  # 10:00 in Seoul


@pytest.fixture
def friday(monkeypatch: pytest.MonkeyPatch) -> datetime:
    monkeypatch.setattr(clock, "now", lambda: FRIDAY)
    return FRIDAY


@pytest.fixture
def set_hours(brand: Brand, admin: Agent) -> BrandHours:
    return make(brand, admin)


def make(brand: Brand, by: Agent, **changed: Any) -> BrandHours:
    data = {"brand": str(brand.public_id), **hours.USUAL, **changed}
    row = revisions.create(kind="hours", data=data, by=by)
    assert isinstance(row, BrandHours)
    return row


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("09:00-18:00", ["09:00-18:00"]),
        ("9-18", ["09:00-18:00"]),
        (" 9시 ~ 18시30분 ", ["09:00-18:30"]),
        ("18:00-03:00", ["18:00-03:00"]),
        ("18:00 ~ 익일 3:00", ["18:00-03:00"]),
        ("13:00-18:00, 09:00-12:00", ["09:00-12:00", "13:00-18:00"]),
        ("09:00-12:00, 11:00-18:00", ["09:00-18:00"]),
        ("24시간", ["00:00-24:00"]),
        ("00:00-24:00", ["00:00-24:00"]),
        ("", []),
    ],
)
def test_times_are_read_as_people_write_them(text: str, spelled: list[str]) -> None:
    assert spans.spell(spans.read(text)) == spelled
    assert spans.read(spelled) == spans.read(text)


@pytest.mark.parametrize(
    "text",
    ["아침", "09:00", "25:00-26:00", "09:60-10:00", "24:00-02:00", "09:00-05:00, 04:00-10:00"],
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(spans.NoTimes):
        spans.read(text)


def test_a_brand_without_hours_is_always_open(brand: Brand, friday: datetime) -> None:
    assert openings.is_open(hours.of(brand), friday + timedelta(hours=15))
    assert openings.next_change(hours.of(brand), friday) is None


def test_hours_are_published_and_undone(
    brand: Brand, admin: Agent, set_hours: BrandHours, friday: datetime
) -> None:
    data = {"brand": str(brand.public_id), **hours.USUAL, "lunch": ""}
    made = revisions.publish(kind="hours", obj=set_hours, by=admin, based_on=1, data=data)
    assert made is not None
    assert openings.is_open(hours.of(brand), friday + timedelta(hours=2))
    revisions.undo(revision=made, by=admin, based_on=2)
    assert not openings.is_open(hours.of(brand), friday + timedelta(hours=2))


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({"week": {"mon": ["아무때나"]}}, "week.mon"),
        ({"week": {"someday": []}}, "week"),
        ({"lunch": "12:00-13:00, 15:00-15:30"}, "lunch"),
        ({"holidays": "own"}, "holiday_hours"),
        ({"holidays": "maybe"}, "holidays"),
        ({"special": [{"day": "2026-02-30"}]}, "special"),
        ({"special": [{"day": "12-24"}, {"day": "12-24"}]}, "special"),
        ({"special": "12-24"}, "special"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_wrong_hours_are_told_by_name(
    brand: Brand, admin: Agent, changed: dict[str, Any], name: str
) -> None:
    with pytest.raises(Invalid) as caught:
        make(brand, admin, **changed)
    assert name in {each.name for each in caught.value.mistakes}


def test_a_brand_has_one_set_of_hours(brand: Brand, admin: Agent, set_hours: BrandHours) -> None:
    with pytest.raises(Invalid):
        make(brand, admin)


def test_hours_stand_in_the_settings_file(
    brand: Brand, admin: Agent, set_hours: BrandHours
) -> None:
    text = settings_file.export_all()
    assert "- 09:00-18:00" in text
    changed = text.replace("lunch: 12:00-13:00", "lunch: 12:30-13:30")
    assert changed != text
    (change,) = settings_file.import_all(changed, admin, dry_run=False)
    assert (change.kind, change.fields) == ("hours", ("lunch",))
    set_hours.refresh_from_db()
    assert set_hours.plan["lunch"] == "12:30-13:30"


def test_closing_by_hand_lapses_at_the_next_boundary(
    brand: Brand, admin: Agent, set_hours: BrandHours, friday: datetime
) -> None:
    found = hours.switch(brand=brand, opens=False, by=admin)
    noon = friday + timedelta(hours=2)
    assert found.override is not None
    assert found.override.ends == noon
    assert not openings.is_open(hours.of(brand), friday)
    change = openings.next_change(hours.of(brand), friday)
    assert change is not None
    assert change.at == noon + timedelta(hours=1)  # lunch comes in between
    assert AuditEntry.objects.filter(action="hours_closed", agent=admin).exists()


def test_opening_by_hand_until_a_chosen_time(
    brand: Brand, admin: Agent, set_hours: BrandHours, friday: datetime
) -> None:
    until = friday + timedelta(hours=11)
    hours.switch(brand=brand, opens=True, by=admin, until=until)
    assert openings.is_open(hours.of(brand), until - timedelta(seconds=1))
    assert not openings.is_open(hours.of(brand), until)
    with pytest.raises(hours.CannotSwitch):
        hours.switch(brand=brand, opens=True, by=admin, until=friday)


def test_switching_back_lets_go(
    brand: Brand, admin: Agent, set_hours: BrandHours, friday: datetime
) -> None:
    hours.switch(brand=brand, opens=False, by=admin)
    assert hours.switch(brand=brand, opens=True, by=admin).override is None
    hours.switch(brand=brand, opens=False, by=admin)
    assert hours.let_go(brand=brand, by=admin).override is None
    assert openings.is_open(hours.of(brand), friday)


def test_a_brand_without_hours_can_be_closed_by_hand(
    brand: Brand, admin: Agent, friday: datetime
) -> None:
    found = hours.switch(brand=brand, opens=False, by=admin)
    assert not openings.is_open(found, friday + timedelta(days=200))
    hours.let_go(brand=brand, by=admin)
    assert openings.is_open(hours.of(brand), friday)


def test_switching_does_not_disturb_who_edits_the_hours(
    brand: Brand, admin: Agent, set_hours: BrandHours, friday: datetime
) -> None:
    hours.switch(brand=brand, opens=False, by=admin)
    data = {"brand": str(brand.public_id), **hours.USUAL, "lunch": ""}
    assert revisions.publish(kind="hours", obj=set_hours, by=admin, based_on=1, data=data)
    assert hours.of(brand).override is not None

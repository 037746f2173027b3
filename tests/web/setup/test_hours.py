"""Hours and automatic messages on the settings pages: sentences, drawing, switch, forms."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from majung.accounts import hours, openings, revisions
from majung.accounts.models import Agent, Brand, BrandHours
from majung.conversations import automatic_texts
from majung.conversations.models import AutomaticMessages
from tests import factories
from tests.people import MONDAY_TEN

pytestmark = pytest.mark.usefixtures("clock")
WEEK = {
    **dict.fromkeys(hours.DAYS[:5], "09:00-18:00"),
    **{f"lunch_{day}": "on" for day in hours.DAYS[:5]},
    "sat": "10:00-14:00",
    "sun": "",
    "lunch": "12:00-13:00",
    "holidays": "closed",
    "holiday_hours": "",
    "special": "12-24 창립기념일 10:00-12:00\n2026-12-31 휴무",
    "based_on": "0",
    "draft_at": "",
}


@pytest.fixture
def row(brand: Brand, admin: Agent) -> BrandHours:
    data = {"brand": str(brand.public_id), **hours.USUAL}
    made = revisions.create(kind="hours", data=data, by=admin)
    assert isinstance(made, BrandHours)
    return made


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined, no-any-return]


def test_hours_are_set_in_the_words_people_use(admin_desk: Client, brand: Brand) -> None:
    page = reverse("setup:hours_new", args=[brand.public_id])
    assert "09:00-18:00" in text(admin_desk.get(page))
    answer = admin_desk.post(page, WEEK)
    made = BrandHours.objects.get(brand=brand)
    assert answer["Location"] == reverse("setup:hours", args=[made.public_id])
    assert made.plan["special"] == [
        {"day": "12-24", "name": "창립기념일", "hours": ["10:00-12:00"]},
        {"day": "2026-12-31", "name": "휴무", "hours": []},
    ]
    assert made.plan["week"]["sat"] == ["10:00-14:00"]
    shown = text(admin_desk.get(answer["Location"]))
    assert "<li>평일에는 09:00–18:00에 열어요</li>" in shown
    assert "<li>점심 12:00–13:00에 쉬어요</li>" in shown
    assert "12-24 창립기념일 10:00-12:00" in shown
    assert admin_desk.get(page)["Location"] == answer["Location"]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"tue": "아침부터"}, "아침부터: 09:00-18:00처럼 적어 주세요."),
        ({"holidays": "own"}, "공휴일에 여는 시간을 적어 주세요."),
        ({"special": "내일 휴무"}, "내일: 2026-12-24 또는 해마다면 12-24처럼 적어 주세요."),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    admin_desk: Client, row: BrandHours, changed: dict[str, str], told: str
) -> None:
    page = reverse("setup:hours", args=[row.public_id])
    answer = admin_desk.post(page, {**WEEK, "based_on": "1", "publish": "1", **changed})
    assert answer.status_code == 422
    assert text(answer).count(told) == 2  # beside its field, and above the drawing


def test_the_drawing_follows_what_is_typed_and_stores_nothing(
    admin_desk: Client, brand: Brand, row: BrandHours
) -> None:
    page = reverse("setup:hours_preview", args=[brand.public_id])
    shown = text(admin_desk.post(page, {**WEEK, "mon": "18:00-03:00", "lunch": ""}))
    assert "<li>월요일에는 18:00–익일 03:00에 열어요</li>" in shown
    assert shown.count('class="open-bar"') == 14
    assert "<li>주말" not in shown
    row.refresh_from_db()
    assert row.plan == hours.USUAL


@pytest.mark.parametrize(
    ("changed", "name", "told"),
    [
        ({"tue": "아침부터"}, "화요일: 아침부터: 09:00-18:00처럼", "토요일에는 10:00–14:00"),
        ({"special": "내일 휴무"}, "따로 정한 날: 내일: 2026-12-24", "토요일에는 10:00–14:00"),
        ({"lunch": "낮에"}, "점심시간: 낮에: 09:00-18:00처럼", "점심 12:00–13:00에 쉬어요"),
        ({"holidays": "own"}, "공휴일에 여는 시간: 공휴일에", "공휴일에는 쉬어요"),
        ({"mon": "9" * 200}, "월요일: ", "토요일에는 10:00–14:00"),
    ],
)
def test_a_mistake_in_one_field_leaves_the_drawing_of_the_others(
    admin_desk: Client, brand: Brand, row: BrandHours, changed: dict[str, str], name: str, told: str
) -> None:
    page = reverse("setup:hours_preview", args=[brand.public_id])
    shown = text(admin_desk.post(page, {**WEEK, **changed}))
    assert shown.count('class="day-line"') == 14
    assert told in shown
    assert f'<p class="error">{name}' in shown
    assert "고칠 때까지 그 칸만 저장된 값으로 그려요." in shown
    # What is wrong is drawn as it was saved: Tuesday, too, is open.
    assert "<li>평일에는 09:00–18:00에 열어요</li>" in shown
    assert "고칠 때까지" not in text(admin_desk.post(page, WEEK))


def test_the_drawing_of_a_brand_without_hours_starts_from_the_usual_ones(
    admin_desk: Client, brand: Brand
) -> None:
    page = reverse("setup:hours_preview", args=[brand.public_id])
    shown = text(admin_desk.post(page, {"mon": "아침부터"}))
    assert shown.count('class="day-line"') == 14
    assert "월요일: 아침부터" in shown


def test_what_opening_on_a_weekend_means_is_said_before_and_after(
    admin_desk: Client, brand: Brand, row: BrandHours, clock: time_machine.Traveller
) -> None:
    clock.shift(timedelta(days=5, hours=5))  # Saturday, three in the afternoon
    page = reverse("setup:hours_all")
    shown = text(admin_desk.get(page))
    assert "지금 열면 11월 30일(월) 09:00까지 열어 둬요." in shown
    assert "1일 18시간 동안이에요." in shown
    assert 'name="until" id="until-' in shown
    assert 'value="2026-11-28T17:00" required' in shown
    # The time to choose is sent with its own buttons alone.
    plain = shown.partition('<div class="choices">')[2].partition("</form>")[0]
    assert 'value="open"' in plain
    assert "until" not in plain
    switch = reverse("setup:hours_switch", args=[brand.public_id])
    admin_desk.post(switch, {"to": "open", "next": page})
    shown = text(admin_desk.get(page))
    assert "온담: 열었어요. 11월 30일(월) 09:00까지 열어 둬요." in shown
    assert "직접 열었어요. 11월 30일(월) 09:00까지 열어 두고" in shown
    admin_desk.post(switch, {"to": "open", "until": "2026-11-28T17:00", "next": page})
    assert "온담: 열었어요. 오늘 17:00까지 열어 둬요." in text(admin_desk.get(page))


def test_a_draft_is_published_and_undone(admin_desk: Client, row: BrandHours) -> None:
    page = reverse("setup:hours", args=[row.public_id])
    admin_desk.post(page, {**WEEK, "based_on": "1", "draft": "1"})
    row.refresh_from_db()
    assert row.plan["week"]["sat"] == []
    assert "10:00-14:00" in text(admin_desk.get(page))
    admin_desk.post(page, {**WEEK, "based_on": "1", "publish": "1"})
    row.refresh_from_db()
    assert row.plan["week"]["sat"] == ["10:00-14:00"]
    newest = revisions.newest(kind="hours", obj=row)
    assert newest is not None
    undo = reverse("setup:hours_undoing", args=[row.public_id, newest.public_id])
    admin_desk.post(undo, {"based_on": "2"})
    row.refresh_from_db()
    assert row.plan["week"]["sat"] == []


@pytest.mark.parametrize("page", ["hours_all", "brands"])
def test_the_switch_closes_and_lapses(
    admin_desk: Client,
    brand: Brand,
    row: BrandHours,
    clock: time_machine.Traveller,
    page: str,
) -> None:
    shown = text(admin_desk.get(reverse(f"setup:{page}")))
    assert "오늘 12:00까지 열어요" in shown
    assert "지금 닫으면 오늘 12:00까지 닫아 둬요." in shown
    switch = reverse("setup:hours_switch", args=[brand.public_id])
    answer = admin_desk.post(switch, {"to": "closed", "next": reverse(f"setup:{page}")})
    assert answer["Location"] == reverse(f"setup:{page}")
    shown = text(admin_desk.get(reverse(f"setup:{page}")))
    assert "온담: 닫았어요. 오늘 12:00까지 닫아 둬요." in shown
    assert "오늘 13:00에 열어요" in shown
    clock.shift(timedelta(hours=3))
    assert openings.is_open(hours.of(brand), MONDAY_TEN + timedelta(hours=3))
    assert "오늘 18:00까지 열어요" in text(admin_desk.get(reverse(f"setup:{page}")))


def test_the_switch_takes_a_time_and_goes_back(
    admin_desk: Client, brand: Brand, row: BrandHours
) -> None:
    switch = reverse("setup:hours_switch", args=[brand.public_id])
    admin_desk.post(switch, {"to": "open", "until": "2026-11-23T21:30"})
    evening = MONDAY_TEN + timedelta(hours=11)
    assert openings.is_open(hours.of(brand), evening)
    assert not openings.is_open(hours.of(brand), evening + timedelta(minutes=30))
    admin_desk.post(switch, {"to": "usual"})
    assert not openings.is_open(hours.of(brand), evening)
    answer = admin_desk.post(switch, {"to": "open", "until": "2020-01-01T00:00"}, follow=True)
    assert "지금부터 한 달 안의 시각을 골라 주세요." in text(answer)
    answer = admin_desk.post(switch, {"to": "closed", "next": "https://evil.example/setup/"})
    assert answer["Location"] == reverse("setup:hours_all")


def test_the_list_costs_the_same_for_one_brand_and_for_two(
    admin_desk: Client, brand: Brand, admin: Agent, row: BrandHours
) -> None:
    counts, shown = [], ""
    for _round in range(2):
        admin_desk.get(reverse("setup:hours_all"))
        with CaptureQueriesContext(connection) as queries:
            shown = text(admin_desk.get(reverse("setup:hours_all")))
        counts.append(len(queries))
        other = factories.brand("누리")
        data = {"brand": str(other.public_id), **hours.USUAL}
        revisions.create(kind="hours", data=data, by=admin)
    assert counts[0] == counts[1]
    assert "평일에는 09:00–18:00에 열어요 · 주말에는 쉬어요 · 점심 12:00–13:00에 쉬어요" in shown


def test_automatic_messages_are_written_and_shown_filled_in(
    admin_desk: Client, brand: Brand, row: BrandHours
) -> None:
    assert "켜진 메시지가 없어요" in text(admin_desk.get(reverse("setup:automatic_all")))
    page = reverse("setup:automatic_new", args=[brand.public_id])
    assert "몇 분 동안 답이 없을 때" in text(admin_desk.get(page))
    sent = {
        f"{kind}_{name}": value
        for kind in automatic_texts.KINDS
        for name, value in automatic_texts.USUAL[kind].items()
        if name != "on"
    }
    sent |= {"based_on": "0", "draft_at": "", "away_on": "on"}
    answer = admin_desk.post(page, sent)
    made = AutomaticMessages.objects.get(brand=brand)
    assert answer["Location"] == reverse("setup:automatic", args=[made.public_id])
    assert [kind for kind in automatic_texts.KINDS if made.plan[kind]["on"]] == ["away"]
    assert "부재 안내" in text(admin_desk.get(reverse("setup:automatic_all")))
    shown = text(admin_desk.get(answer["Location"]))
    assert "김하늘 님과 나눈 상담을 마쳤어요" in shown
    wrong = {**sent, "away_ko": "{이름}", "based_on": "1", "publish": "1"}
    answer = admin_desk.post(answer["Location"], wrong)
    assert answer.status_code == 422
    assert "이름: 모르는 변수예요." in text(answer)
    preview = reverse("setup:automatic_preview", args=[brand.public_id])
    assert "김하늘 님은요" in text(admin_desk.post(preview, {**sent, "away_ko": "{고객|은/는}요"}))

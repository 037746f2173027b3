"""The front page of the settings: each with its state in a sentence."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from majung.accounts import hours, revisions
from majung.accounts.models import Agent, Brand
from majung.conversations import automatic_texts
from majung.conversations.models import SharedReply
from tests import factories

pytestmark = pytest.mark.django_db


def states(client: Client) -> dict[str, str]:
    """Return what stands beside each setting, by its name."""
    page = client.get(reverse("setup:index")).content.decode()
    rows = re.findall(r"<b>([^<]+)</b>.*?class=\"state\">(.*?)</span>", page)
    return {name: re.sub(r"<[^>]+>", "", state) for name, state in rows}


def keep_hours(brand: Brand, by: Agent, **changed: object) -> None:
    data = {"brand": str(brand.public_id), **hours.USUAL, **changed}
    revisions.create(kind="hours", data=data, by=by)


def say(brand: Brand, by: Agent, *kinds: str) -> None:
    on = {kind: {**automatic_texts.USUAL[kind], "on": True} for kind in kinds}
    data = {"brand": str(brand.public_id), **automatic_texts.USUAL, **on}
    revisions.create(kind="automatic", data=data, by=by)


def test_a_new_place_says_what_is_not_set(admin_desk: Client, brand: Brand) -> None:
    told = states(admin_desk)
    assert told["상담 시간"] == "정하지 않아서 늘 열려 있어요"
    assert told["자동 메시지"] == "켜진 것이 없어요"
    assert told["답변 템플릿"] == told["태그"] == "아직 없어요"
    brand.delete()
    assert states(admin_desk)["상담 시간"] == "아직 브랜드가 없어요"


def test_what_is_set_is_said_in_a_sentence(
    admin_desk: Client, brand: Brand, other_brand: Brand, admin: Agent
) -> None:
    for one in (brand, other_brand):
        keep_hours(one, admin)
        say(one, admin, "greeting", "away")
    for number in range(3):
        factories.tag(f"태그{number}")
    SharedReply.objects.create(title="배송 안내", text="곧 도착해요.")
    SharedReply.objects.create(title="옛 안내", text="이제 없어요.", is_retired=True)
    told = states(admin_desk)
    assert told["상담 시간"] == "평일 09:00–18:00, 점심 12:00–13:00"
    assert told["자동 메시지"] == "인사말, 부재 안내 켜짐"
    assert (told["답변 템플릿"], told["태그"]) == ("템플릿 1개", "태그 3개")


def test_brands_that_differ_are_named_while_they_are_few(
    admin_desk: Client, brand: Brand, other_brand: Brand, admin: Agent
) -> None:
    all_day = {"week": {day: ["00:00-24:00"] for day in hours.DAYS}, "lunch": ""}
    keep_hours(brand, admin, **all_day)
    say(brand, admin, "closing")
    told = states(admin_desk)
    assert told["상담 시간"] == "누리: 정하지 않아서 늘 열려 있어요 · 온담: 매일 24시간"
    assert told["자동 메시지"] == "누리: 켜진 것이 없어요 · 온담: 종료 안내 켜짐"
    for name in ("셋", "넷"):
        factories.brand(name, slug=f"brand-{name == '셋'}".lower())
    assert states(admin_desk)["상담 시간"] == "브랜드 4개가 저마다 달라요"


def test_the_page_costs_the_same_for_one_brand_and_for_two(
    admin_desk: Client, brand: Brand, admin: Agent
) -> None:
    keep_hours(brand, admin)
    admin_desk.get(reverse("setup:index"))

    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            admin_desk.get(reverse("setup:index"))
        return len(queries)

    one = cost()
    keep_hours(factories.brand("둘", slug="two"), admin)
    assert cost() == one

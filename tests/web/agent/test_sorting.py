"""Sorting work: tags, priority, and on hold until a moment, at their addresses."""

import json
import re
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from majung.accounts.models import Agent, Brand
from majung.conversations import lifecycle, tags
from majung.conversations.models import Conversation, Tag
from tests import factories, people
from tests.web.agent.reading import text

HTMX = {"HX-Request": "true"}
NOON = datetime(2026, 11, 18, 3, tzinfo=UTC)  # Wednesday, 12:00 in Seoul


def notice(answer: Any) -> dict[str, str]:
    found: dict[str, str] = json.loads(answer.headers["HX-Trigger"])["notice"]
    return found


def names(conversation: Conversation) -> list[str]:
    return [tag.name for tag in tags.on([conversation]).get(conversation.pk, [])]


def until(conversation: Conversation) -> datetime | None:
    conversation.refresh_from_db()
    return conversation.snoozed_until


def at(conversation: Conversation, part: str) -> str:
    return f"/desk/c/{conversation.public_id}/{part}"


# Tags


def test_tag_is_put_on_by_name_however_it_is_spelled(
    desk: Client, conversation: Conversation
) -> None:
    factories.tag("VIP 고객")
    answer = desk.post(at(conversation, "tags"), {"name": " vip  고객 "}, headers=HTMX)
    assert answer.status_code == 204
    assert names(conversation) == ["VIP 고객"]
    page = desk.get(at(conversation, ""))
    assert "VIP 고객 태그 떼기" in page.content.decode()


def test_form_works_without_scripts(desk: Client, conversation: Conversation) -> None:
    factories.tag("분실")
    answer = desk.post(at(conversation, "tags"), {"name": "분실"})
    assert answer.headers["Location"] == at(conversation, "")
    told = text(desk.post(at(conversation, "tags"), {"name": "없음"}, follow=True))
    assert "‘없음’ 태그는 없어요. 있는 태그를 고르거나 팀 리더에게 부탁해 주세요." in told


def test_taken_off_and_undone(desk: Client, conversation: Conversation, agent: Agent) -> None:
    tag = factories.tag("분실")
    tags.put(conversation=conversation, tag=tag, by=agent)
    answer = desk.post(at(conversation, "tags/removal"), {"tag": tag.public_id}, headers=HTMX)
    assert notice(answer)["text"] == "‘분실’ 태그를 뗐어요"
    assert names(conversation) == []
    desk.post(notice(answer)["undo"], headers={"Sec-Fetch-Dest": "empty"})
    assert names(conversation) == ["분실"]


def test_leads_make_a_tag_while_typing_and_must_say_so(
    desk: Client, lead: Agent, conversation: Conversation
) -> None:
    path, new = at(conversation, "tags"), {"name": "재입고", "make": "1"}
    assert desk.post(path, new, headers=HTMX).status_code == 422
    leads = people.signed_in(lead)
    assert "새 태그로 붙이기" in text(leads.get(at(conversation, "")))
    assert "새 태그로 붙이기" not in text(desk.get(at(conversation, "")))
    assert leads.post(path, {"name": "재입고"}, headers=HTMX).status_code == 422
    assert not Tag.objects.exists()
    assert leads.post(path, new, headers=HTMX).status_code == 204
    assert leads.post(path, {**new, "name": "가" * 31}, headers=HTMX).status_code == 422
    assert names(conversation) == ["재입고"]


def test_options_are_those_that_may_be_put_on_yet(
    desk: Client, agent: Agent, conversation: Conversation, brand: Brand, other_brand: Brand
) -> None:
    factories.tag("남", brand=other_brand)
    factories.tag("옛것", retired_at=NOON)
    tags.put(conversation=conversation, tag=factories.tag("붙은 것"), by=agent)
    factories.tag("우리", brand=brand)
    factories.tag("모두")
    body = desk.get(at(conversation, "tag-options")).content.decode()
    assert re.findall(r'data-name="([^"]+)"', body) == ["모두", "우리"]


def test_tag_that_may_not_be_put_on_is_refused(
    desk: Client, conversation: Conversation, other_brand: Brand
) -> None:
    tag = factories.tag("남", brand=other_brand)
    path = at(conversation, "tags")
    assert desk.post(path, {"tag": tag.public_id}, headers=HTMX).status_code == 409
    for nothing in (str(uuid4()), "nothing"):
        assert desk.post(path, {"tag": nothing}, headers=HTMX).status_code == 404
    assert desk.post(path, {"name": " "}, headers=HTMX).status_code == 422
    assert names(conversation) == []


# Priority


def test_priority_is_changed_told_and_undone(desk: Client, conversation: Conversation) -> None:
    path = at(conversation, "priority")
    answer = desk.post(path, {"priority": "urgent"}, headers=HTMX)
    assert notice(answer)["text"] == "우선순위를 긴급으로 바꿨어요"
    assert "한지우 님이 우선순위를 긴급으로 바꿨어요" in text(desk.get(at(conversation, "thread")))
    assert "HX-Trigger" not in desk.post(path, {"priority": "urgent"}, headers=HTMX).headers
    desk.post(notice(answer)["undo"], headers={"Sec-Fetch-Dest": "empty"})
    conversation.refresh_from_db()
    assert conversation.priority == "normal"
    assert desk.post(path, {"priority": "loud"}).status_code == 404


# On hold until a moment


@time_machine.travel(NOON, tick=False)
@pytest.mark.parametrize(
    ("name", "words", "moment"),
    [
        ("hour", "오늘 13:00", datetime(2026, 11, 18, 4, tzinfo=UTC)),
        ("evening", "오늘 18:00", datetime(2026, 11, 18, 9, tzinfo=UTC)),
        ("tomorrow", "내일 09:00", datetime(2026, 11, 19, 0, tzinfo=UTC)),
        ("monday", "11월 23일 (월) 09:00", datetime(2026, 11, 23, 0, tzinfo=UTC)),
    ],
)
def test_moments_that_are_offered(
    agent: Agent, conversation: Conversation, name: str, words: str, moment: datetime
) -> None:
    desk = people.signed_in(agent)
    answer = desk.post(at(conversation, "hold"), {"in": name}, headers=HTMX)
    assert notice(answer)["text"] == f"{words}까지 보류했어요"
    assert until(conversation) == moment
    page = text(desk.get(at(conversation, "")))
    assert f"한지우 님이 {words}까지 보류했어요" in page
    assert f"보류 · {words}" in page


@time_machine.travel(NOON, tick=False)
def test_own_moment_is_by_the_agents_clock(agent: Agent, conversation: Conversation) -> None:
    agent.timezone = "America/New_York"
    agent.save()
    desk = people.signed_in(agent)
    path = at(conversation, "hold")
    assert desk.post(path, {"at": "2026-11-19T08:30"}, headers=HTMX).status_code == 204
    assert until(conversation) == datetime(2026, 11, 19, 13, 30, tzinfo=UTC)
    for wrong in ("2026-11-17T08:30", "2036-11-19T08:30", "tomorrow", "2026-13-40T99:00"):
        answer = desk.post(path, {"at": wrong}, headers=HTMX)
        assert answer.status_code == 422
        assert answer.json()["detail"] == "지금부터 1년 안의 시각을 골라 주세요."
    assert until(conversation) == datetime(2026, 11, 19, 13, 30, tzinfo=UTC)


def test_undo_brings_back_the_moment_that_was(agent: Agent, conversation: Conversation) -> None:
    with time_machine.travel(NOON, tick=False):
        desk = people.signed_in(agent)
        first = datetime(2026, 11, 20, tzinfo=UTC)
        lifecycle.hold(conversation=conversation, by=agent, until=first)
        answer = desk.post(at(conversation, "hold"), {"in": "hour"}, headers=HTMX)
        desk.post(notice(answer)["undo"], headers={"Sec-Fetch-Dest": "empty"})
        assert until(conversation) == first
        answer = desk.post(at(conversation, "reopening"), headers=HTMX)
        assert until(conversation) is None
        desk.post(notice(answer)["undo"], headers={"Sec-Fetch-Dest": "empty"})
        assert until(conversation) == first


def test_evening_of_an_old_page_is_over(agent: Agent, conversation: Conversation) -> None:
    with time_machine.travel(NOON.replace(hour=10), tick=False):  # 19:00 in Seoul
        desk = people.signed_in(agent)
        answer = desk.post(at(conversation, "hold"), {"in": "evening"}, headers=HTMX)
        assert answer.status_code == 422


# Opening beside the list


def test_page_for_a_script_has_the_talk_alone(desk: Client, conversation: Conversation) -> None:
    path = at(conversation, "") + "?view=unassigned"
    whole, part = desk.get(path), desk.get(path, headers={"Majung-Part": "talk"})
    assert 'id="rows"' in whole.content.decode()
    body = part.content.decode()
    assert 'id="rows"' not in body
    for what in ('<main class="conv"', 'id="thread"', 'id="panel"', "<title>김하늘"):
        assert what in body


def test_page_that_is_prepared_reads_nothing_until_it_is_shown(
    desk: Client, conversation: Conversation
) -> None:
    desk.get(at(conversation, ""), headers={"Majung-Part": "talk", "Majung-Hidden": "1"})
    conversation.refresh_from_db()
    assert conversation.seen_at is None

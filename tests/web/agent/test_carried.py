"""At the desk: what a reply carries, how content customers were, what they left."""

import json
import re
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from majung.accounts.models import Agent, Brand
from majung.conversations import contacts, parts, pictures
from majung.conversations.models import CannedReply, Conversation, Draft, Message, Rating
from majung.core import clock
from majung.customers.models import Identity
from tests.people import signed_in
from tests.web.agent.reading import text

BY_SCRIPT = {"X-Requested-With": "fetch", "Accept": "application/json"}
CARD = {"title": "러닝화", "buttons": [{"label": "보기", "link": "https://shop.example/1"}]}
BOTH: dict[str, Any] = {"choices": ["네", "아니요"], "cards": [CARD]}


def picture() -> str:
    out = BytesIO()
    Image.new("RGB", (320, 200), "teal").save(out, "PNG")
    out.seek(0)
    return str(pictures.keep(stream=out, name="신발.png").public_id)


def send(desk: Client, talk: Conversation, carried: object) -> Any:
    body = {"text": "골라 주세요", "key": "k", "parts": json.dumps(carried)}
    return desk.post(f"/desk/c/{talk.public_id}/replies", body, headers=BY_SCRIPT)


def test_a_canned_reply_is_offered_with_what_it_brings(
    desk: Client, conversation: Conversation
) -> None:
    reply = CannedReply.objects.create(title="고르기", text="{고객}!", parts=BOTH)
    told = desk.get(f"/desk/c/{conversation.public_id}/canned/{reply.public_id}").json()
    assert told == {"id": str(reply.public_id), "text": "김하늘 님!", "parts": BOTH}


def test_what_is_sent_stands_in_the_thread_and_cannot_be_pressed(
    desk: Client, conversation: Conversation
) -> None:
    shown = {**CARD, "picture": picture()}
    assert send(desk, conversation, {**BOTH, "cards": [shown]}).status_code == 201
    assert parts.of(Message.objects.get(kind="reply").data).choices == ("네", "아니요")
    thread = desk.get(f"/desk/c/{conversation.public_id}/thread").content.decode()
    assert "러닝화" in thread
    assert 'width="320" height="200"' in thread
    assert 'href="https://shop.example/1"' not in thread


@pytest.mark.parametrize(
    "carried",
    [
        {"choices": ["가" * 41]},
        {"cards": [{"title": "x", "buttons": [{"label": "x", "link": "javascript:x"}]}]},
        {"html": "<b>"},
        [],
        {"cards": [{"title": "x", "picture": "019a0000-0000-7000-8000-000000000000"}]},
    ],
)
def test_what_is_no_part_is_not_sent(
    desk: Client, conversation: Conversation, carried: object
) -> None:
    assert send(desk, conversation, carried).status_code == 422
    assert not Message.objects.filter(kind="reply").exists()


def test_a_reply_that_is_taken_back_says_what_it_carried(
    desk: Client, conversation: Conversation, agent: Agent
) -> None:
    Agent.objects.filter(pk=agent.pk).update(undo_seconds=10)
    answer = send(desk, conversation, BOTH).json()
    told = desk.post(answer["undo"], headers=BY_SCRIPT).json()
    assert (told["text"], told["parts"]) == ("골라 주세요", BOTH)


def saves(desk: Client, talk: Conversation, carried: str, **more: str) -> Any:
    body = {"kind": "reply", "text": "쓰다 만 글", "tab": "t", "turn": "1", "parts": carried}
    return desk.post(f"/desk/c/{talk.public_id}/draft", body | more, headers=BY_SCRIPT)


def box(answer: Any) -> Any:
    """Return what the page sends again where no script runs, if anything."""
    found = re.search(r'name="parts" value="([^"]*)" checked', answer.content.decode())
    return json.loads(unescape(found[1])) if found else None


def test_what_a_draft_carries_is_there_on_another_device(
    desk: Client, conversation: Conversation, agent: Agent
) -> None:
    assert saves(desk, conversation, json.dumps(BOTH)).json() == {"mark": "t:1"}
    page = signed_in(agent).get(f"/desk/c/{conversation.public_id}/")
    told = re.search(r'data-drafts="([^"]*)"', page.content.decode())
    assert told
    assert json.loads(unescape(told[1]))[0]["parts"] == BOTH
    assert box(page) == BOTH
    assert "카드 ‘러닝화’ · 빠른 답장 2개" in text(page)


def test_a_second_page_is_told_what_the_first_one_carries(
    desk: Client, conversation: Conversation
) -> None:
    saves(desk, conversation, json.dumps(BOTH))
    answer = saves(desk, conversation, "", tab="u")
    assert (answer.status_code, answer.json()["draft"]["parts"]) == (409, BOTH)


@pytest.mark.parametrize("wrong", ["{", "[]", '{"html": "<b>"}', '{"choices": ["\\n"]}'])
def test_a_draft_carries_only_what_a_reply_may(
    desk: Client, conversation: Conversation, wrong: str
) -> None:
    answer = saves(desk, conversation, wrong)
    assert (answer.status_code, answer.json()["code"]) == (422, "not_parts")
    assert not Draft.objects.exists()


def test_without_a_script_a_reply_taken_back_still_carries_its_card(
    desk: Client, conversation: Conversation, agent: Agent
) -> None:
    Agent.objects.filter(pk=agent.pk).update(undo_seconds=10)
    path = f"/desk/c/{conversation.public_id}/replies"
    desk.post(path, {"text": "골라 주세요", "key": "k", "parts": json.dumps(BOTH)})
    message = Message.objects.get(kind="reply")
    page = desk.post(f"/desk/messages/{message.public_id}/withdrawal", follow=True)
    assert box(page) == BOTH
    # Nor is it lost when the reply is refused.
    refused = desk.post(path, {"text": "", "key": "l", "parts": json.dumps(box(page))})
    assert (refused.status_code, box(refused)) == (422, BOTH)
    desk.post(path, {"text": "골라 주세요", "key": "m", "parts": json.dumps(box(refused))})
    assert parts.spell(parts.of(Message.objects.get(kind="reply").data)) == BOTH
    assert box(desk.get(f"/desk/c/{conversation.public_id}/")) is None


def rated(talk: Conversation, brand: Brand, score: int) -> None:
    at = clock.now()
    Rating.objects.create(conversation=talk, brand=brand, closed_at=at, score=score, rated_at=at)


def test_those_who_lead_see_how_content_customers_were(
    desk: Client,
    lead: Agent,
    conversation: Conversation,
    brand: Brand,
    other_conversation: Conversation,
    other_brand: Brand,
) -> None:
    rated(conversation, brand, 5)
    rated(conversation, brand, 4)
    rated(other_conversation, other_brand, 1)
    page = signed_in(lead).get("/desk/closed/").content.decode()
    assert "지난 30일에 받은 만족도 답변 2개의 평균이에요" in page
    assert '<span class="vh">답변 2개</span>' in page
    assert ">4.5<" in page
    assert "만족도 답변" not in desk.get("/desk/closed/").content.decode()
    assert "만족도 답변" not in signed_in(lead).get("/desk/all/").content.decode()
    Agent.objects.filter(pk=lead.pk).update(locale="en")
    page = signed_in(lead).get("/desk/closed/").content.decode()
    assert "The average of 2 ratings in the last 30 days" in page
    assert '<span class="vh">2 ratings</span>' in page


def test_an_admin_sees_it_beside_each_brand(
    admin_desk: Client, conversation: Conversation, brand: Brand, other_brand: Brand
) -> None:
    rated(conversation, brand, 4)
    page = admin_desk.get("/setup/brands/").content.decode()
    assert page.count("지난 30일에 받은 만족도 답변 1개의 평균이에요") == 1
    assert page.count('<span class="dim">답변 1개</span>') == 1
    assert ">4.0<" in page


def test_an_address_that_was_left_stands_in_strip_panel_and_thread(
    desk: Client, conversation: Conversation, visitor: Identity
) -> None:
    contacts.leave(conversation=conversation, by=visitor, text="haneul@example.com")
    page = desk.get(f"/desk/c/{conversation.public_id}/").content.decode()
    assert "고객이 이메일 주소를 남겼어요" in page
    assert "이메일 (답장을 받으려고 남김)" in page
    assert "확인 안 됨" in page
    assert "haneul@example.com" not in page

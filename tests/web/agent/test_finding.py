"""Finding: the palette's lines and the page of messages, for whom they are."""

import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from majung.accounts.models import Agent
from majung.conversations.models import Conversation, Inbox, Message
from majung.core import clock
from tests import factories
from tests.web.agent.reading import text


def said(conversation: Conversation, words: str, kind: str = "customer", **fields: object) -> None:
    Message.objects.create(
        conversation=conversation, inbox=conversation.inbox, kind=kind, text=words,
        created_at=clock.now(), **fields,
    )  # fmt: skip


def test_page_shows_messages_newest_first_with_what_was_found_marked(
    desk: Client, agent: Agent, conversation: Conversation
) -> None:
    said(conversation, "사이즈를 교환하고 싶어요")
    said(conversation, "교환은 7일 안에 돼요", kind="reply", author=agent)
    said(conversation, "교환 서랍 확인", kind="note", author=agent)
    answer = desk.get("/desk/search/?q=교환")
    page = answer.content.decode()
    assert re.findall(r"<mark>(.*?)</mark>", page) == ["교환"] * 3
    assert [
        text.strip() for text in re.findall(r'<span class="said">(.*?)</span>', page, re.DOTALL)
    ] == [
        "<mark>교환</mark> 서랍 확인",
        "<mark>교환</mark>은 7일 안에 돼요",
        "사이즈를 <mark>교환</mark>하고 싶어요",
    ]
    assert "김하늘 · 내부 메모" in text(answer)


def test_a_line_leads_to_the_message_in_its_thread(
    desk: Client, conversation: Conversation
) -> None:
    said(conversation, "아주 오래된 말")
    for number in range(60):
        said(conversation, f"그 뒤의 말 {number}")
    page = desk.get("/desk/search/?q=오래된").content.decode()
    href = re.search(r'href="(/desk/c/[^"]+since=[^"]+)#(msg-[^"]+)"', page)
    assert href is not None
    thread = desk.get(href.group(1)).content.decode()
    assert f'id="{href.group(2)}"' in thread
    assert "아주 오래된 말" in thread


def test_pages_follow_each_other(desk: Client, conversation: Conversation) -> None:
    for number in range(55):
        said(conversation, f"교환 {number}번")
    first = desk.get("/desk/search/?q=교환").content.decode()
    more = re.search(r'href="\?q=([^"]+)"', first)
    assert more is not None
    rest = desk.get("/desk/search/?q=" + more.group(1).replace("&amp;", "&")).content.decode()
    assert (first.count("<mark>"), rest.count("<mark>")) == (50, 5)


def test_another_teams_agent_finds_nothing(
    other_desk: Client, desk: Client, conversation: Conversation
) -> None:
    said(conversation, "고요한 교환")
    for path in ("/desk/search/?q=교환", "/desk/palette?q=교환"):
        assert "고요한" in text(desk.get(path))
        assert "고요한" not in text(other_desk.get(path))
    assert "“교환”이 든 메시지가 없어요" in text(other_desk.get("/desk/search/?q=교환"))


@pytest.mark.parametrize("typed", ["", "%20", "?!", "%00", "a" * 500, "'\"%3Cb%3E", "* OR b1"])
def test_strange_words_break_nothing(desk: Client, conversation: Conversation, typed: str) -> None:
    for path in ("/desk/search/", "/desk/palette"):
        assert desk.get(f"{path}?q={typed}").status_code == 200
    assert desk.get("/desk/search/?q=교환&before=x&brand=nothing").status_code == 200


def test_what_holds_no_word_is_said_beside_the_field(desk: Client) -> None:
    assert "글자나 숫자를 써 주세요." in text(desk.get("/desk/search/?q=!!"))


def test_palette_offers_places_and_settings_to_those_who_may(
    desk: Client, admin_desk: Client
) -> None:
    assert "설정 한눈에" not in text(desk.get("/desk/palette"))
    assert "설정 한눈에" in text(admin_desk.get("/desk/palette"))
    assert "접수 장부" in text(admin_desk.get("/desk/palette?q=접수장부"))
    assert "미배정" in text(desk.get("/desk/palette?q=미배"))


def test_palette_finds_a_conversation_by_number_and_a_customer_by_name(
    desk: Client, other_desk: Client, conversation: Conversation
) -> None:
    for number in (str(conversation.pk), f"%23{conversation.pk}"):
        page = desk.get(f"/desk/palette?q={number}").content.decode()
        assert f'href="/desk/c/{conversation.public_id}/"' in page
        assert str(conversation.public_id) not in (
            other_desk.get(f"/desk/palette?q={number}").content.decode()
        )
    assert str(conversation.customer.public_id) in (
        desk.get("/desk/palette?q=김하").content.decode()
    )


def test_questions_stay_few(
    desk: Client, widget: Inbox, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(12):
        talk = factories.conversation(widget, factories.customer(f"교환왕 {number}"), "교환이요")
        said(talk, "교환 또 교환")
    for path, most in (("/desk/search/?q=교환", 16), ("/desk/palette?q=교환", 20)):
        desk.get(path)
        with django_assert_max_num_queries(most):
            desk.get(path)

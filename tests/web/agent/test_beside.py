"""What stands folded beside the words: who took part, other conversations, files; and to follow."""

import json
import re
from io import BytesIO

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from majung.accounts.models import Agent, Brand, Notice, Team
from majung.conversations import assignment, following, replies, uploads
from majung.conversations.models import Conversation, Following, Inbox, Message
from majung.core import clock
from majung.core.models import Blob
from majung.customers import merge
from majung.customers.models import Customer, Identity
from majung.web.agent import gallery
from tests import factories, people
from tests.core.files import picture
from tests.web.agent.reading import text

HTMX = {"HX-Request": "true"}


def part(client: Client, path: str, **query: str) -> str:
    answer = client.get(path, query, headers=HTMX)
    assert answer.status_code == 200
    return text(answer)


def sends(message: Message, name: str, content: bytes) -> None:
    upload = factories.upload("somebody", name=name, content=content)
    uploads.attach(message_id=message.pk, uploads=[upload])


# Following


def test_following_shows_in_the_head_and_is_undone(
    desk: Client, agent: Agent, conversation: Conversation
) -> None:
    path = f"/desk/c/{conversation.public_id}"
    assert "알림 받기" in text(desk.get(f"{path}/thread"))
    answer = desk.post(f"{path}/following", headers=HTMX)
    assert "알림 받는 중" in text(desk.get(f"{path}/thread"))
    undo = json.loads(answer.headers["HX-Trigger"])["notice"]["undo"]
    assert desk.post(undo, headers=HTMX).status_code == 204
    assert not Following.objects.exists()
    # Again it changes nothing, and says nothing.
    assert "HX-Trigger" not in desk.post(f"{path}/following", {"off": "1"}, headers=HTMX).headers


def test_only_who_sees_it_follows(
    other_desk: Client, stranger: Client, conversation: Conversation
) -> None:
    path = f"/desk/c/{conversation.public_id}/following"
    assert other_desk.post(path).status_code == 404
    assert stranger.post(path).status_code == 302
    assert not Following.objects.exists()


def test_a_follower_s_notice_is_in_their_list(
    desk: Client, agent: Agent, conversation: Conversation, widget: Inbox, visitor: Identity
) -> None:
    desk.post(f"/desk/c/{conversation.public_id}/following", headers=HTMX)
    message = factories.writes(widget, "혹시 보고 계세요?", by=visitor)
    Notice.objects.create(
        agent=agent, kind="followed", conversation=conversation.public_id,
        message=message.public_id, created_at=clock.now(),
    )  # fmt: skip
    assert "김하늘 님이 답했어요 혹시 보고 계세요?" in text(desk.get("/desk/notices/"))


# Participants


def test_participants_are_the_addresses_and_all_colleagues_with_their_part(
    desk: Client, agent: Agent, colleague: Agent, lead: Agent, conversation: Conversation
) -> None:
    phone = factories.identity(conversation.customer, "phone", "+821012344821", verified=False)
    factories.message(conversation, "전화번호예요", identity=phone)
    assignment.claim(conversation=conversation, agent=lead, by=lead)
    assignment.assign(conversation=conversation, agent=agent, by=lead)
    replies.send(conversation=conversation, text="네", by=agent, client_key="1")
    replies.note(conversation=conversation, text="@박서연 봐 주세요", by=agent, client_key="2")
    following.follow(conversation=conversation, by=colleague)
    words = part(desk, f"/desk/c/{conversation.public_id}/participants")
    assert "전화번호 010-••••-4821 확인 안 됨 메시지 2개" in words
    assert "브라우저 메시지 1개" in words
    assert "한지우 담당 · 답변 1개 · 메모 1개" in words
    assert "정도윤 담당했음" in words
    assert "박서연 메모에서 부름 · 알림 받음" in words
    # Without a script it is a page of its own.
    page = desk.get(f"/desk/c/{conversation.public_id}/participants")
    assert "<html" in page.content.decode()


def test_participants_cost_the_same_for_many(
    desk: Client,
    team: Team,
    conversation: Conversation,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    path = f"/desk/c/{conversation.public_id}/participants"
    for number in range(2):
        one = factories.agent(f"동료 {number}", teams=[team])
        factories.message(conversation, "네", kind="reply", author=one)
        assignment.assign(conversation=conversation, agent=one, by=one)
        following.follow(conversation=conversation, by=one)
        desk.get(path, headers=HTMX)
        with django_assert_num_queries(13):
            desk.get(path, headers=HTMX)


# Other conversations


def test_other_conversations_are_counted_by_status_and_only_those_one_may_see(
    desk: Client,
    admin_desk: Client,
    conversation: Conversation,
    customer: Customer,
    other_customer: Customer,
    widget: Inbox,
    other_widget: Inbox,
) -> None:
    factories.conversation(widget, customer, "열린 일")
    factories.conversation(widget, other_customer, "합쳐진 사람의 일", status="closed")
    factories.conversation(other_widget, customer, "다른 브랜드의 일", status="closed")
    merge.merge(winner_id=customer.pk, loser_id=other_customer.pk, evidence="agent", by=None)
    panel = f"/desk/c/{conversation.public_id}/panel"
    words = text(desk.get(panel))
    assert "다른 상담 응대 1 종료 1" in words
    assert "합쳐진 사람의 일" in words
    assert "다른 브랜드의 일" not in words
    assert "다른 상담 응대 1 종료 2" in text(admin_desk.get(panel))
    for number in range(7):  # more than are read to show some
        factories.conversation(widget, customer, f"또 {number}", status="pending")
    assert "다른 상담 응대 1 보류 7 종료 1" in text(desk.get(panel))
    assert "상담 응대 2 보류 7 종료 1" in text(desk.get(f"/desk/customers/{customer.public_id}/"))


def test_peek_shows_the_last_words_and_reads_nothing(
    desk: Client, other_desk: Client, agent: Agent, conversation: Conversation
) -> None:
    factories.message(conversation, "확인해 볼게요", kind="note", author=agent)
    factories.message(conversation, "지운 말", deleted_at=clock.now())
    before = Conversation.objects.values().get(pk=conversation.pk)
    path = f"/desk/c/{conversation.public_id}/peek"
    words = part(desk, path)
    assert "김하늘 방금 택배가 아직 안 왔어요 한지우 내부 메모 방금 확인해 볼게요" in words
    assert "지운 말" not in words
    assert Conversation.objects.values().get(pk=conversation.pk) == before
    assert other_desk.get(path, headers=HTMX).status_code == 404


# Files


@pytest.fixture
def talk(conversation: Conversation) -> Conversation:
    """김하늘 has sent a picture and a text."""
    sends(factories.message(conversation, "사진이에요"), "상자.png", picture())
    sends(factories.message(conversation, "영수증이에요"), "영수증.txt", b"12,000")
    return conversation


def test_files_of_the_conversation_and_of_the_person(
    desk: Client, agent: Agent, talk: Conversation, widget: Inbox, visitor: Identity
) -> None:
    older = factories.conversation(widget, talk.customer, "지난 일", identity=visitor)
    reply = factories.message(older, "신청서예요", kind="reply", author=agent)
    sends(reply, "신청서.txt", b"form")
    path = f"/desk/c/{talk.public_id}/files"
    own = part(desk, path)
    assert "영수증.txt" in own
    assert "신청서.txt" not in own
    every = part(desk, path, of="customer")
    assert "영수증.txt" in every
    assert "신청서.txt 4 bytes · 한지우" in every.replace("\xa0", " ") or "한지우" in every
    of_person = part(desk, f"/desk/customers/{talk.customer.public_id}/files")
    assert "신청서.txt" in of_person
    body = desk.get(path, headers=HTMX).content.decode()
    message = talk.messages.get(text="사진이에요")
    assert f"#msg-{message.public_id}" in body
    assert 'data-name="상자.png"' in body
    address = body.partition('data-message="')[2].partition('"')[0]
    assert f'id="msg-{message.public_id}"' in desk.get(address).content.decode()


@pytest.mark.parametrize("of", ["talk", "customer"])
def test_files_beside_the_words_are_read_again_when_more_come(
    desk: Client, talk: Conversation, of: str
) -> None:
    path = f"/desk/c/{talk.public_id}/files"
    body = desk.get(path, {"of": of}, headers=HTMX).content.decode()
    assert f'data-live="conversation:{talk.public_id}"' in body
    assert f'hx-get="{path}?of={of}"' in body


def test_files_of_other_brands_and_of_deleted_messages_are_not_shown(
    desk: Client, admin_desk: Client, talk: Conversation, other_widget: Inbox
) -> None:
    hidden = factories.conversation(other_widget, talk.customer, "다른 브랜드의 일")
    sends(factories.message(hidden, "비밀"), "비밀.txt", b"secret")
    gone = factories.message(talk, "지움", deleted_at=clock.now())
    sends(gone, "지운 것.txt", b"gone")
    path = f"/desk/c/{talk.public_id}/files"
    words = part(desk, path, of="customer")
    assert ("비밀.txt" in words, "지운 것.txt" in words) == (False, False)
    assert "비밀.txt" in part(admin_desk, path, of="customer")
    assert "비밀.txt" not in part(desk, f"/desk/customers/{talk.customer.public_id}/files")


def test_files_that_are_being_checked_cannot_be_opened(desk: Client, talk: Conversation) -> None:
    Blob.objects.update(scan=Blob.Scan.PENDING)
    body = desk.get(f"/desk/c/{talk.public_id}/files", headers=HTMX).content.decode()
    assert "바이러스 검사 중이에요" in body
    assert "/files/" not in body.replace(f"/desk/c/{talk.public_id}/files", "")


def test_more_files_come_by_cursor_each_kind_by_its_own(
    desk: Client, conversation: Conversation
) -> None:
    message = factories.message(conversation, "여러 개")
    blobs = [
        uploads.put(stream=BytesIO(picture(width=10 + number)), name=f"{number}.png", owner="x")
        for number in range(20)
    ]
    uploads.attach(message_id=message.pk, uploads=blobs)
    path = f"/desk/c/{conversation.public_id}/files"
    body = desk.get(path, headers=HTMX).content.decode()
    assert body.count("data-picture") == 18
    more = body.partition('hx-get="')[2] and body.partition("kind=pictures&amp;before=")[2]
    cursor = more.partition('"')[0]
    rest = desk.get(path, {"kind": "pictures", "before": cursor}, headers=HTMX).content.decode()
    assert rest.count("data-picture") == 2
    assert "사진 더 보기" not in rest
    assert "data-gallery" not in rest


@pytest.mark.parametrize("of", ["talk", "customer"])
def test_files_cost_the_same_however_many(
    of: str,
    desk: Client,
    conversation: Conversation,
    agent: Agent,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    path = f"/desk/c/{conversation.public_id}/files?of={of}"
    for number in range(2):
        reply = factories.message(conversation, "답", kind="reply", author=agent)
        sends(reply, f"{number}.txt", b"%d" % number)
        sends(factories.message(conversation, "사진"), f"{number}.png", picture(20 + number))
        desk.get(path, headers=HTMX)
        with django_assert_num_queries(6 if of == "talk" else 7):
            desk.get(path, headers=HTMX)


def test_the_files_of_a_person_follow_the_person_and_their_talks(
    desk: Client, talk: Conversation, widget: Inbox, visitor: Identity
) -> None:
    other = factories.conversation(widget, talk.customer, "지난 일", identity=visitor)
    path = f"/desk/customers/{talk.customer.public_id}/files"
    shown = desk.get(path, headers=HTMX).content.decode()
    found = re.search(r'data-live="([^"]*)"', shown)
    assert found
    assert set(found[1].split()) == {
        f"customer:{talk.customer.public_id}",
        f"conversation:{talk.public_id}",
        f"conversation:{other.public_id}",
    }
    # What a signal has read again.
    assert f'hx-get="{path}?"' in shown


def test_no_files_teach_where_more_are(
    desk: Client, brand: Brand, conversation: Conversation
) -> None:
    path = f"/desk/c/{conversation.public_id}/files"
    assert "‘이 고객’을 고르면 다른 상담의 파일까지 보여요." in part(desk, path)
    assert "이 고객과 주고받은 파일이 아직 없어요." in part(desk, path, of="customer")
    assert gallery.KINDS == ("pictures", "files")


def test_beside_is_for_those_who_see_the_conversation(
    other_desk: Client, stranger: Client, agent: Agent, talk: Conversation
) -> None:
    for name in ("participants", "peek", "files"):
        path = f"/desk/c/{talk.public_id}/{name}"
        assert other_desk.get(path).status_code == 404
        assert stranger.get(path).status_code == 302
        assert people.signed_in(agent).get(path).status_code == 200

"""A conversation on the screen: what it says, what opening it does, what it costs."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from majung.accounts.models import Agent, AuditEntry
from majung.conversations import assignment, lifecycle, uploads
from majung.conversations.models import Conversation, Inbox, Message
from majung.core import live
from majung.core.models import Blob
from majung.customers import merge
from majung.customers.models import Customer, Identity
from majung.web.agent import thread as threads
from majung.web.agent.views import conversations as views
from tests import factories, people
from tests.web.agent.reading import hidden, ids, text

# Who asks, the thread and its header, the list beside it, the panel with one suggestion. The panel
# reads the conversation again, after the mark of its customer's topic. Its notices are read (1) and
# the bell in the rail counts (1). The tags on it and in the list (2), the teams it may go to (1). The
# brief and the strip (3), the draft (1), the mailboxes that a reply may come from (1).
PAGE_QUERIES = 27
EVENING = datetime(2026, 11, 20, 14, 30, tzinfo=UTC)  # 23:30 in Seoul


def test_page_shows_the_words_and_the_person(desk: Client, conversation: Conversation) -> None:
    words = text(desk.get(f"/desk/c/{conversation.public_id}/"))
    assert "택배가 아직 안 왔어요" in words
    assert "김하늘" in words
    assert "채팅으로 답장" in words
    assert "담당 없음" in words


def test_only_those_who_answer_for_the_brand_find_it(
    conversation: Conversation,
    stranger: Client,
    desk: Client,
    admin_desk: Client,
    other_desk: Client,
) -> None:
    parts = ("", "thread", "messages", "panel")
    paths = [f"/desk/c/{conversation.public_id}/{part}" for part in parts]
    assert {stranger.get(path).status_code for path in paths} == {302}
    assert {other_desk.get(path).status_code for path in paths} == {404}
    assert {desk.get(path).status_code for path in paths} == {200}
    assert {admin_desk.get(path).status_code for path in paths} == {200}


def test_opening_marks_it_seen_and_notes_who_read(
    desk: Client, agent: Agent, conversation: Conversation
) -> None:
    desk.get(f"/desk/c/{conversation.public_id}/")
    desk.get(f"/desk/c/{conversation.public_id}/")
    conversation.refresh_from_db()
    assert conversation.seen_at is not None
    entries = AuditEntry.objects.filter(action="read", object_id=conversation.pk)
    assert [entry.agent for entry in entries] == [agent]


def test_lines_say_who_did_what(
    desk: Client, agent: Agent, colleague: Agent, conversation: Conversation
) -> None:
    assignment.claim(conversation=conversation, agent=agent, by=agent)
    assignment.assign(conversation=conversation, agent=colleague, by=agent)
    assignment.assign(conversation=conversation, agent=None, by=colleague)
    lifecycle.hold(conversation=conversation, by=agent)
    lifecycle.close(conversation=conversation, by=agent)
    lifecycle.reopen(conversation=conversation, by=colleague)
    words = text(desk.get(f"/desk/c/{conversation.public_id}/thread"))
    said = [
        "한지우 님이 맡았어요",
        "한지우 님이 박서연 님에게 맡겼어요",
        "박서연 님이 담당을 비웠어요",
        "한지우 님이 상담을 보류했어요",
        "한지우 님이 상담을 마쳤어요",
        "박서연 님이 상담을 다시 열었어요",
    ]
    places = [words.find(line) for line in said]
    assert places == sorted(places)
    assert -1 not in places


@pytest.mark.parametrize(("number", "words"), [(13, "#13으로"), (18, "#18로"), (22, "#22로")])
def test_split_line_has_the_particle_of_the_number(
    number: int, words: str, desk: Client, conversation: Conversation
) -> None:
    factories.message(
        conversation,
        "",
        kind="event",
        data={"what": "split_to", "number": number, "conversation": str(conversation.public_id)},
    )
    assert f"다른 고객의 메시지를 상담 {words} 옮겼어요" in text(
        desk.get(f"/desk/c/{conversation.public_id}/thread")
    )


def test_days_are_those_of_the_agents_zone(
    desk: Client, agent: Agent, widget: Inbox, customer: Customer
) -> None:
    with time_machine.travel(EVENING + timedelta(hours=2), tick=False):
        talk = factories.conversation(widget, customer, at=EVENING)
        factories.message(talk, "아직인가요?", at=EVENING + timedelta(hours=1))
        path = f"/desk/c/{talk.public_id}/thread"
        desk.force_login(agent)
        words = text(desk.get(path))
        assert words.find("11월 20일 (금)") < words.find("11월 21일 (토)")
        assert "11월 21일 (토)" in words
        agent.timezone = "America/New_York"
        agent.save()
        words = text(desk.get(path))
        assert "11월 20일 (금)" in words
        assert "11월 21일" not in words


def test_older_messages_come_by_cursor_and_leave_no_gap(
    desk: Client, conversation: Conversation
) -> None:
    for number in range(120):
        factories.message(conversation, f"말 {number}")
    path = f"/desk/c/{conversation.public_id}"
    page = desk.get(f"{path}/thread")
    assert len(ids(page, "msg-")) == threads.PAGE
    before = ids(page, "older-")[0]
    older = desk.get(f"{path}/messages?before={before}")
    assert len(ids(older, "msg-")) == threads.PAGE
    assert not set(ids(older, "msg-")) & set(ids(page, "msg-"))
    # Fetched again it begins where it began, so that it still joins what was opened above it.
    factories.message(conversation, "새 말")
    again = desk.get(f"{path}/thread?start={hidden(page, 'start')}")
    assert ids(again, "msg-")[:-1] == ids(page, "msg-")
    assert ids(again, "older-") == [before]
    # The page can begin further back, and the piece of the past can be read again.
    place = ids(older, "older-")[0]
    whole = desk.get(f"{path}/?since={place}")
    assert len(ids(whole, "msg-")) == 101
    past = desk.get(f"{path}/messages?before={ids(whole, 'past-')[0]}&since={place}")
    assert ids(past, "msg-") == ids(whole, "msg-")[:51]
    rest = desk.get(f"{path}/messages?before={ids(older, 'older-')[0]}")
    assert len(ids(rest, "msg-")) == 21
    assert ids(rest, "older-") == []


@pytest.mark.parametrize("rows", [1, 3])
def test_page_asks_the_same_questions_whatever_it_shows(
    rows: int,
    desk: Client,
    agent: Agent,
    widget: Inbox,
    customer: Customer,
    visitor: Identity,
    conversation: Conversation,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(rows):
        factories.message(conversation, f"답 {number}", kind="reply", author=agent, state="sent")
        factories.conversation(widget, factories.customer(f"고객 {number}"))
        factories.conversation(widget, customer, f"지난 {number}", identity=visitor)
        other = factories.customer(f"닮은 {number}")
        factories.conversation(widget, other)
        factories.identity(other, "email", "haneul@ondam.test", verified=False)
    factories.identity(customer, "email", "haneul@ondam.test")
    desk.get(f"/desk/c/{conversation.public_id}/")
    with django_assert_num_queries(PAGE_QUERIES):
        desk.get(f"/desk/c/{conversation.public_id}/")


def test_files_have_signed_links(
    desk: Client, agent: Agent, conversation: Conversation, settings: object
) -> None:
    upload = factories.upload("visitor", name="영수증.txt")
    message = factories.message(conversation, "여기요")
    uploads.attach(message_id=message.pk, uploads=[upload])
    body = desk.get(f"/desk/c/{conversation.public_id}/thread").content.decode()
    link = body.partition('class="file" href="')[2].partition('"')[0]
    assert link.startswith("/files/")
    assert b"".join(desk.get(link)) == b"12,000"


def test_file_that_is_being_checked_has_no_link(desk: Client, conversation: Conversation) -> None:
    upload = factories.upload("visitor")
    Blob.objects.filter(pk=upload.blob_id).update(scan=Blob.Scan.PENDING)
    uploads.attach(message_id=factories.message(conversation).pk, uploads=[upload])
    answer = desk.get(f"/desk/c/{conversation.public_id}/thread")
    assert "바이러스 검사 중이에요" in text(answer)
    assert "/files/" not in answer.content.decode()


def test_unknown_reply_says_why_and_offers_both_ways_out(
    desk: Client, agent: Agent, conversation: Conversation
) -> None:
    reply = factories.message(
        conversation, "곧 도착해요", kind="reply", author=agent, state="unknown",
        failure="interrupted",
    )  # fmt: skip
    answer = desk.get(f"/desk/c/{conversation.public_id}/thread")
    words = text(answer)
    assert "도착했는지 알 수 없어요 보내는 도중에 서버가 멈췄어요. 다시 보내기" in words
    assert "도착한 것으로 표시" in words
    settled = desk.post(f"/desk/messages/{reply.public_id}/settlement")
    assert settled.status_code == 302
    reply.refresh_from_db()
    assert reply.state == Message.State.SENT
    late = desk.post(f"/desk/messages/{reply.public_id}/settlement", headers={"HX-Request": "true"})
    assert late.status_code == 409


def test_failed_reply_is_sent_again_only_by_those_who_see_it(
    desk: Client, other_desk: Client, agent: Agent, conversation: Conversation
) -> None:
    reply = factories.message(conversation, kind="reply", author=agent, state="failed")
    path = f"/desk/messages/{reply.public_id}/resending"
    assert other_desk.post(path).status_code == 404
    answer = desk.post(path, headers={"HX-Request": "true"})
    assert answer.status_code == 204
    reply.refresh_from_db()
    assert reply.state == Message.State.QUEUED


def test_thread_part_brings_the_header_along(desk: Client, conversation: Conversation) -> None:
    body = desk.get(f"/desk/c/{conversation.public_id}/thread").content.decode()
    assert body.lstrip().startswith('<section class="thread"')
    assert 'id="head" hx-swap-oob="morph"' in body
    assert "<html" not in body
    assert f'data-live="conversation:{conversation.public_id}"' in body


def test_note_is_marked_as_internal(desk: Client, agent: Agent, conversation: Conversation) -> None:
    note = factories.message(conversation, "허브에서 멈춤", kind="note", author=agent)
    body = desk.get(f"/desk/c/{conversation.public_id}/thread").content.decode()
    assert f'class="msg note" id="msg-{note.public_id}"' in body


def test_what_customers_write_is_never_markup(
    widget: Inbox, customer: Customer, desk: Client
) -> None:
    talk = factories.conversation(widget, customer, "<b>굵게</b><script>1</script>")
    body = desk.get(f"/desk/c/{talk.public_id}/").content.decode()
    assert "<b>굵게" not in body
    assert "&lt;b&gt;굵게" in body


def test_nothing_of_it_is_kept_by_the_browser(desk: Client, conversation: Conversation) -> None:
    answer = desk.get(f"/desk/c/{conversation.public_id}/")
    assert "no-store" in answer.headers["Cache-Control"]


def test_leads_see_what_their_team_sees(lead: Agent, conversation: Conversation) -> None:
    answer = people.signed_in(lead).get(f"/desk/c/{conversation.public_id}/")
    assert answer.status_code == 200


def test_thread_refetched_behind_another_tab_reads_nothing(
    desk: Client, conversation: Conversation
) -> None:
    thread = f"/desk/c/{conversation.public_id}/thread"
    assert desk.get(thread, headers={"Majung-Hidden": "1"}).status_code == 200
    conversation.refresh_from_db()
    assert conversation.seen_at is None
    assert desk.get(thread).status_code == 200
    conversation.refresh_from_db()
    assert conversation.seen_at is not None


def test_what_is_being_saved_while_the_thread_is_opened_stays_new(
    desk: Client, conversation: Conversation
) -> None:
    first = conversation.messages.get()
    desk.get(f"/desk/c/{conversation.public_id}/thread")
    conversation.refresh_from_db()
    assert conversation.seen_at == first.created_at


def test_opening_tells_the_lists_that_it_is_new_no_more(
    desk: Client, conversation: Conversation, django_capture_on_commit_callbacks: Any
) -> None:
    topic = f"list:brand:{conversation.brand_id}"

    def stands() -> int:
        return int(live.marks([topic])["marks"][topic])

    before = stands()
    with django_capture_on_commit_callbacks(execute=True):
        desk.get(f"/desk/c/{conversation.public_id}/")
    assert stands() == before + 1
    with django_capture_on_commit_callbacks(execute=True):
        desk.get(f"/desk/c/{conversation.public_id}/")
    assert stands() == before + 1


def test_panel_shows_and_hears_whoever_the_customer_became_meanwhile(
    agent: Agent, conversation: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A merge commits after the conversation was read and before its live mark."""
    winner = factories.customer("이서연")
    stale = Conversation.objects.select_related("customer__merged_into").get(pk=conversation.pk)
    merge.merge(winner_id=winner.pk, loser_id=conversation.customer_id, evidence="agent", by=agent)
    context = views.panel_context(agent, stale)
    assert f"customer:{winner.public_id}" in context["panel_live"].topics
    assert context["panel"].customer == winner

"""Writing on the desk: canned replies, drafts, replies that are held, send and close."""

from typing import Any

import pytest
from django.test import Client

from majung.accounts import preferences, revisions
from majung.accounts.models import Agent
from majung.channels.models import OutboundDelivery
from majung.conversations import canned, drafts
from majung.conversations.models import CannedReply, Conversation, Draft, Inbox, Message
from majung.customers.models import Identity
from tests import factories
from tests.people import signed_in
from tests.web.agent.reading import text

BY_SCRIPT = {"X-Requested-With": "fetch", "Accept": "application/json"}


def at(conversation: Conversation, what: str = "") -> str:
    return f"/desk/c/{conversation.public_id}/{what}"


def post(client: Client, path: str, **values: Any) -> Any:
    return client.post(path, values, headers=BY_SCRIPT)


@pytest.fixture
def careful(agent: Agent) -> Agent:
    """한지우, whose replies are held for ten seconds."""
    preferences.hold_replies(agent=agent, seconds=10)
    return agent


def shared(
    title: str = "인사", body: str = "{고객|을/를} 도와드릴게요", **state: Any
) -> CannedReply:
    made: CannedReply = revisions.create(
        kind="canned", data={"title": title, "text": body, **state}, by=None
    )
    return made


# Canned replies in a conversation


def test_canned_replies_are_offered_and_come_filled_in(
    desk: Client, conversation: Conversation
) -> None:
    reply = shared(shortcut="hi", folder="처음")
    offered = desk.get(at(conversation, "canned")).json()["replies"]
    assert [(each["title"], each["shortcut"], each["own"]) for each in offered] == [
        ("인사", "hi", False)
    ]
    filled = desk.get(at(conversation, f"canned/{reply.public_id}"))
    assert filled.json()["text"] == "김하늘 님을 도와드릴게요"
    assert filled.headers["Cache-Control"].count("no-store") == 1


def test_a_colleagues_own_reply_is_not_found(
    desk: Client, colleague: Agent, conversation: Conversation
) -> None:
    hers = canned.make_own(data={"title": "비밀", "text": "쉿"}, by=colleague)
    answer = desk.get(at(conversation, f"canned/{hers.public_id}"))
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert desk.get(f"/desk/canned/{hers.public_id}/").status_code == 404
    assert desk.post(f"/desk/canned/{hers.public_id}/retirement").status_code == 404


def test_a_use_is_counted_when_the_message_is_written(
    desk: Client, conversation: Conversation
) -> None:
    reply = shared()
    values = {"text": "도와드릴게요", "key": "k", "canned": [str(reply.public_id), "no-id"]}
    for _ in range(2):  # the same message twice is one use
        post(desk, at(conversation, "replies"), **values)
    reply.refresh_from_db()
    assert reply.used_count == 1


def test_own_replies_are_made_changed_and_retired_at_the_desk(desk: Client, agent: Agent) -> None:
    values = {"title": "마무리", "text": "좋은 하루 보내세요", "locale": "ko", "version": ""}
    desk.post("/desk/canned/making", values)
    reply = CannedReply.objects.get(owner=agent)
    page = f"/desk/canned/{reply.public_id}/"
    desk.post(f"{page}changes", values | {"text": "고맙습니다, {고객}", "version": "1"})
    late = desk.post(f"{page}changes", values | {"text": "늦은 글", "version": "1"})
    assert late.status_code == 409
    assert "고맙습니다, {고객}" in text(late)
    wrong = desk.post(f"{page}changes", values | {"text": "{모르는것}", "version": "2"})
    assert (wrong.status_code, "{상담번호}" in text(wrong)) == (422, True)
    desk.post(f"{page}retirement", {"to": "off"})
    reply.refresh_from_db()
    assert (reply.text, reply.is_retired) == ("고맙습니다, {고객}", True)
    assert "마무리" in text(desk.get("/desk/canned/"))


def test_the_preview_reads_as_a_customer_would(desk: Client) -> None:
    answer = desk.post("/desk/canned/preview", {"text": "{고객|을/를} 기다려요", "locale": "ko"})
    assert "김하늘 님을 기다려요" in text(answer)
    assert "모르는 변수예요" in text(desk.post("/desk/canned/preview", {"text": "{이름}"}))


# Drafts


def save(desk: Client, conversation: Conversation, body: str, **more: Any) -> Any:
    values = {"kind": "reply", "text": body, "tab": "t", "turn": "1", **more}
    return post(desk, at(conversation, "draft"), **values)


def test_a_draft_is_there_on_another_device_with_its_files(
    desk: Client, agent: Agent, conversation: Conversation
) -> None:
    file = factories.upload(f"agent:{agent.pk}", name="송장.pdf")
    saved = save(desk, conversation, "쓰다 만 글", files=[str(file.public_id)])
    assert saved.json() == {"mark": "t:1"}
    page = signed_in(agent).get(at(conversation)).content.decode()
    assert ">쓰다 만 글</textarea>" in page
    assert "송장.pdf" in page


def test_a_second_page_is_told_what_stands(desk: Client, conversation: Conversation) -> None:
    save(desk, conversation, "첫 창의 글")
    answer = save(desk, conversation, "둘째 창의 글", tab="u")
    body = answer.json()
    assert (answer.status_code, body["code"]) == (409, "draft_elsewhere")
    assert (body["draft"]["text"], body["draft"]["mark"]) == ("첫 창의 글", "t:1")


@pytest.mark.parametrize("wrong", [{"kind": "event"}, {"tab": ""}, {"tab": drafts.OURS}])
def test_what_is_no_draft_is_refused(
    desk: Client, conversation: Conversation, wrong: dict[str, str]
) -> None:
    assert save(desk, conversation, "글", **wrong).status_code == 422
    assert not Draft.objects.exists()


def test_rows_say_where_i_am_writing_and_only_to_me(
    desk: Client, colleague: Agent, conversation: Conversation
) -> None:
    save(desk, conversation, "쓰는 중인 글")
    assert "작성 중" in text(desk.get("/desk/unassigned/rows"))
    assert "작성 중" not in text(signed_in(colleague).get("/desk/unassigned/rows"))


# Held replies


def test_a_held_reply_says_so_and_comes_back_as_a_draft(
    desk: Client, careful: Agent, conversation: Conversation
) -> None:
    told = post(desk, at(conversation, "replies"), text="잘못 쓴 답", key="k", tab="t").json()
    assert 9 < told["held"] <= 10
    thread = desk.get(at(conversation, "thread")).content.decode()
    assert told["undo"] in thread
    answer = post(desk, told["undo"])
    assert (answer.status_code, answer.json()["text"]) == (200, "잘못 쓴 답")
    assert "잘못 쓴 답" not in text(desk.get(at(conversation, "thread")))
    assert not OutboundDelivery.objects.exists()


def test_colleagues_see_it_go_but_cannot_take_it_back(
    desk: Client, careful: Agent, colleague: Agent, conversation: Conversation
) -> None:
    told = post(desk, at(conversation, "replies"), text="지우의 답", key="k").json()
    hers = signed_in(colleague)
    thread = hers.get(at(conversation, "thread"))
    assert "보내는 중" in text(thread)
    assert told["undo"] not in thread.content.decode()
    answer = post(hers, told["undo"])
    assert (answer.status_code, answer.json()["code"]) == (409, "already_sent")
    assert answer.json()["detail"] == "이미 보냈어요."


def test_without_a_script_it_comes_back_into_the_page(
    desk: Client, careful: Agent, conversation: Conversation
) -> None:
    desk.post(at(conversation, "replies"), {"text": "잘못 쓴 답", "key": "k"})
    message = Message.objects.get(kind="reply")
    answer = desk.post(f"/desk/messages/{message.public_id}/withdrawal", follow=True)
    assert ">잘못 쓴 답</textarea>" in answer.content.decode()


def test_another_teams_agent_finds_no_held_reply(
    desk: Client, careful: Agent, other_desk: Client, conversation: Conversation
) -> None:
    told = post(desk, at(conversation, "replies"), text="답", key="k").json()
    assert post(other_desk, told["undo"]).status_code == 404


def test_how_long_replies_are_held_is_the_agents_choice(desk: Client, agent: Agent) -> None:
    for given, expected in (("5", 5), ("7", 5), ("", 5), ("0", 0)):
        desk.post("/desk/preferences", {"undo": given})
        agent.refresh_from_db()
        assert agent.undo_seconds == expected


# Send and close


def test_send_and_close_is_one_thing(
    desk: Client, careful: Agent, conversation: Conversation
) -> None:
    values = {"text": "해결됐어요", "key": "k", "then": "close"}
    told = post(desk, at(conversation, "replies"), **values).json()
    conversation.refresh_from_db()
    assert (conversation.status, told["closed"]) == ("closed", True)
    post(desk, told["undo"])
    conversation.refresh_from_db()
    assert conversation.status == "open"
    assert conversation.waiting_since is not None


def test_send_and_close_stops_when_the_customer_wrote_meanwhile(
    desk: Client, agent: Agent, conversation: Conversation, widget: Inbox, visitor: Identity
) -> None:
    last = conversation.messages.get().public_id
    factories.writes(widget, "하나 더요", by=visitor)
    values = {"text": "해결됐어요", "key": "k", "then": "close", "last": str(last)}
    answer = post(desk, at(conversation, "replies"), **values)
    assert (answer.status_code, answer.json()["code"]) == (409, "wrote_meanwhile")
    assert not Message.objects.filter(kind="reply").exists()


def test_send_and_close_stops_when_a_colleague_answered_meanwhile(
    desk: Client, colleague: Agent, conversation: Conversation
) -> None:
    last = conversation.messages.get().public_id
    post(signed_in(colleague), at(conversation, "replies"), text="제가 답했어요", key="k")
    values = {"text": "해결됐어요", "key": "k2", "then": "close", "last": str(last)}
    answer = post(desk, at(conversation, "replies"), **values)
    assert (answer.status_code, answer.json()["code"]) == (409, "answered_meanwhile")


def test_the_customers_next_message_opens_it_again(
    desk: Client, agent: Agent, conversation: Conversation, widget: Inbox, visitor: Identity
) -> None:
    post(desk, at(conversation, "replies"), text="끝이에요", key="k", then="close")
    factories.writes(widget, "아직이에요", by=visitor)
    conversation.refresh_from_db()
    assert conversation.status == "open"

"""The line above the text: who gets the reply, and what its writer made of it."""

import json
from typing import Any

import pytest
from django.test import Client

from majung.accounts.models import Agent, Brand
from majung.channels.models import Recipient
from majung.conversations import drafts, envelopes
from majung.conversations.models import Conversation, Draft, Inbox, Message
from tests import factories
from tests.web.agent.reading import text


@pytest.fixture
def mailbox(brand: Brand) -> Inbox:
    return factories.mailbox(brand, "help@ondam.test")


@pytest.fixture
def written(mailbox: Inbox) -> Conversation:
    raw = factories.mail(mailbox, Cc="구매팀 <buy@mail.test>", subject="컵")
    outcome = factories.mails(mailbox, raw)
    return Conversation.objects.get(pk=outcome.conversation_id)


def envelope(**about: Any) -> str:
    told = {
        "to": [{"name": "김하늘", "address": "haneul@mail.test"}],
        "cc": [],
        "bcc": [],
        "subject": "Re: 컵",
        "sender": "help@ondam.test",
    }
    return json.dumps({**told, **about})


def test_the_line_says_all_who_get_it(desk: Client, written: Conversation) -> None:
    shown = text(desk.get(f"/desk/c/{written.public_id}/"))
    assert (
        "받는 사람 김하늘 <haneul@mail.test> · 참조 구매팀 <buy@mail.test> · 보내는 주소" in shown
    )


def test_it_goes_to_whom_the_writer_says(desk: Client, written: Conversation) -> None:
    given = envelope(
        cc=[{"name": "박 부장", "address": "Park@Mail.test"}],
        bcc=[{"name": "", "address": "me@mail.test"}],
        subject="컵을 다시 보내요",
    )
    desk.post(
        f"/desk/c/{written.public_id}/replies",
        {"kind": "reply", "text": "보냈어요", "key": "k1", "envelope": given},
    )
    reply = Message.objects.get(kind="reply")
    rows = Recipient.objects.filter(outbound__message=reply).values_list("kind", "address")
    assert sorted(rows) == [
        ("bcc", "me@mail.test"),
        ("cc", "park@mail.test"),
        ("to", "haneul@mail.test"),
    ]
    found = envelopes.of(reply.data)
    assert found is not None
    assert found.subject == "컵을 다시 보내요"


@pytest.mark.parametrize(
    "about",
    [
        {"to": []},
        {"to": [{"name": "", "address": "아무나"}]},
        {"sender": "help@elsewhere.test"},
        {"to": "haneul@mail.test"},
    ],
)
def test_what_cannot_be_written_to_is_refused(
    desk: Client, written: Conversation, about: dict[str, Any]
) -> None:
    page = desk.post(
        f"/desk/c/{written.public_id}/replies",
        {"kind": "reply", "text": "보냈어요", "key": "k1", "envelope": envelope(**about)},
        headers={"X-Requested-With": "fetch"},
    )
    assert (page.status_code, page.json()["code"]) == (422, "not_an_envelope")
    assert not Message.objects.filter(kind="reply").exists()


def test_a_draft_keeps_to_whom_it_goes(desk: Client, agent: Agent, written: Conversation) -> None:
    given = envelope(cc=[{"name": "", "address": "not yet"}])
    page = desk.post(
        f"/desk/c/{written.public_id}/draft",
        {"kind": "reply", "text": "쓰는 중", "tab": "t1", "turn": "1", "envelope": given},
    )
    assert page.status_code == 200
    kept = Draft.objects.get(agent=agent)
    assert kept.envelope == json.loads(given)
    shown = desk.get(f"/desk/c/{written.public_id}/").context["composer"]["drafts_json"]
    assert json.loads(shown)[0]["envelope"] == json.loads(given)


def test_a_reply_taken_back_keeps_to_whom_it_goes(
    desk: Client, agent: Agent, written: Conversation
) -> None:
    Agent.objects.filter(pk=agent.pk).update(undo_seconds=10)
    desk.post(
        f"/desk/c/{written.public_id}/replies",
        {"kind": "reply", "text": "보냈어요", "key": "k1", "envelope": envelope()},
    )
    reply = Message.objects.get(kind="reply")
    desk.post(f"/desk/messages/{reply.public_id}/withdrawal")
    (kept,) = drafts.of(conversation=written, agent=agent)
    assert kept.envelope is not None
    assert kept.envelope["to"] == [{"name": "김하늘", "address": "haneul@mail.test"}]


def test_a_chat_may_be_answered_by_mail_where_that_reaches(
    desk: Client, mailbox: Inbox, conversation: Conversation
) -> None:
    path = f"/desk/c/{conversation.public_id}/"
    assert "메일로 보내기" not in text(desk.get(path))
    factories.identity(conversation.customer, "email", "haneul@mail.test")
    assert "메일로 보내기" in text(desk.get(path))

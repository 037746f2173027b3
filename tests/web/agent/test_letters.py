"""A mail on the desk: its head, what is folded, its own shape, its source, and why it is here."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from majung.accounts.models import Agent, AuditEntry, Brand
from majung.channels.models import Letter, Recipient
from majung.conversations import moving, replies
from majung.conversations.models import Conversation, Inbox, Message
from majung.web import ledger_words
from majung.web.agent import letters, originals
from tests import factories
from tests.core.files import picture
from tests.web.agent.reading import text

CORPUS = Path(__file__).parents[2] / "channels/email/corpus"


@pytest.fixture
def mailbox(brand: Brand) -> Inbox:
    return factories.mailbox(brand, "help@example.com")


def arrived(inbox: Inbox, raw: bytes) -> Message:
    outcome = factories.mails(inbox, raw)
    return Message.objects.select_related("conversation", "inbox").get(pk=outcome.message_id)


@pytest.fixture
def outlook(mailbox: Inbox) -> Message:
    return arrived(mailbox, (CORPUS / "outlook-ko-html.eml").read_bytes())


def painted(inbox: Inbox, html: str) -> Message:
    made = message_from_bytes(factories.mail(inbox, "사진이에요"), policy=SMTP)
    assert isinstance(made, EmailMessage)
    made.add_alternative(html, subtype="html")
    parts: Any = made.get_payload()
    part = parts[1]
    part.add_related(
        picture(320, 200),
        "image",
        "png",
        cid="<p@mail.test>",
        disposition="inline",
        filename="접시.png",
    )
    return arrived(inbox, made.as_bytes())


def head(message: Message) -> letters.Mail:
    return letters.of([message], subject=message.conversation.subject)[message.pk]


def test_a_mail_from_outlook_reads_perfectly(desk: Client, outlook: Message) -> None:
    shown = text(desk.get(f"/desk/c/{outlook.conversation.public_id}/"))
    assert "10월분만 다시 발행해 주시면 됩니다. 공급가액은 그대로입니다." in shown
    assert "서민경 mk.seo@example.com" in shown
    assert "받는 사람 help@example.com, 참조 1명" in shown
    assert "11월 19일" in shown
    assert "몇 월분을 다시 발행해 드릴까요?" in head(outlook).folded
    assert "몇 월분을" not in outlook.text


def test_its_subject_is_told_where_it_is_another(mailbox: Inbox) -> None:
    first = arrived(mailbox, factories.mail(mailbox, subject="파손", Message_ID="<a@mail.test>"))
    same = factories.mail(mailbox, "하나 더요", subject="Re: 파손", In_Reply_To="<a@mail.test>")
    other = factories.mail(mailbox, "이것도요", subject="배송", In_Reply_To="<a@mail.test>")
    told = [head(first), head(arrived(mailbox, same)), head(arrived(mailbox, other))]
    assert [mail.subject for mail in told] == ["", "", "배송"]
    assert [mail.written for mail in told] == [None, None, None]


def test_marks_say_what_a_person_should_know() -> None:
    found = letters.marks(["list", "dmarc_fail", "signed", "text_cut", "bulk"])
    assert [mark.text for mark in found] == [
        "보낸 사람 확인 안 됨",
        "여러 사람에게 보낸 메일",
        "일부만 읽음",
    ]
    assert all(mark.meaning for mark in found)


def test_who_did_not_get_it_is_told_with_the_reason(
    desk: Client, agent: Agent, outlook: Message
) -> None:
    reply = replies.send(
        conversation=outlook.conversation, text="발행했어요", by=agent, client_key="k"
    )
    Recipient.objects.filter(outbound__message=reply, address="buy@example.com").update(
        state="bounced", reason="그런 사용자가 없어요"
    )
    shown = text(desk.get(f"/desk/c/{outlook.conversation.public_id}/thread"))
    assert "buy@example.com 반송됨: 그런 사용자가 없어요" in shown


def test_the_original_runs_and_fetches_nothing(desk: Client, mailbox: Inbox) -> None:
    mail = painted(
        mailbox,
        "<p onclick='x()'>사진</p><script>alert(1)</script><style>p{color:red}</style>"
        "<img src='cid:p@mail.test'><img src='https://spy.test/a.gif'>",
    )
    page = desk.get(f"/desk/messages/{mail.public_id}/original")
    markup, policy = page.content.decode(), page["Content-Security-Policy"]
    assert "script" not in markup
    assert "onclick" not in markup
    assert "/files/" in markup
    assert ' src="https://spy.test' not in markup
    assert "script-src 'none'" in policy
    assert "sandbox allow-same-origin" in policy
    assert "allow-scripts" not in policy
    assert "img-src 'self' data: blob:" in policy
    assert page["X-Frame-Options"] == "SAMEORIGIN"
    asked = desk.get(f"/desk/messages/{mail.public_id}/original?images=1")
    assert ' src="https://spy.test/a.gif"' in asked.content.decode()
    assert "https:" in asked["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("words", "address", "told"),
    [
        ("www.ondam.test", "https://evil.test/x", True),
        ("https://ondam.test/a?b", "https://ondam.test.evil.test/", True),
        ("ondam.test", "https://shop.ondam.test/", False),
        ("여기를 누르세요", "https://evil.test/", False),
    ],
)
def test_a_link_says_where_it_leads(
    mailbox: Inbox, words: str, address: str, *, told: bool
) -> None:
    mail = painted(mailbox, f"<a href='{address}'>{words}</a>")
    letter = Letter.objects.get(message=mail)
    shown = originals.shown(letter.html, message=mail, images=False)
    assert ('class="leads"' in shown) is told


def test_an_address_that_a_mail_names_is_not_said_to_be_proven(
    desk: Client, outlook: Message
) -> None:
    shown = text(desk.get(f"/desk/c/{outlook.conversation.public_id}/"))
    assert "본인이 말한 연락처 · 확인 안 됨" in shown
    assert "확인됨" not in shown


def test_why_it_is_here_and_its_headers(desk: Client, agent: Agent, outlook: Message) -> None:
    shown = text(desk.get(f"/desk/messages/{outlook.public_id}/letter"))
    assert ledger_words.reason("new_conversation") in shown
    assert "X-MS-Has-Attach:" in shown
    assert AuditEntry.objects.filter(agent=agent, action="read", object_id=outlook.pk).exists()


def test_its_source_is_what_came_and_the_download_is_noted(
    desk: Client, agent: Agent, outlook: Message
) -> None:
    page = desk.get(f"/desk/messages/{outlook.public_id}/source")
    raw = b"".join(page.streaming_content)  # type: ignore[attr-defined]
    assert raw == (CORPUS / "outlook-ko-html.eml").read_bytes()
    assert page["Content-Type"].startswith("text/plain")
    assert page["Content-Disposition"].startswith("attachment")
    assert AuditEntry.objects.get(action="mail_source_read").agent == agent


@pytest.mark.parametrize("part", ["letter", "original", "source", "whole", "moving"])
def test_another_teams_agent_sees_nothing_of_it(
    other_desk: Client, outlook: Message, part: str
) -> None:
    assert other_desk.get(f"/desk/messages/{outlook.public_id}/{part}").status_code == 404


def test_a_mail_is_moved_and_taken_back_from_the_line(
    desk: Client, mailbox: Inbox, outlook: Message
) -> None:
    wrong = arrived(mailbox, factories.mail(mailbox, "다른 문의예요", sender="mk.seo@example.com"))
    path = f"/desk/messages/{wrong.public_id}/moving"
    assert "세금계산서" in text(desk.get(path))
    was_in, into = wrong.conversation, outlook.conversation
    given = {"seen_in": was_in.public_id, "into": into.public_id}
    path = f"/desk/messages/{wrong.public_id}/moves"
    page = desk.post(path, given, headers={"HX-Request": "true"})
    assert page.status_code == 204
    wrong.refresh_from_db()
    assert wrong.conversation == into
    again = desk.post(path, given, headers={"HX-Request": "true"})
    assert again.status_code == 409
    line = Message.objects.get(data__what=moving.HERE)
    shown = text(desk.get(f"/desk/c/{into.public_id}/thread"))
    assert f"상담 #{was_in.pk}에서 메일 한 통을 옮겨 왔어요" in shown
    back = desk.post(f"/desk/moves/{line.public_id}/undoing", headers={"HX-Request": "true"})
    assert back.status_code == 204
    wrong.refresh_from_db()
    assert wrong.conversation == was_in


def test_a_new_conversation_is_called_as_the_mail(desk: Client, outlook: Message) -> None:
    path = f"/desk/messages/{outlook.public_id}/moves"
    desk.post(path, {"seen_in": outlook.conversation.public_id, "into": "new"})
    outlook.refresh_from_db()
    assert outlook.conversation.subject == "RE: 세금계산서 재발행 건"


def test_nobody_moves_to_where_they_see_nothing(
    desk: Client, outlook: Message, other_conversation: Conversation
) -> None:
    given = {
        "seen_in": outlook.conversation.public_id,
        "into": other_conversation.public_id,
    }
    page = desk.post(f"/desk/messages/{outlook.public_id}/moves", given)
    assert page.status_code == 404


def test_a_place_is_found_by_its_number(desk: Client, mailbox: Inbox, outlook: Message) -> None:
    strange = arrived(mailbox, factories.mail(mailbox, sender="x@mail.test", subject="남의 것"))
    path = f"/desk/messages/{outlook.public_id}/moving?only=choices"
    assert "남의 것" not in text(desk.get(path))
    assert "남의 것" in text(desk.get(f"{path}&q=%23{strange.conversation_id}"))
    assert "남의 것" in text(desk.get(f"{path}&q=남의"))
    assert "남의 것" not in text(desk.get(f"{path}&q=없는 말"))

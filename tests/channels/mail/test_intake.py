"""What becomes of a mail beside its thread: copies, loops, blocks, passing on, receipts."""

from email.message import EmailMessage
from pathlib import Path

import pytest

from majung.accounts.models import Agent, Brand
from majung.channels import inbound, raws
from majung.channels.mail import ids
from majung.channels.models import (
    BlockedSender,
    InboundDelivery,
    Letter,
    OutboundDelivery,
    Recipient,
)
from majung.conversations.models import Attachment, Conversation, Inbox, Message
from majung.core import clock
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
CORPUS = Path(__file__).parents[1] / "email" / "corpus"


@pytest.fixture
def mailbox(brand: Brand) -> Inbox:
    return factories.mailbox(brand, "help@ondam.test")


def state_of(raw_reason: str) -> str:
    return InboundDelivery.objects.get(reason=raw_reason).state


def test_the_same_bytes_again_change_nothing(mailbox: Inbox) -> None:
    raw = factories.mail(mailbox)
    first, again = factories.mails(mailbox, raw), factories.mails(mailbox, raw)
    assert (first.fresh, again.fresh) == (True, False)
    assert first.message_id == again.message_id
    assert Message.objects.count() == 1


def test_a_copy_by_a_list_is_explained_and_not_doubled(mailbox: Inbox) -> None:
    raw = factories.mail(mailbox, Message_ID="<one@mail.test>")
    first = factories.mails(mailbox, raw)
    by_list = raw.replace(b"\r\n\r\n", b"\r\nList-Id: <cs.ondam.test>\r\n\r\n", 1)
    by_list += "\r\n_______________\r\n온담 고객 목록\r\n".encode()
    outcome = factories.mails(mailbox, b"Received: from lists.test\r\n" + by_list)
    assert (outcome.reason, outcome.message_id) == ("copy", first.message_id)
    assert Message.objects.count() == 1
    assert state_of("copy") == "processed"


def test_a_message_id_used_again_is_no_copy(mailbox: Inbox) -> None:
    same = "<always@printer.test>"
    factories.mails(mailbox, factories.mail(mailbox, "용지 없음", Message_ID=same))
    factories.mails(mailbox, factories.mail(mailbox, "토너 없음", Message_ID=same))
    assert Message.objects.filter(kind="customer").count() == 2


def test_a_mail_to_two_of_our_addresses_is_in_both(mailbox: Inbox, other_brand: Brand) -> None:
    alias = factories.mailbox(other_brand, "hello@byeol.test", through=mailbox.key)
    raw = factories.mail(mailbox, to="help@ondam.test, hello@byeol.test")
    factories.mails(mailbox, raw)
    assert {each.inbox_id for each in Conversation.objects.all()} == {mailbox.pk, alias.pk}
    factories.mails(mailbox, raw)
    assert Conversation.objects.count() == 2


def test_a_mail_to_an_alias_goes_there_alone(mailbox: Inbox, other_brand: Brand) -> None:
    alias = factories.mailbox(other_brand, "hello@byeol.test", through=mailbox.key)
    outcome = factories.mails(mailbox, factories.mail(mailbox, to="hello@byeol.test"))
    assert outcome.reason == "passed_on"
    assert Conversation.objects.get().inbox == alias


def test_a_hidden_copy_stays_where_it_was_found(mailbox: Inbox) -> None:
    outcome = factories.mails(mailbox, factories.mail(mailbox, to="someone@else.test"))
    assert outcome.reason == "new_conversation"


def test_our_own_mail_is_set_aside(mailbox: Inbox) -> None:
    outcome = factories.mails(mailbox, factories.mail(mailbox, sender="온담 <help@ondam.test>"))
    assert (outcome.reason, outcome.message_id) == ("own_mail", 0)
    assert not Message.objects.exists()


@pytest.mark.parametrize("pattern", ["haneul@mail.test", "@mail.test"])
def test_who_is_blocked_is_set_aside_and_kept(mailbox: Inbox, pattern: str) -> None:
    BlockedSender.objects.create(brand=mailbox.brand, pattern=pattern, created_at=clock.now())
    assert factories.mails(mailbox, factories.mail(mailbox)).reason == "blocked"
    assert state_of("blocked") == "ignored"
    assert not Message.objects.exists()


def test_a_program_that_writes_without_end_is_stopped_and_kept(mailbox: Inbox) -> None:
    for number in range(100):
        factories.mails(mailbox, factories.mail(mailbox, f"경보 {number}"))
    with pytest.raises(inbound.Failed):
        factories.mails(mailbox, factories.mail(mailbox, "경보 101"))
    assert state_of("too_many") == "failed"
    assert Message.objects.filter(kind="customer").count() == 100


def test_an_automatic_answer_makes_no_message(mailbox: Inbox) -> None:
    raw = factories.mail(mailbox, subject="자동 회신: 부재중", Auto_Submitted="auto-replied")
    assert factories.mails(mailbox, raw).reason == "out_of_office"
    assert state_of("out_of_office") == "ignored"


def test_a_mail_without_a_sender_waits_in_the_failed_list(mailbox: Inbox) -> None:
    with pytest.raises(inbound.Failed):
        factories.mails(mailbox, b"Subject: x\r\n\r\nwho am I\r\n")
    assert state_of("no_sender") == "failed"


def test_a_mail_that_an_agent_passes_on_is_the_customers(mailbox: Inbox, agent: Agent) -> None:
    text = (
        "이 고객 확인 부탁해요.\n\n---------- Forwarded message ---------\n"
        "보낸사람: 최민준 <minjun@mail.test>\nDate: 2026년 11월 20일 (금) 오후 3:12\n"
        "Subject: 환불 문의\nTo: <ceo@ondam.test>\n\n환불은 언제 되나요?\n"
    )
    raw = factories.mail(
        mailbox, text, sender=f"{agent.name} <{agent.email}>", subject="Fwd: 환불 문의"
    )
    outcome = factories.mails(mailbox, raw)
    conversation = Conversation.objects.get(pk=outcome.conversation_id)
    assert outcome.reason == "forwarded"
    assert (conversation.customer.name, conversation.subject) == ("최민준", "환불 문의")
    assert conversation.messages.filter(kind="customer").get().text == "환불은 언제 되나요?"


def test_files_come_along_and_programs_do_not(mailbox: Inbox) -> None:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "haneul@mail.test", "help@ondam.test", "사진"
    made.set_content("사진이에요.")
    made.add_attachment(b"\x89PNG\r\n\x1a\n", maintype="image", subtype="png", filename="컵.png")
    made.add_attachment(b"MZ", maintype="application", subtype="octet-stream", filename="a.exe")
    factories.mails(mailbox, made.as_bytes())
    assert [each.name for each in Attachment.objects.all()] == ["컵.png"]
    assert "program_left_out" in Letter.objects.get().flags


def test_a_large_mail_lies_in_a_file(mailbox: Inbox) -> None:
    raw = factories.mail(mailbox, "가나다라 " * 40_000)
    file = raws.put_aside(raw)
    key = inbound.accept(
        inbox_id=mailbox.pk, external_id="big", sender="", raw=raw, headers={}, raw_file=file
    )
    row = InboundDelivery.objects.get(pk=key)
    assert (bytes(row.raw), raws.of(row)) == (b"", raw)
    assert inbound.process(delivery_id=key).reason == "new_conversation"


def bounce(of: str, recipient: str) -> bytes:
    return (
        "From: MAILER-DAEMON@mx.test\r\nTo: help@ondam.test\r\nSubject: Undelivered\r\n"
        "Return-Path: <>\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nsorry\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.test\r\n\r\n"
        f"Final-Recipient: rfc822; {recipient}\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        "Diagnostic-Code: smtp; 550 no such user\r\n\r\n"
        f"--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: {of}\r\nSubject: x\r\n\r\nhi\r\n--b--\r\n"
    ).encode()


def test_a_bounce_fails_the_reply_once_nobody_is_left(mailbox: Inbox, agent: Agent) -> None:
    outcome = factories.mails(mailbox, factories.mail(mailbox))
    reply = Message.objects.create(
        conversation_id=outcome.conversation_id, inbox=mailbox, kind="reply", author=agent,
        text="네", state="sent", created_at=clock.now(),
    )  # fmt: skip
    outbound = OutboundDelivery.objects.create(message=reply, created_at=clock.now())
    for address in ("haneul@mail.test", "mate@mail.test"):
        Recipient.objects.create(
            outbound=outbound, address=address, state="sent", moved_at=clock.now()
        )
    ours = ids.message_id(reply.public_id, domain="ondam.test")
    factories.mails(mailbox, bounce(ours, "mate@mail.test"))
    reply.refresh_from_db()
    assert reply.state == "sent"
    factories.mails(mailbox, bounce(ours, "haneul@mail.test"))
    reply.refresh_from_db()
    assert reply.state == "failed"
    assert "no such user" in reply.failure
    rows = Recipient.objects.values_list("address", "state")
    assert set(rows) == {("haneul@mail.test", "bounced"), ("mate@mail.test", "bounced")}
    assert Message.objects.filter(kind="event", data__what="bounced").count() == 2


def test_a_bounce_of_somebody_elses_mail_is_nothing(mailbox: Inbox) -> None:
    outcome = factories.mails(mailbox, bounce("<other@elsewhere.test>", "x@y.test"))
    assert outcome.reason == "not_ours"


def test_every_mail_of_the_corpus_ends_in_a_ledger_line(mailbox: Inbox) -> None:
    files = sorted(CORPUS.glob("*.eml"))
    for file in files:
        key = inbound.accept(
            inbox_id=mailbox.pk, external_id=file.stem, sender="", raw=file.read_bytes(), headers={}
        )
        inbound.process_each([key])
        row = InboundDelivery.objects.get(pk=key)
        assert row.state in {"processed", "ignored", "failed"}, file.stem
        assert row.reason not in {"", "error"}, file.stem
    assert len(files) > 90


def test_a_nul_in_an_address_is_dropped_not_fatal(mailbox: Inbox) -> None:
    raw = factories.mail(mailbox, Cc="mate@mail.test").replace(b"mate@", b"ma\0te@")
    factories.mails(mailbox, raw)
    assert Letter.objects.get().cc == [{"name": "", "address": "mate@mail.test"}]


@pytest.mark.parametrize("first", ["최민준", "온담 <help@ondam.test>"])
def test_a_forward_of_nobody_or_of_our_own_mail_is_the_agents_own_mail(
    mailbox: Inbox, agent: Agent, first: str
) -> None:
    text = (
        "확인 부탁해요.\n\n---------- Forwarded message ---------\n"
        f"보낸사람: {first}\nDate: 2026년 11월 20일 (금) 오후 3:12\nSubject: 문의\n\n언제 되나요?\n"
    )
    raw = factories.mail(mailbox, text, sender=agent.email, subject="Fwd: 문의")
    assert factories.mails(mailbox, raw).reason == "new_conversation"


def test_a_picture_that_stands_in_the_html_is_known_whatever_it_is_called(mailbox: Inbox) -> None:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "haneul@mail.test", "help@ondam.test", "사진"
    made.set_content("사진이에요.")
    made.add_alternative('<p>사진</p><img src="cid:cup@mail.test">', subtype="html")
    made.add_attachment(
        b"\x89PNG\r\n\x1a\n", maintype="image", subtype="png", filename="cup.png",
        cid="<cup@mail.test>",
    )  # fmt: skip
    factories.mails(mailbox, made.as_bytes())
    assert Attachment.objects.get().content_id == "cup@mail.test"

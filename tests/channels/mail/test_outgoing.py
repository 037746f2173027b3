"""What a reply by mail says, to whom, and what becomes of it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage

import pytest
import time_machine
from django.db import transaction
from pytest_django import Settings

from majung.accounts.models import Agent, Brand
from majung.channels import delivery
from majung.channels.adapters.email.read import read
from majung.channels.connected import keep_secret
from majung.channels.mail import outgoing, transcripts
from majung.channels.mail.proposing import answer_to, proposed
from majung.channels.models import (
    AccountState,
    Correspondent,
    Letter,
    Notice,
    OutboundDelivery,
    Recipient,
)
from majung.conversations import once, replies
from majung.conversations.envelopes import Envelope, WrongEnvelope, checked
from majung.conversations.events import ReplyQueued
from majung.conversations.models import Conversation, Inbox, Message
from majung.core import jobs
from majung.core.events import publish
from tests import factories
from tests.channels.mail import postbox
from tests.channels.mail.conftest import config_of
from tests.channels.mail.dovecot import PLAIN_PASSWORD, DovecotServer
from tests.channels.mail.postbox import CUT, Postbox
from tests.channels.mail.posting import OURS, answer, come_due, mailbox, opened, reply

pytestmark = pytest.mark.django_db(transaction=True)

KIM = "haneul@mail.test"
MATE = "mate@mail.test"


@pytest.fixture
def box(settings: Settings) -> Iterator[Postbox]:
    settings.MAJUNG_OUTBOUND_ALLOW = ["127.0.0.1"]
    with postbox.running() as made:
        yield made


@pytest.fixture
def inbox(brand: Brand, box: Postbox) -> Inbox:
    signature = {"ko": "{브랜드} {상담원} 드림\n02-123-4567", "en": "{agent} at {brand}"}
    return mailbox(brand, box, signature=signature)


@pytest.fixture
def begun(inbox: Inbox) -> Conversation:
    raw = factories.mail(
        inbox,
        "주문한 컵이 깨져서 왔어요.\n\n어떻게 하면 되나요?",
        Message_ID="<first@mail.test>",
        References="<older@mail.test>",
        Cc=f"동료 <{MATE}>, 온담 <{OURS}>",
        Date="Sun, 22 Nov 2026 13:05:00 +0900",
    )
    return Conversation.objects.get(pk=factories.mails(inbox, raw).conversation_id)


def begun_by(inbox: Inbox, **mail: str) -> Conversation:
    outcome = factories.mails(inbox, factories.mail(inbox, **mail))
    return Conversation.objects.get(pk=outcome.conversation_id)


def addresses(envelope: Envelope | None, kind: str = "to") -> list[str]:
    assert envelope
    return [address for _name, address in getattr(envelope, kind)]


def states(message: Message) -> dict[str, str]:
    rows = Recipient.objects.filter(outbound__message=message)
    return dict(rows.values_list("address", "state"))


# To whom


def test_an_answer_goes_to_all_of_the_last_mail_but_us(begun: Conversation) -> None:
    found = proposed(begun)
    assert addresses(found) == [KIM]
    assert addresses(found, "cc") == [MATE]
    assert found
    assert (found.subject, found.sender) == ("Re: 컵이 깨졌어요", OURS)


@pytest.mark.parametrize(
    ("sender", "reply_to", "goes_to"),
    [
        ("a@shop.test", "orders@shop.test", "orders@shop.test"),
        ("a@shop.test", "a@evil.test", "a@shop.test"),
        ("no-reply@shop.test", "kim@mail.test", "kim@mail.test"),
        ("a@shop.test", OURS, "a@shop.test"),
    ],
)
def test_a_reply_to_is_followed_where_it_is_the_writers(
    inbox: Inbox, sender: str, reply_to: str, goes_to: str
) -> None:
    begun = begun_by(inbox, sender=sender, Reply_To=reply_to)
    assert addresses(proposed(begun)) == [goes_to]


def test_it_comes_from_the_address_that_was_written_to(
    inbox: Inbox, agent: Agent, box: Postbox
) -> None:
    inbox.addresses.create(address="vip@ondam.test", name="온담 VIP", position=1)
    begun = begun_by(inbox, to="VIP <vip+x@ondam.test>")
    reply(begun, agent)
    assert str(opened(box.mails[0].raw)["From"]) == "온담 VIP <vip@ondam.test>"


@pytest.mark.parametrize(
    ("subject", "answered"),
    [
        ("컵", "Re: 컵"),
        ("RE: re: 회신: [컵]", "Re: [컵]"),
        ("FW：컵\r\nBcc: x", "Re: 컵 Bcc: x"),
        ("", "Re:"),
        ("관련: 컵", "Re: 관련: 컵"),
    ],
)
def test_a_subject_is_answered_once(subject: str, answered: str) -> None:
    assert answer_to(subject) == answered


@pytest.mark.parametrize(
    "wrong",
    [
        {"to": ()},
        {"to": (("", "nobody"),)},
        {"to": (("", "한글@mail.test"),)},
        {"to": (("", "a@b.test"),), "cc": tuple(("", f"c{n}@b.test") for n in range(50))},
    ],
)
def test_an_envelope_that_cannot_be_sent_is_refused(
    begun: Conversation, agent: Agent, inbox: Inbox, wrong: dict[str, tuple[tuple[str, str], ...]]
) -> None:
    with pytest.raises(WrongEnvelope):
        checked(Envelope(inbox_id=inbox.pk, **wrong))  # type: ignore[arg-type]
    with pytest.raises(replies.CannotReply):
        reply(begun, agent, envelope=Envelope(inbox_id=inbox.pk, **wrong))  # type: ignore[arg-type]
    assert not Message.objects.filter(kind="reply").exists()


def test_each_is_named_once_where_they_stand_first(inbox: Inbox) -> None:
    found = checked(
        Envelope(
            inbox_id=inbox.pk,
            to=(("김", "KIM@mail.test"), ("", "kim@mail.test")),
            cc=(("", "kim@mail.test"), ("박\r\nX: y", "park@mail.test")),
            subject="가\r\nBcc: x",
        )
    )
    assert found.to == (("김", "kim@mail.test"),)
    assert found.cc == (("박 X: y", "park@mail.test"),)
    assert found.subject == "가 Bcc: x"


def test_neither_our_own_address_nor_a_strange_mailbox_will_do(
    begun: Conversation, agent: Agent, inbox: Inbox, other_brand: Brand, box: Postbox
) -> None:
    strange = mailbox(other_brand, box, "help@haru.test")
    good = Envelope(inbox_id=inbox.pk, to=(("", KIM),))
    for wrong in (
        replace(good, cc=(("", f"help+mj-1@{OURS.partition('@')[2]}"),)),
        replace(good, sender="boss@ondam.test"),
        replace(good, inbox_id=strange.pk),
        replace(good, inbox_id=factories.widget(begun.brand).pk),
        replace(good, inbox_id=987_654),
    ):
        with pytest.raises(replies.CannotReply):
            reply(begun, agent, envelope=wrong)
    assert not box.mails
    assert not Message.objects.filter(kind="reply").exists()


def test_the_same_key_to_others_is_told(begun: Conversation, agent: Agent, inbox: Inbox) -> None:
    envelope = Envelope(inbox_id=inbox.pk, to=(("", KIM),))
    first = reply(begun, agent, client_key="k", envelope=envelope)
    assert reply(begun, agent, client_key="k", envelope=envelope).pk == first.pk
    with pytest.raises(once.SentOtherwise):
        reply(begun, agent, client_key="k", envelope=replace(envelope, cc=(("", MATE),)))


def test_a_long_text_goes_by_mail(begun: Conversation, agent: Agent, inbox: Inbox) -> None:
    envelope = Envelope(inbox_id=inbox.pk, to=(("", KIM),))
    assert reply(begun, agent, "가" * 20_000, envelope=envelope).state == "sent"


# What it says


def test_a_reply_says_all_that_a_mail_says(begun: Conversation, agent: Agent, box: Postbox) -> None:
    message = reply(begun, agent)
    assert message.state == "sent"
    (got,) = box.mails
    assert got.to == [KIM, MATE]
    mail = opened(got.raw)
    assert str(mail["From"]) == f"온담 <{OURS}>"
    assert mail["Message-ID"] == message.letter.header_id
    assert str(mail["Reply-To"]).startswith("help+mj-")
    assert mail["In-Reply-To"] == "<first@mail.test>"
    assert str(mail["References"]).split() == ["<older@mail.test>", "<first@mail.test>"]
    assert mail["Auto-Submitted"] is None
    assert OutboundDelivery.objects.get().external_id == message.letter.header_id
    assert states(message) == {KIM: "sent", MATE: "sent"}


@pytest.mark.parametrize("form", ["plain", "html"])
@pytest.mark.parametrize("locale", ["ko", "en"])
def test_our_own_reader_folds_signature_and_history(
    begun: Conversation, agent: Agent, box: Postbox, form: str, locale: str
) -> None:
    type(begun.customer).objects.update(locale=locale)
    reply(begun, agent, "새것으로 보내 드릴게요.\n\n이틀 걸려요.")
    raw = box.mails[0].raw
    if form == "html":
        alone, html = EmailMessage(), opened(raw).get_body(("html",))
        assert html
        alone["From"] = KIM
        alone.set_content(html.get_content(), subtype="html")
        raw = alone.as_bytes()
    seen = read(raw)
    # Between paragraphs of HTML stands no line of their own.
    between = "\n" if form == "html" else "\n\n"
    assert seen.reply == f"새것으로 보내 드릴게요.{between}이틀 걸려요."
    assert agent.name in seen.signature
    first = seen.quoted.splitlines()[0]
    said = {
        "ko": f"2026년 11월 22일 (일) 13:05, 김하늘 <{KIM}>님이 작성:",
        "en": f"On Sun, 22 Nov 2026 at 13:05, 김하늘 <{KIM}> wrote:",
    }
    assert first == said[locale]
    assert "주문한 컵이 깨져서 왔어요." in seen.quoted


@pytest.mark.parametrize(
    ("to", "quotes", "is_quoted"),
    [
        (KIM, None, True),
        (KIM, False, False),
        ("supplier@parts.test", None, False),
        ("supplier@parts.test", True, True),
    ],
)
def test_what_the_customer_wrote_goes_to_nobody_new_by_itself(
    begun: Conversation,
    agent: Agent,
    inbox: Inbox,
    box: Postbox,
    to: str,
    quotes: bool | None,
    is_quoted: bool,
) -> None:
    envelope = Envelope(inbox_id=inbox.pk, to=(("", to),), quotes=quotes)
    reply(begun, agent, "재고가 있나요?", envelope=envelope)
    assert ("깨져서" in read(box.mails[0].raw).text) is is_quoted


def test_formatting_and_files_go_along(begun: Conversation, agent: Agent, box: Postbox) -> None:
    rich = {
        "type": "doc",
        "content": [
            {
                "type": "paragraph",
                "content": [{"type": "text", "text": "<b>큰</b>", "marks": [{"type": "bold"}]}],
            }
        ],
    }
    upload = factories.upload(f"agent:{agent.pk}", name="영수증.txt", content=b"12,000")
    reply(begun, agent, "", rich=rich, uploads=[upload])
    html = opened(box.mails[0].raw).get_body(("html",))
    assert html
    assert "<strong>&lt;b&gt;큰&lt;/b&gt;</strong>" in html.get_content()
    seen = read(box.mails[0].raw)
    assert [(each.name, each.content) for each in seen.attachments] == [("영수증.txt", b"12,000")]


def test_each_attempt_is_the_same_although_settings_change(
    begun: Conversation, agent: Agent, inbox: Inbox, box: Postbox
) -> None:
    box.says["DOT"] = ["451 later", "451 later"]
    message = reply(begun, agent)
    assert message.state == "queued"
    before = outgoing.outgoing_of(message)
    inbox.config = {**inbox.config, "signature": {"ko": "다른 서명"}, "tags": False}
    inbox.save()
    factories.mails(inbox, factories.mail(inbox, "그사이 온 메일", In_Reply_To="<first@mail.test>"))
    come_due()
    come_due()
    after = outgoing.outgoing_of(message)
    assert (before.text, before.html, before.letter) == (after.text, after.html, after.letter)
    assert len(box.mails) == 1


def test_what_a_program_says_goes_to_the_writer_alone_and_asks_for_no_answer(
    begun: Conversation, inbox: Inbox, box: Postbox
) -> None:
    last = begun.messages.get(kind="customer")
    message = factories.message(
        begun, "지금은 문을 닫았어요.", kind="reply", state="queued", identity=last.identity
    )
    with transaction.atomic():
        publish(ReplyQueued(conversation_id=begun.pk, message_id=message.pk))
    jobs.run_due()
    (got,) = box.mails
    assert got.to == [KIM]
    mail = opened(got.raw)
    assert mail["Auto-Submitted"] == "auto-replied"
    outcome = factories.mails(inbox, got.raw)
    assert outcome.reason == "own_loop"


def test_what_a_program_cannot_send_has_failed_and_stops_nothing(
    begun: Conversation, inbox: Inbox
) -> None:
    inbox.addresses.all().delete()
    message = factories.message(begun, "지금은 문을 닫았어요.", kind="reply", state="queued")
    with transaction.atomic():
        publish(ReplyQueued(conversation_id=begun.pk, message_id=message.pk))
    jobs.run_due()
    message.refresh_from_db()
    assert message.state == "failed"
    assert "보내는 주소" in message.failure


# What becomes of it


def test_a_refused_recipient_is_shown(begun: Conversation, agent: Agent, box: Postbox) -> None:
    box.refuses = {MATE: "550 5.1.1 no such user"}
    message = reply(begun, agent)
    assert message.state == "sent"
    assert states(message) == {KIM: "sent", MATE: "refused"}
    line = begun.messages.get(kind="event", data__what="recipient_refused")
    assert line.data["address"] == MATE
    assert "no such user" in line.data["reason"]


def test_a_bounce_of_one_of_two_is_noted_and_the_second_makes_it_failed(
    begun: Conversation, agent: Agent, inbox: Inbox, box: Postbox
) -> None:
    message = reply(begun, agent)
    raw = box.mails[0].raw
    factories.mails(inbox, bounce_of(raw, MATE))
    message.refresh_from_db()
    assert (message.state, states(message)) == ("sent", {KIM: "sent", MATE: "bounced"})
    assert begun.messages.get(kind="event", data__what="bounced").data["address"] == MATE
    factories.mails(inbox, bounce_of(raw, KIM))
    message.refresh_from_db()
    assert message.state == "failed"
    assert "5.1.1" in message.failure


def bounce_of(raw: bytes, recipient: str) -> bytes:
    """The report of a foreign server that it could not deliver a mail of ours (RFC 3464)."""
    head = raw.partition(b"\r\n\r\n")[0].decode("ascii")
    return (
        "From: Mail Delivery System <MAILER-DAEMON@mx.mail.test>\r\n"
        f"To: {OURS}\r\nSubject: Undelivered Mail Returned to Sender\r\n"
        "Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="x"\r\n\r\n'
        "--x\r\nContent-Type: text/plain\r\n\r\nNot delivered.\r\n"
        "--x\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.mail.test\r\n\r\n"
        f"Final-Recipient: rfc822; {recipient}\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 unknown user\r\n\r\n"
        f"--x\r\nContent-Type: text/rfc822-headers\r\n\r\n{head}\r\n--x--\r\n"
    ).encode()


def test_an_interrupted_mail_is_unknown_and_never_sent_again_by_itself(
    begun: Conversation, agent: Agent, box: Postbox
) -> None:
    box.says["DOT"] = [CUT]
    message = reply(begun, agent)
    assert message.state == "unknown"
    delivery.sweep()
    come_due()
    message.refresh_from_db()
    assert (message.state, len(box.mails)) == ("unknown", 1)


def test_an_answer_settles_what_was_unknown(
    begun: Conversation, agent: Agent, inbox: Inbox, box: Postbox
) -> None:
    box.says["DOT"] = [CUT]
    message = reply(begun, agent)
    factories.mails(inbox, answer(box.mails[0].raw))
    message.refresh_from_db()
    assert message.state == "sent"


def reconciled(message: Message, clock: time_machine.Traveller) -> str:
    """Let the times pass at which the account is asked."""
    for _time in range(2):
        clock.shift(timedelta(minutes=4))
        jobs.run_due()
    message.refresh_from_db()
    return message.state


@pytest.mark.parametrize("arrived", [True, False])
def test_the_folder_of_sent_mail_tells_what_became_of_it(
    begun: Conversation,
    agent: Agent,
    inbox: Inbox,
    box: Postbox,
    dovecot: DovecotServer,
    clock: time_machine.Traveller,
    arrived: bool,
) -> None:
    inbox.config = {**inbox.config, **config_of(dovecot)}
    inbox.save()
    keep_secret(inbox=inbox, name="imap_password", value=PLAIN_PASSWORD)
    reply(begun, agent, "먼저 보낸 것")
    box.says["DOT"] = [CUT]
    message = reply(begun, agent)
    assert message.state == "unknown"
    kept = [mail.raw for mail in box.mails]
    dovecot.put(kept if arrived else kept[:1], folder="보낸메일함")
    assert reconciled(message, clock) == "sent"
    assert len(box.mails) == (2 if arrived else 3)
    assert states(message) == {KIM: "sent", MATE: "sent"}


def test_a_server_that_keeps_no_sent_mail_tells_nothing(
    begun: Conversation,
    agent: Agent,
    inbox: Inbox,
    box: Postbox,
    dovecot: DovecotServer,
    clock: time_machine.Traveller,
) -> None:
    inbox.config = {**inbox.config, **config_of(dovecot)}
    inbox.save()
    keep_secret(inbox=inbox, name="imap_password", value=PLAIN_PASSWORD)
    box.says["DOT"] = [CUT]
    message = reply(begun, agent)
    assert reconciled(message, clock) == "unknown"
    assert len(box.mails) == 1


def test_a_wrong_password_fails_and_is_noted_at_the_account(
    begun: Conversation, agent: Agent, inbox: Inbox, box: Postbox
) -> None:
    inbox.config = {**inbox.config, "smtp_user": "help"}
    inbox.save()
    keep_secret(inbox=inbox, name="smtp_password", value="낡은 것")
    message = reply(begun, agent)
    assert message.state == "failed"
    assert "비밀번호" in message.failure
    assert AccountState.objects.get(inbox=inbox).send_trouble == "denied"
    keep_secret(inbox=inbox, name="smtp_password", value=box.password)
    assert delivery.resend(message=message, by=agent)
    jobs.run_due()
    message.refresh_from_db()
    assert message.state == "sent"
    assert AccountState.objects.get(inbox=inbox).send_trouble == ""


def test_a_server_that_is_away_for_hours_is_waited_for(
    begun: Conversation, agent: Agent, box: Postbox, clock: time_machine.Traveller
) -> None:
    box.says["MAIL"] = ["451 later"] * 12
    message = reply(begun, agent)
    for _attempt in range(11):
        clock.shift(timedelta(minutes=30))
        come_due()
    message.refresh_from_db()
    assert message.state == "queued"
    come_due()
    message.refresh_from_db()
    assert (message.state, len(box.mails)) == ("sent", 1)


def test_a_server_that_stays_away_for_a_day_is_given_up(
    begun: Conversation, agent: Agent, box: Postbox, clock: time_machine.Traveller
) -> None:
    box.says["MAIL"] = "451 later"
    message = reply(begun, agent)
    for _attempt in range(9):
        clock.shift(timedelta(hours=3))
        come_due()
    message.refresh_from_db()
    assert (message.state, message.failure) == ("failed", "451 later")


def test_one_domain_gets_so_many_an_hour(
    inbox: Inbox, agent: Agent, box: Postbox, clock: time_machine.Traveller
) -> None:
    inbox.config = {**inbox.config, "hourly": 2}
    inbox.save()
    sent = [reply(begun_by(inbox, sender=f"c{number}@mail.test"), agent) for number in range(3)]
    assert [each.state for each in sent] == ["sent", "sent", "queued"]
    assert reply(begun_by(inbox, sender="c@else.test"), agent).state == "sent"
    clock.shift(timedelta(minutes=61))
    come_due()
    sent[2].refresh_from_db()
    assert sent[2].state == "sent"


def test_a_reply_that_is_taken_back_leaves_nobody_behind(
    begun: Conversation, agent: Agent, inbox: Inbox, box: Postbox
) -> None:
    envelope = Envelope(inbox_id=inbox.pk, to=(("", KIM),), cc=(("", "new@mail.test"),))
    message = reply(begun, agent, envelope=envelope, held_for=timedelta(seconds=10))
    assert Correspondent.objects.filter(address="new@mail.test").exists()
    delivery.withdraw(message=message, by=agent)
    jobs.run_due()
    assert not box.mails
    assert Letter.objects.count() == 1
    people = set(Correspondent.objects.values_list("address", flat=True))
    assert people == {KIM, MATE}


# Notices


def test_a_notice_that_fails_says_why(begun: Conversation, admin: Agent, box: Postbox) -> None:
    box.says["RCPT"] = "550 nobody here"
    notice = transcripts.send(conversation=begun, to="a@mail.test", by=admin)
    jobs.run_due()
    notice.refresh_from_db()
    assert (notice.state, notice.error) == ("failed", "550 nobody here")


def test_an_interrupted_notice_is_not_sent_twice(
    begun: Conversation, admin: Agent, box: Postbox
) -> None:
    notice = transcripts.send(conversation=begun, to="a@mail.test", by=admin)
    Notice.objects.update(state="sending")  # the process died there
    jobs.run_due()
    notice.refresh_from_db()
    assert (notice.state, box.mails) == ("unknown", [])

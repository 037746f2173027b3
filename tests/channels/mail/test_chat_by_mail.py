"""A chat whose customer left goes on by mail, and comes back: one conversation, nothing told twice."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from pytest_django import Settings

from majung.accounts.models import Agent, Brand
from majung.channels import receipts
from majung.channels.adapters.email.read import read
from majung.channels.mail import notices, transcripts
from majung.channels.models import Correspondent, Notice, WidgetSession
from majung.conversations import contacts, replies
from majung.conversations.models import Conversation, Inbox, Message
from majung.core import clock as now
from majung.core import jobs, timers
from majung.customers import identity
from majung.customers.models import Customer, Identity
from tests import factories
from tests.channels.mail import postbox
from tests.channels.mail.postbox import Postbox
from tests.channels.mail.posting import OURS, answer, mailbox, opened, reply
from tests.channels.mail.test_outgoing import bounce_of

pytestmark = pytest.mark.django_db(transaction=True)

KIM = "haneul@mail.test"
LATER = timedelta(minutes=11)


@pytest.fixture
def box(settings: Settings) -> Iterator[Postbox]:
    settings.MAJUNG_OUTBOUND_ALLOW = ["127.0.0.1"]
    with postbox.running() as made:
        yield made


@pytest.fixture
def inbox(brand: Brand, box: Postbox) -> Inbox:
    return mailbox(brand, box, continues_chats=True)


@pytest.fixture
def widget(brand: Brand) -> Inbox:
    return factories.widget(brand)


@pytest.fixture
def visitor(widget: Inbox) -> Identity:
    return factories.identity(factories.customer(""), scope=str(widget.pk))


@pytest.fixture
def chat(inbox: Inbox, widget: Inbox, visitor: Identity) -> Conversation:
    """A chat with somebody who left their address."""
    conversation = factories.writes(widget, "언제 오나요?", by=visitor).conversation
    contacts.leave(conversation=conversation, by=visitor, text=KIM)
    return conversation


def passes(clock: time_machine.Traveller, time: timedelta = LATER) -> None:
    clock.shift(time)
    timers.tick()
    jobs.run_due()


def fetched(visitor: Identity, widget: Inbox, message: Message) -> None:
    """The browser has it on screen."""
    session = WidgetSession.objects.create(
        inbox=widget, token_hash=str(message.pk), visitor=visitor,
        created_at=now.now(), seen_at=now.now(),
    )  # fmt: skip
    assert receipts.acknowledge(session=session, delivered=message.public_id, read=None)


def test_what_was_unread_goes_in_one_mail_once(
    chat: Conversation, agent: Agent, box: Postbox, clock: time_machine.Traveller
) -> None:
    upload = factories.upload(f"agent:{agent.pk}", name="송장.txt")
    reply(chat, agent, "내일 도착해요.")
    clock.shift(timedelta(minutes=9))
    reply(chat, agent, "송장 번호는 <1234>예요.", uploads=[upload])
    passes(clock, timedelta(minutes=2))
    passes(clock)
    passes(clock)
    (got,) = box.mails
    assert got.to == [KIM]
    mail = opened(got.raw)
    assert mail["Subject"] == f"[{chat.brand.name}] 읽지 않은 답변이 2개 있어요"
    assert mail["Auto-Submitted"] == "auto-replied"
    seen = read(got.raw)
    for said in ("내일 도착해요.", "송장 번호는 <1234>예요.", "파일: 송장.txt", agent.name):
        assert said in seen.text
    html = mail.get_body(("html",))
    assert html
    assert "송장 번호는 &lt;1234&gt;예요." in html.get_content()
    line = chat.messages.get(kind="event", data__what="mailed_unread")
    assert (line.data["count"], line.data["address"]) == (2, KIM)
    assert Notice.objects.get().state == "sent"


def test_a_later_reply_is_told_alone(
    chat: Conversation, agent: Agent, box: Postbox, clock: time_machine.Traveller
) -> None:
    reply(chat, agent, "내일 도착해요.")
    passes(clock)
    reply(chat, agent, "모레로 바뀌었어요.")
    passes(clock)
    assert len(box.mails) == 2
    text = read(box.mails[1].raw).text
    assert "모레로 바뀌었어요." in text
    assert "내일 도착해요." not in text


def test_what_a_browser_fetched_is_not_told(
    chat: Conversation,
    agent: Agent,
    box: Postbox,
    clock: time_machine.Traveller,
    visitor: Identity,
    widget: Inbox,
) -> None:
    fetched(visitor, widget, reply(chat, agent, "내일 도착해요."))
    clock.shift(timedelta(minutes=5))
    reply(chat, agent, "더 궁금한 것이 있나요?")
    passes(clock, timedelta(minutes=6))
    assert not box.mails
    passes(clock, timedelta(minutes=5))
    assert "더 궁금한 것이 있나요?" in read(box.mails[0].raw).text
    assert "내일 도착해요." not in read(box.mails[0].raw).text


@pytest.mark.parametrize("why", ["no mailbox", "switched off", "no address", "only said"])
def test_nobody_is_written_to_without_mailbox_or_address(
    brand: Brand,
    widget: Inbox,
    visitor: Identity,
    agent: Agent,
    box: Postbox,
    clock: time_machine.Traveller,
    why: str,
) -> None:
    if why != "no mailbox":
        mailbox(brand, box, continues_chats=why != "switched off")
    text = f"친구 주소는 {KIM}이에요" if why == "only said" else "언제 오나요?"
    chat = factories.writes(widget, text, by=visitor).conversation
    if why in {"no mailbox", "switched off"}:
        contacts.leave(conversation=chat, by=visitor, text=KIM)
    jobs.run_due()
    reply(chat, agent)
    passes(clock)
    assert not box.mails


def test_the_answer_comes_into_the_chat_and_is_answered_by_mail(
    chat: Conversation, agent: Agent, inbox: Inbox, box: Postbox, clock: time_machine.Traveller
) -> None:
    reply(chat, agent, "내일 도착해요.")
    passes(clock)
    for raw in (
        answer(box.mails[0].raw),
        answer(box.mails[0].raw, "두 번째예요.", In_Reply_To="", References=""),
        answer(box.mails[0].raw, "세 번째예요.", To=OURS),
    ):
        outcome = factories.mails(inbox, raw)
        assert outcome.conversation_id == chat.pk
    message = reply(chat, agent, "문 앞에 둘게요.")
    assert message.inbox_id == inbox.pk
    assert box.mails[-1].to == [KIM]
    outcome = factories.mails(inbox, answer(box.mails[-1].raw, "네."))
    assert outcome.conversation_id == chat.pk
    passes(clock)
    assert len(box.mails) == 2  # what went by mail is not told by mail
    assert Conversation.objects.count() == 1


def test_who_chats_again_is_answered_in_the_chat(
    chat: Conversation,
    agent: Agent,
    inbox: Inbox,
    box: Postbox,
    clock: time_machine.Traveller,
    widget: Inbox,
    visitor: Identity,
) -> None:
    reply(chat, agent, "내일 도착해요.")
    passes(clock)
    factories.mails(inbox, answer(box.mails[0].raw))
    again = factories.writes(widget, "다시 왔어요", by=visitor)
    assert again.conversation_id == chat.pk
    message = reply(chat, agent, "어서 오세요.")
    assert (message.inbox_id, message.identity_id) == (widget.pk, visitor.pk)
    assert len(box.mails) == 1
    fetched(visitor, widget, message)
    passes(clock)
    assert len(box.mails) == 1


def test_a_strangers_address_left_in_a_chat_joins_nobody(
    chat: Conversation, agent: Agent, inbox: Inbox, box: Postbox, clock: time_machine.Traveller
) -> None:
    owner = identity.resolve(kind="email", address=KIM, evidence="mail_checked", name="주인")
    reply(chat, agent, "내일 도착해요.")
    passes(clock)
    factories.mails(inbox, answer(box.mails[0].raw, "이게 뭔가요?"))
    reply(chat, agent, "주문하신 분이 아닌가요?")
    factories.mails(inbox, answer(box.mails[-1].raw, "아니에요."))
    assert not Customer.objects.filter(pk=chat.customer_id, merged_into__isnull=False).exists()
    visitors = Customer.objects.get(pk=chat.customer_id)
    assert owner.person_id not in {visitors.pk, visitors.person_id}
    assert not Customer.objects.filter(pk=owner.customer_id, merged_into=visitors).exists()


def test_a_proven_address_answers_as_the_customer(
    chat: Conversation, agent: Agent, inbox: Inbox, box: Postbox, clock: time_machine.Traveller
) -> None:
    identity.prove(customer=chat.customer, kind="email", address=KIM, evidence="test")
    reply(chat, agent, "내일 도착해요.")
    passes(clock)
    outcome = factories.mails(inbox, answer(box.mails[0].raw))
    message = Message.objects.select_related("identity").get(pk=outcome.message_id)
    assert message.identity
    assert message.identity.customer_id == chat.customer_id


def test_a_mail_that_comes_back_is_told_in_the_thread(
    chat: Conversation, agent: Agent, inbox: Inbox, box: Postbox, clock: time_machine.Traveller
) -> None:
    reply(chat, agent, "내일 도착해요.")
    passes(clock)
    outcome = factories.mails(inbox, bounce_of(box.mails[0].raw, KIM))
    assert outcome.reason == "receipt_failed"
    assert Notice.objects.get().state == "failed"
    line = chat.messages.get(kind="event", data__what="notice_failed")
    assert "5.1.1" in line.data["reason"]


def test_a_reply_that_is_held_is_not_told(
    chat: Conversation, agent: Agent, box: Postbox, clock: time_machine.Traveller
) -> None:
    reply(chat, agent, held_for=timedelta(minutes=30))
    passes(clock)
    assert not box.mails
    assert not Correspondent.objects.exists()


def test_a_transcript_holds_what_the_customer_may_see(
    chat: Conversation, agent: Agent, inbox: Inbox, box: Postbox
) -> None:
    reply(chat, agent, "내일 <도착>해요.")
    replies.note(conversation=chat, text="비밀 메모", by=agent, client_key="n")
    notice = transcripts.send(conversation=chat, to="Haneul@Mail.test", by=agent)
    jobs.run_due()
    notice.refresh_from_db()
    assert notice.state == "sent"
    (got,) = box.mails
    assert got.to == [KIM]
    text = read(got.raw).text
    assert [line for line in text.splitlines() if line in {"언제 오나요?", "내일 <도착>해요."}] == [
        "언제 오나요?",
        "내일 <도착>해요.",
    ]
    assert "비밀" not in text
    line = chat.messages.get(kind="event", data__what="transcript_mailed")
    assert line.author == agent


def test_a_transcript_is_refused_with_what_to_do(chat: Conversation, widget: Inbox) -> None:
    with pytest.raises(notices.CannotSend):
        transcripts.send(conversation=chat, to="nobody")
    for _time in range(transcripts.MOST_A_DAY):
        transcripts.send(conversation=chat, to=KIM)
    with pytest.raises(notices.CannotSend):
        transcripts.send(conversation=chat, to=KIM)
    Inbox.objects.filter(kind="email").update(is_active=False)
    with pytest.raises(notices.CannotSend):
        transcripts.send(conversation=chat, to=KIM)

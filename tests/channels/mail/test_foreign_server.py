"""Mail by way of a real server of somebody else: out, back in, and what it says when it cannot."""

import smtplib
from collections.abc import Iterator

import pytest
from pytest_django import Settings

from majung.accounts.models import Agent, Brand
from majung.channels.mail_listener import Listener
from majung.channels.models import InboundDelivery, Recipient
from majung.conversations.envelopes import Envelope
from majung.conversations.models import Conversation, Inbox, Message
from majung.core import jobs
from tests import factories
from tests.channels.mail import postbox
from tests.channels.mail.exim import EximServer
from tests.channels.mail.postbox import Postbox
from tests.channels.mail.posting import answer, reply
from tests.conftest import missing
from tests.servers import ServerMissingError, wait_until

pytestmark = pytest.mark.django_db(transaction=True)
KIM = "haneul@mail.test"
NOBODY = "nobody@mail.test"


@pytest.fixture
def customers(settings: Settings) -> Iterator[Postbox]:
    """Where the mail of our customers ends."""
    settings.MAJUNG_OUTBOUND_ALLOW = ["127.0.0.1"]
    with postbox.running() as box:
        yield box


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener("smtp://127.0.0.1:0", most_bytes=5_000_000)
    made.start()
    yield made
    assert made.stop()


@pytest.fixture
def exim(customers: Postbox, listener: Listener) -> Iterator[EximServer]:
    try:
        server = EximServer(customers=customers.port, ours=listener.port)
    except ServerMissingError as error:
        missing(str(error))
    try:
        server.start()
        yield server
    finally:
        server.remove()


@pytest.fixture
def mailbox(brand: Brand, exim: EximServer) -> Inbox:
    return factories.mailbox(
        brand, "help@ondam.test", smtp_host="127.0.0.1", smtp_port=exim.port, smtp_security="none"
    )


def hand_in(exim: EximServer, raw: bytes, to: str) -> None:
    with smtplib.SMTP("127.0.0.1", exim.port, timeout=10) as smtp:
        smtp.sendmail(KIM, [to], raw)


def arrived(count: int) -> None:
    """Wait until so many items came in and were looked at."""

    def all_there() -> bool:
        jobs.run_due()
        return InboundDelivery.objects.exclude(state="received").count() >= count

    wait_until(all_there, what="the mail", seconds=30)


def test_out_and_back_by_a_foreign_server(
    mailbox: Inbox, exim: EximServer, customers: Postbox, agent: Agent
) -> None:
    hand_in(exim, factories.mail(mailbox, sender=f"김하늘 <{KIM}>"), "help@ondam.test")
    arrived(1)
    conversation = Conversation.objects.get()
    assert reply(conversation, agent).state == "sent"
    wait_until(lambda: bool(customers.mails), what="our answer", seconds=30)
    went = customers.mails[0]
    assert went.to == [KIM]
    back = answer(went.raw)
    to = next(line for line in back.decode().splitlines() if line.startswith("To: "))[4:].strip()
    hand_in(exim, back, to)
    arrived(2)
    newest = Message.objects.filter(kind="customer").latest("pk")
    assert (newest.conversation_id, newest.text) == (conversation.pk, "네, 고맙습니다.")


def test_what_it_cannot_deliver_comes_back_as_a_bounce(
    mailbox: Inbox, exim: EximServer, customers: Postbox, agent: Agent
) -> None:
    customers.refuses[NOBODY] = "550 5.1.1 there is nobody of that name"
    hand_in(exim, factories.mail(mailbox, sender=f"김하늘 <{KIM}>"), "help@ondam.test")
    arrived(1)
    to_both = Envelope(
        inbox_id=mailbox.pk, to=(("", KIM),), cc=(("", NOBODY),), bcc=(), subject="Re: 컵"
    )
    message = reply(Conversation.objects.get(), agent, envelope=to_both)
    assert message.state == "sent"
    arrived(2)
    states = dict(Recipient.objects.values_list("address", "state"))
    assert states == {KIM: "sent", NOBODY: "bounced"}
    assert "nobody of that name" in Recipient.objects.get(address=NOBODY).reason
    message.refresh_from_db()
    assert message.state == "sent"
    assert Message.objects.filter(kind="customer").count() == 1


def test_a_bounce_of_the_only_recipient_fails_the_reply(
    mailbox: Inbox, exim: EximServer, customers: Postbox, agent: Agent
) -> None:
    hand_in(exim, factories.mail(mailbox, sender=f"김하늘 <{KIM}>"), "help@ondam.test")
    arrived(1)
    customers.refuses[KIM] = "552 5.2.2 the mailbox is full"
    message = reply(Conversation.objects.get(), agent)
    arrived(2)
    message.refresh_from_db()
    assert message.state == "failed"
    assert "mailbox is full" in message.failure

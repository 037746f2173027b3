"""Every path that a mail of ours can take: the answer to what really went out comes back."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from majung.accounts.models import Agent, Brand
from majung.channels import inbound
from majung.channels.mail.proposing import proposed
from majung.channels.models import Correspondent
from majung.conversations.envelopes import Envelope
from majung.conversations.models import Conversation, Inbox, Message
from majung.customers import identity, merge
from majung.customers.models import Customer, Merge
from tests import factories
from tests.channels.mail import postbox
from tests.channels.mail.postbox import Postbox
from tests.channels.mail.posting import OURS, answer, mailbox, opened, reply

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
    return mailbox(brand, box)


@pytest.fixture
def begun(inbox: Inbox) -> Conversation:
    raw = factories.mail(inbox, Message_ID="<first@mail.test>", Cc=f"동료 <{MATE}>")
    return Conversation.objects.get(pk=factories.mails(inbox, raw).conversation_id)


@pytest.fixture
def sent(begun: Conversation, agent: Agent, box: Postbox) -> bytes:
    """What went out to the customer and their colleague."""
    assert reply(begun, agent).state == "sent"
    return box.mails[-1].raw


def arrives(inbox: Inbox, conversation: Conversation, raw: bytes, reason: str) -> Message:
    outcome = factories.mails(inbox, raw)
    assert (outcome.conversation_id, outcome.reason) == (conversation.pk, reason)
    message = Message.objects.get(pk=outcome.message_id)
    assert message.text == "네, 고맙습니다."  # what we quoted and signed is folded again
    return message


def test_to_the_signed_address(inbox: Inbox, begun: Conversation, sent: bytes) -> None:
    arrives(inbox, begun, answer(sent), "reply_address")
    arrives(inbox, begun, answer(sent, In_Reply_To="", References=""), "reply_address")


def test_to_the_signed_address_in_capitals(inbox: Inbox, begun: Conversation, sent: bytes) -> None:
    address = str(opened(sent)["Reply-To"]).upper()
    arrives(inbox, begun, answer(sent, To=address, In_Reply_To="", References=""), "reply_address")


def test_to_the_plain_address_with_our_id(inbox: Inbox, begun: Conversation, sent: bytes) -> None:
    arrives(inbox, begun, answer(sent, To=OURS), "answers_ours")
    arrives(inbox, begun, answer(sent, To=OURS, In_Reply_To=""), "answers_ours")
    upper = str(opened(sent)["Message-ID"]).upper()
    arrives(inbox, begun, answer(sent, To=OURS, In_Reply_To=upper, References=""), "answers_ours")


def test_with_the_references_of_the_customer_only(
    inbox: Inbox, begun: Conversation, sent: bytes
) -> None:
    raw = answer(sent, To=OURS, In_Reply_To="", References="<first@mail.test>")
    arrives(inbox, begun, raw, "answers_known")


def test_by_a_colleague_to_all(inbox: Inbox, begun: Conversation, sent: bytes) -> None:
    assert MATE in str(opened(sent)["Cc"])
    arrives(inbox, begun, answer(sent, From=MATE, Cc=KIM), "reply_address")
    arrives(inbox, begun, answer(sent, From=MATE, To=f"{KIM}, {OURS}"), "answers_ours")


def test_by_one_whom_the_agent_added(
    inbox: Inbox, begun: Conversation, agent: Agent, box: Postbox
) -> None:
    given = proposed(begun)
    assert given
    wide = Envelope(
        inbox_id=inbox.pk, to=given.to, bcc=(("", "boss@mail.test"),), subject=given.subject
    )
    reply(begun, agent, envelope=wide)
    raw = box.mails[-1].raw
    assert b"boss@" not in raw
    assert box.mails[-1].to == [KIM, "boss@mail.test"]
    arrives(inbox, begun, answer(raw, From="boss@mail.test"), "reply_address")


def test_a_passed_on_token_leads_a_stranger_nowhere(
    inbox: Inbox, begun: Conversation, sent: bytes
) -> None:
    outcome = factories.mails(inbox, answer(sent, From="eve@else.test"))
    assert outcome.conversation_id != begun.pk
    assert outcome.reason == "stranger"


def test_without_signed_addresses(brand: Brand, box: Postbox, agent: Agent) -> None:
    plain = mailbox(brand, box, "plain@ondam.test", tags=False)
    outcome = factories.mails(plain, factories.mail(plain))
    conversation = Conversation.objects.get(pk=outcome.conversation_id)
    reply(conversation, agent)
    raw = box.mails[-1].raw
    assert opened(raw)["Reply-To"] is None
    arrives(plain, conversation, answer(raw), "answers_ours")


def test_after_a_merge(inbox: Inbox, begun: Conversation, sent: bytes) -> None:
    other = factories.customer("김하늘")
    merge.merge(
        winner_id=other.pk,
        loser_id=begun.customer_id,
        evidence=Merge.Evidence.AGENT,
        identity_id=None,
        by=None,
    )
    arrives(inbox, begun, answer(sent), "reply_address")
    arrives(inbox, begun, answer(sent, To=OURS), "answers_ours")


def test_the_answer_of_whoever_alone_got_it_proves_their_address(
    inbox: Inbox, agent: Agent, box: Postbox
) -> None:
    outcome = factories.mails(inbox, factories.mail(inbox))
    begun = Conversation.objects.get(pk=outcome.conversation_id)
    assert identity.find(kind="email", address=KIM) is None
    reply(begun, agent)
    arrives(inbox, begun, answer(box.mails[-1].raw), "reply_address")
    known = identity.find(kind="email", address=KIM)
    assert known
    assert known.customer_id == begun.customer_id


def test_a_colleague_who_answers_alone_is_not_taken_for_the_customer(
    inbox: Inbox, begun: Conversation, agent: Agent, sent: bytes, box: Postbox
) -> None:
    arrives(inbox, begun, answer(sent, From=MATE), "reply_address")
    reply(begun, agent)  # to the colleague and the customer
    given = proposed(begun)
    assert given
    reply(begun, agent, envelope=Envelope(inbox_id=inbox.pk, to=(("", MATE),)))
    message = arrives(inbox, begun, answer(box.mails[-1].raw), "reply_address")
    known = identity.find(kind="email", address=MATE)
    assert known
    assert known.customer_id != begun.customer_id
    assert message.identity
    assert Customer.objects.filter(merged_into__isnull=False).count() == 0


def test_a_chain_of_answers_stays_one_conversation(
    inbox: Inbox, begun: Conversation, agent: Agent, sent: bytes, box: Postbox
) -> None:
    raw = sent
    for _turn in range(12):
        arrives(inbox, begun, answer(raw, To=OURS), "answers_ours")
        reply(begun, agent)
        raw = box.mails[-1].raw
    got = opened(raw)
    assert len(str(got["References"]).split()) <= 20
    assert str(got["References"]).split()[-1] == got["In-Reply-To"]
    assert Conversation.objects.count() == 1
    people = Correspondent.objects.values_list("address", flat=True)
    assert set(people) == {KIM, MATE}


def test_a_copy_to_another_mailbox_of_ours_is_no_message(
    inbox: Inbox, begun: Conversation, sent: bytes
) -> None:
    delivery_id = inbound.accept(
        inbox_id=inbox.pk, external_id="echo", sender="", raw=sent, headers={}
    )
    outcome = inbound.process(delivery_id=delivery_id)
    assert outcome.reason == "own_mail"
    assert begun.messages.filter(kind="customer").count() == 1

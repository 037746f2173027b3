"""Where a mail goes, for every way that it may name a conversation."""

import pytest

from majung.accounts.models import Agent, Brand
from majung.channels.mail import ids
from majung.channels.models import Correspondent, InboundDelivery, OutboundDelivery, Recipient
from majung.conversations.models import Conversation, Inbox, Message
from majung.core import clock
from majung.customers import identity, merge
from majung.customers.models import Identity
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)

KIM = "김하늘 <haneul@mail.test>"
STRANGER = "박도윤 <doyun@else.test>"


@pytest.fixture
def mailbox(brand: Brand) -> Inbox:
    return factories.mailbox(brand, "help@ondam.test")


@pytest.fixture
def begun(mailbox: Inbox) -> Conversation:
    """A conversation that a customer began by mail."""
    raw = factories.mail(mailbox, Message_ID="<first@mail.test>", Cc="동료 <mate@mail.test>")
    return Conversation.objects.get(pk=factories.mails(mailbox, raw).conversation_id)


def answered(conversation: Conversation, agent: Agent, *to: str) -> Message:
    """An answer of ours that went out to these addresses."""
    message = Message.objects.create(
        conversation=conversation,
        inbox=conversation.inbox,
        kind="reply",
        author=agent,
        text="새것으로 보내 드릴게요.",
        state="sent",
        created_at=clock.now(),
    )
    outbound = OutboundDelivery.objects.create(message=message, created_at=clock.now())
    for address in to:
        Recipient.objects.create(outbound=outbound, address=address, moved_at=clock.now())
    return message


def goes_to(mailbox: Inbox, conversation: Conversation, reason: str, **mail: str) -> None:
    outcome = factories.mails(mailbox, factories.mail(mailbox, "네, 고맙습니다.", **mail))
    assert (outcome.conversation_id, outcome.reason) == (conversation.pk, reason)


def goes_elsewhere(mailbox: Inbox, conversation: Conversation, reason: str, **mail: str) -> None:
    outcome = factories.mails(mailbox, factories.mail(mailbox, "네, 고맙습니다.", **mail))
    assert outcome.conversation_id != conversation.pk
    assert outcome.reason == reason


def test_a_first_mail_opens_a_conversation_with_all_that_it_says(
    mailbox: Inbox, begun: Conversation
) -> None:
    message = begun.messages.get()
    assert (begun.subject, message.text) == ("컵이 깨졌어요", "주문한 컵이 깨져서 왔어요.")
    assert message.letter.header_id == "<first@mail.test>"
    assert message.letter.cc == [{"name": "동료", "address": "mate@mail.test"}]
    who = set(Correspondent.objects.values_list("address", "role"))
    assert who == {("haneul@mail.test", "customer"), ("mate@mail.test", "copied")}
    assert begun.customer.name == "김하늘"
    row = InboundDelivery.objects.get()
    assert (row.state, row.reason) == ("processed", "new_conversation")


def test_the_signed_address_leads_back(mailbox: Inbox, begun: Conversation) -> None:
    address = ids.reply_address("help@ondam.test", begun.pk)
    goes_to(mailbox, begun, "reply_address", sender=KIM, to=address)
    goes_to(mailbox, begun, "reply_address", sender=KIM, to=address.upper())


def test_our_own_message_id_leads_back(mailbox: Inbox, begun: Conversation, agent: Agent) -> None:
    ours = ids.message_id(answered(begun, agent).public_id, domain="ondam.test")
    goes_to(mailbox, begun, "answers_ours", sender=KIM, In_Reply_To=ours)
    goes_to(mailbox, begun, "answers_ours", sender=KIM, References=f"<x@y.test> {ours}")
    goes_to(mailbox, begun, "answers_ours", sender="mate@mail.test", In_Reply_To=ours)


def test_the_customers_own_message_id_leads_back(mailbox: Inbox, begun: Conversation) -> None:
    goes_to(mailbox, begun, "answers_known", sender=KIM, References="<first@mail.test>")
    goes_to(
        mailbox, begun, "answers_known", sender="mate@mail.test", In_Reply_To="<first@mail.test>"
    )


def test_a_stranger_with_a_token_opens_a_conversation_of_their_own(
    mailbox: Inbox, begun: Conversation, agent: Agent
) -> None:
    address = ids.reply_address("help@ondam.test", begun.pk)
    ours = ids.message_id(answered(begun, agent).public_id, domain="ondam.test")
    goes_elsewhere(mailbox, begun, "stranger", sender=STRANGER, to=address)
    goes_elsewhere(mailbox, begun, "stranger", sender=STRANGER, In_Reply_To=ours)
    goes_elsewhere(mailbox, begun, "stranger", sender=STRANGER, References="<first@mail.test>")
    line = Message.objects.filter(kind="event", data__what="named_by_stranger").first()
    assert line
    assert line.data["number"] == begun.pk


@pytest.mark.parametrize(
    "address",
    [
        "help+mj-{0}-aaaaaaaaaaaaaaaa@ondam.test",
        "help+{0}@ondam.test",
        "help+reply-{0}-0123456789abcdef@ondam.test",
        "help@ondam.test",
    ],
)
def test_a_guessed_number_or_a_foreign_token_leads_nowhere(
    mailbox: Inbox, begun: Conversation, address: str
) -> None:
    goes_elsewhere(mailbox, begun, "new_conversation", sender=KIM, to=address.format(begun.pk))


def test_a_subject_never_leads_anywhere(mailbox: Inbox, begun: Conversation) -> None:
    for subject in (f"Re: {begun.subject}", f"[#{begun.pk}] {begun.subject}"):
        goes_elsewhere(mailbox, begun, "new_conversation", sender=KIM, subject=subject)


def test_a_forged_message_id_leads_nowhere(
    mailbox: Inbox, begun: Conversation, agent: Agent
) -> None:
    message = answered(begun, agent)
    forged = f"<mj.{message.public_id.hex}.aaaaaaaaaaaaaaaa@ondam.test>"
    goes_elsewhere(mailbox, begun, "new_conversation", sender=KIM, In_Reply_To=forged)


def test_another_brand_does_not_hear_of_it(
    mailbox: Inbox, begun: Conversation, other_brand: Brand
) -> None:
    other = factories.mailbox(other_brand)
    goes_elsewhere(other, begun, "new_conversation", sender=KIM, In_Reply_To="<first@mail.test>")


def test_an_own_other_address_takes_part_once_it_is_proven(
    mailbox: Inbox, begun: Conversation
) -> None:
    goes_elsewhere(
        mailbox, begun, "stranger", sender="work@corp.test", In_Reply_To="<first@mail.test>"
    )
    identity.prove(customer=begun.customer, kind="email", address="home@corp.test", evidence="test")
    goes_to(
        mailbox, begun, "answers_known", sender="home@corp.test", In_Reply_To="<first@mail.test>"
    )


def test_new_mails_of_one_customer_are_linked_not_joined(
    mailbox: Inbox, begun: Conversation
) -> None:
    goes_elsewhere(mailbox, begun, "new_conversation", sender=KIM, subject="다른 일")
    line = Message.objects.get(kind="event", data__what="linked")
    assert line.data["number"] == begun.pk


def test_new_mails_join_where_the_inbox_says_so(brand: Brand) -> None:
    joining = factories.mailbox(brand, new_mail="join")
    first = factories.mails(joining, factories.mail(joining))
    second = factories.mails(joining, factories.mail(joining, "하나 더요.", subject="다른 일"))
    assert second.conversation_id == first.conversation_id
    assert second.reason == "open_conversation"


def test_answering_what_only_they_got_proves_the_address(
    mailbox: Inbox, begun: Conversation, agent: Agent
) -> None:
    assert identity.find(kind=Identity.Kind.EMAIL, address="haneul@mail.test") is None
    both = answered(begun, agent, "haneul@mail.test", "mate@mail.test")
    ours = ids.message_id(both.public_id, domain="ondam.test")
    goes_to(mailbox, begun, "answers_ours", sender=KIM, In_Reply_To=ours)
    assert identity.find(kind=Identity.Kind.EMAIL, address="haneul@mail.test") is None
    alone = answered(begun, agent, "haneul@mail.test")
    ours = ids.message_id(alone.public_id, domain="ondam.test")
    goes_to(mailbox, begun, "answers_ours", sender=KIM, In_Reply_To=ours)
    known = identity.find(kind=Identity.Kind.EMAIL, address="haneul@mail.test")
    assert known
    assert known.person_id == identity.person_of(begun.customer_id)


def test_only_a_trusted_servers_word_joins_a_known_member(brand: Brand) -> None:
    member = factories.customer("이서연")
    factories.identity(member, "email", "seoyeon@mail.test")
    trusting = factories.mailbox(brand, trusts=["mx.ondam.test"])
    sender = "이서연 <seoyeon@mail.test>"

    def writes(results: str) -> int:
        raw = factories.mail(trusting, sender=sender, Authentication_Results=results)
        outcome = factories.mails(trusting, raw)
        return Conversation.objects.get(pk=outcome.conversation_id).customer_id

    assert writes("mx.ondam.test; dmarc=pass") == member.pk
    assert writes("mx.ondam.test; dmarc=fail") != member.pk
    assert writes("mx.evil.test; dmarc=pass") != member.pk


def test_what_is_in_the_trash_is_not_gone_on_with(mailbox: Inbox, begun: Conversation) -> None:
    Conversation.objects.update(deleted_at=clock.now())
    goes_elsewhere(mailbox, begun, "new_conversation", sender=KIM, In_Reply_To="<first@mail.test>")


def test_a_closed_conversation_opens_again(mailbox: Inbox, begun: Conversation) -> None:
    Conversation.objects.update(status="closed", closed_at=clock.now())
    goes_to(mailbox, begun, "answers_known", sender=KIM, In_Reply_To="<first@mail.test>")
    begun.refresh_from_db()
    assert begun.status == "open"


def test_merged_customers_keep_their_conversation(
    mailbox: Inbox, begun: Conversation, admin: Agent
) -> None:
    other = factories.customer("김하늘 (회원)")
    factories.identity(other, "email", "haneul@work.test")
    merge.merge(
        winner_id=other.pk, loser_id=begun.customer_id, evidence="agent", identity_id=None, by=admin
    )
    goes_to(mailbox, begun, "answers_known", sender=KIM, In_Reply_To="<first@mail.test>")
    goes_to(
        mailbox, begun, "answers_known", sender="haneul@work.test", In_Reply_To="<first@mail.test>"
    )


def test_a_mail_that_is_read_after_its_answer_joins_it(mailbox: Inbox) -> None:
    raw = factories.mail(mailbox, sender=KIM, In_Reply_To="<late@mail.test>", subject="Re: 컵")
    early = Conversation.objects.get(pk=factories.mails(mailbox, raw).conversation_id)
    goes_elsewhere(
        mailbox, early, "new_conversation", sender=STRANGER, Message_ID="<late@mail.test>"
    )
    goes_to(mailbox, early, "answered_known", sender=KIM, Message_ID="<late@mail.test>")

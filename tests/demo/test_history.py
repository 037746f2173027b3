from datetime import UTC, datetime

import pytest

from majung.accounts.models import Agent
from majung.channels.models import InboundDelivery
from majung.conversations.models import Attachment, Conversation, ConversationTag, Message, Tag
from majung.core.models import Timer
from majung.customers import queries
from majung.customers.models import Customer, Event, Identity
from majung.demo import company, history
from majung.demo.content.company import AGENTS, BRANDS
from majung.web.agent import happenings

NOW = datetime(2026, 11, 20, 6, tzinfo=UTC)
PUBLIC = ("customer", "reply")


@pytest.fixture
def past(db: None) -> list[int]:
    told: list[int] = []
    history.fill(
        company.make(), seed=7, customers=150, conversations=200, now=NOW, tell=told.append
    )
    return told


def test_fill_writes_the_company_and_tells_how_far_it_is(past: list[int]) -> None:
    assert past[-1] == 350
    assert Agent.objects.count() == len(AGENTS)
    assert {row.slug for row in company.load().brands.values()} == {each.slug for each in BRANDS}
    assert Conversation.objects.count() == 200


def test_conversations_are_as_verbs_leave_them(past: list[int]) -> None:
    for row in Conversation.objects.prefetch_related("messages"):
        thread = sorted(row.messages.all(), key=lambda message: message.pk)
        public = [message for message in thread if message.kind in PUBLIC]
        assert row.last_message_at == public[-1].created_at
        assert row.preview_by == public[-1].kind
        assert row.preview == " ".join(public[-1].text.split())[:160]
        replies = [message for message in public if message.kind == "reply"]
        assert row.first_reply_at == (replies[0].created_at if replies else None)
        waits = row.status != "closed" and public[-1].kind == "customer"
        assert (row.waiting_since is not None) == waits
        assert (row.closed_at is not None) == row.is_closed
        assert all(message.created_at <= NOW for message in thread)


def test_some_are_tagged_some_press_and_some_wait_until_a_morning(past: list[int]) -> None:
    assert Tag.objects.in_use().count() >= 12
    labels = ConversationTag.objects.select_related("tag", "conversation")
    assert len(labels) > 50
    for label in labels:
        assert label.tag.brand_id in {None, label.conversation.brand_id}
        assert label.put_by is not None
    assert Conversation.objects.filter(priority="high").exists()
    snoozed = list(Conversation.objects.exclude(snoozed_until=None))
    assert snoozed
    assert all(one.snoozed_until and one.snoozed_until > NOW for one in snoozed)
    clocks = Timer.objects.filter(kind="snooze").values_list("key", "due_at")
    assert sorted(clocks) == sorted((str(one.pk), one.snoozed_until) for one in snoozed)


def test_messages_know_their_address_and_their_conversation_s_customer(past: list[int]) -> None:
    for message in Message.objects.filter(kind__in=PUBLIC).select_related(
        "identity", "conversation"
    ):
        assert message.identity is not None
        assert message.identity.customer_id == message.conversation.customer_id


def test_every_public_message_is_on_the_timeline_once(past: list[int]) -> None:
    told = list(
        Event.objects.filter(name__in=["Message Received", "Reply Written"]).values_list(
            "message_id", flat=True
        )
    )
    messages = Message.objects.filter(kind__in=PUBLIC).values_list("public_id", flat=True)
    assert sorted(told) == sorted(messages)


def test_form_senders_only_claim_who_they_are(past: list[int]) -> None:
    senders = Customer.objects.filter(identities__scope="form").distinct()
    assert senders.exists()
    for sender in senders:
        claim = sender.identities.get(kind=Identity.Kind.EMAIL)
        assert not claim.is_verified
        assert queries.looks_like([sender.pk], sender.identities.all()), (
            "the desk can suggest the member of that address"
        )


def test_failed_list_has_something_to_look_at(past: list[int]) -> None:
    assert InboundDelivery.objects.failed().count() == 3


def test_customers_sent_pictures_and_agents_a_form(past: list[int]) -> None:
    pictures = Attachment.objects.filter(blob__has_thumbnail=True)
    assert pictures.exists()
    assert set(pictures.values_list("message__kind", flat=True)) >= {"customer"}
    forms = Attachment.objects.exclude(blob__has_thumbnail=True)
    assert set(forms.values_list("message__kind", "blob__media_type")) == {
        ("reply", "application/pdf")
    }


def test_every_category_of_the_timeline_has_something_to_look_at(past: list[int]) -> None:
    names = Event.objects.order_by().values_list("name", flat=True).distinct()
    assert {happenings.category(name) for name in names} == set(happenings.CATEGORIES)
    assert not Event.objects.filter(occurred_at__gt=NOW).exists()


def test_somebody_is_obviously_known_twice(past: list[int]) -> None:
    for sender in Customer.objects.filter(identities__scope="form").distinct():
        twins = queries.looks_like([sender.pk], sender.identities.all())
        if any(twin.customer.name == sender.name for twin in twins):
            return
    pytest.fail("no form's sender has the name of a member")

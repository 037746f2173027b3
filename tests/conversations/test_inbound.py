from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Model

from majung.accounts.models import Agent
from majung.channels.inbound import Failed
from majung.channels.models import InboundDelivery
from majung.conversations import inbound, lifecycle
from majung.conversations.models import Conversation, Inbox, Message
from majung.core import clock, jobs
from majung.core.models import Job
from majung.customers import merge
from majung.customers.identity import Known
from majung.customers.models import Customer, Event, Identity
from tests import factories

LEFT_OUT = {"id", "public_id", "external_id", "message_id"}


def known(identity: Identity) -> Known:
    return Known(identity.pk, identity.customer_id, identity.customer.person_id)


def receive(widget: Inbox, visitor: Identity, text: str, **fields: Any) -> inbound.Received:
    message = inbound.Incoming(**{"external_id": f"x:{text}", "text": text, **fields})
    with transaction.atomic():
        inbound.lock_sender(inbox_id=widget.pk, sender="x")
        return inbound.receive(inbox=widget, sender=known(visitor), message=message)


def row(obj: Model, *left_out: str) -> dict[str, Any]:
    """Everything a row holds but its own keys and moments."""
    values = {field.attname: getattr(obj, field.attname) for field in obj._meta.concrete_fields}
    kept = {name: value for name, value in values.items() if name not in LEFT_OUT | set(left_out)}
    return {
        name: "a moment" if name.endswith(("_at", "_since")) and value else value
        for name, value in kept.items()
    }


def test_receive_writes_what_models_would_write(widget: Inbox, visitor: Identity) -> None:
    received = receive(widget, visitor, "택배가 아직\n안 왔어요", context={"page_url": "/orders"})
    now = clock.now()
    plain = Conversation(
        brand=widget.brand,
        inbox=widget,
        customer=visitor.customer,
        subject="택배가 아직",
        preview="택배가 아직 안 왔어요",
        preview_by="customer",
        created_at=now,
        last_message_at=now,
        waiting_since=now,
    )
    conversation = Conversation.objects.get(pk=received.conversation_id)
    assert row(conversation) == row(plain)
    message = Message.objects.get(pk=received.message_id)
    assert row(message) == row(
        Message(
            conversation=conversation,
            inbox=widget,
            identity=visitor,
            kind=Message.Kind.CUSTOMER,
            text="택배가 아직\n안 왔어요",
            created_at=now,
        )
    )
    event = Event.objects.get()
    assert event.properties == {
        "conversation": str(conversation.public_id),
        "message": str(message.public_id),
        "page_url": "/orders",
    }
    assert (event.customer_id, event.brand_id) == (visitor.customer_id, widget.brand_id)
    assert event.message_id == message.public_id == received.message_public_id
    assert not Job.objects.exists()  # no address in it, nothing to look at later


def test_receive_continues_the_open_conversation(widget: Inbox, visitor: Identity) -> None:
    first = receive(widget, visitor, "안녕하세요")
    began = Conversation.objects.get().waiting_since
    second = receive(widget, visitor, "운동화 주문했어요")
    assert (first.reason, second.reason) == ("new_conversation", "open_conversation")
    conversation = Conversation.objects.get()
    assert second.conversation_id == conversation.pk
    assert conversation.waiting_since == began
    assert conversation.preview == "운동화 주문했어요"
    assert conversation.subject == "안녕하세요"


def test_receive_reopens_what_was_closed_lately(
    widget: Inbox, visitor: Identity, agent: Agent
) -> None:
    first = receive(widget, visitor, "안녕하세요")
    lifecycle.close(conversation=Conversation.objects.get(), by=agent)
    again = receive(widget, visitor, "하나 더 있어요")
    conversation = Conversation.objects.get()
    assert (again.reason, again.conversation_id) == ("reopened", first.conversation_id)
    assert (conversation.status, conversation.closed_at) == ("open", None)
    assert conversation.waiting_since is not None
    lines = conversation.messages.filter(kind="event").order_by("id")
    assert [line.data["what"] for line in lines] == ["status_closed", "reopened_by_customer"]


def test_receive_begins_anew_after_the_reopen_window(
    widget: Inbox, visitor: Identity, agent: Agent
) -> None:
    first = receive(widget, visitor, "안녕하세요")
    lifecycle.close(conversation=Conversation.objects.get(), by=agent)
    Conversation.objects.update(closed_at=clock.now() - timedelta(hours=73))
    again = receive(widget, visitor, "다른 문의예요")
    assert again.reason == "new_conversation"
    assert again.conversation_id != first.conversation_id


def test_receive_keeps_inboxes_and_trash_apart(
    widget: Inbox, other_widget: Inbox, visitor: Identity
) -> None:
    first = receive(widget, visitor, "안녕하세요")
    Conversation.objects.filter(pk=first.conversation_id).update(deleted_at=clock.now())
    second = receive(widget, visitor, "다시요")
    third = receive(other_widget, visitor, "다른 브랜드요")
    assert len({first.conversation_id, second.conversation_id, third.conversation_id}) == 3


def test_receive_joins_the_conversation_of_the_merged_person(
    widget: Inbox, visitor: Identity, other_customer: Customer
) -> None:
    first = receive(widget, visitor, "안녕하세요")
    phone = factories.identity(other_customer, "user", "m-1", scope="1")
    other_customer.merged_into = visitor.customer
    other_customer.save()
    second = receive(widget, phone, "로그인했어요")
    assert second.conversation_id == first.conversation_id


def test_receive_refuses_the_same_external_id(widget: Inbox, visitor: Identity) -> None:
    receive(widget, visitor, "안녕하세요", external_id="same")
    with pytest.raises(IntegrityError):
        receive(widget, visitor, "또 저예요", external_id="same")
    assert Message.objects.count() == 1


def test_claims_in_a_message_are_noted_by_a_job(widget: Inbox, visitor: Identity) -> None:
    receive(widget, visitor, "제 메일은 haneul@example.com 이에요")
    jobs.run_due()
    claim = visitor.customer.identities.get(kind="email")
    assert (claim.address, claim.is_verified) == ("haneul@example.com", False)


@pytest.mark.django_db(transaction=True)
def test_the_same_item_fed_often_by_many_is_one_message(widget: Inbox, visitor: Identity) -> None:
    def feed(_: int) -> int:
        try:
            return factories.writes(widget, "한 번만요", by=visitor, external_id="once").pk
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(feed, range(160)))
    assert len(found) == 1
    assert Message.objects.count() == 1
    assert InboundDelivery.objects.values_list("state", "reason").get() == (
        "processed",
        "new_conversation",
    )


@pytest.mark.django_db(transaction=True)
def test_many_messages_of_one_sender_at_once_open_one_conversation(
    widget: Inbox, visitor: Identity
) -> None:
    def feed(number: int) -> None:
        try:
            factories.writes(widget, f"{number}번째", by=visitor)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(feed, range(24)))
    assert Conversation.objects.count() == 1
    assert Message.objects.count() == 24
    assert Event.objects.count() == 24


def test_receive_of_somebody_parted_just_now_opens_their_own(
    widget: Inbox, visitor: Identity, conversation: Conversation, agent: Agent
) -> None:
    other = factories.customer("이도윤")
    theirs = factories.identity(other, scope=str(widget.pk))
    row = merge.merge(winner_id=visitor.customer_id, loser_id=other.pk, evidence="agent", by=agent)
    known_before = known(Identity.objects.get(pk=theirs.pk))
    merge.undo(merge=row, by=agent)
    with transaction.atomic():
        received = inbound.receive(
            inbox=widget,
            sender=known_before,
            message=inbound.Incoming(external_id="x", text="저는 다른 사람이에요"),
        )
    found = Conversation.objects.get(pk=received.conversation_id)
    assert (found.customer, received.reason) == (other, "new_conversation")


def test_a_chosen_conversation_goes_on_though_another_is_newer(
    widget: Inbox, visitor: Identity
) -> None:
    first = factories.writes(widget, "하나", by=visitor).conversation
    second = factories.writes(widget, "둘", by=visitor, conversation="new").conversation
    assert second != first
    third = factories.writes(widget, "셋", by=visitor, conversation=str(first.public_id))
    assert third.conversation == first
    assert factories.writes(widget, "넷", by=visitor).conversation == first  # the newest now


def test_a_chosen_conversation_must_be_the_senders_own(
    widget: Inbox, visitor: Identity, conversation: Conversation
) -> None:
    stranger = factories.identity(factories.customer("최유진"), scope=str(widget.pk))
    for named in (str(conversation.public_id), str(uuid4()), "여기"):
        with pytest.raises(Failed) as caught:
            factories.writes(widget, "몰래", by=stranger, conversation=named)
        assert caught.value.code == "no_conversation"
    assert conversation.messages.count() == 1


def test_a_chosen_conversation_that_ended_long_ago_begins_anew(
    widget: Inbox, visitor: Identity, conversation: Conversation
) -> None:
    Conversation.objects.update(status="closed", closed_at=clock.now() - timedelta(hours=73))
    named = str(conversation.public_id)
    message = factories.writes(widget, "다시요", by=visitor, conversation=named)
    assert message.conversation != conversation
    Conversation.objects.filter(pk=conversation.pk).update(closed_at=clock.now())
    again = factories.writes(widget, "또요", by=visitor, conversation=named)
    assert again.conversation == conversation

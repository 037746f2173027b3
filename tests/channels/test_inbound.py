from datetime import timedelta

import pytest
from django.db import transaction

from majung.accounts.models import Agent
from majung.channels import inbound, ledger
from majung.channels.models import InboundDelivery
from majung.conversations.models import Conversation, Inbox, Message
from majung.core import clock
from majung.customers.models import Identity
from tests import factories


def accept(
    inbox: Inbox, raw: bytes, *, sender: str = "visitor:1:a", external_id: str = "one"
) -> int:
    return inbound.accept(
        inbox_id=inbox.pk, external_id=external_id, sender=sender, raw=raw, headers={"a": "b"}
    )


def test_accept_keeps_the_item_as_it_came(widget: Inbox) -> None:
    raw = b'{"text": "\xff not even text'
    delivery_id = accept(widget, raw)
    row = InboundDelivery.objects.get(pk=delivery_id)
    assert (bytes(row.raw), row.headers, row.state) == (raw, {"a": "b"}, "received")
    assert accept(widget, b"other bytes, same id") == delivery_id
    assert InboundDelivery.objects.count() == 1


def test_same_id_in_two_inboxes_is_two_items(widget: Inbox, other_widget: Inbox) -> None:
    assert accept(widget, b"{}") != accept(other_widget, b"{}")


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"\xff\xfe", "not_json"),
        (b"[1]", "not_json"),
        (b'{"text": 5}', "not_text"),
        (b'{"text": "  "}', "empty"),
        (b'{"text": "' + b"a" * 5001 + b'"}', "too_long"),
        (b'{"text": "a", "files": ["nope"]}', "unknown_file"),
        (b'{"text": "a", "files": [1,2,3,4,5,6]}', "too_many_files"),
    ],
)
def test_what_cannot_be_read_stands_in_the_failed_list(
    widget: Inbox, raw: bytes, code: str
) -> None:
    delivery_id = accept(widget, raw)
    with pytest.raises(inbound.Failed) as failure:
        inbound.process(delivery_id=delivery_id)
    row = InboundDelivery.objects.get(pk=delivery_id)
    assert (failure.value.code, row.reason, row.state, row.attempts) == (code, code, "failed", 1)
    assert row.details["detail"]
    assert not Message.objects.exists()


def test_process_twice_is_one_message(widget: Inbox, visitor: Identity) -> None:
    first = factories.writes(widget, "안녕하세요", by=visitor, external_id="k")
    row = InboundDelivery.objects.get()
    again = inbound.process(delivery_id=row.pk)
    assert (again.message_id, again.fresh) == (first.pk, False)
    assert Message.objects.count() == 1


def test_ledger_says_where_it_went_and_why(widget: Inbox, visitor: Identity) -> None:
    message = factories.writes(widget, "안녕하세요", by=visitor)
    row = InboundDelivery.objects.get()
    assert (row.state, row.reason) == ("processed", "new_conversation")
    assert (row.message, row.conversation) == (message, message.conversation)
    assert row.processed_at is not None


def test_null_bytes_are_dropped_not_fatal(widget: Inbox, visitor: Identity) -> None:
    assert factories.writes(widget, "안녕\x00하세요", by=visitor).text == "안녕하세요"


def test_sweep_takes_up_what_a_dead_process_left(widget: Inbox, visitor: Identity) -> None:
    delivery_id = accept(
        widget, '{"text": "남아 있어요"}'.encode(), sender=f"visitor:{widget.pk}:{visitor.address}"
    )
    assert inbound.sweep() == 0  # its own request may still be at it
    InboundDelivery.objects.update(received_at=clock.now() - timedelta(seconds=20))
    assert inbound.sweep() == 1
    row = InboundDelivery.objects.get(pk=delivery_id)
    assert row.state == "processed"
    assert row.message is not None
    assert row.message.text == "남아 있어요"


def test_sweep_leaves_the_unreadable_to_people(widget: Inbox) -> None:
    with pytest.raises(inbound.Failed):
        inbound.process(delivery_id=accept(widget, b"nonsense"))
    InboundDelivery.objects.update(
        received_at=clock.now() - timedelta(hours=1), processed_at=clock.now() - timedelta(hours=1)
    )
    assert inbound.sweep() == 0


def test_breakage_on_our_side_is_noted_and_mended_by_the_sweep(
    widget: Inbox, visitor: Identity
) -> None:
    # An inbox of a channel whose adapter is not installed is our fault, not the sender's.
    widget.kind = "telegraph"
    widget.save()
    delivery_id = accept(
        widget, b'{"text": "stop"}', sender=f"visitor:{widget.pk}:{visitor.address}"
    )
    with pytest.raises(KeyError):
        inbound.process(delivery_id=delivery_id)
    row = InboundDelivery.objects.get()
    assert (row.state, row.reason, row.details) == ("failed", "error", {"detail": "KeyError"})
    widget.kind = "webchat"
    widget.save()
    InboundDelivery.objects.update(processed_at=clock.now() - timedelta(minutes=1))
    assert inbound.sweep() == 1
    assert Message.objects.get().text == "stop"


def test_retry_by_a_person_processes_again(widget: Inbox, visitor: Identity, admin: Agent) -> None:
    row = InboundDelivery.objects.get(
        pk=accept(widget, b"nonsense", sender=f"visitor:{widget.pk}:{visitor.address}")
    )
    with pytest.raises(inbound.Failed):
        inbound.process(delivery_id=row.pk)
    with pytest.raises(inbound.Failed):
        ledger.retry(delivery=row, by=admin)
    InboundDelivery.objects.update(raw='{"text": "고쳤어요"}'.encode())
    assert ledger.retry(delivery=row, by=admin).fresh
    assert Message.objects.get().text == "고쳤어요"


def test_set_aside_stays_aside(widget: Inbox, admin: Agent) -> None:
    row = InboundDelivery.objects.get(pk=accept(widget, b"nonsense"))
    with pytest.raises(inbound.Failed):
        inbound.process(delivery_id=row.pk)
    assert ledger.ignore(delivery=row, by=admin)
    assert not ledger.ignore(delivery=row, by=admin)
    with pytest.raises(inbound.Failed):
        inbound.process(delivery_id=row.pk)
    row.refresh_from_db()
    assert row.state == "ignored"


def test_form_request_is_a_matter_of_its_own_with_claims(form: Inbox) -> None:
    raw = (
        '{"name": "이도윤", "email": "doyun@example.com", "subject": "교환", '
        '"text": "사이즈를 바꾸고 싶어요"}'
    ).encode()
    first = inbound.process(
        delivery_id=accept(form, raw, sender="visitor:form:n1", external_id="form:n1")
    )
    second = inbound.process(
        delivery_id=accept(form, raw, sender="visitor:form:n2", external_id="form:n2")
    )
    conversation = Conversation.objects.get(pk=first.conversation_id)
    assert first.conversation_id != second.conversation_id
    assert (conversation.subject, conversation.customer.name) == ("교환", "이도윤")
    claim = conversation.customer.identities.get(kind="email")
    assert (claim.address, claim.is_verified) == ("doyun@example.com", False)
    other = Conversation.objects.get(pk=second.conversation_id).customer
    assert other != conversation.customer


def test_form_answer_goes_to_the_conversation_of_the_signed_link(form: Inbox, agent: Agent) -> None:
    first = inbound.process(
        delivery_id=accept(form, b'{"text": "help"}', sender="visitor:form:n1", external_id="f1")
    )
    named = Conversation.objects.get(pk=first.conversation_id)
    raw = f'{{"text": "more", "conversation": "{named.public_id}"}}'.encode()
    answer = inbound.process(
        delivery_id=accept(form, raw, sender="visitor:form:n1", external_id="f2")
    )
    assert (answer.conversation_id, answer.reason) == (named.pk, "reply_token")


def test_a_conversation_of_another_inbox_cannot_be_named(
    form: Inbox, conversation: Conversation
) -> None:
    raw = f'{{"text": "let me in", "conversation": "{conversation.public_id}"}}'.encode()
    with pytest.raises(inbound.Failed) as failure:
        inbound.process(delivery_id=accept(form, raw, sender="visitor:form:n1"))
    assert failure.value.code == "no_conversation"
    assert conversation.messages.count() == 1


def test_a_failure_never_undoes_what_was_processed(widget: Inbox, visitor: Identity) -> None:
    factories.writes(widget, "안녕하세요", by=visitor)
    row = InboundDelivery.objects.get()
    with transaction.atomic():
        inbound._note_failure(row.pk, "late", "too late")
    row.refresh_from_db()
    assert row.state == "processed"

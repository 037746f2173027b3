"""After a merge is taken back: every message goes with the person it belongs to."""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Max

from majung.conversations import changes, entries, lifecycle
from majung.conversations.events import ConversationSplit
from majung.conversations.models import Conversation, Message, MessageQuerySet, Rating
from majung.core import clock
from majung.core.events import publish
from majung.customers import circle
from majung.customers.models import Customer

_WORDS: Final = (Message.Kind.CUSTOMER, Message.Kind.REPLY)


def part(*, customer_ids: tuple[int, int]) -> int:
    """Move words out of conversations that belong to the other of two parted persons.

    Each message knows the address it came from or went to, so it is known whose it is. With
    somebody's words go their ratings and the lines of what they did; notes and all other lines
    stay where they were written. Returns how many conversations were split.
    """
    split = 0
    with transaction.atomic():
        for customer in Customer.objects.filter(pk__in=customer_ids):
            members = circle.ids(customer.person_id)
            strangers = _strangers(
                Message.objects.filter(conversation__customer__in=members), members
            )
            for conversation_id in strangers.values_list("conversation_id", flat=True).distinct():
                split += _split(conversation_id, members)
    return split


def _strangers(messages: MessageQuerySet, members: list[int]) -> MessageQuerySet:
    """Keep the words of others: a line alone, such as a rating, makes nobody a conversation."""
    words = messages.filter(kind__in=_WORDS, identity__isnull=False)
    return words.exclude(identity__customer__in=members)


def _split(conversation_id: int, members: list[int]) -> int:
    conversation = (
        Conversation.objects.select_for_update().select_related("inbox").get(pk=conversation_id)
    )
    strangers = _strangers(conversation.messages.all(), members).order_by("id")
    persons = dict.fromkeys(
        merged_into or customer_id
        for customer_id, merged_into in strangers.values_list(
            "identity__customer_id", "identity__customer__merged_into_id"
        )
    )
    for person_id in persons:
        _move(conversation, person_id)
    _retell(conversation)
    return len(persons)


def _move(source: Conversation, owner_id: int) -> None:
    members = circle.ids(owner_id)
    messages = source.messages.filter(identity__customer__in=members)
    words = messages.filter(kind__in=_WORDS).order_by("id")
    first, last = words.first(), _last(words)
    if first is None or last is None:
        return
    waits = last.is_from_customer and not source.is_closed
    target = Conversation.objects.create(
        brand_id=source.brand_id,
        inbox_id=first.inbox_id,
        customer_id=owner_id,
        subject=source.subject,
        status=source.status,
        snoozed_until=source.snoozed_until,
        priority=source.priority,
        assignee_id=source.assignee_id,
        team_id=source.team_id,
        created_at=first.created_at,
        last_message_at=last.created_at,
        waiting_since=last.created_at if waits else None,
        closed_at=source.closed_at,
        first_reply_at=_first_reply_at(words),
        preview=last.text[:160],
        preview_by=last.kind,
    )
    lifecycle.set_clock(target)
    messages.update(conversation=target)
    Rating.objects.filter(conversation=source, identity__customer__in=members).update(
        conversation=target
    )
    for conversation, what in ((target, "split_from"), (source, "split_to")):
        other = source if conversation is target else target
        entries.add(
            conversation_id=conversation.pk,
            inbox_id=conversation.inbox_id,
            what=what,
            number=other.pk,
            conversation=str(other.public_id),
        )
        changes.conversation(conversation.public_id, brand_id=conversation.brand_id)
    publish(ConversationSplit(conversation_id=target.pk, from_conversation_id=source.pk))


def _retell(conversation: Conversation) -> None:
    """Let the list tell of what is left."""
    left = _last(conversation.messages.public().order_by("id"))
    written = conversation.messages.exclude(kind=Message.Kind.EVENT)
    newest = written.aggregate(at=Max("created_at"))["at"]
    conversation.preview = left.text[:160] if left else ""
    conversation.preview_by = left.kind if left else Message.Kind.CUSTOMER
    conversation.last_message_at = newest or clock.now()
    conversation.first_reply_at = _first_reply_at(conversation.messages.order_by("id"))
    if not left or not left.is_from_customer:
        conversation.waiting_since = None
    conversation.save(
        update_fields=[
            "preview",
            "preview_by",
            "last_message_at",
            "first_reply_at",
            "waiting_since",
        ]
    )


def _first_reply_at(messages: MessageQuerySet) -> datetime | None:
    """Return when somebody, not the brand by itself, first answered."""
    first = messages.filter(kind=Message.Kind.REPLY).exclude(author=None).first()
    return first.created_at if first else None


def _last(words: MessageQuerySet) -> Message | None:
    """Return what a list shows: what the brand said by itself counts only where all else is gone."""
    return words.exclude(kind=Message.Kind.REPLY, author=None).last() or words.last()

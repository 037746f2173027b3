"""After a merge is taken back: every message goes with the person it belongs to."""

from typing import Final

from django.db import transaction

from majung.conversations import changes, entries, lifecycle, retelling
from majung.conversations.events import ConversationSplit
from majung.conversations.models import Conversation, Message, MessageQuerySet, Rating
from majung.core.events import publish
from majung.customers import circle, identity

_WORDS: Final = (Message.Kind.CUSTOMER, Message.Kind.REPLY)


def part(*, customer_ids: tuple[int, int]) -> int:
    """Move words out of conversations that belong to the other of two parted persons.

    Each message knows the address it came from or went to, so it is known whose it is. With
    somebody's words go their ratings and the lines of what they did; notes and all other lines
    stay where they were written. Returns how many conversations were split.
    """
    split = 0
    with transaction.atomic():
        one, other = (circle.ids(identity.person_of(key)) for key in customer_ids)
        if one == other:
            return 0
        for members, parted in ((one, other), (other, one)):
            strangers = _strangers(
                Message.objects.filter(conversation__customer__in=members), parted
            )
            for conversation_id in strangers.values_list("conversation_id", flat=True).distinct():
                split += _split(conversation_id, parted)
    return split


def _strangers(messages: MessageQuerySet, parted: list[int]) -> MessageQuerySet:
    """Keep the words of who went: a line alone, such as a rating, makes nobody a conversation.

    Others may take part, such as colleagues in the copy of a mail; their words stay.
    """
    return messages.filter(kind__in=_WORDS, identity__customer__in=parted)


def _split(conversation_id: int, parted: list[int]) -> int:
    conversation = (
        Conversation.objects.select_for_update().select_related("inbox").get(pk=conversation_id)
    )
    strangers = _strangers(conversation.messages.all(), parted).order_by("id")
    persons = dict.fromkeys(
        merged_into or customer_id
        for customer_id, merged_into in strangers.values_list(
            "identity__customer_id", "identity__customer__merged_into_id"
        )
    )
    for person_id in persons:
        _move(conversation, person_id)
    retelling.retell(conversation)
    return len(persons)


def _move(source: Conversation, owner_id: int) -> None:
    members = circle.ids(owner_id)
    messages = source.messages.filter(identity__customer__in=members)
    words = messages.filter(kind__in=_WORDS).order_by("id")
    first, last = words.first(), retelling.last_words(words)
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
        first_reply_at=retelling.first_reply_at(words),
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

"""After a merge is taken back: every message goes with the person it belongs to."""

from django.db import transaction
from django.db.models import Max

from majung.conversations import changes, entries, lifecycle
from majung.conversations.events import ConversationSplit
from majung.conversations.models import Conversation, Message, Rating
from majung.core import clock
from majung.core.events import publish
from majung.customers import circle
from majung.customers.models import Customer


def part(*, customer_ids: tuple[int, int]) -> int:
    """Move messages out of conversations that belong to the other of two parted persons.

    Each message knows the address it came from or went to, so it is known whose it is. Notes
    and lines stay where they were written. Returns how many conversations were split.
    """
    split = 0
    with transaction.atomic():
        for customer in Customer.objects.filter(pk__in=customer_ids):
            members = circle.ids(customer.person_id)
            strangers = Message.objects.filter(
                conversation__customer__in=members, identity__isnull=False
            ).exclude(identity__customer__in=members)
            for conversation_id in strangers.values_list("conversation_id", flat=True).distinct():
                split += _split(conversation_id, members)
    return split


def _split(conversation_id: int, members: list[int]) -> int:
    conversation = (
        Conversation.objects.select_for_update().select_related("inbox").get(pk=conversation_id)
    )
    strangers = conversation.messages.filter(identity__isnull=False).exclude(
        identity__customer__in=members
    )
    by_person: dict[int, list[int]] = {}
    for key, customer_id, merged_into in strangers.order_by("id").values_list(
        "pk", "identity__customer_id", "identity__customer__merged_into_id"
    ):
        by_person.setdefault(merged_into or customer_id, []).append(key)
    for person_id, message_ids in by_person.items():
        _move(conversation, message_ids, person_id)
    _retell(conversation)
    return len(by_person)


def _move(source: Conversation, message_ids: list[int], owner_id: int) -> None:
    messages = Message.objects.filter(pk__in=message_ids)
    first, last = messages.order_by("id").first(), messages.order_by("-id").first()
    if first is None or last is None:
        return
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
        waiting_since=last.created_at if last.is_from_customer else None,
        closed_at=source.closed_at,
        preview=last.text[:160],
        preview_by=last.kind,
    )
    lifecycle.set_clock(target)
    senders = list(messages.exclude(identity=None).values_list("identity", flat=True))
    messages.update(conversation=target)
    Rating.objects.filter(conversation=source, identity__in=senders).update(conversation=target)
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
    left = conversation.messages.public().order_by("-id").first()
    newest = conversation.messages.aggregate(at=Max("created_at"))["at"]
    conversation.preview = left.text[:160] if left else ""
    conversation.preview_by = left.kind if left else Message.Kind.CUSTOMER
    conversation.last_message_at = newest or clock.now()
    if not left or not left.is_from_customer:
        conversation.waiting_since = None
    conversation.save(update_fields=["preview", "preview_by", "last_message_at", "waiting_since"])

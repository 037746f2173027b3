"""What a list tells of a conversation, told anew from the words that are in it."""

from datetime import datetime
from typing import Final

from django.db.models import Max

from majung.conversations.models import Conversation, Message, MessageQuerySet
from majung.core import clock

PREVIEW_LENGTH: Final = 160
FIELDS: Final = ("preview", "preview_by", "last_message_at", "first_reply_at", "waiting_since")


def retell(conversation: Conversation) -> None:
    """Let the list tell of what is there; ``waiting_since`` only ends here, and never begins."""
    last = tell_preview(conversation)
    written = conversation.messages.exclude(kind=Message.Kind.EVENT)
    newest = written.aggregate(at=Max("created_at"))["at"]
    conversation.last_message_at = newest or clock.now()
    conversation.first_reply_at = first_reply_at(conversation.messages.order_by("id"))
    if not last or not last.is_from_customer:
        conversation.waiting_since = None
    conversation.save(update_fields=list(FIELDS))


def tell_preview(conversation: Conversation) -> Message | None:
    """Set what a list shows of the words, not saved yet, and return the message that it is from."""
    last = last_words(conversation.messages.public().order_by("id"))
    said = " ".join(last.text.split()) if last else ""
    if last and not said:
        said = last.attachments.values_list("name", flat=True).first() or ""
    conversation.preview = said[:PREVIEW_LENGTH]
    conversation.preview_by = last.kind if last else Message.Kind.CUSTOMER
    return last


def first_reply_at(messages: MessageQuerySet) -> datetime | None:
    """Return when somebody, not the brand by itself, first answered."""
    first = messages.filter(kind=Message.Kind.REPLY).exclude(author=None).first()
    return first.created_at if first else None


def last_words(words: MessageQuerySet) -> Message | None:
    """Return what a list shows: what the brand said by itself counts only where all else is gone."""
    return words.exclude(kind=Message.Kind.REPLY, author=None).last() or words.last()


def unanswered_since(conversation: Conversation) -> datetime | None:
    """Return when the customer wrote the first of what nobody has answered yet."""
    words = conversation.messages.public()
    answer = words.filter(kind=Message.Kind.REPLY).exclude(author=None).order_by("id").last()
    open_ones = words.filter(kind=Message.Kind.CUSTOMER, pk__gt=answer.pk if answer else 0)
    return open_ones.order_by("id").values_list("created_at", flat=True).first()

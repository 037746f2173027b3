"""What happens to a message that is there: a customer changes it, or takes it back."""

from datetime import datetime
from typing import Any, Final

from django.db import transaction

from majung.conversations import changes, retelling, search_index
from majung.conversations.models import Conversation, Message
from majung.core import clock

FORMER: Final = "former"  # in a message's data: what it said before, oldest first
EDITED: Final = "edited_at"  # there too: when it was last changed, if the channel says so
MOST_FORMER: Final = 20
SUBJECT_LENGTH: Final = 80


def edit(*, message: Message, text: str, at: datetime | None = None) -> bool:
    """Change what a customer's message says and keep what it said.

    ``at`` is when they did so. Says whether it changed: a change older than the newest one, of a
    message that was taken back, or to the same words, changes nothing.
    """
    with transaction.atomic():
        conversation, current = _locked(message)
        if current.deleted_at or current.text == text or _is_older(at, current):
            return False
        before = current.text
        search_index.forget([current])
        current.data = {
            **current.data,
            FORMER: _with(former(current), before),
            **({EDITED: at.isoformat()} if at else {}),
        }
        current.text, current.rich = text, None
        current.save(update_fields=["text", "rich", "data"])
        search_index.learn([current])
        if conversation.subject == _first_line(before):
            conversation.subject = _first_line(text)
        retelling.tell_preview(conversation)
        conversation.save(update_fields=["preview", "preview_by", "subject"])
        _signal(current)
    return True


def take_out(*, message: Message, at: datetime | None = None) -> bool:
    """Mark a customer's message as taken back by them; ``False`` when it is already.

    Its row stays for the record; no screen and no search shows what it said.
    """
    with transaction.atomic():
        conversation, current = _locked(message)
        if current.deleted_at:
            return False
        search_index.forget([current])
        current.deleted_at = at or clock.now()
        current.save(update_fields=["deleted_at"])
        if conversation.subject == _first_line(current.text):
            first = conversation.messages.public().oldest_first().first()
            conversation.subject = _first_line(first.text) if first else ""
        retelling.tell_preview(conversation)
        conversation.save(update_fields=["preview", "preview_by", "subject"])
        _signal(current)
    return True


def former(message: Message) -> list[dict[str, Any]]:
    """Return what a message said before it was changed, oldest first: ``{"text", "until"}``."""
    return list(message.data.get(FORMER, []))


def _with(kept: list[dict[str, Any]], text: str) -> list[dict[str, Any]]:
    """Add a former text; of very many the first and the last stay."""
    kept = [*kept, {"text": text, "until": clock.now().isoformat()}]
    return kept if len(kept) <= MOST_FORMER else [kept[0], *kept[2:]]


def _is_older(at: datetime | None, current: Message) -> bool:
    newest = current.data.get(EDITED)
    return bool(at and newest and at < datetime.fromisoformat(newest))


def _locked(message: Message) -> tuple[Conversation, Message]:
    conversation = Conversation.objects.select_for_update().get(pk=message.conversation_id)
    current = (
        Message.objects.select_for_update(of=("self",))
        .select_related("conversation", "identity")
        .get(pk=message.pk)
    )
    return conversation, current


def _first_line(text: str) -> str:
    return text.strip().split("\n", 1)[0][:SUBJECT_LENGTH]


def _signal(message: Message) -> None:
    changes.conversation(message.conversation.public_id, brand_id=message.conversation.brand_id)
    if message.identity:
        changes.visitor(message.identity.public_id)

"""What channels do when something happens in a conversation."""

from majung.channels import delivery
from majung.conversations.events import ReplyQueued
from majung.core.events import on


@on(ReplyQueued)
def queue_delivery(event: ReplyQueued) -> None:
    delivery.queue(message_id=event.message_id, conversation_id=event.conversation_id)

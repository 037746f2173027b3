"""What channels do when something happens in a conversation."""

from majung.channels import delivery
from majung.channels.mail import chats, moving, outgoing
from majung.conversations.events import MessageMoved, ReplyQueued, ReplyWithdrawn
from majung.conversations.models import Message
from majung.core.events import on


@on(ReplyQueued)
def queue_delivery(event: ReplyQueued) -> None:
    delivery.queue(message_id=event.message_id, conversation_id=event.conversation_id)
    message = Message.objects.select_related(*outgoing.RELATED).get(pk=event.message_id)
    outgoing.write_down(message)
    chats.wait_for(message)


@on(ReplyWithdrawn)
def withdraw_mail(event: ReplyWithdrawn) -> None:
    outgoing.take_away(message_id=event.message_id)


@on(MessageMoved)
def move_mail(event: MessageMoved) -> None:
    message = Message.objects.select_related("conversation", "identity").get(pk=event.message_id)
    moving.follow(message)

"""Threads of messages with customers, and the accounts of channels they come through."""

from majung.conversations.models.conversations import Conversation, ConversationQuerySet
from majung.conversations.models.files import Attachment, Upload
from majung.conversations.models.inboxes import Inbox, InboxQuerySet, new_inbox_key
from majung.conversations.models.messages import Message, MessageQuerySet

__all__ = [
    "Attachment",
    "Conversation",
    "ConversationQuerySet",
    "Inbox",
    "InboxQuerySet",
    "Message",
    "MessageQuerySet",
    "Upload",
    "new_inbox_key",
]

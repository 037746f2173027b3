"""Threads of messages with customers, and the accounts of channels they come through."""

from majung.conversations.models.automatic import AutomaticMessages
from majung.conversations.models.conversations import Conversation, ConversationQuerySet
from majung.conversations.models.files import Attachment, Upload
from majung.conversations.models.following import Following
from majung.conversations.models.inboxes import Inbox, InboxQuerySet, new_inbox_key
from majung.conversations.models.mentions import Mention
from majung.conversations.models.messages import Message, MessageQuerySet
from majung.conversations.models.ratings import Rating
from majung.conversations.models.search import SearchProgress
from majung.conversations.models.tags import ConversationTag, Tag, TagQuerySet
from majung.conversations.models.writing import CannedReply, Draft, SharedReply

__all__ = [
    "Attachment",
    "AutomaticMessages",
    "CannedReply",
    "Conversation",
    "ConversationQuerySet",
    "ConversationTag",
    "Draft",
    "Following",
    "Inbox",
    "InboxQuerySet",
    "Mention",
    "Message",
    "MessageQuerySet",
    "Rating",
    "SearchProgress",
    "SharedReply",
    "Tag",
    "TagQuerySet",
    "Upload",
    "new_inbox_key",
]

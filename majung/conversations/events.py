"""Facts about conversations."""

from dataclasses import dataclass

from majung.core.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationOpened(Event):
    """A customer began a new conversation."""

    conversation_id: int
    brand_id: int
    customer_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageReceived(Event):
    """A customer's message was saved.

    ``names_address``: its text holds an e-mail address or a phone number. ``is_awaited``: somebody
    answered for the conversation, or followed it, when it came.
    """

    conversation_id: int
    message_id: int
    customer_id: int
    names_address: bool = False
    is_awaited: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteWritten(Event):
    """An internal note was saved."""

    conversation_id: int
    message_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyQueued(Event):
    """A reply waits to be sent to the customer."""

    conversation_id: int
    message_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyWithdrawn(Event):
    """A held reply was taken back by its author before it went out; its row is gone."""

    conversation_id: int
    message_id: int
    by_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationAssigned(Event):
    """A conversation has a new assignee or team, or none (the id is then ``None``)."""

    conversation_id: int
    agent_id: int | None
    team_id: int | None
    by_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusChanged(Event):
    """A conversation was closed, put on hold or opened again.

    ``is_taken_back``: it is as it was before an end that nobody was to see.
    """

    conversation_id: int
    before: str
    after: str
    by_id: int | None
    is_taken_back: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorityChanged(Event):
    """A conversation presses more, or less, than before."""

    conversation_id: int
    before: str
    after: str
    by_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TagPut(Event):
    """A tag was put on a conversation."""

    conversation_id: int
    tag_id: int
    by_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TagTakenOff(Event):
    """A tag was taken off a conversation."""

    conversation_id: int
    tag_id: int
    by_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AutomaticMessagesChanged(Event):
    """What a brand says by itself was published anew."""

    brand_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationSplit(Event):
    """Messages of another person left a conversation for one of their own."""

    conversation_id: int
    from_conversation_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageMoved(Event):
    """An agent moved a customer's message to the conversation that it belongs to."""

    message_id: int
    conversation_id: int
    from_conversation_id: int

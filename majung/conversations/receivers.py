"""What conversations do when something happens elsewhere."""

from majung.accounts.events import AgentDeactivated, HoursChanged
from majung.accounts.models import Agent
from majung.conversations import (
    assignment,
    automatic,
    ratings,
    search_index,
    splitting,
    telling,
)
from majung.conversations.claims import note_claims
from majung.conversations.events import (
    AutomaticMessagesChanged,
    ConversationAssigned,
    ConversationOpened,
    MessageReceived,
    NoteWritten,
    ReplyWithdrawn,
    StatusChanged,
)
from majung.conversations.models import Conversation, Message
from majung.core import jobs
from majung.core.events import after, on
from majung.customers import circle
from majung.customers.events import MergeUndone


@on(MergeUndone)
def part_conversations(event: MergeUndone) -> None:
    splitting.part(customer_ids=(event.winner_id, event.loser_id))


@on(MessageReceived)
def look_for_claims(event: MessageReceived) -> None:
    if event.names_address:
        jobs.enqueue(note_claims, message_id=event.message_id, customer_id=event.customer_id)


@on(ConversationOpened)
def tell_the_customers_screens(event: ConversationOpened) -> None:
    circle.signal(event.customer_id)


@on(NoteWritten)
def tell_the_called(event: NoteWritten) -> None:
    telling.called_in_note(message_id=event.message_id)


@on(ConversationAssigned)
def tell_the_assignee(event: ConversationAssigned) -> None:
    if event.agent_id is not None:
        telling.given(
            conversation_id=event.conversation_id, agent_id=event.agent_id, by_id=event.by_id
        )


@on(MessageReceived)
def tell_of_the_answer(event: MessageReceived) -> None:
    if event.is_awaited:
        jobs.enqueue(telling.customer_wrote, message_id=event.message_id)


@on(StatusChanged)
def tell_of_the_opening(event: StatusChanged) -> None:
    if event.after == "open" and not event.is_taken_back:
        telling.opened_again(
            conversation_id=event.conversation_id, before=event.before, by_id=event.by_id
        )


@on(HoursChanged, AutomaticMessagesChanged)
def look_at_hours_again(_event: HoursChanged | AutomaticMessagesChanged) -> None:
    automatic.forget()


@on(StatusChanged)
def say_the_end(event: StatusChanged) -> None:
    if event.after == Conversation.Status.CLOSED:
        automatic.closed(conversation_id=event.conversation_id)


@on(StatusChanged)
def ask_how_it_was(event: StatusChanged) -> None:
    if Conversation.Status.CLOSED in {event.before, event.after}:
        ratings.ask(conversation_id=event.conversation_id)


@on(ReplyWithdrawn)
def forget_its_words(event: ReplyWithdrawn) -> None:
    search_index.forget(Message.objects.select_related("conversation").filter(pk=event.message_id))


@after(AgentDeactivated)
def hand_back_conversations(event: AgentDeactivated) -> None:
    agent = Agent.objects.get(pk=event.agent_id)
    if not agent.is_active:
        assignment.hand_back(agent=agent, by=Agent.objects.get(pk=event.by_id))

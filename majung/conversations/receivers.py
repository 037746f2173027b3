"""What conversations do when something happens elsewhere."""

from majung.accounts.events import AgentDeactivated
from majung.accounts.models import Agent
from majung.conversations import assignment, splitting
from majung.conversations.events import MessageReceived
from majung.conversations.mentions import note_claims
from majung.core import jobs
from majung.core.events import after, on
from majung.customers.events import MergeUndone


@on(MergeUndone)
def part_conversations(event: MergeUndone) -> None:
    splitting.part(customer_ids=(event.winner_id, event.loser_id))


@on(MessageReceived)
def look_for_claims(event: MessageReceived) -> None:
    if event.names_address:
        jobs.enqueue(note_claims, message_id=event.message_id, customer_id=event.customer_id)


@after(AgentDeactivated)
def hand_back_conversations(event: AgentDeactivated) -> None:
    agent = Agent.objects.get(pk=event.agent_id)
    if not agent.is_active:
        assignment.hand_back(agent=agent, by=Agent.objects.get(pk=event.by_id))

"""Who has a conversation on screen now, and who writes: passing signals that are kept nowhere.

Each screen says every twenty seconds that somebody looks; whoever is silent for forty-five is
gone. One that comes is answered by the others, so it knows at once who is there. Browsers keep the
list, so it works across processes and costs no row.
"""

from typing import Final, Literal
from uuid import UUID

from majung.accounts.models import Agent
from majung.core import live

State = Literal["came", "looking", "typing", "gone"]
STATES: Final[tuple[State, ...]] = ("came", "looking", "typing", "gone")


def topic(public_id: UUID) -> str:
    """Return the topic on which a conversation's screens hear of one another."""
    return f"watching:{public_id}"


def tell(*, conversation: UUID, agent: Agent, state: State) -> None:
    """Tell the other screens what the agent does at a conversation they may see."""
    kind = "typing" if state == "typing" else "presence"
    live.signal(topic(conversation), kind=kind, ids=[str(agent.public_id), state])

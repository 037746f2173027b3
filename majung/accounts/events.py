"""Facts about the people who work here."""

from dataclasses import dataclass

from majung.core.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentDeactivated(Event):
    """An agent may no longer sign in; what was theirs is to be handed on."""

    agent_id: int
    by_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursChanged(Event):
    """When a brand is open was published anew, switched by hand, or let go of."""

    brand_id: int

"""How an agent wants to work."""

from typing import Final

from majung.accounts.models import Agent

UNDO_SECONDS: Final = (0, 5, 10)


def speak(*, agent: Agent, locale: str) -> None:
    """Show the agent's screens in ``locale``; customers' languages are their own."""
    agent.locale = locale
    agent.save(update_fields=["locale"])


def hold_replies(*, agent: Agent, seconds: int) -> None:
    """Hold the agent's replies for so long before they go out: 0, 5 or 10 seconds.

    Raises:
        ValueError: any other number.
    """
    if seconds not in UNDO_SECONDS:
        raise ValueError(seconds)
    agent.undo_seconds = seconds
    agent.save(update_fields=["undo_seconds"])

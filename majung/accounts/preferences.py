"""How an agent wants to work."""

from majung.accounts.models import Agent


def speak(*, agent: Agent, locale: str) -> None:
    """Show the agent's screens in ``locale``; customers' languages are their own."""
    agent.locale = locale
    agent.save(update_fields=["locale"])

"""The thin lines of a thread: what was done, by whom, when."""

from typing import Any

from majung.accounts.models import Agent
from majung.conversations.models import Message
from majung.core import clock


def add(
    *,
    conversation_id: int,
    inbox_id: int,
    what: str,
    by: Agent | None = None,
    identity_id: int | None = None,
    **about: Any,
) -> Message:
    """Add a line to the thread. ``what`` names the change; ``about`` holds plain values."""
    return Message.objects.create(
        conversation_id=conversation_id,
        inbox_id=inbox_id,
        identity_id=identity_id,
        kind=Message.Kind.EVENT,
        author=by,
        data={"what": what, **about},
        created_at=clock.now(),
    )

"""Colleagues whom a note calls by name."""

from typing import ClassVar

from django.db import models

from majung.accounts.models import Agent
from majung.conversations.models.messages import Message
from majung.core.personal import PersonalData


class Mention(models.Model):
    """A note names a colleague: ``@한지우``."""

    personal = PersonalData(fields=("agent",), record_class="content", erasure="delete")

    message = models.ForeignKey(
        Message, on_delete=models.CASCADE, related_name="mentions", db_index=False
    )
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="+", db_index=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["message", "agent"], name="mention_once"),
        ]

    def __str__(self) -> str:
        return f"{self.message_id} @{self.agent_id}"

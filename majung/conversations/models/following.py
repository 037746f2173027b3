"""Agents who want to hear of conversations that need not be theirs."""

from typing import ClassVar

from django.db import models

from majung.accounts.models import Agent
from majung.conversations.models.conversations import Conversation
from majung.core.personal import PersonalData


class Following(models.Model):
    """An agent is told of the customer's next words in a conversation (알림 받기)."""

    personal = PersonalData(fields=("agent",), record_class="behaviour", erasure="delete")

    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="followings", db_index=False
    )
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="+", db_index=False)
    since = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["conversation", "agent"], name="following_once"),
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id} {self.agent_id}"

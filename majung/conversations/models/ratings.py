"""What customers thought of a conversation once it was over."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from majung.accounts.models import Agent, Brand
from majung.conversations.models.conversations import Conversation
from majung.conversations.models.messages import Message
from majung.core.bases import Public
from majung.core.personal import PersonalData
from majung.customers.models import Identity

WORST, BEST = 1, 5


class Rating(Public):
    """How content a customer was with one closing of a conversation (만족도), 1 to 5.

    ``closed_at`` names the closing: one answer for each. ``brand`` and ``agent`` are whose
    conversation it was then. ``line`` is the line of the thread that tells of it.
    """

    personal = PersonalData(fields=("comment",), record_class="content", erasure="blank")

    conversation = models.ForeignKey(
        Conversation, on_delete=models.PROTECT, related_name="ratings", db_index=False
    )
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="+", db_index=False)
    agent = models.ForeignKey(
        Agent, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    identity = models.ForeignKey(
        Identity, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    line = models.ForeignKey(
        Message, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    closed_at = models.DateTimeField()
    score = models.PositiveSmallIntegerField()
    comment = models.CharField(max_length=500, default="", blank=True)
    rated_at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["conversation", "closed_at"], name="rating_once_per_closing"
            ),
            models.CheckConstraint(
                condition=Q(score__gte=WORST, score__lte=BEST), name="rating_one_to_five"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["brand", "rated_at", "score"], name="rating_brand"),
        ]

    def __str__(self) -> str:
        return f"{self.score} {self.conversation_id}"

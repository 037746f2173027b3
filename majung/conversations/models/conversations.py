"""Threads of messages with customers."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from majung.accounts.models import Agent, Brand, Team
from majung.conversations.models.inboxes import Inbox
from majung.core.bases import Public, Trashable, TrashableQuerySet, Versioned
from majung.core.personal import PersonalData
from majung.customers.models import Customer


class ConversationQuerySet(TrashableQuerySet["Conversation"]):
    def visible_to(self, agent: Agent) -> Self:
        """Conversations of the brands that the agent's teams answer for."""
        return self.alive().filter(brand__in=Brand.objects.visible_to(agent))

    def going(self) -> Self:
        return self.exclude(status=Conversation.Status.CLOSED)

    def closed(self) -> Self:
        return self.filter(status=Conversation.Status.CLOSED)

    def mine(self, agent: Agent) -> Self:
        return self.filter(assignee=agent)

    def unassigned(self) -> Self:
        return self.filter(assignee=None)

    def newest_first(self) -> Self:
        return self.order_by("-last_message_at", "-id")


class Conversation(Public, Versioned, Trashable):
    """A thread of messages over any channels about one matter (상담); it is the ticket.

    ``waiting_since`` is the customer's oldest unanswered message; ``seen_at`` is until when an
    agent had the thread on screen. The assignee is written by ``assignment`` alone.
    """

    class Status(models.TextChoices):
        OPEN = "open", _("응대")
        PENDING = "pending", _("보류")
        CLOSED = "closed", _("종료")

    personal = PersonalData(fields=("subject", "preview"), record_class="content", erasure="blank")

    # Foreign keys without an index of their own are covered by those in Meta, or never sought by.
    brand = models.ForeignKey(
        Brand, on_delete=models.PROTECT, related_name="conversations", db_index=False
    )
    inbox = models.ForeignKey(
        Inbox, on_delete=models.PROTECT, related_name="conversations", db_index=False
    )
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, related_name="conversations", db_index=False
    )
    subject = models.CharField(max_length=200, default="", blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    assignee = models.ForeignKey(
        Agent, on_delete=models.PROTECT, null=True, related_name="conversations", db_index=False
    )
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, null=True, related_name="conversations", db_index=False
    )
    preview = models.CharField(max_length=160, default="", blank=True)
    preview_by = models.CharField(max_length=10, default="customer")
    created_at = models.DateTimeField()
    last_message_at = models.DateTimeField()
    waiting_since = models.DateTimeField(null=True)
    first_reply_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    next_due_at = models.DateTimeField(null=True)

    objects = ConversationQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["brand", "status", "-last_message_at", "-id"], name="conversation_brand"
            ),
            models.Index(
                fields=["assignee", "status", "-last_message_at", "-id"], name="conversation_mine"
            ),
            models.Index(
                fields=["brand", "-last_message_at", "-id"],
                condition=Q(assignee=None) & ~Q(status="closed"),
                name="conversation_unassigned",
            ),
            models.Index(fields=["customer", "-last_message_at"], name="conversation_customer"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def is_closed(self) -> bool:
        return self.status == self.Status.CLOSED

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

    def open(self) -> Self:
        """Conversations that want an answer now: neither on hold nor closed."""
        return self.filter(status=Conversation.Status.OPEN)

    def closed(self) -> Self:
        return self.filter(status=Conversation.Status.CLOSED)

    def mine(self, agent: Agent) -> Self:
        return self.filter(assignee=agent)

    def unassigned(self) -> Self:
        return self.filter(assignee=None)

    def for_teams_of(self, agent: Agent) -> Self:
        """Leave out what was given to teams the agent is not in; an admin is in all of them."""
        if agent.is_admin:
            return self
        return self.filter(Q(team=None) | Q(team__in=agent.teams.all()))

    def newest_first(self) -> Self:
        return self.order_by("-last_message_at", "-id")


class Conversation(Public, Versioned, Trashable):
    """A thread of messages over any channels about one matter (상담); it is the ticket.

    ``waiting_since`` is the customer's oldest unanswered message; ``seen_at`` is until when an
    agent had the thread on screen. The assignee and the team are written by ``assignment`` alone.
    On hold (보류) is one idea, until the customer writes or, with ``snoozed_until``, until a moment.
    """

    class Status(models.TextChoices):
        OPEN = "open", _("응대")
        PENDING = "pending", _("보류")
        CLOSED = "closed", _("종료")

    class Priority(models.TextChoices):
        URGENT = "urgent", _("긴급")
        HIGH = "high", _("높음")
        NORMAL = "normal", _("보통")
        LOW = "low", _("낮음")

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
    snoozed_until = models.DateTimeField(null=True)
    priority = models.CharField(max_length=6, choices=Priority.choices, default=Priority.NORMAL)
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
                fields=["brand", "-last_message_at", "-id", "team"],
                # Not "open": SQLite would then take the index above, whose rows are mostly taken.
                condition=Q(assignee=None) & ~Q(status="closed") & ~Q(status="pending"),
                name="conversation_unassigned",
            ),
            models.Index(fields=["customer", "-last_message_at"], name="conversation_customer"),
            # Holds all that ``waits`` asks of it; nothing is written here before a first reply.
            models.Index(
                fields=["brand", "created_at", "first_reply_at", "inbox"],
                condition=Q(first_reply_at__isnull=False),
                name="conversation_answered",
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(snoozed_until=None) | Q(status="pending"),
                name="conversation_snoozed_is_on_hold",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def is_closed(self) -> bool:
        return self.status == self.Status.CLOSED

    @property
    def is_on_hold(self) -> bool:
        return self.status == self.Status.PENDING

"""What came in, what goes out, and the browsers that speak with us."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from majung.conversations.models import Conversation, Inbox, Message
from majung.core.bases import Public
from majung.core.personal import PersonalData
from majung.customers.models import Identity


class InboundQuerySet(models.QuerySet["InboundDelivery"]):
    def failed(self) -> Self:
        return self.filter(state=InboundDelivery.State.FAILED)

    def waiting(self) -> Self:
        return self.filter(state=InboundDelivery.State.RECEIVED)


class InboundDelivery(Public):
    """One item as it came in, and a line of what was done with it and why: the ledger (접수 장부).

    Stored before it is understood; unique per inbox and the sender's own id for it.
    """

    class State(models.TextChoices):
        RECEIVED = "received", _("받음")
        PROCESSED = "processed", _("처리함")
        IGNORED = "ignored", _("건너뜀")
        FAILED = "failed", _("실패")

    personal = PersonalData(
        fields=("raw", "headers", "sender"), record_class="content", erasure="blank"
    )

    inbox = models.ForeignKey(
        Inbox, on_delete=models.PROTECT, related_name="inbound", db_index=False
    )
    external_id = models.CharField(max_length=200)
    sender = models.CharField(max_length=120)
    raw = models.BinaryField()
    headers = models.JSONField(default=dict)
    received_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.RECEIVED)
    reason = models.CharField(max_length=40, default="", blank=True)
    details = models.JSONField(default=dict)
    attempts = models.PositiveIntegerField(default=0)
    processed_at = models.DateTimeField(null=True)
    message = models.ForeignKey(Message, on_delete=models.SET_NULL, null=True, related_name="+")
    conversation = models.ForeignKey(
        Conversation, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )

    objects = InboundQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["inbox", "external_id"], name="inbound_once"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["received_at"], condition=Q(state="received"), name="inbound_waiting"
            ),
            models.Index(
                fields=["-received_at"], condition=Q(state="failed"), name="inbound_failed"
            ),
            models.Index(fields=["-received_at", "-id"], name="inbound_newest"),
            models.Index(fields=["inbox", "-received_at", "-id"], name="inbound_of_inbox"),
        ]

    def __str__(self) -> str:
        return f"{self.inbox_id} {self.external_id}"


class OutboundDelivery(models.Model):
    """The way of one reply to the customer: attempts, lease, and the channel's answer.

    The state people see stands on the message; here is how it came about. ``epoch`` rises with
    every claim, so that a worker that lost its lease can no longer write.
    """

    personal = None

    message = models.OneToOneField(Message, on_delete=models.PROTECT, related_name="outbound")
    attempts = models.PositiveIntegerField(default=0)
    epoch = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    next_attempt_at = models.DateTimeField(null=True)
    external_id = models.CharField(max_length=200, default="", blank=True)
    error = models.CharField(max_length=300, default="", blank=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["created_at"], condition=Q(finished_at=None), name="outbound_going"
            ),
        ]

    def __str__(self) -> str:
        return f"message {self.message_id}"


class WidgetSession(Public):
    """One browser that chats: an anonymous visitor, and the member it signed in as, if any."""

    personal = PersonalData(fields=("token_hash",), record_class="contact", erasure="delete")

    inbox = models.ForeignKey(Inbox, on_delete=models.PROTECT, related_name="sessions")
    token_hash = models.CharField(max_length=64, unique=True)
    visitor = models.ForeignKey(Identity, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(Identity, on_delete=models.PROTECT, null=True, related_name="+")
    locale = models.CharField(max_length=10, default="ko")
    created_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def identity_id(self) -> int:
        """Who speaks: the member once signed in, the visitor before."""
        return self.user_id or self.visitor_id


class UsedToken(models.Model):
    """Identity tokens that were spent; a second use is a replay."""

    personal = None

    inbox = models.ForeignKey(Inbox, on_delete=models.CASCADE, related_name="+")
    jti = models.CharField(max_length=100)
    expires_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["inbox", "jti"], name="token_used_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["expires_at"], name="token_age")]

    def __str__(self) -> str:
        return self.jti

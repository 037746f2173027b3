"""What came in."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from majung.conversations.models import Conversation, Inbox, Message
from majung.core.bases import Public
from majung.core.models import Blob
from majung.core.personal import PersonalData


class InboundQuerySet(models.QuerySet["InboundDelivery"]):
    def failed(self) -> Self:
        return self.filter(state=InboundDelivery.State.FAILED)

    def waiting(self) -> Self:
        return self.filter(state=InboundDelivery.State.RECEIVED)


class InboundDelivery(Public):
    """One item as it came in, and a line of what was done with it and why: the ledger (접수 장부).

    Stored before it is understood; unique per inbox and the sender's own id for it. A large item
    lies in ``raw_file``, and ``raw`` is empty.
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
    raw_file = models.ForeignKey(
        Blob, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
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

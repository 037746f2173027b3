"""What goes out."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from majung.conversations.models import Message
from majung.core.personal import PersonalData


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
            models.Index(
                fields=["external_id"], condition=~Q(external_id=""), name="outbound_external"
            ),
        ]

    def __str__(self) -> str:
        return f"message {self.message_id}"


class SentPiece(models.Model):
    """One of the several sends of a text too long for the channel: it went out, under this id."""

    personal = None

    outbound = models.ForeignKey(
        OutboundDelivery, on_delete=models.CASCADE, related_name="pieces", db_index=False
    )
    number = models.PositiveSmallIntegerField()
    external_id = models.CharField(max_length=200, default="", blank=True)
    sent_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["outbound", "number"], name="sent_piece_once"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["external_id"], condition=~Q(external_id=""), name="sent_piece_external"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outbound_id}.{self.number}"


class Recipient(models.Model):
    """One of those a mail of ours goes to (받는 사람), and what became of it there."""

    class Kind(models.TextChoices):
        TO = "to", _("받는 사람")
        CC = "cc", _("참조")
        BCC = "bcc", _("숨은 참조")

    class State(models.TextChoices):
        WAITING = "waiting", _("보내는 중")
        SENT = "sent", _("보냄")
        DELIVERED = "delivered", _("전달됨")
        REFUSED = "refused", _("거절됨")
        BOUNCED = "bounced", _("반송됨")

    personal = PersonalData(
        fields=("address", "name", "reason"), record_class="contact", erasure="blank"
    )

    outbound = models.ForeignKey(
        OutboundDelivery, on_delete=models.CASCADE, related_name="recipients", db_index=False
    )
    kind = models.CharField(max_length=3, choices=Kind.choices, default=Kind.TO)
    address = models.CharField(max_length=254)
    name = models.CharField(max_length=120, default="", blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    reason = models.CharField(max_length=300, default="", blank=True)
    moved_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["outbound", "address"], name="recipient_once"),
        ]
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.outbound_id}"

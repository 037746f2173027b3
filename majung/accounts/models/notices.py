"""What agents are told, how they want to be told, and the browsers that may be told."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from majung.accounts.models.agents import Agent
from majung.core.bases import Public
from majung.core.personal import PersonalData
from majung.core.secrets import SealedTextField


class Notice(Public):
    """Something an agent is told (알림).

    ``conversation`` and ``message`` are public ids of things above this app; the message, or the
    line of the thread, is what happened, so nobody is told of it twice.
    """

    personal = PersonalData(fields=("agent", "by"), record_class="behaviour", erasure="delete")

    agent = models.ForeignKey(
        Agent, on_delete=models.CASCADE, related_name="notices", db_index=False
    )
    kind = models.CharField(max_length=20)
    conversation = models.UUIDField()
    message = models.UUIDField()
    by = models.ForeignKey(Agent, on_delete=models.CASCADE, null=True, related_name="+")
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agent", "message", "kind"], name="notice_told_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["agent", "-id"], name="notice_newest"),
            models.Index(
                fields=["agent", "conversation"], condition=Q(read_at=None), name="notice_unread"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class NoticePreference(models.Model):
    """How an agent wants to be told; without a row as little as the defaults say.

    ``quiet`` holds for a weekday ("0" is Monday) the times from and to, such as ["22:00", "08:00"].
    """

    personal = PersonalData(fields=("agent",), record_class="account", erasure="delete")

    agent = models.OneToOneField(
        Agent, on_delete=models.CASCADE, primary_key=True, related_name="notice_preference"
    )
    sound = models.JSONField(default=list)
    push = models.JSONField(default=list)
    push_words = models.BooleanField(default=False)
    quiet = models.JSONField(default=dict)
    muted_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.agent_id}"


class PushSubscription(Public):
    """A browser that an agent lets be told while the desk is not open there.

    Its address and keys let anybody speak to that browser, so they are sealed; ``digest`` tells
    whether an address is known.
    """

    personal = PersonalData(fields=("agent", "browser"), record_class="account", erasure="delete")

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="push_subscriptions")
    digest = models.CharField(max_length=64, unique=True)
    endpoint = SealedTextField()
    p256dh = SealedTextField()
    auth = SealedTextField()
    browser = models.CharField(max_length=80, default="", blank=True)
    created_at = models.DateTimeField()
    succeeded_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return str(self.public_id)


class PushKey(models.Model):
    """The key by which push services know this installation; made once, on first use."""

    personal = None

    slot = models.CharField(max_length=10, unique=True)
    private = SealedTextField()
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.slot

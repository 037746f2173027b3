"""What belongs to a connected account beside its settings: secrets, and how it is doing."""

from typing import ClassVar

from django.db import models

from majung.conversations.models import Inbox
from majung.core.secrets import SealedTextField


class AccountSecret(models.Model):
    """A password or key of an account, sealed; set by a person, never shown again."""

    personal = None

    inbox = models.ForeignKey(Inbox, on_delete=models.CASCADE, related_name="secrets")
    name = models.CharField(max_length=40)
    value = SealedTextField(default="", blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["inbox", "name"], name="account_secret_once"),
        ]

    def __str__(self) -> str:
        return f"{self.inbox_id} {self.name}"


class AccountState(models.Model):
    """How an account that is fetched from is doing: where it stands, who holds it, what is wrong.

    ``cursors`` are written with the items that they lie behind. ``epoch`` rises with every holder,
    so that one who lost the lease can no longer write. ``trouble`` is a code, empty while all is
    well; ``failures`` counts the tries since. ``words`` may have a second line that names the thing;
    ``notes`` are the last remarks, each with ``at`` and ``words``.
    """

    personal = None

    inbox = models.OneToOneField(Inbox, on_delete=models.CASCADE, related_name="state")
    cursors = models.JSONField(default=dict)
    epoch = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True)
    well_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=40, default="", blank=True)
    words = models.CharField(max_length=300, default="", blank=True)
    troubled_at = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    notes = models.JSONField(default=list)
    # The same of sending, which fetching knows nothing of.
    send_trouble = models.CharField(max_length=40, default="", blank=True)
    send_words = models.CharField(max_length=300, default="", blank=True)
    send_troubled_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"state of {self.inbox_id}"

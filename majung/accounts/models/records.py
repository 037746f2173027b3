"""What was changed, by whom, and how it was before."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from majung.accounts.models.agents import Agent
from majung.core.bases import Public
from majung.core.personal import PersonalData


class Revision(Public):
    """One state of one setting: a draft, or the nth that was published."""

    personal = PersonalData(
        fields=("published_by",),
        record_class="settings",
        erasure="keep",
        reason="Who changed a setting is part of the record of how the service was run.",
    )

    kind = models.CharField(max_length=40)
    object_id = models.BigIntegerField()
    number = models.PositiveIntegerField(null=True)
    based_on = models.PositiveIntegerField(default=0)
    data = models.JSONField(default=dict)
    note = models.CharField(max_length=200, default="", blank=True)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="+", null=True)
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "object_id", "number"],
                condition=Q(number__isnull=False),
                name="revision_number_once",
            ),
            models.UniqueConstraint(
                fields=["kind", "object_id"],
                condition=Q(number=None),
                name="revision_one_draft",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id} #{self.number or 'draft'}"


class AuditEntry(models.Model):
    """Who did or read what, when: written once, never changed."""

    personal = PersonalData(
        fields=("agent", "address"),
        record_class="security",
        erasure="keep",
        reason="Access records to personal data must be kept (개인정보 안전성 확보조치 기준 제8조).",
    )

    agent = models.ForeignKey(Agent, on_delete=models.PROTECT, null=True, related_name="+")
    action = models.CharField(max_length=60)
    object_kind = models.CharField(max_length=40, default="", blank=True)
    object_id = models.BigIntegerField(null=True)
    details = models.JSONField(default=dict)
    address = models.GenericIPAddressField(null=True)
    request_id = models.CharField(max_length=64, default="", blank=True)
    at = models.DateTimeField()
    # A read is noted once an hour per agent and object; this names that hour.
    once = models.CharField(max_length=120, null=True, unique=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["object_kind", "object_id", "-at"], name="audit_object"),
            models.Index(fields=["-at"], name="audit_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.object_kind} {self.object_id}"

"""Rows of the ground floor: work to be done, clocks, files, rate windows."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from majung.core.bases import Public
from majung.core.personal import PersonalData


class Job(models.Model):
    """One piece of work, inserted in the transaction that caused it; done means deleted."""

    personal = None

    task = models.CharField(max_length=120)
    payload = models.JSONField(default=dict)
    key = models.CharField(max_length=120, default="", blank=True)
    created_at = models.DateTimeField()
    run_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    # An older job with the same key was unfinished when a worker last looked.
    waiting = models.BooleanField(default=False)
    epoch = models.PositiveIntegerField(default=0)
    attempts = models.PositiveIntegerField(default=0)
    error = models.TextField(default="", blank=True)
    failed_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["run_at", "id"],
                condition=Q(failed_at=None, waiting=False),
                name="job_due",
            ),
            models.Index(fields=["key", "id"], condition=Q(waiting=True), name="job_waiting"),
            models.Index(fields=["key", "id"], condition=~Q(key=""), name="job_order"),
            models.Index(fields=["lease_until"], condition=~Q(lease_until=None), name="job_leased"),
            models.Index(fields=["-failed_at"], condition=~Q(failed_at=None), name="job_failed"),
        ]

    def __str__(self) -> str:
        return f"{self.task} {self.pk}"


class Timer(models.Model):
    """A clock that rings once at ``due_at``; arming again replaces it under a new epoch."""

    personal = None

    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=120)
    due_at = models.DateTimeField(null=True)
    epoch = models.PositiveIntegerField(default=1)
    payload = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "key"], name="timer_one_per_key"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=~Q(due_at=None), name="timer_due"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class RateWindow(models.Model):
    """How often a key was used in the current window (``core.limits``)."""

    personal = PersonalData(fields=("key",), record_class="security", erasure="delete")

    key = models.CharField(max_length=160, unique=True)
    started_at = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.key


class Blob(Public):
    """A file by its content: the same bytes are stored once, under their SHA-256."""

    class Scan(models.TextChoices):
        CLEAN = "clean"
        PENDING = "pending"
        INFECTED = "infected"
        FAILED = "failed"

    personal = PersonalData(fields=("sha256",), record_class="content", erasure="delete")

    sha256 = models.CharField(max_length=64, unique=True)
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=100)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    has_thumbnail = models.BooleanField(default=False)
    scan = models.CharField(max_length=10, choices=Scan.choices, default=Scan.CLEAN)
    created_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(size__gte=0), name="blob_size_not_negative"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["created_at"], condition=Q(used_at=None), name="blob_unused"),
        ]

    def __str__(self) -> str:
        return self.sha256[:12]

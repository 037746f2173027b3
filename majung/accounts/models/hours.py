"""When a brand is open to its customers."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from majung.accounts.models.brands import Brand
from majung.core.bases import Public, Versioned


class BrandHours(Public, Versioned):
    """The hours of one brand (상담 시간), and what was switched by hand for now.

    ``plan`` is the state as people edit it, without the brand; ``majung.accounts.hours`` reads it.
    A brand without a row is always open.
    """

    class Switched(models.TextChoices):
        NO = ""
        OPEN = "open"
        CLOSED = "closed"

    personal = None

    brand = models.OneToOneField(Brand, on_delete=models.PROTECT, related_name="hours")
    plan = models.JSONField(default=dict)
    switched = models.CharField(
        max_length=6, choices=Switched.choices, default=Switched.NO, blank=True
    )
    switched_at = models.DateTimeField(null=True)
    switched_until = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "hours of brands"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(switched="") | Q(switched_at__isnull=False),
                name="brand_hours_switched_at",
            ),
        ]

    def __str__(self) -> str:
        return self.brand.name

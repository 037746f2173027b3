"""What is said to customers by itself."""

from django.db import models

from majung.accounts.models import Brand
from majung.core.bases import Public, Versioned


class AutomaticMessages(Public, Versioned):
    """The automatic messages of one brand (자동 메시지); ``conversations.automatic`` reads ``plan``.

    A brand without a row says nothing by itself.
    """

    personal = None

    brand = models.OneToOneField(Brand, on_delete=models.PROTECT, related_name="automatic")
    plan = models.JSONField(default=dict)

    class Meta:
        verbose_name_plural = "automatic messages"

    def __str__(self) -> str:
        return self.brand.name

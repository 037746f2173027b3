"""The accounts of channels that messages come through."""

import secrets
from typing import ClassVar, Self

from django.db import models

from majung.accounts.models import Brand
from majung.core.bases import Public, Trashable, TrashableQuerySet, Versioned
from majung.core.secrets import SealedTextField

KEY_BYTES = 12


def new_inbox_key() -> str:
    return secrets.token_urlsafe(KEY_BYTES)


class InboxQuerySet(TrashableQuerySet["Inbox"]):
    def open(self) -> Self:
        """Inboxes that take messages now."""
        return self.alive().filter(is_active=True, brand__deleted_at=None)


class Inbox(Public, Versioned, Trashable):
    """One connected account of a channel (채널 계정): a widget, a form, later a mailbox."""

    personal = None

    kind = models.CharField(max_length=20)
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="inboxes")
    name = models.CharField(max_length=80)
    key = models.CharField(max_length=32, unique=True, default=new_inbox_key)
    is_active = models.BooleanField(default=True)
    config = models.JSONField(default=dict)
    identity_secret = SealedTextField(default="", blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = InboxQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["brand_id", "kind", "name"]

    def __str__(self) -> str:
        return self.name

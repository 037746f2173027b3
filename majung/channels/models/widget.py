"""The browsers that speak with us."""

from typing import ClassVar

from django.db import models

from majung.conversations.models import Inbox
from majung.core.bases import Public
from majung.core.personal import PersonalData
from majung.customers.models import Identity


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

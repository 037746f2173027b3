"""Files that go with messages; ``content_id`` names those that stand inside the message's HTML."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from majung.conversations.models.messages import Message
from majung.core.bases import Public
from majung.core.models import Blob
from majung.core.personal import PersonalData


class Upload(Public):
    """A file somebody put up to send with a message that is not written yet."""

    personal = PersonalData(fields=("name",), record_class="content", erasure="delete")

    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=255)
    content_id = models.CharField(max_length=200, default="", blank=True)
    owner = models.CharField(max_length=80)
    created_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["created_at"], condition=Q(used_at=None), name="upload_unused"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class Attachment(Public):
    """A file of a message."""

    personal = PersonalData(fields=("name",), record_class="content", erasure="delete")

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="attachments")
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="attachments")
    name = models.CharField(max_length=255)
    content_id = models.CharField(max_length=200, default="", blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["position", "pk"]

    def __str__(self) -> str:
        return str(self.public_id)

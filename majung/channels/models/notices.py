"""Mails of ours that are no message of a thread: a test, what was unread in a chat."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from majung.conversations.models import Conversation, Inbox, Message
from majung.core.bases import Public
from majung.core.personal import PersonalData


class Notice(Public):
    """A mail to one address (안내 메일), and what became of it. It is written once per ``key``.

    ``header_id`` is its Message-ID; ``message`` is the reply that an answer to it answers.
    ``epoch`` and ``lease_until`` are as for ``OutboundDelivery``.
    """

    class Kind(models.TextChoices):
        CHAT_SUMMARY = "chat_summary", _("읽지 않은 채팅 답변")
        TRANSCRIPT = "transcript", _("대화 내용")

    class State(models.TextChoices):
        QUEUED = "queued", _("보내는 중")
        SENDING = "sending", _("보내는 중")
        SENT = "sent", _("보냄")
        FAILED = "failed", _("보내지 못함")
        UNKNOWN = "unknown", _("도착 확인 안 됨")

    personal = PersonalData(
        fields=("to", "name", "subject", "text", "html"), record_class="content", erasure="blank"
    )

    inbox = models.ForeignKey(
        Inbox, on_delete=models.PROTECT, related_name="notices", db_index=False
    )
    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, null=True, related_name="notices"
    )
    message = models.ForeignKey(
        Message, on_delete=models.SET_NULL, null=True, related_name="notices"
    )
    kind = models.CharField(max_length=20, choices=Kind.choices)
    key = models.CharField(max_length=100, unique=True)
    header_id = models.CharField(max_length=300)
    to = models.CharField(max_length=254)
    name = models.CharField(max_length=120, default="", blank=True)
    sender = models.CharField(max_length=254)
    sender_name = models.CharField(max_length=120, default="", blank=True)
    reply_to = models.CharField(max_length=320, default="", blank=True)
    subject = models.CharField(max_length=300)
    text = models.TextField()
    html = models.TextField(default="", blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveIntegerField(default=0)
    epoch = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, default="", blank=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["created_at"], condition=Q(finished_at=None), name="notice_going"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"

"""What was said in a thread, and done."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from majung.accounts.models import Agent
from majung.conversations.models.conversations import Conversation
from majung.conversations.models.inboxes import Inbox
from majung.core.bases import Public
from majung.core.personal import PersonalData
from majung.customers.models import Identity


class MessageQuerySet(models.QuerySet["Message"]):
    def public(self) -> Self:
        """Keep what the customer may see."""
        return self.filter(kind__in=[Message.Kind.CUSTOMER, Message.Kind.REPLY], deleted_at=None)

    def oldest_first(self) -> Self:
        return self.order_by("id")


class Message(Public):
    """One entry of a thread: the customer's words, a reply, a note, or what was done.

    ``identity`` is the address it came from or goes to, whatever becomes of the profile; so a
    merge that is taken back also takes the messages apart again. ``held_until`` is until when a
    reply stays with us so that its author may take it back. ``text`` says all that is said;
    ``rich`` says it with its formatting (``core.rich_text``) where it has any.
    """

    class Kind(models.TextChoices):
        CUSTOMER = "customer", _("고객")
        REPLY = "reply", _("답변")
        NOTE = "note", _("내부 메모")
        EVENT = "event", _("진행")

    class State(models.TextChoices):
        """Where it is on its way; an outbound message only ever moves forward."""

        STORED = "stored", _("저장됨")
        QUEUED = "queued", _("보내는 중")
        SENDING = "sending", _("보내는 중")
        SENT = "sent", _("보냄")
        DELIVERED = "delivered", _("전달됨")
        READ = "read", _("읽음")
        FAILED = "failed", _("보내지 못함")
        UNKNOWN = "unknown", _("도착 확인 안 됨")

    personal = PersonalData(
        fields=("text", "rich", "data"), record_class="content", erasure="blank"
    )

    conversation = models.ForeignKey(
        Conversation, on_delete=models.PROTECT, related_name="messages", db_index=False
    )
    inbox = models.ForeignKey(Inbox, on_delete=models.PROTECT, related_name="+", db_index=False)
    identity = models.ForeignKey(
        Identity, on_delete=models.PROTECT, null=True, related_name="messages", db_index=False
    )
    kind = models.CharField(max_length=10, choices=Kind.choices)
    author = models.ForeignKey(
        Agent, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    text = models.TextField(default="", blank=True)
    rich = models.JSONField(null=True)
    data = models.JSONField(default=dict)
    external_id = models.CharField(max_length=200, default="", blank=True)
    client_key = models.CharField(max_length=64, default="", blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.STORED)
    failure = models.CharField(max_length=200, default="", blank=True)
    created_at = models.DateTimeField()
    held_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["inbox", "external_id"],
                condition=~Q(external_id=""),
                name="message_external_once",
            ),
            models.UniqueConstraint(
                fields=["conversation", "client_key"],
                condition=~Q(client_key=""),
                name="message_client_key_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["conversation", "id"], name="message_thread"),
            models.Index(fields=["identity", "id"], name="message_identity"),
            models.Index(fields=["id"], condition=Q(state="unknown"), name="message_unknown"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def is_from_customer(self) -> bool:
        return self.kind == self.Kind.CUSTOMER

"""Threads of messages with customers, and the accounts of channels they come through."""

import secrets
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from majung.accounts.models import Agent, Brand, Team
from majung.core.bases import Public, Trashable, TrashableQuerySet, Versioned
from majung.core.models import Blob
from majung.core.personal import PersonalData
from majung.core.secrets import SealedTextField
from majung.customers.models import Customer, Identity

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


class ConversationQuerySet(TrashableQuerySet["Conversation"]):
    def visible_to(self, agent: Agent) -> Self:
        """Conversations of the brands that the agent's teams answer for."""
        return self.alive().filter(brand__in=Brand.objects.visible_to(agent))

    def going(self) -> Self:
        return self.exclude(status=Conversation.Status.CLOSED)

    def closed(self) -> Self:
        return self.filter(status=Conversation.Status.CLOSED)

    def mine(self, agent: Agent) -> Self:
        return self.filter(assignee=agent)

    def unassigned(self) -> Self:
        return self.filter(assignee=None)

    def newest_first(self) -> Self:
        return self.order_by("-last_message_at", "-id")


class Conversation(Public, Versioned, Trashable):
    """A thread of messages over any channels about one matter (상담); it is the ticket.

    ``waiting_since`` is the customer's oldest unanswered message; ``seen_at`` is until when an
    agent had the thread on screen. The assignee is written by ``assignment`` alone.
    """

    class Status(models.TextChoices):
        OPEN = "open", _("응대")
        PENDING = "pending", _("보류")
        CLOSED = "closed", _("종료")

    personal = PersonalData(fields=("subject", "preview"), record_class="content", erasure="blank")

    # Foreign keys without an index of their own are covered by those in Meta, or never sought by.
    brand = models.ForeignKey(
        Brand, on_delete=models.PROTECT, related_name="conversations", db_index=False
    )
    inbox = models.ForeignKey(
        Inbox, on_delete=models.PROTECT, related_name="conversations", db_index=False
    )
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, related_name="conversations", db_index=False
    )
    subject = models.CharField(max_length=200, default="", blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    assignee = models.ForeignKey(
        Agent, on_delete=models.PROTECT, null=True, related_name="conversations", db_index=False
    )
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, null=True, related_name="conversations", db_index=False
    )
    preview = models.CharField(max_length=160, default="", blank=True)
    preview_by = models.CharField(max_length=10, default="customer")
    created_at = models.DateTimeField()
    last_message_at = models.DateTimeField()
    waiting_since = models.DateTimeField(null=True)
    first_reply_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    next_due_at = models.DateTimeField(null=True)

    objects = ConversationQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["brand", "status", "-last_message_at", "-id"], name="conversation_brand"
            ),
            models.Index(
                fields=["assignee", "status", "-last_message_at", "-id"], name="conversation_mine"
            ),
            models.Index(
                fields=["brand", "-last_message_at", "-id"],
                condition=Q(assignee=None) & ~Q(status="closed"),
                name="conversation_unassigned",
            ),
            models.Index(fields=["customer", "-last_message_at"], name="conversation_customer"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def is_closed(self) -> bool:
        return self.status == self.Status.CLOSED


class MessageQuerySet(models.QuerySet["Message"]):
    def public(self) -> Self:
        """Keep what the customer may see."""
        return self.filter(kind__in=[Message.Kind.CUSTOMER, Message.Kind.REPLY], deleted_at=None)

    def oldest_first(self) -> Self:
        return self.order_by("id")


class Message(Public):
    """One entry of a thread: the customer's words, a reply, a note, or what was done.

    ``identity`` is the address it came from or goes to, whatever becomes of the profile; so a
    merge that is taken back also takes the messages apart again.
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

    personal = PersonalData(fields=("text", "data"), record_class="content", erasure="blank")

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
    data = models.JSONField(default=dict)
    external_id = models.CharField(max_length=200, default="", blank=True)
    client_key = models.CharField(max_length=64, default="", blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.STORED)
    failure = models.CharField(max_length=200, default="", blank=True)
    created_at = models.DateTimeField()
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


class Upload(Public):
    """A file somebody put up to send with a message that is not written yet."""

    personal = PersonalData(fields=("name",), record_class="content", erasure="delete")

    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=255)
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
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["position", "pk"]

    def __str__(self) -> str:
        return str(self.public_id)

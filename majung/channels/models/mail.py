"""What mail has beside words: addresses, a history, and who takes part."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from majung.accounts.models import Agent, Brand
from majung.channels.models.inbound import InboundDelivery
from majung.conversations.models import Conversation, Inbox, Message
from majung.core.personal import PersonalData

ID_KEY_LENGTH = 32


class MailAddress(models.Model):
    """An address of ours (받는 주소): mail to it belongs to this inbox, and no two have the same."""

    personal = PersonalData(
        fields=("address",),
        record_class="settings",
        erasure="keep",
        reason="the company's own address, not a customer's",
    )

    inbox = models.ForeignKey(Inbox, on_delete=models.CASCADE, related_name="addresses")
    address = models.CharField(max_length=254, unique=True)
    name = models.CharField(max_length=120, default="", blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["position", "id"]

    def __str__(self) -> str:
        return self.address


class Letter(models.Model):
    """A message as mail (메일): what its headers said, and what its text left out.

    ``header_id`` is its Message-ID, ``id_key`` a hash of that, which may be of any length;
    ``answers_key`` is that of the mail that it answers. People are kept as
    ``{"name", "address"}``.
    """

    personal = PersonalData(
        fields=(
            "subject", "sender", "to", "cc", "bcc", "reply_to", "quoted", "signature", "html",
        ),
        record_class="content",
        erasure="blank",
    )  # fmt: skip

    message = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="letter")
    inbox = models.ForeignKey(
        Inbox, on_delete=models.PROTECT, related_name="letters", db_index=False
    )
    delivery = models.ForeignKey(
        InboundDelivery, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    id_key = models.CharField(max_length=ID_KEY_LENGTH)
    answers_key = models.CharField(max_length=ID_KEY_LENGTH, default="", blank=True)
    header_id = models.TextField(default="", blank=True)
    references = models.JSONField(default=list)
    sent_at = models.DateTimeField(null=True)
    subject = models.CharField(max_length=300, default="", blank=True)
    sender = models.JSONField(default=dict)
    to = models.JSONField(default=list)
    cc = models.JSONField(default=list)
    bcc = models.JSONField(default=list)
    reply_to = models.JSONField(default=list)
    quoted = models.TextField(default="", blank=True)
    signature = models.TextField(default="", blank=True)
    html = models.TextField(default="", blank=True)
    flags = models.JSONField(default=list)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["id_key"], name="letter_id_key"),
            models.Index(
                fields=["answers_key"], condition=~Q(answers_key=""), name="letter_answers_key"
            ),
        ]

    def __str__(self) -> str:
        return f"letter of {self.message_id}"


class Correspondent(models.Model):
    """One who takes part in a conversation by mail (참여자): only they thread into it."""

    class Role(models.TextChoices):
        CUSTOMER = "customer", _("고객")
        COPIED = "copied", _("참조")

    personal = PersonalData(fields=("address", "name"), record_class="contact", erasure="delete")

    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="correspondents", db_index=False
    )
    address = models.CharField(max_length=254)
    name = models.CharField(max_length=120, default="", blank=True)
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.COPIED)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["conversation", "address"], name="correspondent_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["address"], name="correspondent_address")]

    def __str__(self) -> str:
        return f"{self.role} {self.conversation_id}"


class BlockedSender(models.Model):
    """An address, or ``@domain``, whose mail is set aside for a brand (차단)."""

    personal = PersonalData(fields=("pattern",), record_class="security", erasure="delete")

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+")
    pattern = models.CharField(max_length=254)
    by = models.ForeignKey(Agent, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["brand", "pattern"], name="blocked_once"),
        ]

    def __str__(self) -> str:
        return self.pattern

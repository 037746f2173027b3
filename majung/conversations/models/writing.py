"""What agents write with: texts kept for many answers, and texts that are not sent yet."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from majung.accounts.models import Agent, Brand
from majung.conversations.models.conversations import Conversation
from majung.conversations.models.files import Upload
from majung.core.bases import Public, Versioned
from majung.core.personal import PersonalData


class CannedReplyQuerySet(models.QuerySet["CannedReply"]):
    def in_use(self) -> Self:
        return self.filter(is_retired=False)

    def shared(self) -> Self:
        return self.filter(owner=None)

    def of(self, agent: Agent) -> Self:
        """Keep the agent's own ones."""
        return self.filter(owner=agent)

    def offered_to(self, agent: Agent, *, brand_id: int) -> Self:
        """Keep what an agent may use in a conversation of a brand: shared ones and own ones."""
        shared = Q(owner=None) & (Q(brand=None) | Q(brand=brand_id))
        return self.in_use().filter(shared | Q(owner=agent))


class CannedReply(Public, Versioned):
    """A text for many answers (답변 템플릿): shared by all who answer, or one agent's own.

    ``text`` may name variables (``conversations.canned_text``); ``parts`` are its quick replies and
    its card (``conversations.parts``). A reply out of use is retired,
    never deleted: what it was used for stays told.
    """

    personal = PersonalData(fields=("owner",), record_class="settings", erasure="delete")

    title = models.CharField(max_length=80)
    shortcut = models.CharField(max_length=40, default="", blank=True)
    text = models.TextField()
    parts = models.JSONField(default=dict)
    folder = models.CharField(max_length=120, default="", blank=True)
    locale = models.CharField(max_length=10, default="ko")
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, null=True, related_name="+")
    owner = models.ForeignKey(
        Agent, on_delete=models.PROTECT, null=True, related_name="canned_replies"
    )
    is_retired = models.BooleanField(default=False)
    used_count = models.PositiveIntegerField(default=0)
    used_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = CannedReplyQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["folder", "title", "pk"]

    def __str__(self) -> str:
        return self.title


class SharedReplies(models.Manager["SharedReply"]):
    def get_queryset(self) -> models.QuerySet["SharedReply"]:
        return super().get_queryset().filter(owner=None)


class SharedReply(CannedReply):
    """A canned reply of everybody: a setting with drafts and a history."""

    personal = CannedReply.personal

    # A proxy may have a narrower manager; the type checker knows none but the parent's.
    objects = SharedReplies()  # type: ignore[assignment, misc]

    class Meta:
        proxy = True


class Draft(Public):
    """What an agent has typed in a conversation and not sent yet, one for each kind.

    ``writer`` is the tab that saved it and ``turn`` counts its saves; the two together are the
    version that the next save must name. ``parts`` are the quick replies and cards that go along
    (``conversations.parts``), ``envelope`` to whom it is to go by mail, if the agent has said
    (``envelopes.told``).
    """

    class Kind(models.TextChoices):
        REPLY = "reply", _("답변")
        NOTE = "note", _("내부 메모")

    personal = PersonalData(
        fields=("text", "rich", "parts", "envelope"), record_class="content", erasure="delete"
    )

    agent = models.ForeignKey(
        Agent, on_delete=models.CASCADE, related_name="drafts", db_index=False
    )
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="drafts")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    text = models.TextField(default="", blank=True)
    rich = models.JSONField(null=True)
    parts = models.JSONField(default=dict)
    envelope = models.JSONField(null=True)
    uploads = models.ManyToManyField(Upload, related_name="drafts")
    writer = models.CharField(max_length=64)
    turn = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agent", "conversation", "kind"], name="draft_one_of_each_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.conversation_id}"

    @property
    def mark(self) -> str:
        """The version, as pages carry it."""
        return f"{self.writer}:{self.turn}"

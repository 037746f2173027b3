"""Words that agents put on conversations, to find and to count them by."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from majung.accounts.models import Agent, Brand
from majung.conversations.models.conversations import Conversation
from majung.core.bases import Public, Versioned
from majung.core.personal import PersonalData

MOST_NAME = 30
HUES = 360


def folded(name: str) -> str:
    """Return the spelling under which two names are the same: VIP and vip."""
    return " ".join(name.split()).casefold()


class TagQuerySet(models.QuerySet["Tag"]):
    def in_use(self) -> Self:
        return self.filter(retired_at=None)

    def usable_on(self, conversation: Conversation) -> Self:
        """Tags in use that are for every brand or for the conversation's."""
        return self.in_use().filter(Q(brand=None) | Q(brand=conversation.brand_id))


class Tag(Public, Versioned):
    """A word for a kind of matter (태그). A retired one stays where it is and goes nowhere new."""

    personal = None

    name = models.CharField(max_length=MOST_NAME)
    # What makes names the same is told here: databases fold Hangul and Latin each their own way.
    folded = models.CharField(max_length=MOST_NAME * 3, editable=False)
    hue = models.PositiveSmallIntegerField(default=210)
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, null=True, related_name="tags")
    retired_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TagQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["folded", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["folded"], condition=Q(retired_at=None), name="tag_name_once"
            ),
            models.CheckConstraint(condition=Q(hue__lt=HUES), name="tag_hue_on_circle"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_retired(self) -> bool:
        return self.retired_at is not None


class ConversationTag(models.Model):
    """A tag on a conversation: who put it there, and when."""

    personal = PersonalData(
        fields=("put_by",),
        record_class="content",
        erasure="keep",
        reason="Who sorted a conversation is part of the record of how it was handled.",
    )

    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="labels", db_index=False
    )
    tag = models.ForeignKey(Tag, on_delete=models.PROTECT, related_name="uses")
    put_by = models.ForeignKey(
        Agent, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    put_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["conversation", "tag"], name="conversation_tag_once"),
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id} {self.tag_id}"

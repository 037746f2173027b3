"""Who writes to us, by which addresses we know them, and all that happened to them."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from majung.accounts.models import Agent
from majung.core.bases import Public, Trashable, TrashableQuerySet, Versioned
from majung.core.personal import PersonalData
from majung.customers.xid import Xid


class Customer(Public, Versioned, Trashable):
    """One profile (고객). Merged ones point at the profile that now stands for the person.

    Nothing moves when two are merged, so that taking it back is complete: rows keep the customer
    they came with, and readers ask for the whole circle (``customers.circle``).
    """

    personal = PersonalData(
        fields=("name", "locale", "timezone"), record_class="contact", erasure="blank"
    )

    name = models.CharField(max_length=80, default="", blank=True)
    locale = models.CharField(max_length=10, default="", blank=True)
    timezone = models.CharField(max_length=50, default="", blank=True)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="merged", db_index=False
    )
    created_at = models.DateTimeField()

    objects = TrashableQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(merged_into=F("id")), name="customer_not_merged_into_itself"
            ),
        ]
        indexes: ClassVar = [
            # Beginnings of names (customers.search); SQLite ignores the operator class.
            models.Index(fields=["name"], name="customer_name", opclasses=["varchar_pattern_ops"]),
            models.Index(
                fields=["merged_into"],
                condition=Q(merged_into__isnull=False),
                name="customer_merged",
            ),
        ]

    def __str__(self) -> str:
        return self.name or str(self.public_id)[-6:]

    @property
    def person_id(self) -> int:
        """Key of the profile that stands for this person today."""
        return self.merged_into_id or self.pk


class Identity(Public):
    """One address of a customer on a channel (식별자).

    Verified ones belong to exactly one customer and may join two; a claim ("my mail is …") may
    stand on many and joins nobody. ``scope`` keeps apart what is unique only within a brand or
    an inbox.
    """

    class Kind(models.TextChoices):
        VISITOR = "visitor", _("방문자")
        USER = "user", _("회원")
        EMAIL = "email", _("이메일")
        PHONE = "phone", _("전화번호")
        MESSENGER = "messenger", _("메신저 계정")

    # The scope of what a mail names as its sender and no server, nor an answer, vouches for: one
    # customer's for threading, and verified for nothing else.
    UNPROVEN = "unproven"

    personal = PersonalData(fields=("address",), record_class="contact", erasure="delete")

    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, related_name="identities", db_index=False
    )
    kind = models.CharField(max_length=20, choices=Kind.choices)
    scope = models.CharField(max_length=40, default="", blank=True)
    address = models.CharField(max_length=254)
    verified_at = models.DateTimeField(null=True)
    evidence = models.CharField(max_length=40, default="", blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "scope", "address"],
                condition=Q(verified_at__isnull=False),
                name="identity_verified_once",
            ),
            models.UniqueConstraint(
                fields=["customer", "kind", "scope", "address"], name="identity_once_per_customer"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["kind", "address"], name="identity_address"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"

    @property
    def is_verified(self) -> bool:
        """Whether it is surely theirs: anybody may write any address into a mail."""
        return self.verified_at is not None and self.scope != self.UNPROVEN


class Merge(Public):
    """Two profiles found to be one person: by what evidence, by whom, and how to take it back.

    ``moved`` holds, for every customer whose pointer changed, where it pointed before.
    """

    class Evidence(models.TextChoices):
        SIGNED_IN = "signed_in", _("같은 브라우저에서 로그인")
        VERIFIED = "verified", _("확인된 연락처가 같음")
        AGENT = "agent", _("상담원이 확인")

    personal = PersonalData(fields=("moved",), record_class="contact", erasure="delete")

    winner = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="merges_won")
    loser = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="merges_lost")
    evidence = models.CharField(max_length=20, choices=Evidence.choices)
    identity = models.ForeignKey(Identity, on_delete=models.SET_NULL, null=True, related_name="+")
    moved = models.JSONField(default=dict)
    merged_at = models.DateTimeField()
    merged_by = models.ForeignKey(Agent, on_delete=models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(Agent, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["loser"], condition=Q(undone_at=None), name="merge_loser_once"
            ),
            models.CheckConstraint(condition=~Q(winner=F("loser")), name="merge_two_customers"),
        ]
        indexes: ClassVar = [models.Index(fields=["winner", "-merged_at"], name="merge_winner")]

    def __str__(self) -> str:
        return f"{self.loser_id} into {self.winner_id}"


class Event(models.Model):
    """One thing that happened to a customer, in the Segment event envelope.

    Append-only. On PostgreSQL the table is partitioned by month of ``received_at`` and ``xid``
    carries the writing transaction, so that a reader with a cursor never skips a row that
    committed late (see ``customers.timeline.read``). No foreign key points here, and none goes
    out: the timeline outlives what it speaks of. De-duplication by client ids is a table of its
    own, because a unique index on a partitioned table would need the partition key.
    """

    personal = PersonalData(
        fields=("properties", "context", "anonymous_id"),
        record_class="behaviour",
        erasure="blank",
    )

    id = models.BigAutoField(primary_key=True)
    received_at = models.DateTimeField()
    occurred_at = models.DateTimeField()
    xid = models.BigIntegerField(db_default=Xid())
    customer_id = models.BigIntegerField(null=True)
    brand_id = models.BigIntegerField(null=True)
    anonymous_id = models.CharField(max_length=64, default="", blank=True)
    type = models.CharField(max_length=10, default="track")
    name = models.CharField(max_length=80)
    source = models.CharField(max_length=20)
    message_id = models.UUIDField()
    properties = models.JSONField(default=dict)
    context = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["customer_id", "-occurred_at", "-id"], name="event_customer"),
            models.Index(fields=["xid", "id"], name="event_cursor"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.pk}"


class EventKey(models.Model):
    """Client ids that were seen, so that the same event is not stored twice."""

    personal = None

    source = models.CharField(max_length=40)
    key = models.CharField(max_length=100)
    seen_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "key"], name="event_key_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["seen_at"], name="event_key_age")]

    def __str__(self) -> str:
        return f"{self.source} {self.key}"


class TimelineCursor(models.Model):
    """How far one reader of the timeline has come."""

    personal = None

    reader = models.CharField(max_length=60, unique=True)
    xid = models.BigIntegerField(default=-1)
    event_id = models.BigIntegerField(default=0)
    moved_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.reader

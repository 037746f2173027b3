"""Who works here, for which brands, and what they may and did change."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from majung.core.bases import Public, Trashable, TrashableQuerySet, Versioned
from majung.core.personal import PersonalData


class AgentAccounts(BaseUserManager["Agent"]):
    """What Django's sign-in needs; everyone else uses the verbs in ``accounts.agents``."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Agent":
        agent = self.model(email=self.normalize_email(email).lower(), **fields)
        agent.set_password(password)
        agent.save(using=self._db)
        return agent

    def active(self) -> models.QuerySet["Agent"]:
        return self.get_queryset().filter(is_active=True)


class Agent(AbstractBaseUser, Public):
    """A person who answers customers or runs the place (상담원)."""

    class Role(models.TextChoices):
        AGENT = "agent", _("상담원")
        LEAD = "lead", _("팀 리더")
        ADMIN = "admin", _("관리자")

    personal = PersonalData(
        fields=("email", "name"),
        record_class="account",
        erasure="blank",
    )

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=80)
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.AGENT)
    locale = models.CharField(max_length=10, default="ko")
    timezone = models.CharField(max_length=50, default="Asia/Seoul")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["name"]
    objects: ClassVar[AgentAccounts] = AgentAccounts()

    class Meta:
        ordering: ClassVar = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_admin(self) -> bool:
        return self.role == self.Role.ADMIN


class BrandQuerySet(TrashableQuerySet["Brand"]):
    def visible_to(self, agent: Agent) -> "BrandQuerySet":
        """Brands that the agent works for; an admin works for all of them."""
        alive = self.alive()
        return (
            alive
            if agent.is_admin
            else (alive.filter(teams__members=agent, teams__deleted_at=None).distinct())
        )


class Brand(Public, Versioned, Trashable):
    """A face to customers: name, language, zone and colour (브랜드)."""

    personal = None

    name = models.CharField(max_length=80)
    slug = models.SlugField(max_length=40, unique=True)
    locale = models.CharField(max_length=10, default="ko")
    timezone = models.CharField(max_length=50, default="Asia/Seoul")
    country = models.CharField(max_length=2, default="KR")
    accent_hue = models.PositiveSmallIntegerField(default=192)
    greeting = models.CharField(max_length=200, default="", blank=True)

    objects = BrandQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(accent_hue__lt=360), name="brand_hue_on_circle"),
        ]

    def __str__(self) -> str:
        return self.name


class Team(Public, Versioned, Trashable):
    """People who answer for some brands (팀)."""

    personal = None

    name = models.CharField(max_length=80)
    brands = models.ManyToManyField(Brand, related_name="teams")
    members = models.ManyToManyField(Agent, related_name="teams")

    objects = TrashableQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class Invitation(Public):
    """An offer to join, good once and for a week."""

    personal = PersonalData(fields=("email", "name"), record_class="account", erasure="delete")

    email = models.EmailField()
    name = models.CharField(max_length=80)
    role = models.CharField(max_length=10, choices=Agent.Role.choices, default=Agent.Role.AGENT)
    teams = models.ManyToManyField(Team, related_name="invitations")
    invited_by = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="invitations")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-created_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["email"],
                condition=Q(accepted_at=None, withdrawn_at=None),
                name="invitation_one_open_per_email",
            ),
        ]

    def __str__(self) -> str:
        return self.email


class Revision(Public):
    """One state of one setting: a draft, or the nth that was published."""

    personal = PersonalData(
        fields=("published_by",),
        record_class="settings",
        erasure="keep",
        reason="Who changed a setting is part of the record of how the service was run.",
    )

    kind = models.CharField(max_length=40)
    object_id = models.BigIntegerField()
    number = models.PositiveIntegerField(null=True)
    based_on = models.PositiveIntegerField(default=0)
    data = models.JSONField(default=dict)
    note = models.CharField(max_length=200, default="", blank=True)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="+", null=True)
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "object_id", "number"],
                condition=Q(number__isnull=False),
                name="revision_number_once",
            ),
            models.UniqueConstraint(
                fields=["kind", "object_id"],
                condition=Q(number=None),
                name="revision_one_draft",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id} #{self.number or 'draft'}"


class AuditEntry(models.Model):
    """Who did or read what, when: written once, never changed."""

    personal = PersonalData(
        fields=("agent", "address"),
        record_class="security",
        erasure="keep",
        reason="Access records to personal data must be kept (개인정보 안전성 확보조치 기준 제8조).",
    )

    agent = models.ForeignKey(Agent, on_delete=models.PROTECT, null=True, related_name="+")
    action = models.CharField(max_length=60)
    object_kind = models.CharField(max_length=40, default="", blank=True)
    object_id = models.BigIntegerField(null=True)
    details = models.JSONField(default=dict)
    address = models.GenericIPAddressField(null=True)
    request_id = models.CharField(max_length=64, default="", blank=True)
    at = models.DateTimeField()
    # A read is noted once an hour per agent and object; this names that hour.
    once = models.CharField(max_length=120, null=True, unique=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["object_kind", "object_id", "-at"], name="audit_object"),
            models.Index(fields=["-at"], name="audit_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.object_kind} {self.object_id}"

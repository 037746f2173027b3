"""Who works here."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from majung.core.bases import Public
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
    undo_seconds = models.PositiveSmallIntegerField(default=10)
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

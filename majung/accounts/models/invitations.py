"""Offers to join."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from majung.accounts.models.agents import Agent
from majung.accounts.models.brands import Team
from majung.core.bases import Public
from majung.core.personal import PersonalData


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

"""Who works here, for which brands, and what they may and did change."""

from majung.accounts.models.agents import Agent, AgentAccounts
from majung.accounts.models.brands import Brand, BrandQuerySet, Team
from majung.accounts.models.hours import BrandHours
from majung.accounts.models.invitations import Invitation
from majung.accounts.models.notices import (
    Notice,
    NoticePreference,
    PushKey,
    PushSubscription,
)
from majung.accounts.models.records import AuditEntry, Revision

__all__ = [
    "Agent",
    "AgentAccounts",
    "AuditEntry",
    "Brand",
    "BrandHours",
    "BrandQuerySet",
    "Invitation",
    "Notice",
    "NoticePreference",
    "PushKey",
    "PushSubscription",
    "Revision",
    "Team",
]

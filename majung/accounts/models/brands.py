"""Faces to customers, and the teams that answer for them."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from majung.accounts.models.agents import Agent
from majung.core.bases import Public, Trashable, TrashableQuerySet, Versioned


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

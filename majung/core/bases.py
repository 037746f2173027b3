"""Abstract models that every app shares."""

from typing import Self, TypeVar

from django.db import models

from majung.core.ids import uuid7


class Public(models.Model):
    """A row that the outside names by UUIDv7; the bigint key stays inside."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)

    class Meta:
        abstract = True


M_co = TypeVar("M_co", bound="Trashable", covariant=True)


class TrashableQuerySet(models.QuerySet[M_co]):
    def alive(self) -> Self:
        return self.filter(deleted_at=None)

    def trashed(self) -> Self:
        return self.exclude(deleted_at=None)


class Trashable(models.Model):
    """A row that waits thirty days in the trash before it is gone (see ``core.trash``)."""

    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)
    deleted_by_id = models.BigIntegerField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True


class Versioned(models.Model):
    """A row two people may edit: a save names the version it was read at (``core.versions``)."""

    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True

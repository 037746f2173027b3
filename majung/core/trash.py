"""The trash: deleted things wait thirty days and can be put back until then."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, cast

from django.apps import apps
from django.db import transaction
from django.db.models import Model, ProtectedError

from majung.core.bases import Trashable
from majung.core.clock import now
from majung.core.events import Event, publish

KEPT: Final = timedelta(days=30)
_BATCH: Final = 200
logger = logging.getLogger("majung.trash")


@dataclass(frozen=True, slots=True, kw_only=True)
class Discarded(Event):
    """A row went to the trash: ``model`` as "app.Model", ``key`` its pk, ``by`` the agent's."""

    model: str
    key: int
    by: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored(Event):
    """A row came back from the trash; fields as in ``Discarded``."""

    model: str
    key: int
    by: int


def discard(obj: Trashable, *, by: Model) -> bool:
    """Put a row into the trash; returns ``False`` if it was there already."""
    return _move(obj, from_trash=False, by=by)


def restore(obj: Trashable, *, by: Model) -> bool:
    """Take a row out of the trash; returns ``False`` if it was not, or no longer, there."""
    return _move(obj, from_trash=True, by=by)


def _move(obj: Trashable, *, from_trash: bool, by: Model) -> bool:
    deleted_at = None if from_trash else now()
    deleted_by_id = None if from_trash else cast("int", by.pk)
    fact = Restored if from_trash else Discarded
    with transaction.atomic():
        rows = type(obj)._base_manager.filter(pk=obj.pk, deleted_at__isnull=not from_trash)
        if not rows.update(deleted_at=deleted_at, deleted_by_id=deleted_by_id):
            return False
        publish(fact(model=obj._meta.label, key=cast("int", obj.pk), by=cast("int", by.pk)))
    obj.deleted_at, obj.deleted_by_id = deleted_at, deleted_by_id
    return True


def _delete_old(model: type[Trashable], *, cutoff: datetime) -> int:
    """Delete one model's rows that waited long enough, each in its own transaction."""
    old = model._base_manager.filter(deleted_at__lte=cutoff).order_by("pk")
    deleted, after = 0, 0
    while batch := list(old.filter(pk__gt=after)[:_BATCH]):
        for row in batch:
            try:
                with transaction.atomic():
                    # Locked and asked again: somebody may be putting it back just now.
                    still = old.select_for_update().filter(pk=row.pk).first()
                    deleted += int(still is not None and still.delete()[0] > 0)
            except ProtectedError:
                logger.info("kept in the trash", extra={"model": model._meta.label})
        after = cast("int", batch[-1].pk)
    return deleted


def purge(*, older_than: timedelta = KEPT) -> dict[str, int]:
    """Delete for good what has been in the trash for ``older_than``; return counts per model.

    Rows that living rows protect stay until nothing needs them.
    """
    cutoff = now() - older_than
    models = [
        model
        for model in apps.get_models()
        if issubclass(model, Trashable) and not model._meta.proxy
    ]
    counts = {model._meta.label: _delete_old(model, cutoff=cutoff) for model in models}
    return {label: count for label, count in counts.items() if count}

"""Settings in the trash: taken out of use, kept for thirty days, put back by one press."""

from typing import Any

from django.db import transaction

from majung.accounts import audit, editables
from majung.accounts.editables import Editable, Invalid
from majung.accounts.models import Agent
from majung.core import trash


def remove(*, obj: Any, by: Agent) -> bool:
    """Put a setting into the trash; ``False`` when it was there already."""
    with transaction.atomic():
        moved = trash.discard(obj, by=by)
        if moved:
            audit.record(action="discarded", obj=obj, by=by)
    return moved


def restore(*, obj: Any, by: Agent) -> bool:
    """Put it back into use; ``False`` when it was not in the trash any more.

    Raises:
        Invalid: what it needs was taken by another meanwhile; it stays in the trash.
    """
    editable = editables.of_row(obj)
    deleted_at, deleted_by_id = obj.deleted_at, obj.deleted_by_id
    try:
        return _restore(obj, editable, by)
    except Invalid:
        obj.deleted_at, obj.deleted_by_id = deleted_at, deleted_by_id
        raise


def _restore(obj: Any, editable: Editable | None, by: Agent) -> bool:
    with transaction.atomic():
        moved = trash.restore(obj, by=by)
        if moved:
            if editable:
                editable.come_back(obj)
            audit.record(action="restored", obj=obj, by=by)
    return moved

"""Saving what two people may edit: the second is told, never silently overwritten."""

from collections.abc import Collection

from django.db.models import Model

from majung.core.bases import Versioned


class EditConflict(Exception):
    """Somebody else saved first; ``current`` is the row as it is now (``None``: it is gone)."""

    def __init__(self, obj: Model, current: Model | None) -> None:
        super().__init__(f"{obj._meta.label} {obj.pk} was changed by somebody else")
        self.obj = obj
        self.current = current


def save_version(obj: Versioned, *, fields: Collection[str], expected: int) -> None:
    """Write ``fields`` of ``obj`` if its row is still at version ``expected``, in one statement.

    On success ``obj.version`` is ``expected + 1``; else ``EditConflict`` is raised and nothing is
    written.
    """
    model = type(obj)
    columns = {field.name: field for field in model._meta.concrete_fields}
    values: dict[str, object] = {}
    for name in fields:
        field = columns[name]
        values[field.attname] = field.pre_save(obj, add=False)
    rows = model._base_manager.filter(pk=obj.pk, version=expected)
    if not rows.update(**values, version=expected + 1):
        raise EditConflict(obj, model._base_manager.filter(pk=obj.pk).first())
    obj.version = expected + 1

"""Settings in the trash: taken out of use, kept for thirty days, put back by one press."""

from typing import Any

from django.db import transaction

from majung.accounts import audit
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
    """Put it back into use; ``False`` when it was not in the trash any more."""
    with transaction.atomic():
        moved = trash.restore(obj, by=by)
        if moved:
            audit.record(action="restored", obj=obj, by=by)
    return moved

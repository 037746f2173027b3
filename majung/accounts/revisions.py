"""Settings have a past: drafts, published states with who and when, and the way back.

Whatever a person edits is published as the next revision of its row, in one transaction with the
row, its version and the audit trail. Nothing that was published is ever rewritten: to undo is to
publish the state before once more.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from majung.accounts import audit, editables
from majung.accounts.editables import Data, Editable
from majung.accounts.models import Agent, Revision
from majung.core import clock
from majung.core.versions import EditConflict, save_version


class PublishedSince(EditConflict):
    """Somebody published meanwhile; ``newest`` says who, when and what."""

    def __init__(self, obj: Any, newest: Revision | None) -> None:
        super().__init__(obj, obj)
        self.newest = newest


class DraftedSince(EditConflict):
    """Somebody saved another draft meanwhile; ``draft`` is it (``None``: it was dropped)."""

    def __init__(self, obj: Any, draft: Revision | None) -> None:
        super().__init__(obj, obj)
        self.draft = draft


def history(*, kind: str, obj: Any) -> QuerySet[Revision]:
    """Return what was published, the newest first."""
    return (
        Revision.objects.filter(kind=kind, object_id=obj.pk, number__isnull=False)
        .select_related("published_by")
        .order_by("-number")
    )


def newest(*, kind: str, obj: Any) -> Revision | None:
    """Return the last published revision; ``None`` for a row that nobody has edited yet."""
    return history(kind=kind, obj=obj).first()


def newest_number(*, kind: str, obj: Any) -> int:
    """Return the number an edit is to be based on; 0 for a row that nobody has edited yet."""
    found = newest(kind=kind, obj=obj)
    return (found.number or 0) if found else 0


def draft(*, kind: str, obj: Any) -> Revision | None:
    """Return what is saved and not yet published."""
    drafts = Revision.objects.filter(kind=kind, object_id=obj.pk, number=None)
    return drafts.select_related("saved_by").first()


def create(
    *, kind: str, data: Data, by: Agent | None, note: str = "", public_id: UUID | None = None
) -> Any:
    """Make a row of that kind with its first revision, and return it.

    Raises:
        editables.Invalid: the state is not right.
    """
    editable = editables.of(kind)
    with transaction.atomic():
        cleaned = editable.clean(data, None)
        obj = editable.model(**({"public_id": public_id} if public_id else {}))
        editable.put(obj, cleaned)
        obj.save()
        editable.relate(obj, cleaned)
        _append(editable, obj, data=cleaned, number=1, by=by, note=note)
        audit.record(action="setting_made", obj=obj, by=by, details={"number": 1})
    return obj


def save_draft(
    *,
    kind: str,
    obj: Any,
    data: Data,
    by: Agent,
    based_on: int,
    draft_at: datetime | None = None,
) -> Revision:
    """Keep a state for later; there is one draft a row.

    ``draft_at`` is when the draft was saved that the person had on screen, if any.

    Raises:
        editables.Invalid: the state is not right.
        DraftedSince: somebody else saved a draft that the person has not seen.
    """
    editable = editables.of(kind)
    with transaction.atomic():
        locked = _lock(editable, obj)
        cleaned = editable.clean(data, locked)
        known = draft(kind=kind, obj=locked)
        if known and known.saved_by_id != by.pk and known.saved_at != draft_at:
            raise DraftedSince(obj, known)
        saved, _made = Revision.objects.update_or_create(
            kind=kind,
            object_id=locked.pk,
            number=None,
            defaults={
                "data": cleaned,
                "based_on": based_on,
                "saved_at": clock.now(),
                "saved_by": by,
            },
        )
        audit.record(action="draft_saved", obj=locked, by=by)
    return saved


def discard_draft(*, kind: str, obj: Any, by: Agent) -> bool:
    """Drop the draft; ``False`` when there was none."""
    with transaction.atomic():
        dropped, _each = Revision.objects.filter(kind=kind, object_id=obj.pk, number=None).delete()
        if dropped:
            audit.record(action="draft_discarded", obj=obj, by=by)
    return bool(dropped)


def publish(
    *,
    kind: str,
    obj: Any,
    by: Agent | None,
    based_on: int,
    data: Data | None = None,
    note: str = "",
    action: str = "setting_published",
) -> Revision | None:
    """Make a state the one that counts: ``data``, or the draft when none is given.

    Returns the new revision, or ``None`` when nothing differs from what is published. The draft
    is gone afterwards. ``obj`` is brought up to date.

    Raises:
        editables.Invalid: the state is not right.
        PublishedSince: ``based_on`` is not the newest revision any more.
        LookupError: there is no draft and no data.
    """
    editable = editables.of(kind)
    with transaction.atomic():
        locked = _lock(editable, obj)
        last = newest(kind=kind, obj=locked)
        if based_on != (last.number if last else 0):
            raise PublishedSince(obj, last)
        cleaned = editable.clean(_wanted(kind, locked, data), locked)
        Revision.objects.filter(kind=kind, object_id=locked.pk, number=None).delete()
        before = editable.read(locked)
        made = _next(editable, locked, before, cleaned, last=last, by=by, note=note)
        if made:
            changed = changed_fields(before, cleaned)
            details = {"number": made.number, "fields": changed}
            audit.record(action=action, obj=locked, by=by, details=details)
    obj.refresh_from_db()
    return made


def undo(*, revision: Revision, by: Agent, based_on: int) -> Revision | None:
    """Publish the state before a revision once more; nothing is rewritten.

    Raises:
        editables.Invalid: that state is not right any more (its slug was taken, for example).
        PublishedSince: ``based_on`` is not the newest revision any more.
        LookupError: the revision is the first; nothing was before it.
    """
    before = before_revision(revision)
    obj = editables.of(revision.kind).model.objects.get(pk=revision.object_id)
    return publish(
        kind=revision.kind,
        obj=obj,
        by=by,
        based_on=based_on,
        data=before.data,
        note=f"undo:{revision.number}",
        action="setting_undone",
    )


def before_revision(revision: Revision) -> Revision:
    """Return the revision before this one; raises ``LookupError`` when it is the first."""
    earlier = Revision.objects.filter(
        kind=revision.kind, object_id=revision.object_id, number__lt=revision.number or 0
    )
    found = earlier.order_by("-number").first()
    if found is None:
        raise LookupError("nothing was before the first revision")
    return found


def changed_fields(before: Data, after: Data) -> list[str]:
    """Return the names whose values differ, in the order in which they are edited."""
    return [name for name in after if before.get(name) != after[name]]


def _wanted(kind: str, obj: Any, data: Data | None) -> Data:
    if data is not None:
        return data
    saved = draft(kind=kind, obj=obj)
    if saved is None:
        raise LookupError("there is no draft")
    return dict(saved.data)


def _lock(editable: Editable, obj: Any) -> Any:
    return editable.model.objects.select_for_update().get(pk=obj.pk)


def _next(
    editable: Editable,
    obj: Any,
    before: Data,
    after: Data,
    *,
    last: Revision | None,
    by: Agent | None,
    note: str,
) -> Revision | None:
    if before == after:
        return None
    if last is None:
        # A row older than its history: keep what it was, so that this edit can be undone.
        last = _append(editable, obj, data=before, number=1, by=None, note="")
    editable.put(obj, after)
    save_version(obj, fields=editable.columns, expected=obj.version)
    editable.relate(obj, after)
    number = (last.number or 0) + 1
    return _append(editable, obj, data=after, number=number, by=by, note=note)


def _append(
    editable: Editable, obj: Any, *, data: Data, number: int, by: Agent | None, note: str
) -> Revision:
    now = clock.now()
    return Revision.objects.create(
        kind=editable.kind,
        object_id=obj.pk,
        number=number,
        based_on=number - 1,
        data=data,
        note=note,
        saved_at=now,
        saved_by=by,
        published_at=now,
        published_by=by,
    )

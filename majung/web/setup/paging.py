"""Pages of long lists by cursor: no counting, no offsets."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict

from majung.web import cursors


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of one page, and the query strings of the pages beside it ("" = none)."""

    rows: list[Any]
    older: str
    newest: str


def page(rows: QuerySet[Any], *, query: QueryDict, moment: str, size: int) -> Page:
    """Cut the page that ``?before=`` asks for; newest first by ``moment``, then by key."""
    place = cursors.read(query.get("before"))
    if place:
        at, key = place
        rows = rows.filter(Q(**{f"{moment}__lt": at}) | Q(**{moment: at, "pk__lt": key}))
    found = list(rows.order_by(f"-{moment}", "-pk")[: size + 1])
    shown = found[:size]
    older = ""
    if len(found) > size:
        last = shown[-1]
        older = _with(query, before=cursors.write(getattr(last, moment), last.pk))
    return Page(shown, older, _with(query) if place else "")


def _with(query: QueryDict, **values: str) -> str:
    changed = query.copy()
    changed.pop("before", None)
    for name, value in values.items():
        changed[name] = value
    return f"?{changed.urlencode()}"

"""Finding messages by what they say: newest first, all forms of a word, nothing false.

The index names candidates, the messages' own texts decide. What the index has not reached yet,
the last seconds, is looked through as it is, so a message is found as soon as it is stored.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from majung.accounts.models import Agent, Brand
from majung.conversations import parts, search_routes
from majung.conversations.models import Message, SearchProgress
from majung.conversations.search_index import KINDS
from majung.core.search import query as queries
from majung.core.search import words
from majung.core.search.query import Query, Span
from majung.core.search.snippet import Piece, snippet

SHOWN: Final = 50
MOST_CHECKED: Final = 2_000
MOST_UNINDEXED: Final = 2_000


@dataclass(frozen=True, slots=True)
class Hit:
    """A message that holds what was looked for, and the piece of it to show."""

    message: Message
    pieces: list[Piece]


@dataclass(frozen=True, slots=True)
class Found:
    """Hits, newest first; ``more`` is where to go on (``before``), ``None`` at the end."""

    hits: list[Hit]
    more: int | None = None


def find(
    *,
    agent: Agent,
    text: str,
    brand: Brand | None = None,
    before: int | None = None,
    limit: int = SHOWN,
) -> Found:
    """Return the newest messages with all the words of ``text`` that the agent may see.

    Korean words are found with any particle or ending, in compounds, and however they are spaced;
    English ones with any ending; numbers with and without their hyphens. When about 2,000
    candidates have been looked at, ``more`` says where to go on.
    """
    query = queries.parse(text)
    brands = _brands(agent, brand)
    if query is None or not brands:
        return Found([])
    found: dict[int, tuple[str, list[Span]]] = {}
    checked, last = 0, None
    for ids in _candidates(query, brands, agent=agent, before=before, size=limit):
        for message_id, said in _texts(ids, brands):
            text_now = words.composed(said)
            if spans := query.spans(text_now):
                found[message_id] = (text_now, spans)
                if len(found) == limit:
                    return Found(_hits(found), more=message_id)
        checked, last = checked + len(ids), ids[-1]
        if checked >= MOST_CHECKED:
            return Found(_hits(found), more=last)
    return Found(_hits(found))


def _brands(agent: Agent, brand: Brand | None) -> list[int]:
    seen = Brand.objects.visible_to(agent)
    chosen = seen.filter(pk=brand.pk) if brand else seen
    return sorted(chosen.values_list("pk", flat=True))


def _candidates(
    query: Query, brands: list[int], *, agent: Agent, before: int | None, size: int
) -> Iterator[list[int]]:
    """Yield numbers of messages that may hold the parts, newest first, a piece at a time."""
    progress = SearchProgress.objects.filter(version=words.VERSION).first()
    indexed_to = progress.indexed_to if progress else 0
    fresh = Message.objects.filter(pk__gt=indexed_to, kind__in=KINDS)
    if before is not None:
        fresh = fresh.filter(pk__lt=before)
    if ids := list(fresh.order_by("-pk").values_list("pk", flat=True)[:MOST_UNINDEXED]):
        yield ids
    end = indexed_to + 1 if before is None else min(before, indexed_to + 1)
    # An admin sees all brands; naming them would only make the index work.
    named = [] if agent.is_admin and len(brands) == Brand.objects.count() else brands
    yield from search_routes.newest(query.terms, brands=named, before=end, size=size)


def _texts(ids: list[int], brands: list[int]) -> list[tuple[int, str]]:
    # Asked about the conversations' columns too, SQLite begins with all conversations of a brand.
    rows = (
        Message.objects.filter(pk__in=ids, kind__in=KINDS, deleted_at=None)
        .order_by("-pk")
        .values_list(
            "pk", "text", f"data__{parts.KEY}", "conversation__brand", "conversation__deleted_at"
        )
    )
    return [
        (message_id, parts.said(text, stored))
        for message_id, text, stored, brand_id, deleted_at in rows
        if brand_id in brands and deleted_at is None
    ]


def _hits(found: dict[int, tuple[str, list[Span]]]) -> list[Hit]:
    rows = Message.objects.select_related(
        "author", "conversation__customer__merged_into", "conversation__brand", "inbox"
    ).in_bulk(list(found))
    return [
        Hit(rows[message_id], snippet(text, spans))
        for message_id, (text, spans) in found.items()
        if message_id in rows
    ]

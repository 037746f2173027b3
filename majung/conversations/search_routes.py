"""Which way through the index: PostgreSQL has to be told, SQLite streams by itself.

SQLite's FTS5 walks its lists from the newest message backwards and stops when there is enough.
PostgreSQL knows two ways. *Gathering* takes the lists of all terms from the GIN index, keeps what is in
each, and sorts: good for what is rare. *Walking* reads entries from the newest backwards until
there is enough: good for what is common. Left alone it picks the wrong one by a thousandfold, so
how common the terms are (its own statistics, ``pg_stats``) decides here.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any, Final

from django.db import connection

from majung.conversations.search_index import brand_term, hashed
from majung.core.statements import Statement

_STREAM = Statement(
    sqlite="SELECT rowid FROM conversations_searchentry WHERE conversations_searchentry MATCH %s "
    "AND rowid < %s ORDER BY rowid DESC LIMIT %s"
)
# "+ 0" keeps the planner from walking the primary key backwards instead.
_GATHER = Statement(
    postgres="SELECT message_id FROM conversations_searchentry WHERE terms @> %s::int[] "
    "AND message_id < %s ORDER BY message_id + 0 DESC LIMIT %s"
)
_GATHER_IN = Statement(
    postgres="SELECT message_id FROM conversations_searchentry WHERE terms @> %s::int[] "
    "AND terms && %s::int[] AND message_id < %s ORDER BY message_id + 0 DESC LIMIT %s"
)
# The concatenation keeps the GIN index out.
_WALK = Statement(
    postgres="SELECT message_id FROM conversations_searchentry "
    "WHERE terms || '{}'::int[] @> %s::int[] AND message_id < %s AND message_id >= %s "
    "ORDER BY message_id DESC LIMIT %s"
)
_WALK_IN = Statement(
    postgres="SELECT message_id FROM conversations_searchentry "
    "WHERE terms || '{}'::int[] @> %s::int[] AND terms || '{}'::int[] && %s::int[] "
    "AND message_id < %s AND message_id >= %s ORDER BY message_id DESC LIMIT %s"
)
_STATISTICS = Statement(
    postgres="SELECT most_common_elems::text::int[], most_common_elem_freqs FROM pg_stats "
    "WHERE schemaname = current_schema() AND tablename = 'conversations_searchentry' "
    "AND attname = 'terms'"
)
_SIZE = Statement(
    postgres="SELECT reltuples::bigint FROM pg_class "
    "WHERE oid = to_regclass('conversations_searchentry')"
)

KNOWN_FOR: Final = 300.0
WIDEST_WALK: Final = 40_000
# Microseconds for an entry walked past, for one gathered and sorted, and for one in a list.
WALKED, GATHERED, LISTED = 1.5, 4.0, 0.1


def newest(
    terms: frozenset[str], *, brands: Sequence[int], before: int, size: int
) -> Iterator[list[int]]:
    """Yield the numbers of messages with all the terms, newest first, about ``size`` at a time.

    ``brands`` narrows to messages of any of them; none: all.
    """
    if connection.vendor == "sqlite":
        yield from _stream(terms, brands, before, size)
    else:
        yield from _routed(terms, brands, before, size)


def _stream(
    terms: frozenset[str], brands: Sequence[int], before: int, size: int
) -> Iterator[list[int]]:
    match = " AND ".join(f'"{term}"' for term in sorted(terms))
    if brands:
        match += " AND (" + " OR ".join(f'"{brand_term(brand)}"' for brand in brands) + ")"
    while ids := [row[0] for row in _STREAM.rows(match, before, size)]:
        yield ids
        if len(ids) < size:
            return
        before = ids[-1]


@dataclass(frozen=True, slots=True)
class _Statistics:
    entries: int
    shares: dict[int, float]
    rare: float

    def share(self, term: int) -> float:
        return self.shares.get(term, self.rare)


_known: dict[str, tuple[float, _Statistics]] = {}


def _routed(
    terms: frozenset[str], brands: Sequence[int], before: int, size: int
) -> Iterator[list[int]]:
    wanted = hashed(terms)
    within = hashed(map(brand_term, brands))
    floor = _worth_walking(_statistics(), wanted, within, before, size)
    while before > floor:
        ids = _ids(_WALK, _WALK_IN, wanted, within, before, floor, size)
        if ids:
            yield ids
        if len(ids) < size:
            before = floor
            break
        before = ids[-1]
    while ids := _ids(_GATHER, _GATHER_IN, wanted, within, before, size):
        yield ids
        if len(ids) < size:
            return
        before = ids[-1]


def _ids(
    plain: Statement, narrowed: Statement, wanted: list[int], within: list[int], *rest: int
) -> list[int]:
    rows = narrowed.rows(wanted, within, *rest) if within else plain.rows(wanted, *rest)
    return [row[0] for row in rows]


def _worth_walking(
    known: _Statistics, wanted: list[int], within: list[int], before: int, size: int
) -> int:
    """Return down to which number to walk before gathering; ``before`` itself for not at all."""
    shares = [known.share(term) for term in wanted]
    if within:
        shares.append(min(1.0, sum(map(known.share, within))))
    share = prod(shares)
    walked = size / share if share else float("inf")
    gathering = known.entries * (share * GATHERED + min(shares) * LISTED * len(shares))
    if walked * WALKED > gathering or walked > WIDEST_WALK:
        return before
    # Twice as far as it should take: words do not fall evenly.
    return max(0, before - int(2 * walked) - size)


def _statistics() -> _Statistics:
    name = str(connection.settings_dict["NAME"])
    at, known = _known.get(name, (0.0, None))
    if known is None or time.monotonic() - at > KNOWN_FOR:
        known = _read_statistics()
        _known[name] = (time.monotonic(), known)
    return known


def _read_statistics() -> _Statistics:
    entries = max(0, int(_SIZE.rows()[0][0]))
    rows: list[Any] = _STATISTICS.rows()
    if not rows or rows[0][0] is None:
        return _Statistics(entries, {}, rare=1e-5)
    elements, frequencies = rows[0]
    # Beyond the elements' own stand the least and the greatest of them, and that of null.
    shares = dict(zip(elements, frequencies, strict=False))
    return _Statistics(entries, shares, rare=min(shares.values(), default=1e-5) / 2)

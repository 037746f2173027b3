"""The ways through the index, newest first.

SQLite's FTS5 walks its lists from the newest message backwards and stops when there is enough.
PostgreSQL's GIN index knows no order, so it is asked block by block (``search_table``), the newest
first: within a block it takes the lists of all keys and gives what is in each.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from django.db import connection

from majung.conversations.search_index import brand_term
from majung.conversations.search_table import BLOCK_BITS, BLOCKS, HASH_BITS, hashed
from majung.core.statements import Row, Statement

_STREAM = Statement(
    sqlite="SELECT rowid FROM conversations_searchentry WHERE conversations_searchentry MATCH %s "
    "AND rowid < %s ORDER BY rowid DESC LIMIT %s"
)
# A block's keys of some hashes; see search_table.keys.
_KEYS = (
    f"ARRAY(SELECT ((block.number & {BLOCKS - 1})::int << {HASH_BITS}) | term "  # noqa: S608 - constants
    "FROM unnest(%s::int[]) AS term)"
)
# PostgreSQL is to take block after block and to stop when there is enough. So: the ordinality says
# that they come in order, OFFSET 0 forbids to join them in any other way, and it cannot know their
# number and the limit while it plans. "+ 0" keeps the primary key's index out. The number of the
# block is asked for because distant blocks share their keys.
_BLOCKS = (
    "SELECT entry.message_id FROM unnest(ARRAY(SELECT generate_series("  # noqa: S608 - constants
    f"least(%s, max(message_id)) >> {BLOCK_BITS}, min(message_id) >> {BLOCK_BITS}, -1) "
    "FROM conversations_searchentry)) WITH ORDINALITY AS block (number, place) "
    "CROSS JOIN LATERAL (SELECT message_id FROM conversations_searchentry WHERE {condition} "
    f"AND (message_id + 0) >> {BLOCK_BITS} = block.number AND message_id + 0 < %s OFFSET 0) "
    "AS entry ORDER BY block.place, entry.message_id DESC LIMIT (SELECT %s)"
)
_GATHER = Statement(postgres=_BLOCKS.format(condition=f"terms @> {_KEYS}"))
_GATHER_IN = Statement(postgres=_BLOCKS.format(condition=f"terms @> {_KEYS} AND terms && {_KEYS}"))

LARGEST_PIECE: Final = 400


def newest(
    terms: frozenset[str], *, brands: Sequence[int], before: int, size: int
) -> Iterator[list[int]]:
    """Yield the numbers of messages with all the terms, newest first, in growing pieces.

    The first is of ``size`` at most. ``brands`` narrows to messages of any of them; none: all.
    """
    piece_of = _from_sqlite if connection.vendor == "sqlite" else _from_postgres
    while ids := [row[0] for row in piece_of(terms, brands, before, size)]:
        yield ids
        if len(ids) < size:
            return
        # Where many only look like what is wanted, each further piece would cost as much again.
        before, size = ids[-1], min(2 * size, LARGEST_PIECE)


def _from_sqlite(terms: frozenset[str], brands: Sequence[int], before: int, size: int) -> list[Row]:
    match = " AND ".join(f'"{term}"' for term in sorted(terms))
    if brands:
        match += " AND (" + " OR ".join(f'"{brand_term(brand)}"' for brand in brands) + ")"
    return _STREAM.rows(match, before, size)


def _from_postgres(
    terms: frozenset[str], brands: Sequence[int], before: int, size: int
) -> list[Row]:
    wanted, within = hashed(terms), hashed(map(brand_term, brands))
    if len(within) > 1:
        return _GATHER_IN.rows(before, wanted, within, before, size)
    return _GATHER.rows(before, wanted + within, before, size)

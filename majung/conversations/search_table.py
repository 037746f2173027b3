"""The index of messages as each database keeps it; see ``search_index`` for what stands in it.

PostgreSQL's GIN index gives all messages with some terms or none, in no order; the newest fifty
of a hundred thousand would cost a hundred thousand. So a term is kept once for each block of
16,384 messages, as a key of 32 bits: 12 for the block, 20 for a hash of the term. Who looks for
the newest goes from block to block and stops when there is enough (``search_routes``). New
messages touch the end of the index only.
"""

from collections.abc import Iterable
from typing import Any, Final
from zlib import crc32

BLOCK_BITS: Final = 14
# Blocks this far apart share their keys; whoever reads them looks at the messages' numbers too.
BLOCKS: Final = 1 << 12
HASH_BITS: Final = 20

# Without the list of what is not sorted in yet: each block that is read would read it to its end.
POSTGRES_INDEX = (
    "CREATE INDEX conversations_searchentry_terms ON conversations_searchentry USING gin (terms) "
    "WITH (fastupdate = off)"
)
POSTGRES = (
    "CREATE TABLE conversations_searchentry (message_id bigint PRIMARY KEY, terms int[] NOT NULL)",
    # Nobody asks how common a key is, and a key says nothing about the next block's.
    "ALTER TABLE conversations_searchentry ALTER COLUMN terms SET STATISTICS 0",
    POSTGRES_INDEX,
)
# Contentless: the words stand in the messages. Without positions (detail=none) it is half as large.
SQLITE = (
    """
    CREATE VIRTUAL TABLE conversations_searchentry USING fts5(
      terms, content='', detail=none, tokenize="unicode61 remove_diacritics 0")
    """,
)


def make(_apps: Any, schema_editor: Any) -> None:
    for statement in POSTGRES if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement)


def unmake(_apps: Any, schema_editor: Any) -> None:
    schema_editor.execute("DROP TABLE conversations_searchentry")


def hashed(terms: Iterable[str]) -> list[int]:
    """Return the terms' hashes; two terms of one hash cost a look at a text, no more."""
    mask = (1 << HASH_BITS) - 1
    return sorted({crc32(term.encode()) & mask for term in terms})


def keys(terms: Iterable[str], message_id: int) -> list[int]:
    """Return what PostgreSQL keeps of a message, signed as its integers are."""
    block = (message_id >> BLOCK_BITS) % BLOCKS
    signed = block - BLOCKS if block >= BLOCKS // 2 else block
    return [(signed << HASH_BITS) | term for term in hashed(terms)]

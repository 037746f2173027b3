"""The index of messages as each database keeps it; see ``search_index`` for what stands in it."""

from typing import Any

POSTGRES = (
    "CREATE TABLE conversations_searchentry (message_id bigint PRIMARY KEY, terms int[] NOT NULL)",
    # What decides how to search is how common a term is, so PostgreSQL is to know many of them.
    "ALTER TABLE conversations_searchentry ALTER COLUMN terms SET STATISTICS 1000",
    "CREATE INDEX conversations_searchentry_terms ON conversations_searchentry USING gin (terms)",
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

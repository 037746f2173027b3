"""Keeps the index of messages: fed in batches behind the messages, never in their way.

A message's terms are ``core.search.words.terms`` of what it says and one that names its brand. SQLite
keeps them as an FTS5 table, PostgreSQL as an array of keys under a GIN index (``search_table``);
either may say too much (a hash, a pair of syllables), never too little, for ``search`` looks at the
text.
"""

import time
from collections.abc import Iterable
from typing import Final

from django.db import connection, transaction
from django.db.models import Max

from majung.conversations import parts, search_table
from majung.conversations.models import Message, SearchProgress
from majung.core import backup
from majung.core.search import words
from majung.core.statements import Statement
from majung.core.ticks import each_tick

KINDS: Final = (Message.Kind.CUSTOMER, Message.Kind.REPLY, Message.Kind.NOTE)
BATCH: Final = 100
# Of each second, so that a long way to catch up does not slow the people at work.
SECONDS: Final = 0.2
PATIENCE: Final = 250
# No text has this sign, so a brand's term is nobody's word.
_BRAND: Final = "\ue000"

_ADD = Statement(
    sqlite="INSERT INTO conversations_searchentry (rowid, terms) VALUES (%s, %s)",
    postgres="INSERT INTO conversations_searchentry (message_id, terms) VALUES (%s, %s::int[]) "
    "ON CONFLICT (message_id) DO UPDATE SET terms = excluded.terms",
)
# A contentless table forgets only what it is told again.
_FORGET = Statement(
    sqlite="INSERT INTO conversations_searchentry (conversations_searchentry, rowid, terms) "
    "VALUES ('delete', %s, %s)",
    postgres="DELETE FROM conversations_searchentry WHERE message_id = %s AND %s IS NOT NULL",
)
_EMPTY = Statement(
    sqlite="INSERT INTO conversations_searchentry (conversations_searchentry) "
    "VALUES ('delete-all')",
    postgres="TRUNCATE conversations_searchentry",
)
_GIVEN_OUT = Statement(
    postgres="SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM conversations_message_id_seq"
)
# Whoever began before the first has ended when the second is past it.
_NEXT_XID = Statement(
    postgres="SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint + base "
    "FROM customers_xidbase"
)
_OLDEST_XID = Statement(postgres="SELECT majung_oldest_xid()")


def brand_term(brand_id: int) -> str:
    return f"{_BRAND}{brand_id}"


@each_tick
def keep_up() -> None:
    """Index what is new, for at most a fifth of a second; one process at a time."""
    end = time.monotonic() + SECONDS
    while feed() and time.monotonic() < end:
        pass


def feed(limit: int = BATCH) -> int:
    """Index the next messages that are certainly all there; return how many.

    Costs one small read when there is nothing new, and never waits for another process.
    """
    if _is_done(SearchProgress.objects.first()):
        return 0
    with transaction.atomic():
        SearchProgress.objects.get_or_create(pk=1)
        held = SearchProgress.objects.select_for_update(skip_locked=True).filter(pk=1).first()
        return _advance(held, limit) if held else 0


def forget(messages: Iterable[Message]) -> None:
    """Take messages out of the index, before their texts change or go."""
    progress = SearchProgress.objects.select_for_update().filter(pk=1).first()
    if progress is None or progress.version != words.VERSION:
        return
    for message in messages:
        if message.pk <= progress.indexed_to and message.kind in KINDS:
            said = parts.said(message.text, message.data.get(parts.KEY))
            terms = _terms(message.pk, said, message.conversation.brand_id)
            _FORGET.run(message.pk, terms)


def learn(messages: Iterable[Message]) -> None:
    """Put messages back into the index after ``forget``, with the texts that they have now.

    What the index has not come to yet waits its turn.
    """
    progress = SearchProgress.objects.select_for_update().filter(pk=1).first()
    if progress is None or progress.version != words.VERSION:
        return
    for message in messages:
        if message.pk <= progress.indexed_to and message.kind in KINDS:
            said = parts.said(message.text, message.data.get(parts.KEY))
            _ADD.run(message.pk, _terms(message.pk, said, message.conversation.brand_id))


def rebuild() -> int:
    """Make the index anew and return how many messages are in it; quicker than piece by piece.

    What somebody is still writing after five seconds is left for ``keep_up``.
    """
    with transaction.atomic():
        SearchProgress.objects.filter(pk=1).update(version=0)
    indexed = 0
    on_postgres = connection.vendor == "postgresql"
    if on_postgres:
        _run("DROP INDEX conversations_searchentry_terms")
    idle = 0
    while not _is_done(SearchProgress.objects.first()) and idle < PATIENCE:
        done = feed(limit=5_000)
        indexed += done
        idle = 0 if done else idle + 1
        time.sleep(0 if done else 0.02)
    if on_postgres:
        _run(search_table.POSTGRES_INDEX)
        _run("ANALYZE conversations_searchentry")
    return indexed


@backup.after_restore
def doubt_numbers() -> None:
    """Begin waiting anew: a restored PostgreSQL database counts its transactions from elsewhere."""
    SearchProgress.objects.update(aim_xid=None)


def _advance(progress: SearchProgress, limit: int) -> int:
    if progress.version != words.VERSION:
        _EMPTY.run()
        progress.version, progress.indexed_to = words.VERSION, 0
    settled = _settled(progress)
    rows = list(
        Message.objects.filter(pk__gt=progress.indexed_to, pk__lte=settled, kind__in=KINDS)
        .order_by("pk")
        .values_list("pk", "text", f"data__{parts.KEY}", "conversation__brand_id")[:limit]
    )
    for message_id, text, stored, brand_id in rows:
        _ADD.run(message_id, _terms(message_id, parts.said(text, stored), brand_id))
    progress.indexed_to = rows[-1][0] if len(rows) == limit else settled
    progress.save()
    return len(rows)


def _terms(message_id: int, text: str, brand_id: int) -> str | list[int]:
    terms = {*words.terms(text), brand_term(brand_id)}
    on_sqlite = connection.vendor == "sqlite"
    return " ".join(terms) if on_sqlite else search_table.keys(terms, message_id)


def _newest() -> int:
    if connection.vendor == "sqlite":
        return Message.objects.aggregate(newest=Max("pk"))["newest"] or 0
    return int(_GIVEN_OUT.rows()[0][0])


def _is_done(progress: SearchProgress | None) -> bool:
    newest = _newest()
    if progress is None:
        return newest == 0
    return progress.version == words.VERSION and progress.indexed_to >= newest


def _settled(progress: SearchProgress) -> int:
    """Return up to which number all messages are there, and look further for the next time."""
    if connection.vendor == "sqlite":
        return _newest()
    if progress.aim <= progress.indexed_to:
        progress.aim, progress.aim_xid = _newest(), None
    elif progress.aim_xid is None:
        progress.aim_xid = int(_NEXT_XID.rows()[0][0])
    if progress.aim_xid is not None and int(_OLDEST_XID.rows()[0][0]) >= progress.aim_xid:
        return progress.aim
    return progress.indexed_to


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)

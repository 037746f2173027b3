"""However many conversations there are, nothing on the way of a message or a list reads them all.

PostgreSQL counts its sequential scans itself; on SQLite every statement that ran is explained.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import pytest
from django.db import connection
from django.test import Client

from bench import fill
from majung.accounts.models import Agent
from majung.conversations.models import Conversation, Inbox
from majung.core import jobs
from tests import people
from tests.web.widget.browser import opened

pytestmark = [pytest.mark.chaos, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
SHORT, FULL = 5_000, 200_000
GROWING = (
    "conversations_conversation",
    "conversations_message",
    "customers_event",
    "customers_customer",
    "customers_identity",
)
# These hold only what is open and nobody's: reading one of them whole is what they are for.
SMALL_INDEX = "conversation_unassigned"
EXPLAINABLE = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")


@contextmanager
def scans() -> Iterator[list[str]]:
    """Collect who was read from end to end inside the block; the list is filled at its end."""
    found: list[str] = []
    if connection.vendor == "sqlite":
        statements: list[str] = []
        connection.connection.set_trace_callback(statements.append)
        yield found
        connection.connection.set_trace_callback(None)
        assert statements, "nothing was seen: the connection was another"
        found += [scan for sql in dict.fromkeys(statements) for scan in scanned(sql)]
    else:
        before = counted()
        yield found
        found += [name for name, count in counted().items() if count > before[name]]


def scanned(sql: str) -> list[str]:
    """Return what SQLite says it would read whole for this statement."""
    if not sql.lstrip().upper().startswith(EXPLAINABLE):
        return []
    with connection.cursor() as cursor:
        details = [str(row[3]) for row in cursor.execute(f"EXPLAIN QUERY PLAN {sql}", None)]
    return [
        f"{detail}: {sql[:300]}"
        for detail in details
        if detail.startswith("SCAN ") and SMALL_INDEX not in detail and grows(detail, sql)
    ]


def grows(detail: str, sql: str) -> bool:
    """Say whether the table of a plan's line, which may be an alias, is one that grows."""
    name = re.escape(detail.split()[1])
    tables = "|".join(GROWING)
    meant = re.search(rf'\b({tables})"?\s+(AS\s+)?"?{name}\b', sql, re.IGNORECASE)
    return name in GROWING or meant is not None


def counted() -> dict[str, int]:
    """Return how often PostgreSQL has read each growing table (or a part of it) from end to end.

    A month of the timeline in which next to nothing happened is best read whole.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT stat.relname, seq_scan FROM pg_stat_user_tables AS stat"
            " JOIN pg_class ON pg_class.oid = relid WHERE reltuples >= 1000"
        )
        return {name: count for name, count in cursor.fetchall() if name.startswith(GROWING)}


@pytest.fixture
def grown(is_long_proof: bool) -> Iterator[list[Inbox]]:
    """A company in its third year, with an open conversation among every fifty."""
    inboxes = fill.company()
    fill.conversations(inboxes, count=FULL if is_long_proof else SHORT)
    if connection.vendor == "postgresql" and not is_long_proof:
        # A few thousand rows are best read whole; here only whether an index would serve.
        with connection.cursor() as cursor:
            cursor.execute("SET enable_seqscan = off")
    yield inboxes
    connection.close()


def test_nothing_reads_all_conversations(grown: list[Inbox]) -> None:
    agent = Agent.objects.get()
    desk = people.signed_in(agent)
    some = list(Conversation.objects.select_related("customer").order_by("-last_message_at")[:2])
    walks: dict[str, Callable[[], object]] = {
        "lists": lambda: read_lists(desk),
        "conversation": lambda: read_some(desk, some),
        "message": lambda: write_messages(grown[0]),
        "answer": lambda: take_and_answer(desk),
        "jobs": lambda: jobs.run_due(1000),
    }
    with scans() as noticed:
        list(Conversation.objects.filter(subject__contains="없는 말"))
    assert noticed != []
    read_whole = {}
    for name, walk in walks.items():
        with scans() as found:
            walk()
        if found:
            read_whole[name] = found
    assert read_whole == {}


def get(desk: Client, path: str) -> str:
    answer = desk.get(path, follow=True)
    assert answer.status_code == 200, path
    return answer.content.decode()


def read_lists(desk: Client) -> None:
    """Every list, and its second page."""
    for view in ("mine", "unassigned", "all", "closed"):
        page = get(desk, f"/desk/{view}/")
        get(desk, f"/desk/{view}/rows")
        following = re.search(rf"/desk/{view}/rows\?[^\"']*cursor=[^\"'&]+", page)
        if following:
            get(desk, following[0].replace("&amp;", "&"))


def read_some(desk: Client, conversations: Sequence[Conversation]) -> None:
    for conversation in conversations:
        for part in ("", "thread", "panel"):
            get(desk, f"/desk/c/{conversation.public_id}/{part}")
        get(desk, f"/desk/customers/{conversation.customer.public_id}/")


def write_messages(inbox: Inbox) -> None:
    """A newcomer and one who goes on, and what their widgets then read."""
    browser = opened(inbox)
    for text in ("처음이에요", "하나 더요"):
        assert browser.write(text).status_code == 201
    assert browser.texts() == ["처음이에요", "하나 더요"]
    assert browser.ask("receipts", {"read": browser.read()[-1]["id"]}).status_code == 204


def take_and_answer(desk: Client) -> None:
    taken = desk.post("/desk/next")
    found = re.search(r"/desk/c/([0-9a-f-]{36})/", taken["Location"])
    assert found
    path = f"/desk/c/{found[1]}"
    assert desk.post(f"{path}/replies", {"key": "k", "text": "네"}).status_code == 302
    assert desk.post(f"{path}/closure").status_code == 302

from collections.abc import Sequence
from threading import Event, Thread

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from majung.accounts.models import Agent, Brand
from majung.conversations import search, search_index, search_routes, search_table
from majung.conversations.models import Conversation, Inbox, Message, SearchProgress
from majung.core import clock
from tests import factories
from tests.servers import wait_until

pytestmark = pytest.mark.django_db(transaction=True)


def said(conversation: Conversation, *texts: str, kind: str = "customer") -> list[Message]:
    return [
        Message.objects.create(
            conversation=conversation, inbox=conversation.inbox, kind=kind, text=text,
            created_at=clock.now(),
        )
        for text in texts
    ]  # fmt: skip


def found(agent: Agent, text: str, *, brand: Brand | None = None) -> list[str]:
    page = search.find(agent=agent, text=text, brand=brand)
    return [hit.message.text for hit in page.hits]


def keep_up_until_all_is_indexed() -> None:
    """Wait for the index, as the product does, second by second.

    PostgreSQL counts transactions over all databases of a server, so another test's open one,
    beside us, may hold the index back for a while; the search looks at the rest itself meanwhile.
    """

    def all_is_indexed() -> bool:
        search_index.keep_up()
        newest = Message.objects.latest("pk").pk
        return SearchProgress.objects.filter(indexed_to__gte=newest).exists()

    wait_until(all_is_indexed, what="the index of messages", seconds=60)


@pytest.mark.parametrize("indexed", [False, True])
def test_what_stands_on_a_card_or_a_quick_reply_is_found(
    conversation: Conversation, agent: Agent, *, indexed: bool
) -> None:
    (message, _) = said(conversation, "이 상품은 어떠세요?", "다른 답", kind="reply")
    button = {"label": "장바구니 담기", "link": "https://ondam.kr/1"}
    card = {"title": "너른들 트레일 러닝화", "text": "발볼이 넓어요", "buttons": [button]}
    message.data = {"parts": {"cards": [card], "choices": ["다른 색 보기"]}}
    message.save()
    if indexed:
        search_index.rebuild()
    for text in ("트레일", "발볼", "장바구니", "다른 색", "상품 러닝화"):
        assert found(agent, text) == ["이 상품은 어떠세요?"]
    (hit,) = search.find(agent=agent, text="트레일").hits
    assert "트레일" in [piece.text for piece in hit.pieces if piece.is_hit]
    with transaction.atomic():
        search_index.forget([message])
        message.delete()
    assert found(agent, "트레일") == []


FORMS = ["환불을 해 주세요", "환불해주세요", "교환환불 문의", "환 불"]
OTHERS = ["교환 불가라던데요", "환급 불만", "배송 조회"]


@pytest.mark.parametrize("indexed", [False, True])
def test_all_forms_are_found_newest_first_and_nothing_else(
    conversation: Conversation, agent: Agent, *, indexed: bool
) -> None:
    said(conversation, *FORMS, *OTHERS)
    if indexed:
        search_index.rebuild()
    assert found(agent, "환불") == FORMS[::-1]
    assert found(agent, "배송조회") == ["배송 조회"]
    assert found(agent, "없는말") == []
    assert found(agent, "?") == []


def test_replies_and_notes_are_found_and_what_was_done_is_not(
    conversation: Conversation, agent: Agent
) -> None:
    for kind in ("reply", "note", "event"):
        said(conversation, f"퀵 발송 {kind}", kind=kind)
    search_index.rebuild()
    assert found(agent, "퀵발송") == ["퀵 발송 note", "퀵 발송 reply"]


def test_only_those_who_answer_for_the_brand_find_it(
    conversation: Conversation, agent: Agent, other_agent: Agent, admin: Agent
) -> None:
    said(conversation, "환불이요")
    for _ in range(2):
        assert found(agent, "환불") == ["환불이요"]
        assert found(admin, "환불") == ["환불이요"]
        assert found(other_agent, "환불") == []
        search_index.rebuild()


def test_one_brand_alone(
    conversation: Conversation, other_widget: Inbox, other_brand: Brand, admin: Agent
) -> None:
    elsewhere = factories.conversation(other_widget, factories.customer("이서연"), "딴 브랜드 환불")
    said(conversation, "이 브랜드 환불")
    search_index.rebuild()
    assert set(found(admin, "환불")) == {"이 브랜드 환불", "딴 브랜드 환불"}
    assert found(admin, "환불", brand=other_brand) == ["딴 브랜드 환불"]
    assert elsewhere.brand == other_brand


def test_what_is_deleted_is_not_found(conversation: Conversation, agent: Agent) -> None:
    gone, stays = said(conversation, "환불 하나", "환불 둘")
    search_index.rebuild()
    Message.objects.filter(pk=gone.pk).update(deleted_at=clock.now())
    assert found(agent, "환불") == [stays.text]
    Conversation.objects.update(deleted_at=clock.now())
    assert found(agent, "환불") == []


def test_pages_go_on_where_the_last_one_ended(conversation: Conversation, agent: Agent) -> None:
    texts = [f"환불 {number}" for number in range(12)]
    said(conversation, *texts[:9])
    search_index.rebuild()
    said(conversation, *texts[9:])
    seen: list[str] = []
    before = None
    for _ in range(3):
        page = search.find(agent=agent, text="환불", before=before, limit=5)
        seen += [hit.message.text for hit in page.hits]
        before = page.more
    assert (seen, before) == (texts[::-1], None)


def test_what_lies_far_apart_is_found_in_order(conversation: Conversation, agent: Agent) -> None:
    block = 1 << search_table.BLOCK_BITS
    texts = []
    # The last number has the keys of the first.
    whole = search_table.BLOCKS * block
    for number in (100, block - 1, 2 * block, whole - block, whole + 100):
        go_on_at(number)
        texts += [f"환불 {number} 앞", f"환불 {number} 뒤"]
        said(conversation, *texts[-2:])
    search_index.rebuild()
    keep_up_until_all_is_indexed()
    seen: list[str] = []
    before = None
    for _ in range(4):
        page = search.find(agent=agent, text="환불", before=before, limit=3)
        seen += [hit.message.text for hit in page.hits]
        before = page.more
    assert (seen, before) == (texts[::-1], None)


def test_the_index_narrows_to_brands(
    conversation: Conversation, other_widget: Inbox, brand: Brand, other_brand: Brand
) -> None:
    third = factories.widget(factories.brand("셋째"))
    ours = said(conversation, "환불 하나")
    theirs = said(factories.conversation(other_widget, factories.customer("이서연")), "환불 둘")
    said(factories.conversation(third, factories.customer("박도윤")), "환불 셋")
    search_index.rebuild()
    both = [brand.pk, other_brand.pk]
    assert _entries("환불", brands=both) == [theirs[0].pk, ours[0].pk]
    assert _entries("환불", brands=both[:1]) == [ours[0].pk]


def test_a_rare_word_among_many_that_look_like_it_costs_few_queries(
    conversation: Conversation,
    agent: Agent,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    right = said(conversation, "환불 하나", "환불 둘")
    said(conversation, *["교환 불가"] * 150)
    search_index.rebuild()
    keep_up_until_all_is_indexed()
    with django_assert_max_num_queries(24):
        page = search.find(agent=agent, text="환불", limit=5)
    assert [hit.message for hit in page.hits] == right[::-1]


@pytest.mark.only_on("sqlite")
def test_sqlite_reads_many_texts_by_their_numbers(conversation: Conversation, agent: Agent) -> None:
    """And does not begin with all conversations of a brand, as it likes to."""
    said(conversation, "환불", *["교환 불가"] * 150)
    search_index.rebuild()
    with CaptureQueriesContext(connection) as asked:
        assert found(agent, "환불") == ["환불"]
    by_numbers = (query["sql"] for query in asked if '"id" IN (' in query["sql"])
    of_many = max(by_numbers, key=lambda sql: sql.partition('"id" IN (')[2].find(")"))
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {of_many}")
        first = str(cursor.fetchone()[-1])
    assert first.startswith("SEARCH conversations_message USING INTEGER PRIMARY KEY"), first


@pytest.mark.only_on("postgres")
@pytest.mark.parametrize("brands", [[], [1, 2]])
@pytest.mark.parametrize("planned", ["force_custom_plan", "force_generic_plan"])
def test_postgres_reads_no_further_than_to_what_is_enough(planned: str, brands: list[int]) -> None:
    rows = 6 << search_table.BLOCK_BITS
    hashes = [search_table.hashed([term])[0] for term in ("환불", search_index.brand_term(2))]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL plan_cache_mode = {planned}")
        cursor.execute("TRUNCATE conversations_searchentry")
        cursor.execute("DROP INDEX conversations_searchentry_terms")
        cursor.execute(
            "INSERT INTO conversations_searchentry SELECT number, ARRAY(SELECT "
            f"(number >> {search_table.BLOCK_BITS} << {search_table.HASH_BITS}) | term "
            "FROM unnest(%s::int[]) AS term) FROM generate_series(1, %s::int) AS number",
            [hashes, rows],
        )
        cursor.execute(search_table.POSTGRES_INDEX)
        cursor.execute("ANALYZE conversations_searchentry")
        read = _entries_read()
        wanted = frozenset(["환불"])
        first = next(search_routes.newest(wanted, brands=brands, before=2**60, size=400))
        read = _entries_read() - read
        transaction.set_rollback(True)
    assert first == list(range(rows, rows - 400, -1))
    assert 400 <= read <= 2 << search_table.BLOCK_BITS


def test_a_forgotten_message_is_out_of_the_index(conversation: Conversation, agent: Agent) -> None:
    first, second = said(conversation, "환불 하나", "환불 둘")
    search_index.rebuild()
    keep_up_until_all_is_indexed()
    with transaction.atomic():
        search_index.forget([first])
        Message.objects.filter(pk=first.pk).update(text="")
    assert found(agent, "환불") == [second.text]
    assert _entries("환불") == [second.pk]


def test_other_rules_make_the_index_anew(conversation: Conversation, agent: Agent) -> None:
    said(conversation, *FORMS)
    search_index.rebuild()
    SearchProgress.objects.update(version=0)
    assert found(agent, "환불") == FORMS[::-1]
    search_index.rebuild()
    keep_up_until_all_is_indexed()
    assert found(agent, "환불") == FORMS[::-1]
    assert len(_entries("환불")) == len(FORMS)


def test_queries_stay_few_whatever_is_found(
    conversation: Conversation,
    agent: Agent,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    said(conversation, *[f"환불 {number}" for number in range(60)])
    search_index.rebuild()
    found(agent, "환불")
    with django_assert_max_num_queries(9):
        assert len(found(agent, "환불")) == search.SHOWN


def test_keeping_up_needs_no_rebuild_and_costs_one_read_when_idle(
    conversation: Conversation, agent: Agent, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    texts = [f"환불 {number}" for number in range(30)]
    for text in texts:
        said(conversation, text)
        search_index.keep_up()
    keep_up_until_all_is_indexed()
    assert len(_entries("환불")) == len(texts)
    assert found(agent, "환불") == texts[::-1]
    with django_assert_max_num_queries(2):
        search_index.keep_up()


@pytest.mark.only_on("postgres")
def test_a_message_that_commits_late_is_indexed_too(
    conversation: Conversation, agent: Agent
) -> None:
    written, go_on = Event(), Event()

    def write_slowly() -> None:
        try:
            with transaction.atomic():
                said(conversation, "늦게 온 환불")
                written.set()
                go_on.wait(20)
        finally:
            connection.close()

    slow = Thread(target=write_slowly)
    slow.start()
    assert written.wait(20)
    said(conversation, "먼저 온 환불")
    for _ in range(6):
        search_index.keep_up()
    assert found(agent, "환불") == ["먼저 온 환불"]
    go_on.set()
    slow.join()
    keep_up_until_all_is_indexed()
    assert found(agent, "환불") == ["먼저 온 환불", "늦게 온 환불"]
    assert len(_entries("환불")) == 2


def go_on_at(number: int) -> None:
    """Give the next message this number."""
    if connection.vendor == "sqlite":
        statement = "UPDATE sqlite_sequence SET seq = %s - 1 WHERE name = 'conversations_message'"
    else:
        statement = "SELECT setval('conversations_message_id_seq', %s, false)"
    with connection.cursor() as cursor:
        cursor.execute(statement, [number])


def _entries(word: str, *, brands: Sequence[int] = ()) -> list[int]:
    """Return what the index itself says about a two-syllable word, newest first."""
    pieces = search_routes.newest(frozenset([word]), brands=brands, before=2**60, size=1000)
    return [message_id for piece in pieces for message_id in piece]


def _entries_read() -> int:
    """Return how many rows of PostgreSQL's index table this transaction has read."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables "
            "WHERE relname = 'conversations_searchentry'"
        )
        return int(cursor.fetchone()[0])

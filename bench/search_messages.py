"""Finding messages by what they say, among a million of them.

Texts of a made-up language whose every word is known, with four words planted in a tenth, a
hundredth … of the messages in all their forms, and pairs of words that only look like them across
a space. What must be found is kept while writing, apart from the product's own rules.

``p95_ms``: the newest 50, over all queries: the planted words and 2–4 words of some message, each
as an admin (all brands), for a brand with a fifth and one with a hundredth of the messages.
``found`` of ``expected``: messages on the first pages. ``false_first``: wrong ones there.
``new_ms``: until a message that was just written is found.
"""

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from io import StringIO
from itertools import accumulate, islice

from django.db import connection, transaction

from bench.ground import percentile, say
from majung.accounts.models import Agent, Brand, Team
from majung.conversations import search, search_index
from majung.conversations.models import Conversation, Inbox, Message
from majung.core import clock
from majung.core.ids import uuid7
from majung.customers.models import Customer

PLANTED = {"환불": 0.1, "교환권": 0.01, "파손": 0.001, "누수": 0.00001}
FORMS: tuple[Callable[[str], str], ...] = (
    lambda word: word,
    lambda word: f"{word}을",
    lambda word: f"{word}해주세요",
    lambda word: f"처음{word}",
    lambda word: f"{word}에서는요",
)
# Across the space they look like 환불, 교환권 and 파손, and are not.
DECOYS = ("교환 불가", "교환 권리", "양파 손질")
# No syllable of the planted words or of what is put onto them.
SYLLABLES = (
    "거너더러머버서어저초커터퍼허고노도로모보소오조코토포호구누두루무부우주추쿠투푸후기니디리미비"
)
BRANDS = (0.79, 0.2, 0.01)
PER_CONVERSATION = 20
PIECE = 20_000


@dataclass
class World:
    """What was written: for each planted word and brand its messages, newest last."""

    size: int
    inboxes: list[Inbox]
    rng: random.Random = field(default_factory=lambda: random.Random(7))
    planted: dict[str, list[tuple[int, int]]] = field(
        default_factory=lambda: {word: [] for word in PLANTED}
    )
    texts: dict[int, tuple[int, str]] = field(default_factory=dict)


def run(*, database: str, quick: bool) -> dict[str, float]:
    world = World(size=30_000 if quick else 1_000_000, inboxes=_brands())
    say(f"writing {world.size:,} messages")
    _write(world)
    say("making the index")
    begun = time.perf_counter()
    search_index.rebuild()
    figures = {"indexed_per_s": world.size / (time.perf_counter() - begun)}
    figures["index_mb"] = _index_mb(database)
    figures |= _search(world, rounds=20 if quick else 40)
    figures["new_ms"] = _new_ms()
    return figures


def _brands() -> list[Inbox]:
    inboxes = []
    Agent.objects.create_user("admin@example.com", "majung-bench", name="관리자", role="admin")
    for number in range(len(BRANDS)):
        brand = Brand.objects.create(name=f"브랜드 {number}", slug=f"brand-{number}")
        agent = Agent.objects.create_user(f"a{number}@example.com", "majung-bench", name="상담원")
        team = Team.objects.create(name=f"팀 {number}")
        team.members.add(agent)
        team.brands.add(brand)
        inboxes.append(Inbox.objects.create(kind="webchat", brand=brand, name="웹 채팅"))
    return inboxes


def _write(world: World) -> None:
    customer = Customer.objects.create(name="고객", created_at=clock.now())
    words = _vocabulary(world.rng)
    weights = list(accumulate(1 / (rank + 3) for rank in range(len(words))))
    threads = _threads(world, customer)
    now, number = clock.now(), 0
    while number < world.size:
        rows = []
        for _ in range(min(PIECE, world.size - number)):
            number += 1
            place = number * len(threads) // (world.size + 1)
            thread, inbox = threads[place]
            text = _text(world, number, inbox.brand_id, words, weights)
            rows.append((number, thread, inbox.pk, text))
        _store(rows, now)
        if number % (PIECE * 10) == 0:
            say(f"  {number:,} of {world.size:,}")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # the numbers above were not taken from it
            cursor.execute("SELECT setval('conversations_message_id_seq', %s)", [world.size])


def _threads(world: World, customer: Customer) -> list[tuple[int, Inbox]]:
    homes = world.rng.choices(world.inboxes, weights=BRANDS, k=max(200, world.size // 20))
    now = clock.now()
    rows = Conversation.objects.bulk_create(
        (
            Conversation(
                brand_id=home.brand_id, inbox=home, customer=customer, status="closed",
                created_at=now, last_message_at=now,
            )
            for home in homes
        ),
        batch_size=5_000,
    )  # fmt: skip
    return [(row.pk, home) for row, home in zip(rows, homes, strict=True)]


def _vocabulary(rng: random.Random) -> list[str]:
    words: set[str] = set()
    while len(words) < 6_000:
        words.add("".join(rng.choices(SYLLABLES, k=rng.choice((2, 2, 3)))))
    return sorted(words)


def _text(world: World, number: int, brand_id: int, words: list[str], weights: list[float]) -> str:
    rng = world.rng
    said = rng.choices(words, cum_weights=weights, k=rng.randint(8, 24))
    for word, share in PLANTED.items():
        if rng.random() < share:
            world.planted[word].append((number, brand_id))
            said.insert(rng.randrange(len(said)), rng.choice(FORMS)(word))
    if rng.random() < 0.05:
        said.insert(rng.randrange(len(said)), rng.choice(DECOYS))
    text = " ".join(said)
    if rng.random() < 400 / world.size:
        world.texts[number] = (brand_id, text)
    return text


COLUMNS = (
    "id", "public_id", "conversation_id", "inbox_id", "kind", "text", "data", "external_id",
    "client_key", "state", "failure", "created_at",
)  # fmt: skip


def _store(rows: list[tuple[int, int, int, str]], now: datetime) -> None:
    full = (
        (number, uuid7(), thread, inbox, "customer", text, "{}", "", "", "stored", "", now)
        for number, thread, inbox, text in rows
    )
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            _copy(cursor, full)
            return
        marks = ", ".join(["%s"] * len(COLUMNS))
        cursor.executemany(
            f"INSERT INTO conversations_message ({', '.join(COLUMNS)}) VALUES ({marks})",
            [(row[0], row[1].hex, *row[2:-1], str(now.replace(tzinfo=None))) for row in full],
        )


def _copy(cursor: object, full: Iterator[tuple[object, ...]]) -> None:
    lines = StringIO()
    for row in full:
        lines.write("\t".join(map(str, row)) + "\n")
    statement = f"COPY conversations_message ({', '.join(COLUMNS)}) FROM STDIN"
    # Only psycopg's cursor has it, and its type is not known where SQLite is used alone.
    with cursor.copy(statement) as copy:  # type: ignore[attr-defined]
        copy.write(lines.getvalue())


def _index_mb(database: str) -> float:
    question = (
        "SELECT pg_total_relation_size('conversations_searchentry')"
        if database == "postgres"
        else "SELECT sum(pgsize) FROM dbstat WHERE name LIKE 'conversations_searchentry%'"
    )
    try:
        with connection.cursor() as cursor:
            cursor.execute(question)
            return int(cursor.fetchone()[0]) / 1e6
    except Exception:  # noqa: BLE001 - SQLite may be built without dbstat
        return 0.0


def _search(world: World, *, rounds: int) -> dict[str, float]:
    scopes = [Agent.objects.get(role="admin"), *Agent.objects.filter(role="agent").order_by("pk")]
    brands = [None, *(inbox.brand_id for inbox in world.inboxes)]
    times: list[float] = []
    found = expected = wrong = 0
    for agent, brand in zip(scopes, brands, strict=True):
        if brand == world.inboxes[0].brand_id:
            continue  # as good as all of them
        share = "all brands" if brand is None else agent.email
        for word, how_often in PLANTED.items():
            right = [number for number, home in world.planted[word] if brand in (None, home)]
            took, got = _ask(agent, word, times=max(3, rounds // 4))
            first = right[-search.SHOWN :][::-1]
            found, expected = found + len(set(got) & set(first)), expected + len(first)
            wrong += len(set(got) - set(first))
            times += took
            say(f"  {share}, {how_often:.3%}: p95 {percentile(took, 0.95) * 1000:.1f} ms")
        took, bad, hit, due = _several(world, agent, brand, rounds)
        times += took
        found, expected, wrong = found + hit, expected + due, wrong + bad
        say(f"  {share}, 2-4 words: p95 {percentile(took, 0.95) * 1000:.1f} ms")
    return {
        "p95_ms": percentile(times, 0.95) * 1000,
        "p50_ms": percentile(times, 0.5) * 1000,
        "slowest_ms": max(times) * 1000,
        "found": float(found),
        "expected": float(expected),
        "false_first": float(wrong),
    }


def _ask(agent: Agent, text: str, *, times: int) -> tuple[list[float], list[int]]:
    took, page = [], search.Found([])
    for _ in range(times):
        begun = time.perf_counter()
        page = search.find(agent=agent, text=text)
        took.append(time.perf_counter() - begun)
    return took, [hit.message.pk for hit in page.hits]


def _several(
    world: World, agent: Agent, brand: int | None, rounds: int
) -> tuple[list[float], int, int, int]:
    """Look for 2-4 words of some message: it must be among what is found, if there is room."""
    own = [(number, text) for number, (home, text) in world.texts.items() if brand in (None, home)]
    took: list[float] = []
    wrong = found = expected = 0
    for number, text in islice(own, rounds * 3):
        several = world.rng.sample(text.split(), k=min(len(text.split()), world.rng.randint(2, 4)))
        some, got = _ask(agent, " ".join(several), times=1)
        took += some
        said = dict(Message.objects.filter(pk__in=got).values_list("pk", "text"))
        wrong += sum(not all(word in text for word in several) for text in said.values())
        if len(got) < search.SHOWN:
            expected += 1
            found += number in got
    return took, wrong, found, expected


def _new_ms() -> float:
    """Write a message and ask until it is found."""
    agent = Agent.objects.get(role="admin")
    thread = Conversation.objects.order_by("-pk").first()
    if thread is None:
        return 0.0
    begun = time.perf_counter()
    Message.objects.create(
        conversation=thread, inbox=thread.inbox, kind="customer", text="방금 쓴 글자",
        created_at=clock.now(),
    )  # fmt: skip
    while not search.find(agent=agent, text="방금쓴글자").hits:
        time.sleep(0.005)
    return (time.perf_counter() - begun) * 1000

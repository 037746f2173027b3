"""A customer's message, from the request to stored raw, identified, threaded, told to everyone.

``share_of_floor``: the product's messages per second against the same rows written by the bare
driver in one transaction a message, both in turn within this run. ``growth``: the rate with many
conversations stored against that with few. ``http1_per_s``, ``http8_per_s`` and ``http8_p95_ms``:
closed-loop clients in a process of their own against the real ``majung serve``.
"""

import json
import multiprocessing
import sqlite3
import uuid
from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import psycopg
from django.db import connection

from bench import browsers, fill
from bench.ground import median, percentile, rate, say, served
from majung.channels import inbound, sessions
from majung.channels.models import WidgetSession
from majung.conversations.models import Conversation, Inbox
from majung.core.ids import uuid7
from majung.core.models import Job

SENDERS = 200
BROWSERS = 400
TURNS = 5
SPAWN = multiprocessing.get_context("spawn")


def run(*, database: str, quick: bool) -> dict[str, float]:
    seconds = 1.0 if quick else 4.0
    inboxes = fill.company()
    fill.conversations(inboxes, count=1_000 if quick else 10_000)
    inbox = Inbox.objects.select_related("brand").get(pk=inboxes[0].pk)
    visitors = [sessions.begin(inbox=inbox, locale="ko")[0] for _ in range(SENDERS)]
    product = _product(inbox, visitors)
    for number in range(SENDERS):
        product(number)
    # A plan made for a table known to be empty reads all of it, until it is analyzed again.
    fill.analyze()
    floor = _floor(database, inbox)
    ours, bare = _in_turn(product, floor, seconds)
    figures = {
        "messages_per_s": median(ours),
        "floor_per_s": median(bare),
        "share_of_floor": median([a / b for a, b in zip(ours, bare, strict=True)]),
    }
    say("through HTTP")
    Job.objects.all().delete()  # those of the messages so far; what HTTP leaves is done meanwhile
    figures |= _http(inbox, seconds=3.0 if quick else 10.0)
    size = 20_000 if quick else 1_000_000
    say(f"growing to {size:,} conversations")
    fill.conversations(inboxes, count=size)
    grown, bare = _in_turn(product, floor, seconds)
    share = median([a / b for a, b in zip(grown, bare, strict=True)])
    return figures | {
        "grown_per_s": median(grown),
        "grown_share_of_floor": share,
        "growth": median(grown) / median(ours),
    }


def _in_turn(
    product: Callable[[int], None], floor: Callable[[int], None], seconds: float
) -> tuple[list[float], list[float]]:
    ours, bare = [], []
    for turn in range(TURNS):
        bare.append(rate(floor, seconds=seconds))
        ours.append(rate(product, seconds=seconds))
        say(f"  turn {turn + 1}: product {ours[-1]:.0f}/s, floor {bare[-1]:.0f}/s")
    return ours, bare


def _product(inbox: Inbox, visitors: list[WidgetSession]) -> Callable[[int], None]:
    def write(number: int) -> None:
        browser = visitors[number % SENDERS]
        delivery_id = inbound.accept(
            inbox_id=inbox.pk,
            external_id=f"{browser.public_id}:{uuid.uuid4()}",
            sender=f"visitor:{inbox.pk}:{browser.visitor.address}",
            # An address in it, so that a job is left behind as in the floor's rows.
            raw=json.dumps({"text": f"{fill.TEXTS[number % 4]} 010-0000-4821"}).encode(),
            headers={"uploader": f"session:{browser.public_id}"},
        )
        inbound.process(delivery_id=delivery_id, inbox=inbox)

    return write


def _floor(database: str, inbox: Inbox) -> Callable[[int], None]:
    """Write the same five rows by the bare driver: ledger, message, conversation, event, job."""
    threads = list(
        Conversation.objects.filter(inbox=inbox)
        .order_by("-id")
        .values_list("pk", "customer_id")[:SENDERS]
    )
    bare = _Sqlite() if database == "sqlite" else _Postgres()

    def write(number: int) -> None:
        conversation, customer = threads[number % len(threads)]
        bare.write(inbox, conversation, customer, fill.TEXTS[number % 4])

    return write


LEDGER = (
    "INSERT INTO channels_inbounddelivery (public_id, inbox_id, external_id, sender, raw, headers, "
    "received_at, state, reason, details, attempts, processed_at) "
    "VALUES (?, ?, ?, 'visitor', ?, '{}', ?, 'processed', 'floor', '{}', 1, ?)"
)
MESSAGE = (
    "INSERT INTO conversations_message (public_id, conversation_id, inbox_id, kind, text, data, "
    "external_id, client_key, state, failure, created_at) "
    "VALUES (?, ?, ?, 'customer', ?, '{}', ?, '', 'stored', '', ?)"
)
CONVERSATION = (
    "UPDATE conversations_conversation SET status = 'open', preview = ?, last_message_at = ?, "
    "waiting_since = COALESCE(waiting_since, ?) WHERE id = ?"
)
EVENT = (
    "INSERT INTO customers_event (received_at, occurred_at, customer_id, brand_id, anonymous_id, "
    "type, name, source, message_id, properties, context{xid}) "
    "VALUES (?, ?, ?, ?, '', 'track', 'Message Received', 'webchat', ?, ?, '{{}}'{zero})"
)
JOB = (
    "INSERT INTO core_job "
    "(task, payload, key, created_at, run_at, waiting, epoch, attempts, error) "
    "VALUES ('floor', ?, '', ?, ?, FALSE, 0, 0, '')"
)


class _Bare(ABC):
    id: Callable[[uuid.UUID], Any]
    moment: Callable[[datetime], Any]
    event = EVENT.format(xid="", zero="")

    @abstractmethod
    def begin(self) -> None: ...
    @abstractmethod
    def execute(self, sql: str, values: tuple[Any, ...]) -> None: ...
    @abstractmethod
    def commit(self) -> None: ...

    def write(self, inbox: Inbox, conversation: int, customer: int, text: str) -> None:
        now, key, told = self.moment(datetime.now(tz=UTC)), str(uuid.uuid4()), uuid7()
        about = json.dumps({"conversation": str(told), "message": str(told)})
        self.begin()
        raw = json.dumps({"text": text}).encode()
        self.execute(LEDGER, (self.id(uuid7()), inbox.pk, key, raw, now, now))
        self.execute(MESSAGE, (self.id(told), conversation, inbox.pk, text, key, now))
        self.execute(CONVERSATION, (text, now, now, conversation))
        self.execute(self.event, (now, now, customer, inbox.brand_id, self.id(told), about))
        self.execute(JOB, (about, now, now))
        self.commit()


class _Sqlite(_Bare):
    event = EVENT.format(xid=", xid", zero=", 0")

    def __init__(self) -> None:
        self.id = lambda value: value.hex
        self.moment = lambda value: str(value.replace(tzinfo=None))
        self.driver = sqlite3.connect(
            connection.settings_dict["NAME"], isolation_level=None, timeout=30
        )
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            self.driver.execute(f"PRAGMA {pragma}")

    def begin(self) -> None:
        self.driver.execute("BEGIN IMMEDIATE")

    def execute(self, sql: str, values: tuple[Any, ...]) -> None:
        self.driver.execute(sql, values)

    def commit(self) -> None:
        self.driver.execute("COMMIT")


class _Postgres(_Bare):
    def __init__(self) -> None:
        self.id = lambda value: value
        self.moment = lambda value: value
        settings = connection.get_connection_params()
        names = ("dbname", "user", "host", "port", "password")
        self.driver = psycopg.connect(
            **{name: settings[name] for name in names if name in settings}
        )

    def begin(self) -> None:
        """Leave it to the driver."""

    def execute(self, sql: str, values: tuple[Any, ...]) -> None:
        self.driver.execute(sql.replace("?", "%s").encode(), values, prepare=True)

    def commit(self) -> None:
        self.driver.commit()


def _http(inbox: Inbox, *, seconds: float) -> dict[str, float]:
    tokens = [sessions.begin(inbox=inbox, locale="ko")[1] for _ in range(BROWSERS)]
    with served() as server:
        figures = {}
        for clients in (1, 8):
            answers: multiprocessing.Queue[list[float]] = SPAWN.Queue()
            process = SPAWN.Process(
                target=browsers.load,
                args=(server.port, inbox.key, tokens, clients, seconds, answers),
            )
            process.start()
            times = answers.get(timeout=seconds + 60)
            process.join()
            figures[f"http{clients}_per_s"] = len(times) / seconds
            figures[f"http{clients}_p95_ms"] = percentile(times, 0.95) * 1000
            say(f"  {clients} clients: {len(times) / seconds:.0f}/s")
    return figures

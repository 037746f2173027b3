"""A mail, from its bytes to parsed, identified, threaded, stored, on the timeline and signalled.

``messages_per_s``: 2,000 mails, three of ten answers, stored raw in batches and then processed by
``THREADS`` threads of one process; ``cpu_ms`` what one costs. ``misthreaded``: answers that are not
where the mail is that they answer, and first mails that share a conversation. ``floor_per_s``: the
same rows by the bare driver in one transaction a mail. ``grown_per_s``: the same with many stored.
``long_ms``: an answer above a quote of 767 kB.
"""

import hashlib
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

from django.db import connection, transaction

from bench import fill, mail_floor, mails
from bench.ground import median, say
from bench.mails import Mail
from majung.channels import inbound
from majung.channels.mail import ids
from majung.channels.models import Letter, MailAddress
from majung.conversations.models import Inbox
from majung.core import clock

TURNS = 5
BATCH = 50


def run(*, database: str, quick: bool) -> dict[str, float]:
    inboxes = fill.company()
    inbox = _mailbox(inboxes[0])
    count = 400 if quick else 2_000
    fill.conversations(inboxes, count=1_000 if quick else 10_000)
    _letters(inbox)
    _take(inbox, mails.make(200, to="help@bench.test", prefix="warm"), database)
    fill.analyze()
    figures = _in_turns(inbox, database, count, "few")
    size = 20_000 if quick else 1_000_000
    say(f"growing to {size:,} conversations")
    fill.conversations(inboxes, count=size)
    _letters(inbox)
    grown = _in_turns(inbox, database, count, "many")
    return {
        **figures,
        "grown_per_s": grown["messages_per_s"],
        "grown_share_of_floor": grown["share_of_floor"],
        "growth": grown["messages_per_s"] / figures["messages_per_s"],
        "misthreaded": figures["misthreaded"] + grown["misthreaded"],
        "long_ms": _long_ms(inbox),
    }


def _mailbox(beside: Inbox) -> Inbox:
    inbox = Inbox.objects.create(kind="email", brand=beside.brand, name="메일")
    MailAddress.objects.create(inbox=inbox, address="help@bench.test", name="온담")
    return inbox


def _in_turns(inbox: Inbox, database: str, count: int, prefix: str) -> dict[str, float]:
    ours, bare, cpu, wrong = [], [], [], 0
    floor = mail_floor.Floor(inbox, database)
    for turn in range(TURNS):
        bare.append(floor.rate(count // 2, prefix=f"{prefix}{turn}"))
        made = mails.make(count, to="help@bench.test", prefix=f"{prefix}{turn}")
        began, used = time.perf_counter(), time.process_time()
        _take(inbox, made, database)
        ours.append(count / (time.perf_counter() - began))
        cpu.append((time.process_time() - used) / count * 1000)
        wrong += _misthreaded(made)
        say(f"  turn {turn + 1}: {ours[-1]:.0f}/s, floor {bare[-1]:.0f}/s")
    return {
        "messages_per_s": median(ours),
        "floor_per_s": median(bare),
        "share_of_floor": median([a / b for a, b in zip(ours, bare, strict=True)]),
        "cpu_ms": median(cpu),
        "misthreaded": float(wrong),
    }


def _take(inbox: Inbox, made: list[Mail], database: str) -> None:
    """Store and process, batch after batch, as a mailbox that is fetched from does."""
    with ThreadPoolExecutor(threads(database)) as pool:
        for start in range(0, len(made), BATCH):
            with transaction.atomic():
                keys = [_accept(inbox, mail.raw) for mail in made[start : start + BATCH]]
            list(pool.map(partial(_process, inbox=inbox), keys))
        list(pool.map(_close, range(threads(database) * 2)))


def threads(database: str) -> int:
    """SQLite has one writer; threads beside it would only wait."""
    return 1 if database == "sqlite" else 4


def _accept(inbox: Inbox, raw: bytes) -> int:
    return inbound.accept(
        inbox_id=inbox.pk,
        external_id=hashlib.sha256(raw).hexdigest(),
        sender="",
        raw=raw,
        headers={},
    )


def _process(key: int, *, inbox: Inbox) -> None:
    inbound.process(delivery_id=key, inbox=inbox)


def _close(_number: int) -> None:
    time.sleep(0.01)  # so that each thread gets one
    connection.close()


def _misthreaded(made: list[Mail]) -> int:
    keys = {ids.id_key(mail.message_id): mail.message_id for mail in made}
    rows = Letter.objects.filter(id_key__in=keys).values_list("id_key", "message__conversation_id")
    where = {keys[key]: conversation for key, conversation in rows}
    roots = [mail for mail in made if mail.root == mail.message_id]
    shared = len(roots) - len({where.get(mail.message_id) for mail in roots})
    strayed = sum(
        where.get(mail.message_id) is None or where[mail.message_id] != where[mail.root]
        for mail in made
    )
    return shared + strayed


def _letters(inbox: Inbox) -> None:
    """Give each customer's message that has none a letter, as if all had come by mail."""
    with connection.cursor() as cursor:
        key = (
            "substr(hex(randomblob(16)), 1, 32)"
            if connection.vendor == "sqlite"
            else ("md5(m.id::text)")
        )
        cursor.execute(
            'INSERT INTO channels_letter (message_id, inbox_id, id_key, answers_key, header_id, "references", '
            'subject, sender, "to", cc, bcc, reply_to, quoted, signature, html, flags) '
            f"SELECT m.id, %s, {key}, '', '', '[]', '', '{{}}', '[]', '[]', '[]', '[]', '', '', '', '[]' "
            "FROM conversations_message m LEFT JOIN channels_letter l ON l.message_id = m.id "
            "WHERE l.id IS NULL AND m.kind = 'customer'",
            [inbox.pk],
        )
    fill.analyze()


def _long_ms(inbox: Inbox) -> float:
    key = _accept(inbox, mails.long_quote(to="help@bench.test"))
    begun = clock.now()
    _process(key, inbox=inbox)
    return (clock.now() - begun) / timedelta(milliseconds=1)

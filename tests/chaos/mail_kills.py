"""The harness of mail: processes are killed while they fetch from a real Dovecot.

Mails come in all the time, answers to them as well, some twice; some are moved to another folder
that is read too, and the server starts again with new numbers now and then.
"""

import imaplib
import random
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import connection

from majung.accounts.models import Brand
from majung.channels import connected
from majung.channels.models import AccountState, InboundDelivery, Letter, MailAddress
from majung.conversations.models import Inbox, Message
from tests.channels.mail.dovecot import PLAIN_PASSWORD, USER, DovecotServer
from tests.chaos.proof import DOUBLED, LOST, STUCK, WRONG, Finding
from tests.chaos.stage import Member
from tests.servers import wait_until

SECOND = "처리함"
MOST_OF_A_SENDER = 12
ANSWER_SECONDS = 2.0  # servers know when a mail came to the second; nobody answers as quickly
QUIET_SECONDS = 180


@dataclass
class Post:
    """Who has written what: ``texts`` are by sender."""

    texts: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    last: dict[str, float] = field(default_factory=dict)
    delivered: threading.Event = field(default_factory=threading.Event)
    twice: int = 0
    moved: int = 0
    anew: int = 0

    def count(self) -> int:
        return sum(map(len, self.texts.values()))


def run(*, kills: int, seed: int, database_url: str, live_url: str) -> int:
    """Run it once, print one line of figures, and every finding; returns the exit code."""
    begun = time.monotonic()
    dovecot = DovecotServer()
    dovecot.start()
    found_mailbox(dovecot)
    connection.close()
    members = staff(database_url, live_url)
    post, stop, over = Post(), threading.Event(), threading.Event()

    def work() -> None:
        deliver(post, dovecot, stop, random.Random(seed))
        post.delivered.set()
        over.wait()  # a server ends with the thread that started it

    postman = threading.Thread(target=work, daemon=True)
    try:
        for member in members:
            member.begin()
        postman.start()
        done = kill(members, kills, random.Random(seed))
        stop.set()
        if not post.delivered.wait(QUIET_SECONDS):
            raise TimeoutError("the postman has not come back")
        for member in members:
            member.wait_for_work()
        found = [*calm_down(post), *findings(post)]
        found += [Finding(WRONG, member.log()[-500:]) for member in members if member.stop()]
    finally:
        over.set()
        stop.set()
        for member in members:
            member.remove()
        dovecot.remove()
    print(figures(post, done, found, seconds=time.monotonic() - begun), flush=True)
    for finding in found[:50]:
        print(f"  {finding.kind}: {finding.text}", flush=True)
    return 1 if found else 0


def found_mailbox(dovecot: DovecotServer) -> None:
    brand = Brand.objects.create(name="온담", slug="ondam")
    config = {
        "imap_host": "127.0.0.1", "imap_port": dovecot.port, "imap_security": "none",
        "imap_user": USER, "folders": ["INBOX", SECOND], "since": "2020-01-01",
    }  # fmt: skip
    inbox = Inbox.objects.create(kind="email", brand=brand, name="메일", config=config)
    MailAddress.objects.create(inbox=inbox, address="help@ondam.test")
    connected.keep_secret(inbox=inbox, name="imap_password", value=PLAIN_PASSWORD)
    dovecot.put([], folder=SECOND)


def staff(database_url: str, live_url: str) -> list[Member]:
    commands = [["worker"], ["worker"], ["tick"]] if database_url else [["serve"]]
    home = Path(settings.MAJUNG_HOME)
    return [
        Member(command, home=home, database_url=database_url, live_url=live_url)
        for command in commands
    ]


def deliver(
    post: Post, dovecot: DovecotServer, stop: threading.Event, chance: random.Random
) -> None:
    """Let mails come in until told to stop: first ones, and answers to those before."""
    number = 0
    while not stop.is_set():
        batch = []
        for _ in range(chance.randint(1, 6)):
            batch.append(written(post, number, chance))
            number += 1
        surely(partial(dovecot.put, batch))
        if chance.random() < 0.2:
            # A copy of an answer would lie there before what it answers is moved there.
            firsts = [raw for raw in batch if b"In-Reply-To" not in raw][:1]
            surely(partial(dovecot.put, firsts, folder=SECOND))
            post.twice += len(firsts)
        if chance.random() < 0.1:
            surely(partial(dovecot.move, to=SECOND))
            post.moved += 1
        if chance.random() < 0.01:
            dovecot.number_anew()
            post.anew += 1
        stop.wait(chance.uniform(0, 0.5))


def surely(act: Callable[[], None]) -> None:
    """Do it again until it is done: a busy server hangs up now and then. The same mail is the same."""
    for _ in range(20):
        try:
            return act()
        except (OSError, imaplib.IMAP4.error):
            time.sleep(0.5)
    return act()


def written(post: Post, number: int, chance: random.Random) -> bytes:
    before = time.monotonic() - ANSWER_SECONDS
    open_ = (who for who, texts in post.texts.items() if len(texts) < MOST_OF_A_SENDER)
    going = [who for who in open_ if post.last[who] < before][-20:]
    who = chance.choice(going) if going and chance.random() < 0.6 else f"c{number}@mail.test"
    count = len(post.texts[who])
    text = f"{number}번째 메일이에요."
    post.texts[who].append(text)
    post.last[who] = time.monotonic()
    ids = [f"<{each}.{who}>" for each in range(count)]
    answers = f"In-Reply-To: {ids[-1]}\r\nReferences: {' '.join(ids)}\r\n" if ids else ""
    date = datetime.now(tz=UTC).strftime("%a, %d %b %Y %H:%M:%S +0000")
    return (
        f"From: <{who}>\r\nTo: help@ondam.test\r\nSubject: {who}\r\nMessage-ID: <{count}.{who}>\r\n"
        f"{answers}Date: {date}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
    ).encode()


def kill(members: list[Member], kills: int, chance: random.Random) -> int:
    for done in range(1, kills + 1):
        member = chance.choice(members)
        if chance.random() < 0.9:
            member.wait_for_work()
            time.sleep(chance.uniform(0, 1.5))
        member.must_be_running()
        member.kill()
        member.begin()
        if done % 25 == 0:
            print(
                f"kills={done} mails={Message.objects.filter(kind='customer').count()}", flush=True
            )
    return kills


def calm_down(post: Post) -> list[Finding]:
    def is_quiet() -> bool:
        there = Message.objects.filter(kind="customer").count()
        return there >= post.count() and not InboundDelivery.objects.waiting().exists()

    try:
        wait_until(is_quiet, what="all mails", seconds=QUIET_SECONDS)
    except TimeoutError as error:
        return [Finding(STUCK, str(error))]
    time.sleep(3)  # one that is there twice would come now
    return []


def findings(post: Post) -> Iterator[Finding]:
    """Every mail is one message, in the conversation of its sender, with a line in the ledger."""
    rows = Letter.objects.select_related("message").order_by("pk")
    there = Counter(row.message.text for row in rows)
    expected = {text: who for who, texts in post.texts.items() for text in texts}
    yield from (Finding(LOST, text) for text in sorted(expected.keys() - there.keys()))
    yield from (Finding(WRONG, text) for text in sorted(there.keys() - expected.keys()))
    yield from (Finding(DOUBLED, text) for text, count in there.items() if count > 1)
    of_sender: dict[str, set[int]] = defaultdict(set)
    of_conversation: dict[int, set[str]] = defaultdict(set)
    for row in rows:
        who = row.sender["address"]
        of_sender[who].add(row.message.conversation_id)
        of_conversation[row.message.conversation_id].add(who)
        if expected.get(row.message.text) != who:
            yield Finding(WRONG, f"{row.message.text} is said to be by {who}")
    yield from (
        Finding("misplaced", f"{who}: {came(who)}")
        for who, found in of_sender.items()
        if len(found) > 1
    )
    yield from (
        Finding("misplaced", f"{found} share one")
        for found in of_conversation.values()
        if len(found) > 1
    )
    for item in InboundDelivery.objects.exclude(state="processed"):
        yield Finding(STUCK, f"{item.external_id} is {item.state} ({item.reason})")
    for state in AccountState.objects.exclude(trouble=""):
        yield Finding(WRONG, f"the account is said to be in trouble: {state.words}")


def came(who: str) -> str:
    """Tell how the mails of one came, in the order in which they were read."""
    rows = Letter.objects.filter(sender__address=who).select_related("delivery").order_by("pk")
    return "; ".join(
        f"{row.header_id} {row.delivery.headers} {row.delivery.received_at:%H:%M:%S.%f}"
        f" {row.delivery.attempts}"
        for row in rows
        if row.delivery
    )


def figures(post: Post, kills: int, found: list[Finding], *, seconds: float) -> str:
    kinds = Counter(finding.kind for finding in found)
    facts = {
        "database": connection.vendor,
        "kills": kills,
        "mails": post.count(),
        "senders": len(post.texts),
        "twice": post.twice,
        "moved": post.moved,
        "numbered_anew": post.anew,
        "items": InboundDelivery.objects.count(),
        "holders": AccountState.objects.values_list("epoch", flat=True).first(),
        "seconds": round(seconds),
        **{kind: kinds[kind] for kind in (LOST, DOUBLED, "misplaced", STUCK, WRONG)},
    }
    return " ".join(f"{name}={value}" for name, value in facts.items())

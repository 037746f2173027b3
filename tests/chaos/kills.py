"""The harness: people write and answer while processes are killed at random moments."""

import random
import time
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.models import F

from majung.accounts.models import Agent, Brand, Team
from majung.channels.models import InboundDelivery
from majung.conversations.models import Conversation, Inbox, Message
from majung.core import clock
from majung.core.ids import uuid7
from majung.customers.models import Customer, Identity
from tests.chaos import proof
from tests.chaos.book import Book
from tests.chaos.crowd import Clerk, Person, Place, Visitor
from tests.chaos.proof import LOST, Finding
from tests.chaos.stage import Stage
from tests.chaos.vendor import Vendor
from tests.servers import wait_until

VISITORS = 12
CLERKS = 4
PAGERS = 60
PASSWORD = "비밀번호 말고 문장"
QUIET_SECONDS = 120
LAST_ROUND_SECONDS = 120


def run(*, kills: int, seed: int, database_url: str, live_url: str) -> int:
    """Run it once, print one line of figures, and every finding; returns the exit code."""
    begun = time.monotonic()
    book = Book()
    vendor = Vendor(book, seed=seed)
    widget, emails, pagers = found_company(vendor.url)
    connection.close()
    stage = Stage(home=Path(settings.MAJUNG_HOME), database_url=database_url, live_url=live_url)
    try:
        stage.start()
        place = Place(stage.urls, widget, pagers)
        visitors, clerks = crowd(book, place, emails, seed=seed)
        chance = random.Random(seed)
        while stage.kills < kills:
            time.sleep(chance.uniform(0.1, 1.0))
            stage.kill_one(chance)
            if stage.kills % 25 == 0:
                print(f"kills={stage.kills} messages={len(book.written)}", flush=True)
        found = [*send_home([*visitors, *clerks]), *calm_down()]
        stage.wait()
        found += [*seen_by_customers(visitors), *seen_by_agents(clerks[0])]
        found += [Finding("wrong", text) for text in stage.stop()]
        found += proof.findings(book)
    finally:
        stage.remove()
        vendor.close()
    print(figures(book, stage, found, seconds=time.monotonic() - begun), flush=True)
    for finding in found[:50]:
        print(f"  {finding.kind}: {finding.text}", flush=True)
    return 1 if found else 0


def found_company(vendor: str) -> tuple[str, list[str], list[str]]:
    """Make a brand with a widget, agents, and people who can be paged.

    Returns the widget's key, the agents' addresses and the public ids of the conversations.
    """
    brand = Brand.objects.create(name="온담", slug="ondam")
    team = Team.objects.create(name="고객지원")
    team.brands.add(brand)
    emails = [f"agent{number}@ondam.test" for number in range(CLERKS)]
    for email in emails:
        Agent.objects.create_user(email, PASSWORD, name=email, undo_seconds=0).teams.add(team)
    widget = Inbox.objects.create(kind="webchat", brand=brand, name="채팅")
    pager = Inbox.objects.create(kind="pager", brand=brand, name="호출", config={"url": vendor})
    return widget.key, emails, [paged(pager, number) for number in range(PAGERS)]


def paged(inbox: Inbox, number: int) -> str:
    now = clock.now()
    customer = Customer.objects.create(name=f"고객 {number}", created_at=now)
    phone = Identity.objects.create(
        customer=customer, kind="phone", address=f"+8210{number:08}", verified_at=now,
        evidence="channel", created_at=now,
    )  # fmt: skip
    conversation = Conversation.objects.create(
        brand=inbox.brand, inbox=inbox, customer=customer, subject="호출", preview="호출",
        created_at=now, last_message_at=now, waiting_since=now,
    )  # fmt: skip
    Message.objects.create(
        conversation=conversation, inbox=inbox, identity=phone, kind="customer", text="호출",
        external_id=str(uuid7()), created_at=now,
    )  # fmt: skip
    return str(conversation.public_id)


def crowd(
    book: Book, place: Place, emails: Sequence[str], *, seed: int
) -> tuple[list[Visitor], list[Clerk]]:
    clerks = [
        Clerk(book, place, seed=f"{seed} agent {email}", email=email, password=PASSWORD)
        for email in emails
    ]
    for clerk in clerks:
        clerk.sign_in()
    visitors = [Visitor(book, place, seed=f"{seed} visitor {n}") for n in range(VISITORS)]
    for person in [*clerks, *visitors]:
        person.start()
    return visitors, clerks


def send_home(people: Sequence[Person]) -> list[Finding]:
    """Let everybody finish what they are doing."""
    for person in people:
        person.stop.set()
    deadline = time.monotonic() + LAST_ROUND_SECONDS
    for person in people:
        person.join(max(0.0, deadline - time.monotonic()))
    return [Finding("stuck", f"{p.name} was never answered") for p in people if p.is_alive()]


def calm_down() -> list[Finding]:
    try:
        wait_until(proof.is_quiet, what="quiet", seconds=QUIET_SECONDS)
    except TimeoutError as error:
        return [Finding("stuck", str(error))]
    return []


def seen_by_customers(visitors: Sequence[Visitor]) -> list[Finding]:
    """Compare what each open widget shows with the conversation it belongs to."""
    found = []
    for visitor in visitors:
        shown = [message["id"] for message in visitor.history()] if visitor.session else []
        rows = Message.objects.filter(conversation__messages__identity__public_id=visitor.session)
        there = rows.filter(kind__in=["customer", "reply"]).order_by("pk").distinct()
        expected = [str(row.public_id) for row in there] if visitor.session else []
        if shown != expected:
            missing = len(set(expected) - set(shown))
            found.append(Finding(LOST, f"{visitor.name} does not see {missing} messages"))
    return found


def seen_by_agents(clerk: Clerk) -> list[Finding]:
    """An unknown reply must be called so on the page of its conversation."""
    unknown = Message.objects.filter(kind="reply", state=Message.State.UNKNOWN)
    found = []
    for row in unknown.select_related("conversation"):
        page = clerk.thread(str(row.conversation.public_id))
        _, _, article = page.partition(f'id="msg-{row.public_id}"')
        if 'class="state unknown"' not in article.partition("</article>")[0]:
            found.append(Finding("wrong", f"reply {row.public_id} is not shown as unknown"))
    return found


def figures(book: Book, stage: Stage, found: Sequence[Finding], *, seconds: float) -> str:
    """Return the one line that says what happened and whether it held."""
    states = Counter(Message.objects.filter(kind="reply").values_list("state", flat=True))
    kinds = Counter(finding.kind for finding in found)
    late = F("received_at") + timedelta(seconds=1)
    resumed = InboundDelivery.objects.filter(processed_at__gt=late).count()
    facts = {
        "database": connection.vendor,
        "kills": stage.kills,
        "messages": Message.objects.filter(kind="customer").count() - PAGERS,
        "files": sum(bool(written.file) for written in book.written.values()),
        "given_up": sum(not written.answered for written in book.written.values()),
        "replies": sum(states.values()),
        "pages": len(book.arrived),
        "unknown": states["unknown"],
        "taken": len(book.taken),
        "cut": book.cuts,
        "errors": book.errors,
        "resumed": resumed,
        "seconds": round(seconds),
        **{kind: kinds[kind] for kind in ("lost", "doubled", "stuck", "wrong")},
    }
    return " ".join(f"{name}={value}" for name, value in facts.items())

"""Fills a database with many conversations fast, in the shape the product writes them."""

from datetime import datetime, timedelta

from django.db import connection, transaction

from bench.ground import say
from majung.accounts.models import Agent, Brand, Team
from majung.conversations.models import Conversation, Inbox, Message
from majung.core import clock
from majung.customers import partitions
from majung.customers.models import Customer, Event, Identity

CHUNK = 5000
TEXTS = (
    "주문한 운동화가 어제 온다고 했는데 아직 안 왔어요.",
    "사이즈 교환하고 싶은데 어떻게 하면 되나요?",
    "결제가 두 번 된 것 같아요. 확인 부탁드립니다.",
    "Could you tell me when my order will ship?",
)


def company(*, brands: int = 2) -> list[Inbox]:
    """Make brands with a widget each, and one agent who answers for all of them."""
    agent = Agent.objects.create_user("agent@example.com", "majung-bench", name="한지우")
    team = Team.objects.create(name="상담팀")
    team.members.add(agent)
    inboxes = []
    for number in range(brands):
        brand = Brand.objects.create(name=f"브랜드 {number}", slug=f"brand-{number}")
        team.brands.add(brand)
        inboxes.append(
            Inbox.objects.create(
                kind="webchat", brand=brand, name="웹 채팅", config={"origins": ["*"]}
            )
        )
    return inboxes


def conversations(inboxes: list[Inbox], *, count: int) -> None:
    """Add ``count`` conversations of one customer each: a message, a reply, an event."""
    agent = Agent.objects.get()
    now = clock.now()
    partitions.ensure(first=now - timedelta(days=400), months=14)
    for start in range(0, count, CHUNK):
        with transaction.atomic():
            _chunk(inboxes, agent, now, start, min(CHUNK, count - start))
        if start and start % (CHUNK * 20) == 0:
            say(f"  {start:,} of {count:,} conversations")
    analyze()


def analyze() -> None:
    """Let the planner know what there is now, as autovacuum does within the minute."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _chunk(inboxes: list[Inbox], agent: Agent, now: datetime, start: int, size: int) -> None:
    moments = [now - timedelta(seconds=30 * (start + step)) for step in range(size)]
    customers = Customer.objects.bulk_create(
        Customer(name=f"고객 {start + step}", locale="ko", created_at=moment)
        for step, moment in enumerate(moments)
    )
    homes = [inboxes[(start + step) % len(inboxes)] for step in range(size)]
    identities = Identity.objects.bulk_create(
        Identity(
            customer=customer, kind="visitor", scope=str(home.pk), address=str(customer.public_id),
            verified_at=moment, evidence="session", created_at=moment,
        )
        for customer, home, moment in zip(customers, homes, moments, strict=True)
    )  # fmt: skip
    rows = Conversation.objects.bulk_create(
        _conversation(start + step, customer, home, moment, agent)
        for step, (customer, home, moment) in enumerate(zip(customers, homes, moments, strict=True))
    )
    _messages(list(zip(rows, identities, moments, strict=True)), agent)
    Event.objects.bulk_create(
        Event(
            received_at=moment, occurred_at=moment, customer_id=row.customer_id,
            brand_id=row.brand_id, name="Message Received", source="webchat",
            message_id=row.public_id, properties={"conversation": str(row.public_id)},
        )
        for row, moment in zip(rows, moments, strict=True)
    )  # fmt: skip


def _conversation(
    number: int, customer: Customer, home: Inbox, moment: datetime, agent: Agent
) -> Conversation:
    is_open = number % 50 == 0
    return Conversation(
        brand_id=home.brand_id, inbox=home, customer=customer, subject=TEXTS[number % 4],
        status="open" if is_open else "closed", preview=TEXTS[number % 4],
        assignee=agent if number % 3 else None, created_at=moment, last_message_at=moment,
        waiting_since=moment if is_open else None, closed_at=None if is_open else moment,
    )  # fmt: skip


def _messages(threads: list[tuple[Conversation, Identity, datetime]], agent: Agent) -> None:
    messages = []
    for row, identity, moment in threads:
        shared = {"conversation": row, "inbox_id": row.inbox_id, "identity": identity}
        messages.append(
            Message(
                kind="customer", text=row.subject, external_id=str(row.public_id),
                created_at=moment, **shared,
            )
        )  # fmt: skip
        messages.append(
            Message(
                kind="reply", text="확인해 볼게요. 잠시만 기다려 주세요.", author=agent,
                state="read", created_at=moment, **shared,
            )
        )  # fmt: skip
    Message.objects.bulk_create(messages)

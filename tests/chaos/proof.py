"""Holds what people know against what the database says, and names every difference."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from django.db.models import Q, QuerySet

from majung.channels.models import InboundDelivery, OutboundDelivery
from majung.conversations.models import Attachment, Conversation, Message, Upload
from majung.core import clock
from majung.core.models import Job
from majung.customers.models import Event
from tests.chaos.book import Book

LOST, DOUBLED, STUCK, WRONG = "lost", "doubled", "stuck", "wrong"
ARRIVED_IN_CHAT = {"sent", "delivered", "read"}


class Finding(NamedTuple):
    """Something that must not be: its kind, and which."""

    kind: str
    text: str


def findings(book: Book) -> list[Finding]:
    """Return everything that is lost, doubled, stuck or otherwise wrong."""
    return [
        *(Finding(WRONG, text) for text in book.complaints),
        *_messages(book),
        *_ledger(book),
        *_timeline(),
        *_conversations(),
        *_assignments(book),
        *_replies(book),
        *_pages(book),
        *_stuck(),
        *_files(book),
    ]


def is_quiet() -> bool:
    """Say whether nothing is on its way any more, but for what the clock does again and again."""
    return not (
        OutboundDelivery.objects.filter(finished_at=None).exists()
        or InboundDelivery.objects.exclude(state="processed").exists()
        or _work().exclude(failed_at__isnull=False).exists()
    )


def _work() -> QuerySet[Job]:
    return Job.objects.exclude(task__startswith="every:")


def _once(what: str, counts: Counter[str], expected: set[str]) -> Iterator[Finding]:
    for key in sorted(expected - set(counts)):
        yield Finding(LOST, f"{what} {key}")
    for key in sorted(set(counts) - expected):
        yield Finding(WRONG, f"{what} {key} is nobody's")
    for key, count in sorted(counts.items()):
        if count > 1:
            yield Finding(DOUBLED, f"{what} {key} is there {count} times")


def _chat_messages() -> list[Message]:
    rows = Message.objects.filter(kind="customer", inbox__kind="webchat")
    return list(rows.select_related("conversation", "identity").order_by("pk"))


def _messages(book: Book) -> Iterator[Finding]:
    """Every key is one message with the words that were written; a key given up is one or none."""
    rows = _chat_messages()
    by_text = {written.text: key for key, written in book.written.items()}
    there = Counter(by_text.get(row.text, f"unknown text {row.text!r}") for row in rows)
    sure = {key for key, written in book.written.items() if written.answered}
    given_up = set(book.written) - sure
    yield from _once("message", there, sure | (given_up & set(there)))
    for row in rows:
        key = row.external_id.rpartition(":")[2]
        if by_text.get(row.text) != key:
            yield Finding(WRONG, f"message {row.pk} carries the key of another")


def _ledger(book: Book) -> Iterator[Finding]:
    """Every item that was stored ended with a line that names its message."""
    rows = InboundDelivery.objects.select_related("message").order_by("pk")
    keys: Counter[str] = Counter()
    for row in rows:
        keys[row.external_id.rpartition(":")[2]] += 1
        if row.state != "processed":
            yield Finding(STUCK, f"item {row.external_id} is {row.state} ({row.reason})")
        elif not row.reason or row.message is None:
            yield Finding(WRONG, f"item {row.external_id} has no line of where it went")
        elif row.message.external_id != row.external_id:
            yield Finding(WRONG, f"item {row.external_id} names another message")
    sure = {key for key, written in book.written.items() if written.answered}
    yield from _once("item", keys, sure | (set(book.written) & set(keys)))


def _timeline() -> Iterator[Finding]:
    """Every message stands on the timeline once, and so does every reply."""
    for name, rows in (
        ("Message Received", Message.objects.filter(kind="customer", inbox__kind="webchat")),
        ("Reply Written", Message.objects.filter(kind="reply")),
    ):
        events = Event.objects.filter(name=name).values_list("properties__message", flat=True)
        expected = {str(public_id) for public_id in rows.values_list("public_id", flat=True)}
        yield from _once(f"event {name} of", Counter(events), expected)


def _conversations() -> Iterator[Finding]:
    """One sender has one conversation, whether it is closed now and then or not."""
    of_sender: defaultdict[int | None, set[int]] = defaultdict(set)
    for row in _chat_messages():
        of_sender[row.identity_id].add(row.conversation_id)
    for sender, found in of_sender.items():
        if sender is None or len(found) != 1:
            yield Finding(DOUBLED, f"sender {sender} has the conversations {sorted(found)}")
    used = {key for found in of_sender.values() for key in found}
    empty = Conversation.objects.filter(inbox__kind="webchat").exclude(pk__in=used)
    for conversation in empty:
        yield Finding(WRONG, f"conversation {conversation} has no message")


def _assignments(book: Book) -> Iterator[Finding]:
    """Nothing was handed out twice, and the lines of the thread say who has it."""
    agents: defaultdict[str, set[str]] = defaultdict(set)
    for agent, public_id in book.taken:
        agents[public_id].add(agent)
    lines: defaultdict[int, list[str]] = defaultdict(list)
    for row in Message.objects.filter(kind="event", data__what="assigned").order_by("pk"):
        lines[row.conversation_id].append(row.data["agent"])
    for conversation in Conversation.objects.select_related("assignee"):
        who = agents.get(str(conversation.public_id), set())
        has = conversation.assignee
        if len(who) > 1:
            yield Finding(DOUBLED, f"conversation {conversation} was handed to {sorted(who)}")
        if who and (has is None or who != {has.email}):
            yield Finding(WRONG, f"conversation {conversation} is {has}'s, handed to {who}")
        if lines[conversation.pk] != ([str(has.public_id)] if has else []):
            yield Finding(WRONG, f"the lines of {conversation} do not tell that it is {has}'s")


def _replies(book: Book) -> Iterator[Finding]:
    """Every reply is one message in its conversation; by chat all are there to be read."""
    rows = Message.objects.filter(kind="reply").select_related("conversation", "inbox")
    there = Counter(row.client_key for row in rows)
    sure = {key for key, reply in book.replied.items() if reply.answered}
    yield from _once("reply", there, sure | (set(book.replied) & set(there)))
    for row in rows:
        reply = book.replied.get(row.client_key)
        if reply and (reply.text, reply.conversation) != (
            row.text,
            str(row.conversation.public_id),
        ):
            yield Finding(WRONG, f"reply {row.client_key} is not what was written")
        if row.inbox.kind == "webchat" and row.state not in ARRIVED_IN_CHAT:
            yield Finding(STUCK, f"chat reply {row.client_key} is {row.state}")


def _pages(book: Book) -> Iterator[Finding]:
    """At the vendor nothing arrived twice; what is said to be sent arrived, in order."""
    arrived = Counter(book.arrived)
    rows = list(Message.objects.filter(kind="reply", inbox__kind="pager").order_by("pk"))
    ids = {str(row.public_id): row for row in rows}
    yield from _once("page", arrived, {key for key in arrived if key in ids})
    for key, row in ids.items():
        if row.state == "sent" and not arrived[key]:
            yield Finding(LOST, f"page {key} is said to be sent and never arrived")
        elif row.state not in {"sent", "unknown"}:
            kind = STUCK if row.state in {"queued", "sending"} else WRONG
            yield Finding(kind, f"page {key} is {row.state} ({row.failure})")
    order: defaultdict[int, list[int]] = defaultdict(list)
    for key in dict.fromkeys(book.arrived):
        if key in ids:
            order[ids[key].conversation_id].append(ids[key].pk)
    for conversation, keys in order.items():
        if keys != sorted(keys):
            yield Finding(WRONG, f"pages of conversation {conversation} came as {keys}")


def _stuck() -> Iterator[Finding]:
    """Every reply has one way out, which ended; no job is held, overdue or parked."""
    ways = Counter(str(key) for key in OutboundDelivery.objects.values_list("message", flat=True))
    replies = Message.objects.filter(kind="reply").values_list("pk", flat=True)
    yield from _once("way out of reply", ways, {str(key) for key in replies})
    for way in OutboundDelivery.objects.filter(Q(finished_at=None) | Q(lease_until__isnull=False)):
        yield Finding(STUCK, f"the way out of {way} never ended")
    held = Q(lease_until__isnull=False) | Q(failed_at__isnull=False)
    for job in Job.objects.filter(held | Q(pk__in=_work().filter(run_at__lte=clock.now()))):
        how = "parked" if job.failed_at else "held" if job.lease_until else "due"
        yield Finding(STUCK, f"job {job.pk} {job.task} is {how}: {job.error}")


def _files(book: Book) -> Iterator[Finding]:
    """Every file hangs at its message once, and each upload was used once at most."""
    there = {row.text for row in _chat_messages()}
    expected = {
        written.file: written.text
        for written in book.written.values()
        if written.file and written.text in there
    }
    rows = list(Attachment.objects.select_related("message", "blob"))
    yield from _once("file", Counter(row.name for row in rows), set(expected))
    for row in rows:
        if expected.get(row.name) != row.message.text or row.blob.size != len(row.name):
            yield Finding(WRONG, f"file {row.name} hangs at another message or is another")
    used = Upload.objects.exclude(used_at=None).count()
    if used != len(rows):
        yield Finding(WRONG, f"{used} uploads are marked as used for {len(rows)} files")

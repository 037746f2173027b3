"""What a brand says by itself: 부재 while it is closed, 지연 when nobody answers, 종료 at the end.

Each is a reply without an author, written once: its client key names the closed stretch, the wait
or the closing it is about, so a second worker or a second try finds it there. It is no first
reply, stops no clock and leaves the conversation as it stands in the lists.

The inbound path decides by what this process knows of the brand, at most ``KNOWN_FOR`` seconds
old; the job or the timer that it leaves behind looks again.
"""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, transaction

from majung.accounts import hours, openings
from majung.accounts.models import Brand
from majung.accounts.openings import Hours
from majung.conversations import automatic_texts, changes
from majung.conversations.events import ReplyQueued
from majung.conversations.models import AutomaticMessages, Conversation, Message
from majung.core import clock, jobs, timers
from majung.core.events import publish
from majung.customers import timeline

MARK: Final = "automatic"  # in a message's data: which one it is
SLOW: Final = "automatic.slow"
CLOSING: Final = "automatic.closing"
# So long after closing, since closing can be undone.
CLOSING_AFTER: Final = timedelta(seconds=60)
KNOWN_FOR: Final = 5.0  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a brand says by itself, and when it is open."""

    texts: dict[str, Any]
    hours: Hours

    def says(self, kind: str) -> bool:
        return bool(self.texts.get(kind, {}).get("on"))

    @property
    def patience(self) -> int:
        """How many seconds of opening time may pass without an answer."""
        return int(self.texts.get("slow", {}).get("minutes", 10)) * 60

    def words(self, kind: str, *, brand: Brand, customer: str, locale: str, now: datetime) -> str:
        """Return what is said, its variables filled in; empty where nothing is."""
        text = automatic_texts.text_of(self.texts, kind, locale=locale, brand=brand)
        if not text:
            return ""
        return automatic_texts.fill(
            text, brand=brand, hours=self.hours, customer=customer, locale=locale, now=now
        )


_known: dict[UUID, tuple[float, Plan | None]] = {}


def plan(brand: Brand) -> Plan | None:
    """Read what a brand says by itself; ``None`` when it says nothing."""
    row = AutomaticMessages.objects.filter(brand_id=brand.pk).first()
    if row is None or not any(each.get("on") for each in row.plan.values()):
        return None
    return Plan(texts=row.plan, hours=hours.of(brand))


def known_plan(brand: Brand) -> Plan | None:
    """Return ``plan`` as this process knows it, at most some seconds old."""
    now = time.monotonic()
    read_at, found = _known.get(brand.public_id, (0.0, None))
    if not read_at or now - read_at > KNOWN_FOR:
        found = plan(brand)
        _known[brand.public_id] = now, found
    return found


def forget() -> None:
    """Read every brand anew, now and once this transaction is committed: a setting changed."""
    _known.clear()
    transaction.on_commit(_known.clear)


def heard(plan: Plan | None, *, conversation_id: int, at: datetime) -> None:
    """Leave behind what is to be looked at, in the transaction that saved a customer's message."""
    if plan is None:
        return
    if plan.says("away") and not openings.is_open(plan.hours, at):
        jobs.enqueue(tell_away, conversation_id=conversation_id)
    if plan.says("slow"):
        due_at = openings.after_open_seconds(plan.hours, at, plan.patience)
        if due_at is not None:
            timers.arm_sooner(kind=SLOW, key=str(conversation_id), due_at=due_at)


def waits_again(*, conversation: Conversation) -> None:
    """Set the clock of the slow answer anew: the reply that stopped the waiting was taken back."""
    since = conversation.waiting_since
    told = known_plan(conversation.brand) if since else None
    if since is None or told is None or not told.says("slow"):
        return
    due_at = openings.after_open_seconds(told.hours, since, told.patience)
    if due_at is not None:
        timers.arm_sooner(kind=SLOW, key=str(conversation.pk), due_at=due_at)


@jobs.job
def tell_away(conversation_id: int) -> None:
    """Say that the brand is closed, once per closed stretch and conversation."""
    conversation = _waiting(conversation_id)
    told = plan(conversation.brand) if conversation else None
    if conversation is None or told is None or not told.says("away"):
        return
    now = clock.now()
    if openings.is_open(told.hours, now):
        return
    opening = openings.next_opening(told.hours, now)
    # A stretch is known by its end: one that is made longer or shorter is told of again.
    stretch = f"{opening.at:%Y%m%d%H%M}" if opening else "never"
    _write(conversation, told, "away", about=stretch)


@timers.timer(SLOW)
def _nobody_answered(*, key: str) -> None:
    conversation = _waiting(int(key))
    told = plan(conversation.brand) if conversation else None
    if conversation is None or told is None or not told.says("slow"):
        return
    since = conversation.waiting_since
    assert since is not None
    due_at = openings.after_open_seconds(told.hours, since, told.patience)
    now = clock.now()
    if due_at is not None and due_at <= now and not openings.is_open(told.hours, now):
        opening = openings.next_opening(told.hours, now)
        due_at = opening.at if opening else None
    if due_at is None:
        return
    if due_at > now:
        timers.arm(kind=SLOW, key=key, due_at=due_at)
        return
    _write(conversation, told, "slow", about=_stamp(since))


def closed(*, conversation_id: int) -> None:
    """Leave the clock behind that says the end, in the transaction that closed a conversation."""
    conversation = Conversation.objects.select_related("brand").get(pk=conversation_id)
    told = known_plan(conversation.brand)
    if told is None or not told.says("closing") or conversation.closed_at is None:
        return
    timers.arm(
        kind=CLOSING,
        key=str(conversation_id),
        due_at=conversation.closed_at + CLOSING_AFTER,
        payload={"stamp": _stamp(conversation.closed_at)},
    )


@timers.timer(CLOSING)
def _was_closed(*, key: str, stamp: str) -> None:
    conversation = _locked(int(key))
    if conversation is None or conversation.closed_at is None:
        return
    if _stamp(conversation.closed_at) != stamp or conversation.first_reply_at is None:
        return  # opened and closed again since, or closed without a word: spam, a double
    told = plan(conversation.brand)
    if told is not None and told.says("closing"):
        _write(conversation, told, "closing", about=stamp)


def _locked(conversation_id: int) -> Conversation | None:
    rows = Conversation.objects.alive().select_for_update(of=("self",))
    return rows.select_related("brand", "customer__merged_into").filter(pk=conversation_id).first()


def _waiting(conversation_id: int) -> Conversation | None:
    """Return a conversation whose customer waits for an answer now, locked."""
    found = _locked(conversation_id)
    if found is None or found.waiting_since is None:
        return None
    return found if found.status == Conversation.Status.OPEN else None


def _write(conversation: Conversation, told: Plan, kind: str, *, about: str) -> Message | None:
    """Write the message and queue it; ``None`` when it was said before, or there is nobody."""
    customer = conversation.customer
    name = (customer.merged_into or customer).name or customer.name
    locale = customer.locale or conversation.brand.locale
    now = clock.now()
    text = told.words(kind, brand=conversation.brand, customer=name, locale=locale, now=now)
    last = (
        conversation.messages.filter(kind=Message.Kind.CUSTOMER)
        .exclude(identity=None)
        .order_by("-id")
        .first()
    )
    if last is None or not text:
        return None
    try:
        with transaction.atomic():
            message = Message.objects.create(
                conversation=conversation,
                inbox_id=last.inbox_id,
                identity_id=last.identity_id,
                kind=Message.Kind.REPLY,
                text=text,
                data={MARK: kind},
                client_key=f"auto:{kind}:{about}",
                state=Message.State.QUEUED,
                created_at=now,
            )
    except IntegrityError:
        return None
    _tell(conversation, message)
    return message


def _tell(conversation: Conversation, message: Message) -> None:
    publish(ReplyQueued(conversation_id=conversation.pk, message_id=message.pk))
    timeline.record(
        name="Automatic Message Written",
        source="automatic",
        customer_id=conversation.customer_id,
        brand_id=conversation.brand_id,
        message_id=message.public_id,
        properties={
            "conversation": str(conversation.public_id),
            "message": str(message.public_id),
            "kind": message.data[MARK],
        },
    )
    changes.conversation(conversation.public_id, brand_id=conversation.brand_id)


def _stamp(at: datetime) -> str:
    return str(int(at.timestamp() * 1_000_000))

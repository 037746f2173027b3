"""A queued reply goes out: claimed under a lease, sent with one key, and honest about it.

``queued → sending → sent → delivered → read``, or ``failed``, or ``unknown``: it was being sent
when the process died and the channel cannot say. Unknown is shown to people and never resent
by itself.
"""

import logging
import random
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from majung.accounts import audit
from majung.accounts.models import Agent
from majung.channels import registry
from majung.channels.contract import (
    Accepted,
    Address,
    Answer,
    Outgoing,
    Permanent,
    Retryable,
    Unknown,
)
from majung.channels.models import OutboundDelivery
from majung.conversations import holding, parts, replies
from majung.conversations.models import Draft, Message
from majung.core import clock, jobs, recovery

log = logging.getLogger("majung.delivery")

LEASE = timedelta(seconds=settings.MAJUNG_LEASE_SECONDS)
MOST_ATTEMPTS = 8
LONGEST_WAIT = 600.0


@dataclass(frozen=True, slots=True)
class _Claim:
    """Our right to send one message until the lease ends."""

    delivery_id: int
    epoch: int
    attempts: int
    message: Message


def queue(*, message_id: int, conversation_id: int) -> None:
    """Make a reply's way out, in the transaction that wrote the reply.

    A held one sets out when it is not held any more; what is written behind it waits, too.
    """
    held_until = Message.objects.values_list("held_until", flat=True).get(pk=message_id)
    OutboundDelivery.objects.create(message_id=message_id, created_at=clock.now())
    jobs.enqueue(deliver, key=_key(conversation_id), run_at=held_until, message_id=message_id)


@jobs.job(atomic=False)
def deliver(message_id: int) -> None:
    """Send one queued reply. Harmless when it was sent already, or taken back.

    Raises:
        jobs.NotYet: it is held, somebody else is sending it, or the channel said to try again
            later. The job keeps its place, so the replies behind it wait too.
    """
    claim = _claim(message_id)
    if claim is None:
        return
    try:
        answer = registry.adapter(claim.message.inbox.kind).send(_outgoing(claim.message))
    except Exception as error:
        log.exception("adapter failed while sending", extra={"message_id": message_id})
        answer = Unknown(type(error).__name__)
    wait = _finish(claim, answer)
    if wait is not None:
        raise jobs.NotYet(wait)


def _claim(message_id: int) -> _Claim | None:
    with transaction.atomic():
        delivery = (
            OutboundDelivery.objects.select_for_update(of=("self",))
            .select_related("message__inbox", "message__identity", "message__conversation")
            .filter(message_id=message_id)
            .first()
        )
        now = clock.now()
        if delivery is None or delivery.finished_at:
            return None
        if delivery.lease_until and delivery.lease_until > now:
            raise jobs.NotYet((delivery.lease_until - now).total_seconds())
        message = delivery.message
        if message.held_until and message.held_until > now:
            raise jobs.NotYet((message.held_until - now).total_seconds())
        interrupted = message.state == Message.State.SENDING
        if interrupted and not registry.capabilities(message.inbox.kind).idempotent:
            _close(delivery, Message.State.UNKNOWN, "interrupted")
            return None
        delivery.epoch += 1
        delivery.attempts += 1
        delivery.lease_until = now + LEASE
        delivery.save(update_fields=["epoch", "attempts", "lease_until"])
        if holding.is_held(message):
            holding.release(message)
        replies.advance(message_ids=[message.pk], state=Message.State.SENDING)
        return _Claim(delivery.pk, delivery.epoch, delivery.attempts, message)


def _outgoing(message: Message) -> Outgoing:
    who = message.identity
    return Outgoing(
        key=str(message.public_id),
        to=Address(
            kind=who.kind if who else "",
            scope=who.scope if who else "",
            address=who.address if who else "",
        ),
        text=words_of(message),
        config=message.inbox.config,
    )


def words_of(message: Message) -> str:
    """Return the text, with what the channel cannot show in lines below it."""
    if registry.capabilities(message.inbox.kind).parts:
        return message.text
    return parts.with_plain(message.text, parts.of(message.data))


def _finish(claim: _Claim, answer: Answer) -> float | None:
    """Write the answer down; return after how many seconds to try again, if so."""
    with transaction.atomic():
        # Whoever lost the lease must not write: only the holder of the newest epoch finds the row.
        delivery = (
            OutboundDelivery.objects.select_for_update()
            .filter(pk=claim.delivery_id, epoch=claim.epoch, finished_at=None)
            .first()
        )
        if delivery is None:
            return None
        match answer:
            case Accepted():
                delivery.external_id = answer.external_id
                _close(delivery, Message.State.SENT, "")
            case Retryable() if claim.attempts < MOST_ATTEMPTS:
                return _try_later(delivery, claim, answer)
            case Retryable() | Permanent():
                _close(delivery, Message.State.FAILED, answer.reason)
            case Unknown():
                _close(delivery, Message.State.UNKNOWN, answer.reason)
    return None


def _close(delivery: OutboundDelivery, state: str, error: str) -> None:
    delivery.finished_at = clock.now()
    delivery.lease_until = None
    delivery.error = error[:300]
    delivery.save(update_fields=["finished_at", "lease_until", "error", "external_id"])
    replies.advance(message_ids=[delivery.message_id], state=state, failure=error[:200])


def _try_later(delivery: OutboundDelivery, claim: _Claim, answer: Retryable) -> float:
    backoff = min(LONGEST_WAIT, float(claim.attempts**2)) * random.uniform(0.8, 1.2)
    wait = max(answer.after, backoff)
    delivery.next_attempt_at = clock.now() + timedelta(seconds=wait)
    delivery.lease_until = None
    delivery.error = answer.reason[:300]
    delivery.save(update_fields=["next_attempt_at", "lease_until", "error"])
    replies.advance(message_ids=[delivery.message_id], state=Message.State.QUEUED)
    return wait


class AlreadySent(Exception):
    """The reply has set out, or is somebody else's, and cannot be taken back."""


def withdraw(*, message: Message, by: Agent) -> Draft:
    """Take a held reply back: it is never sent, leaves the thread and is the writer's draft again.

    One guarded statement decides between this and the sending that begins meanwhile.

    Raises:
        AlreadySent: it was too late; nothing was done.
    """
    with transaction.atomic():
        # The conditions stand on the row itself: who waited for its lock looks at it again.
        waiting = OutboundDelivery.objects.filter(
            message_id=message.pk, attempts=0, finished_at=None
        )
        if not waiting.update(finished_at=clock.now(), error="withdrawn"):
            raise AlreadySent
        current = Message.objects.select_related("conversation").get(pk=message.pk)
        if current.author_id != by.pk or not holding.is_held(current):
            raise AlreadySent
        OutboundDelivery.objects.filter(message_id=message.pk).delete()
        return holding.take_back(message=current, by=by)


def resend(*, message: Message, by: Agent) -> bool:
    """Send a failed or unknown reply again because a person says so; of two who do, once."""
    with transaction.atomic():
        if not _stands_at(message, Message.State.FAILED, Message.State.UNKNOWN):
            return False
        if not replies.advance(message_ids=[message.pk], state=Message.State.QUEUED):
            return False
        OutboundDelivery.objects.filter(message=message).update(
            finished_at=None, lease_until=None, attempts=0, epoch=F("epoch") + 1, error=""
        )
        jobs.enqueue(deliver, key=_key(message.conversation_id), message_id=message.pk)
        audit.record(action="reply_resent", obj=message, by=by)
    return True


def settle(*, message: Message, by: Agent) -> bool:
    """Note that an unknown reply did arrive because a person found out."""
    with transaction.atomic():
        if not _stands_at(message, Message.State.UNKNOWN):
            return False
        moved = replies.advance(message_ids=[message.pk], state=Message.State.SENT)
        if moved:
            audit.record(action="reply_settled", obj=message, by=by)
    return bool(moved)


def _stands_at(message: Message, *states: str) -> bool:
    """Hold a reply's way out as it is until we commit; say whether it has come to one of these.

    What the caller has read may be old: a reply that is being sent must not be sent beside that.
    """
    list(OutboundDelivery.objects.select_for_update().filter(message=message).values_list("pk"))
    return Message.objects.filter(pk=message.pk, state__in=states).exists()


@recovery.alone
def end_leases() -> int:
    """Let what a killed process was sending be judged at once; return how many there were."""
    held = OutboundDelivery.objects.exclude(lease_until=None).filter(finished_at=None)
    return held.update(lease_until=clock.now())


def sweep() -> int:
    """Queue a job for every reply on its way whose job is gone; return how many.

    A guard against rows restored from a backup or jobs parked by mistake. A reply that waits
    behind another of its conversation has its job, or gets one when that conversation's are done.
    """
    now = clock.now()
    lost = OutboundDelivery.objects.filter(
        Q(lease_until=None) | Q(lease_until__lt=now),
        Q(next_attempt_at=None) | Q(next_attempt_at__lt=now),
        finished_at=None,
        created_at__lt=now - 2 * LEASE,
    )
    with transaction.atomic():
        found = [
            (_key(conversation_id), message_id)
            for message_id, conversation_id in lost.order_by("message_id").values_list(
                "message_id", "message__conversation_id"
            )[:200]
        ]
        busy = jobs.busy(key for key, _ in found)
        orphans = [(key, message_id) for key, message_id in found if key not in busy]
        for key, message_id in orphans:
            jobs.enqueue(deliver, key=key, message_id=message_id)
    return len(orphans)


def _key(conversation_id: int) -> str:
    """Return the ordering key under which the replies of one conversation go out."""
    return f"out:{conversation_id}"

"""A queued reply goes out: claimed under a lease, sent with one key, and honest about it.

``queued → sending → sent → delivered → read``, or ``failed``, or ``unknown``: it was being sent
when the process died and the channel cannot say. Unknown is shown to people and never resent by
itself; where the channel can find out what became of it (``reconcile``), it is asked.
"""

import logging
import random
from datetime import timedelta
from typing import Final, cast

from django.db import transaction
from django.db.models import F, Q

from majung.accounts import audit
from majung.accounts.models import Agent
from majung.channels import connected, fitting, outside, registry
from majung.channels.attempts import LEASE, Claim, Done, add_piece, attempt, sends_of
from majung.channels.contract import (
    Accepted,
    Outgoing,
    Permanent,
    Reconciles,
    Retryable,
    Unknown,
)
from majung.channels.mail import outcome
from majung.channels.mail.outgoing import is_mail
from majung.channels.models import OutboundDelivery
from majung.conversations import holding, replies
from majung.conversations.models import Draft, Message
from majung.core import clock, jobs, recovery

log = logging.getLogger("majung.delivery")

# Twenty megabytes and a server that looks through them take their time.
MAIL_LEASE = 5 * LEASE
MOST_ATTEMPTS = 8
LONGEST_WAIT = 600.0
# When a channel is asked what became of an interrupted send: in seconds after it was.
RECONCILED_AFTER: Final = (20, 180, 1800, 14400)


def queue(*, message_id: int, conversation_id: int) -> None:
    """Make a reply's way out, in the transaction that wrote the reply.

    A held one sets out when it is not held any more; what is written behind it waits, too.

    Raises:
        replies.CannotReply: somebody wrote what the channel does not take, or too late for it.
    """
    message = Message.objects.select_related("inbox").get(pk=message_id)
    if message.author_id:
        try:
            fitting.check(message)
        except fitting.DoesNotFit as error:
            raise replies.CannotReply(str(error)) from error
    OutboundDelivery.objects.create(message_id=message_id, created_at=clock.now())
    key = _key(conversation_id)
    jobs.enqueue(deliver, key=key, run_at=message.held_until, message_id=message_id)


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
    wait = _finish(claim, attempt(claim))
    if wait is not None:
        raise jobs.NotYet(wait)


def _claim(message_id: int) -> Claim | None:
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
        if message.state not in {Message.State.QUEUED, Message.State.SENDING}:
            # The channel has told of it before we were done: it went out.
            _end(delivery)
            return None
        if message.held_until and message.held_until > now:
            raise jobs.NotYet((message.held_until - now).total_seconds())
        interrupted = message.state == Message.State.SENDING
        if interrupted and not registry.capabilities(message.inbox.kind).idempotent:
            _close(delivery, Message.State.UNKNOWN, "interrupted")
            return None
        delivery.epoch += 1
        delivery.attempts += 1
        delivery.lease_until = now + (MAIL_LEASE if is_mail(message.inbox) else LEASE)
        delivery.save(update_fields=["epoch", "attempts", "lease_until"])
        if holding.is_held(message):
            holding.release(message)
        replies.advance(message_ids=[message.pk], state=Message.State.SENDING)
        return Claim(delivery.pk, delivery.epoch, delivery.attempts, message)


def _finish(claim: Claim, done: Done) -> float | None:
    """Write the answer down; return after how many seconds to try again, if so."""
    answer = done.answer
    with transaction.atomic():
        # Whoever lost the lease must not write: only the holder of the newest epoch finds the row.
        delivery = (
            OutboundDelivery.objects.select_for_update()
            .filter(pk=claim.delivery_id, epoch=claim.epoch, finished_at=None)
            .first()
        )
        if delivery is None:
            return None
        if is_mail(claim.message.inbox):
            outcome.note(message=claim.message, answer=answer)
        match answer:
            case Accepted() if done.number < done.of:
                return None
            case Accepted():
                if done.of > 1:
                    add_piece(delivery.pk, done.number, answer)
                delivery.external_id = answer.external_id
                _close(delivery, Message.State.SENT, "")
            case Retryable() if claim.attempts < MOST_ATTEMPTS or _is_patient(delivery):
                return _try_later(delivery, claim, answer)
            case Retryable() | Permanent():
                _close(delivery, Message.State.FAILED, answer.reason)
            case Unknown():
                _close(delivery, Message.State.UNKNOWN, answer.reason)
    return None


def _is_patient(delivery: OutboundDelivery) -> bool:
    hours = registry.capabilities(_kind(delivery)).patience
    return clock.now() < delivery.created_at + timedelta(hours=hours)


def _close(delivery: OutboundDelivery, state: str, error: str) -> None:
    _end(delivery, error)
    replies.advance(message_ids=[delivery.message_id], state=state, failure=error[:200])
    if state == Message.State.UNKNOWN and registry.capabilities(_kind(delivery)).reconciles:
        _ask_later(delivery.message_id, 0)


def _end(delivery: OutboundDelivery, error: str = "") -> None:
    delivery.finished_at = clock.now()
    delivery.lease_until = None
    delivery.error = error[:300]
    delivery.save(update_fields=["finished_at", "lease_until", "error", "external_id"])


def _kind(delivery: OutboundDelivery) -> str:
    return delivery.message.inbox.kind


def _ask_later(message_id: int, tried: int) -> None:
    if tried < len(RECONCILED_AFTER):
        due_at = clock.now() + timedelta(seconds=RECONCILED_AFTER[tried])
        jobs.enqueue(reconcile, run_at=due_at, message_id=message_id, tried=tried)


@jobs.job(atomic=False)
def reconcile(message_id: int, tried: int = 0) -> None:
    """Ask the channel what became of an interrupted send, a few times; then a person has to."""
    message = (
        Message.objects.select_related("inbox", "identity", "conversation")
        .filter(pk=message_id, state=Message.State.UNKNOWN)
        .first()
    )
    delivery = OutboundDelivery.objects.filter(message=message_id).first()
    if message is None or delivery is None:
        return
    gone = set(delivery.pieces.values_list("number", flat=True))
    sends = sends_of(message)
    left = [each for number, each in enumerate(sends, start=1) if number not in gone]
    found = _asked(message, left[0]) if left else Accepted()
    if found is None:
        _ask_later(message_id, tried + 1)
    else:
        _reconciled(
            message, delivery.epoch, found, number=len(sends) - len(left) + 1, of=len(sends)
        )


def _asked(message: Message, outgoing: Outgoing) -> Accepted | Retryable | None:
    adapter = cast("Reconciles", registry.adapter(message.inbox.kind))
    try:
        return adapter.reconcile(outgoing, connected.account(message.inbox), outside.context())
    except Exception:
        log.exception("adapter failed while finding out", extra={"message_id": message.pk})
        return None


def _reconciled(
    message: Message, epoch: int, found: Accepted | Retryable, *, number: int, of: int
) -> None:
    """Note what was found out, unless a person or the channel was quicker."""
    with transaction.atomic():
        delivery = (
            OutboundDelivery.objects.select_for_update()
            .filter(message=message, epoch=epoch)
            .first()
        )
        if delivery is None or not _stands_at(message, Message.State.UNKNOWN):
            return
        went = isinstance(found, Accepted)
        if isinstance(found, Accepted):
            if of > 1 and number <= of:
                add_piece(delivery.pk, number, found)
            delivery.external_id = found.external_id
        if went and number >= of:
            if is_mail(message.inbox):
                outcome.note(message=message, answer=found)
            _close(delivery, Message.State.SENT, "")
        else:
            _again(message)


def _again(message: Message) -> None:
    """Queue what of a reply has not gone out."""
    replies.advance(message_ids=[message.pk], state=Message.State.QUEUED)
    OutboundDelivery.objects.filter(message=message).update(
        finished_at=None, lease_until=None, attempts=0, epoch=F("epoch") + 1, error=""
    )
    jobs.enqueue(deliver, key=_key(message.conversation_id), message_id=message.pk)


def confirm(*, message: Message, external_id: str) -> bool:
    """Note that the channel shows a reply as sent, whatever we knew of it; say whether that is new.

    What is still being sent here, or waits to be sent again, is done.
    """
    with transaction.atomic():
        delivery = OutboundDelivery.objects.select_for_update().filter(message=message).first()
        if delivery and not delivery.external_id:
            delivery.external_id = external_id
        if delivery and (delivery.attempts or delivery.finished_at):
            _end(delivery)
        return bool(replies.advance(message_ids=[message.pk], state=Message.State.SENT))


def _try_later(delivery: OutboundDelivery, claim: Claim, answer: Retryable) -> float:
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
        _again(message)
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

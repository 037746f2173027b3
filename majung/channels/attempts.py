"""One attempt to send a reply: made ready, handed to the channel, and what that said."""

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db import transaction

from majung.channels import connected, fitting, outside, registry, wording
from majung.channels.contract import Accepted, Answer, Outgoing, Permanent, Retryable, Unknown
from majung.channels.mail import outcome
from majung.channels.mail.outgoing import is_mail, outgoing_of
from majung.channels.models import OutboundDelivery, SentPiece
from majung.conversations.models import Message
from majung.core import clock

log = logging.getLogger("majung.delivery")

LEASE: Final = timedelta(seconds=settings.MAJUNG_LEASE_SECONDS)
SCAN_WAIT: Final = 5.0


@dataclass(frozen=True, slots=True)
class Claim:
    """Our right to send one message until the lease ends."""

    delivery_id: int
    epoch: int
    attempts: int
    message: Message


@dataclass(frozen=True, slots=True)
class Done:
    """What the channel said to the piece ``number`` of ``of``, the last that was sent."""

    answer: Answer
    number: int = 1
    of: int = 1


def attempt(claim: Claim) -> Done:
    """Send what of a reply has not gone out, piece by piece, until the channel does not take one."""
    message = claim.message
    try:
        fitting.check(message)
        fitting.check_scans(message)
        adapter = registry.adapter(message.inbox.kind)
        account = connected.account(message.inbox)
        sends = sends_of(message)
    except fitting.DoesNotFit as error:
        return Done(Permanent(str(error)))
    except fitting.NotChecked:
        return Done(Retryable("scan", after=SCAN_WAIT))
    except Exception as error:
        log.exception("a reply could not be made ready", extra={"message_id": message.pk})
        return Done(Retryable(type(error).__name__))
    gone = _gone(claim)
    done = Done(Accepted(), len(sends), len(sends))
    for number, each in enumerate(sends, start=1):
        if number in gone:
            continue
        try:
            answer = outcome.held_up(inbox=message.inbox, mail=each) or adapter.send(
                each, account, outside.context()
            )
        except Exception as error:
            log.exception("adapter failed while sending", extra={"message_id": message.pk})
            answer = Unknown(type(error).__name__)
        done = Done(answer, number, len(sends))
        if not isinstance(answer, Accepted):
            break
        if number < len(sends) and not _note_piece(claim, number, answer):
            break  # somebody else has it now, and knows from where to go on
    return done


def sends_of(message: Message) -> list[Outgoing]:
    """Return the sends that a reply needs, in order."""
    return [outgoing_of(message)] if is_mail(message.inbox) else wording.outgoing(message)


def _gone(claim: Claim) -> set[int]:
    pieces = SentPiece.objects.filter(outbound=claim.delivery_id)
    return set(pieces.values_list("number", flat=True))


def _note_piece(claim: Claim, number: int, answer: Accepted) -> bool:
    """Note that a piece went out, and hold the lease for the next; ``False`` when it is lost."""
    with transaction.atomic():
        held = OutboundDelivery.objects.filter(
            pk=claim.delivery_id, epoch=claim.epoch, finished_at=None
        ).update(lease_until=clock.now() + LEASE)
        if held:
            add_piece(claim.delivery_id, number, answer)
    return bool(held)


def add_piece(delivery_id: int, number: int, answer: Accepted) -> None:
    """Note that a piece of a long reply went out."""
    SentPiece.objects.create(
        outbound_id=delivery_id,
        number=number,
        external_id=answer.external_id,
        sent_at=clock.now(),
    )

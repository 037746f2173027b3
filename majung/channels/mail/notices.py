"""Mails of ours that are no message of a thread: written once per key, sent as replies are."""

import logging
import random
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from majung.channels import connected, outside, registry
from majung.channels.arriving import SetAside
from majung.channels.contract import (
    Accepted,
    Address,
    Answer,
    Outgoing,
    OutLetter,
    Permanent,
    Person,
    Receipt,
    Retryable,
    Unknown,
)
from majung.channels.mail import ids, outcome, outgoing
from majung.channels.models import Notice
from majung.conversations import changes, entries
from majung.conversations.models import Conversation, Inbox, Message
from majung.core import clock, jobs
from majung.core.ids import uuid7

log = logging.getLogger("majung.notices")

LEASE: Final = timedelta(minutes=5)
PATIENCE: Final = timedelta(hours=24)
LONGEST_WAIT: Final = 600.0
FAILED: Final = "notice_failed"


class CannotSend(Exception):
    """It cannot be sent; the text says why, for a person to read."""


@dataclass(frozen=True, slots=True)
class _Claim:
    notice: Notice
    epoch: int


def put(
    *,
    inbox: Inbox,
    kind: str,
    key: str,
    to: Person,
    subject: str,
    text: str,
    html: str,
    conversation: Conversation | None = None,
    message: Message | None = None,
) -> Notice | None:
    """Write a mail and queue it, in the caller's transaction; ``None`` if ``key`` was used before.

    Without a ``key`` it is one of its own.
    With a ``message`` it has that one's Message-ID, so that an answer to it answers the message.

    Raises:
        CannotSend: the mailbox has no address.
    """
    sender = outgoing.sender_of(inbox, "")
    if sender is None:
        raise CannotSend(gettext("메일함에 보내는 주소가 없어요. 관리자에게 알려 주세요."))
    public_id, domain = uuid7(), sender.address.rpartition("@")[2]
    tagged = conversation if inbox.config.get("tags", True) else None
    notice = Notice(
        public_id=public_id,
        inbox=inbox,
        conversation=conversation,
        message=message,
        kind=kind,
        key=key or f"{kind}:{public_id}",
        header_id=ids.message_id(message.public_id, domain=domain)
        if message
        else f"<mj-notice.{public_id.hex}@{domain}>",
        to=to.address,
        name=to.name[:120],
        sender=sender.address,
        sender_name=sender.name,
        reply_to=ids.reply_address(sender.address, tagged.pk) if tagged else "",
        subject=subject[:300],
        text=text,
        html=html,
        created_at=clock.now(),
    )
    try:
        with transaction.atomic():
            notice.save(force_insert=True)
    except IntegrityError:
        return None
    jobs.enqueue(deliver, key=f"notice:{notice.pk}", notice_id=notice.pk)
    return notice


@jobs.job(atomic=False)
def deliver(notice_id: int) -> None:
    """Send one notice. Harmless when it was sent already.

    Raises:
        jobs.NotYet: somebody else is sending it, or it is to be tried again later.
    """
    claim = _claim(notice_id)
    if claim is None:
        return
    wait = _finish(claim, _send(claim.notice))
    if wait is not None:
        raise jobs.NotYet(wait)


def bounced(receipt: Receipt, *, inbox: Inbox) -> SetAside | None:
    """Note that a notice came back; ``None`` if the receipt is about none of them."""
    if receipt.state != "failed" or not receipt.external_id:
        return None
    with transaction.atomic():
        notice = (
            Notice.objects.select_for_update(of=("self",))
            .select_related("inbox", "conversation")
            .filter(header_id__iexact=receipt.external_id, inbox=inbox)
            .first()
        )
        if notice is None:
            return None
        if notice.state != Notice.State.FAILED:
            _close(notice, Notice.State.FAILED, receipt.reason)
    return SetAside(
        "receipt_failed", receipt.reason, conversation_id=notice.conversation_id, counts=True
    )


def mail_of(notice: Notice) -> Outgoing:
    """Return a notice as the mail channel sends it: the same at every attempt."""
    to = Person(notice.name, notice.to)
    return Outgoing(
        key=str(notice.public_id),
        to=Address(kind="email", address=notice.to),
        text=notice.text,
        html=notice.html,
        subject=notice.subject,
        letter=OutLetter(
            message_id=notice.header_id,
            sender=Person(notice.sender_name, notice.sender),
            to=(to,),
            reply_to=notice.reply_to,
            date=notice.created_at,
            headers=outgoing.automatic_headers(notice.header_id),
        ),
    )


def _claim(notice_id: int) -> _Claim | None:
    with transaction.atomic():
        rows = Notice.objects.select_for_update(of=("self",))
        notice = rows.select_related("inbox", "conversation").filter(pk=notice_id).first()
        now = clock.now()
        if notice is None or notice.finished_at:
            return None
        if notice.lease_until and notice.lease_until > now:
            raise jobs.NotYet((notice.lease_until - now).total_seconds())
        if notice.state == Notice.State.SENDING:
            # It was being sent when the process died: it may have gone out, and is not sent twice.
            _close(notice, Notice.State.UNKNOWN, "interrupted")
            return None
        notice.state = Notice.State.SENDING
        notice.epoch += 1
        notice.attempts += 1
        notice.lease_until = now + LEASE
        notice.save(update_fields=["state", "epoch", "attempts", "lease_until"])
        return _Claim(notice, notice.epoch)


def _send(notice: Notice) -> Answer:
    mail = mail_of(notice)
    try:
        return outcome.held_up(inbox=notice.inbox, mail=mail) or registry.adapter(
            notice.inbox.kind
        ).send(mail, connected.account(notice.inbox), outside.context())
    except Exception as error:
        log.exception("adapter failed while sending a notice", extra={"notice_id": notice.pk})
        return Unknown(type(error).__name__)


def _finish(claim: _Claim, answer: Answer) -> float | None:
    """Write the answer down; return after how many seconds to try again, if so."""
    with transaction.atomic():
        rows = Notice.objects.select_for_update(of=("self",)).select_related(
            "inbox", "conversation"
        )
        notice = rows.filter(pk=claim.notice.pk, epoch=claim.epoch, finished_at=None).first()
        if notice is None:
            return None
        outcome.note_account(inbox=notice.inbox, answer=answer)
        match answer:
            case Accepted():
                _close(notice, Notice.State.SENT, "")
            case Retryable() if clock.now() < notice.created_at + PATIENCE:
                return _try_later(notice, answer)
            case Retryable() | Permanent():
                _close(notice, Notice.State.FAILED, answer.reason)
            case Unknown():
                _close(notice, Notice.State.UNKNOWN, answer.reason)
    return None


def _try_later(notice: Notice, answer: Retryable) -> float:
    backoff = min(LONGEST_WAIT, float(notice.attempts**2)) * random.uniform(0.8, 1.2)
    notice.state, notice.lease_until, notice.error = Notice.State.QUEUED, None, answer.reason[:300]
    notice.save(update_fields=["state", "lease_until", "error"])
    return max(answer.after, backoff)


def _close(notice: Notice, state: str, error: str) -> None:
    notice.state, notice.error, notice.lease_until = state, error[:300], None
    notice.finished_at = clock.now()
    notice.save(update_fields=["state", "error", "lease_until", "finished_at"])
    conversation = notice.conversation
    if state == Notice.State.FAILED and conversation:
        entries.add(
            conversation_id=conversation.pk,
            inbox_id=notice.inbox_id,
            what=FAILED,
            address=notice.to,
            reason=error or _("이유를 알 수 없어요."),
        )
        changes.conversation(conversation.public_id, brand_id=conversation.brand_id)


def sweep() -> int:
    """Queue a job for every notice on its way whose job is gone; return how many."""
    now = clock.now()
    lost = Notice.objects.filter(finished_at=None, created_at__lt=now - 2 * LEASE)
    keys = list(lost.values_list("pk", flat=True)[:200])
    with transaction.atomic():
        busy = jobs.busy(f"notice:{key}" for key in keys)
        orphans = [key for key in keys if f"notice:{key}" not in busy]
        for key in orphans:
            jobs.enqueue(deliver, key=f"notice:{key}", notice_id=key)
    return len(orphans)

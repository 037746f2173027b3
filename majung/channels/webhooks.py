"""Calls of vendors: proven, stored whole in one transaction, answered, then processed by jobs."""

import hashlib
import logging
from typing import Final, cast

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_noop as _
from prometheus_client import Counter

from majung.channels import connected, inbound, raws, registry
from majung.channels.contract import (
    Account,
    Arrival,
    HasWebhook,
    RawItem,
    Refused,
    Request,
    Unreadable,
)
from majung.channels.models import InboundDelivery
from majung.conversations.models import Inbox
from majung.core import clock, jobs, measures
from majung.core.models import Blob

log = logging.getLogger("majung.webhooks")

MOST_BYTES: Final = 4 * 1024 * 1024
CALLS: Final = Counter(
    "majung_webhook_calls",
    "Calls of vendors by channel and what became of them.",
    ["channel", "outcome"],
    registry=measures.REGISTRY,
)


class NoWebhook(Exception):
    """There is no such account, or its channel takes no calls."""


def take(*, key: str, request: Request) -> Arrival:
    """Take a vendor's call to the account of that key, and return how it is answered.

    All of its items are stored when this returns, or none; the same items again are the same. What
    the adapter cannot take apart, though the vendor sent it, is kept in the failed list as it came.

    Raises:
        NoWebhook: nobody is called here.
        Refused: the call is not the vendor's.
    """
    inbox = Inbox.objects.open().filter(key=key).first()
    if inbox is None or not registry.capabilities(inbox.kind).webhook:
        raise NoWebhook
    adapter = cast("HasWebhook", registry.adapter(inbox.kind))
    account = connected.account(inbox)
    _verify(adapter, request, account, inbox)
    try:
        arrival = adapter.receive(request, account)
    except Unreadable as error:
        CALLS.labels(inbox.kind, "unreadable").inc()
        _keep(request, inbox, error)
        return Arrival()
    _store(arrival.items, inbox)
    CALLS.labels(inbox.kind, "taken").inc()
    return arrival


@jobs.job(atomic=False)
def process(delivery_id: int) -> None:
    """Process a stored item; what fails is noted on its row, and tried again from there."""
    try:
        inbound.process(delivery_id=delivery_id)
    except Exception as error:  # noqa: BLE001 - on the row; those behind it must not wait
        log.info("an item of a call failed", extra={"reason": type(error).__name__})


def _verify(adapter: HasWebhook, request: Request, account: Account, inbox: Inbox) -> None:
    try:
        adapter.verify(request, account)
    except Refused as refused:
        CALLS.labels(inbox.kind, refused.code).inc()
        log.warning("a call was refused", extra={"reason": f"{inbox.kind} {refused.code}"})
        raise


def _store(items: tuple[RawItem, ...], inbox: Inbox) -> None:
    """Store the items and leave a job for each, those of one sender in order."""
    # Files are written before the transaction: SQLite has one writer.
    large = [raws.put_aside(item.raw) for item in items]
    with transaction.atomic():
        for item, file in zip(items, large, strict=True):
            delivery_id = _accept(item, inbox, file)
            order = hashlib.sha256(item.sender.encode()).hexdigest()[:16]
            jobs.enqueue(process, key=f"in:{inbox.pk}:{order}", delivery_id=delivery_id)


def _accept(item: RawItem, inbox: Inbox, file: Blob | None) -> int:
    return inbound.accept(
        inbox_id=inbox.pk,
        external_id=item.external_id,
        sender=item.sender,
        raw=item.raw,
        headers=item.headers,
        raw_file=file,
    )


def _keep(request: Request, inbox: Inbox, error: Unreadable) -> None:
    """Keep a call that its channel does not understand, in the failed list."""
    item = RawItem(
        external_id=f"call:{hashlib.sha256(request.body).hexdigest()}",
        sender="",
        raw=request.body,
        headers={},
        received_at=request.received_at,
    )
    file = raws.put_aside(item.raw)
    with transaction.atomic():
        waiting = InboundDelivery.objects.waiting().filter(pk=_accept(item, inbox, file))
        waiting.update(
            state=InboundDelivery.State.FAILED,
            reason=error.code,
            details={"detail": error.detail or _("부른 내용을 읽을 수 없어요.")},
            attempts=F("attempts") + 1,
            processed_at=clock.now(),
        )

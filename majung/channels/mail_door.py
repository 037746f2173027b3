"""What stands behind the mail listener: whose address it is, and keeping what was sent there."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from django.db import transaction

from majung.channels import inbound, raws, webhooks
from majung.channels.mail import ids
from majung.channels.models import MailAddress
from majung.conversations.models import Inbox
from majung.core import jobs

LONGEST_ADDRESS: Final = 320


class Nobody(Exception):
    """The address belongs to no inbox."""


class Paused(Exception):
    """The inbox takes nothing now; it may again."""


def inbox_of(address: str) -> Inbox:
    """Return the inbox of an address of ours, with or without what stands behind a plus.

    Raises:
        Nobody: it is none of ours.
        Paused: its inbox is switched off for now.
    """
    named = address.lower()
    if len(named) > LONGEST_ADDRESS or "@" not in named:
        raise Nobody
    rows = MailAddress.objects.filter(address__in={named, ids.bare(named)})
    found = {row.address: row.inbox for row in rows.select_related("inbox__brand")}
    inbox = found.get(named) or found.get(ids.bare(named))
    if inbox is None or inbox.deleted_at or inbox.brand.deleted_at:
        raise Nobody
    if not inbox.is_active:
        raise Paused
    return inbox


def keep(*, recipients: Sequence[str], raw: bytes, mail_from: str, remote: str) -> None:
    """Store a mail for each inbox that it is for, in one transaction, and leave a job for each.

    Raises:
        Nobody, Paused: an inbox has gone since its address was asked for; nothing is stored.
    """
    named: defaultdict[int, list[str]] = defaultdict(list)
    for address in recipients:
        named[inbox_of(address).pk].append(address)
    # Sent again it is the same item, so its name comes from what was sent.
    external_id = hashlib.sha256(raw).hexdigest()
    traced = b"Return-Path: <" + mail_from.encode("utf-8", "replace") + b">\r\n" + raw
    files = [raws.put_aside(traced) for _ in named]
    with transaction.atomic():
        for (inbox_id, addresses), file in zip(sorted(named.items()), files, strict=True):
            delivery_id = inbound.accept(
                inbox_id=inbox_id,
                external_id=external_id,
                sender="",
                raw=traced,
                headers={
                    "recipients": " ".join(addresses),
                    "mail_from": mail_from,
                    "remote": remote,
                },
                raw_file=file,
            )
            # In order, so that an answer never comes before what it answers.
            jobs.enqueue(webhooks.process, key=f"mail:{inbox_id}", delivery_id=delivery_id)

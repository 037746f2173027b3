"""Rows for tests: one function a thing, believable by default, every field can be given.

``writes`` goes through the real door of a channel; the others write plain rows, which is quicker
where the way in is not the subject.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from io import BytesIO
from itertools import count
from typing import Any
from uuid import uuid4

from majung.accounts.models import Agent, Brand, Team
from majung.channels import inbound
from majung.channels.models import MailAddress
from majung.conversations import uploads
from majung.conversations.models import Conversation, Inbox, Message, Tag, Upload
from majung.conversations.models.tags import folded
from majung.core import clock
from majung.customers.models import Customer, Identity

_number = count(1)


def brand(name: str = "온담", **fields: Any) -> Brand:
    fields.setdefault("slug", f"brand-{next(_number)}")
    return Brand.objects.create(name=name, **fields)


def team(name: str = "고객지원", *, brands: Sequence[Brand] = (), **fields: Any) -> Team:
    made = Team.objects.create(name=name, **fields)
    made.brands.set(brands)
    return made


def agent(name: str = "한지우", *, teams: Sequence[Team] = (), **fields: Any) -> Agent:
    """An agent whose password is ``비밀번호 말고 문장``, and whose replies are not held."""
    fields.setdefault("email", f"agent{next(_number)}@ondam.test")
    fields.setdefault("undo_seconds", 0)
    made = Agent.objects.create_user(password="비밀번호 말고 문장", name=name, **fields)
    made.teams.set(teams)
    return made


def widget(brand: Brand, **fields: Any) -> Inbox:
    fields.setdefault("name", f"{brand.name} 채팅")
    return Inbox.objects.create(kind="webchat", brand=brand, **fields)


def form(brand: Brand, **fields: Any) -> Inbox:
    fields.setdefault("name", f"{brand.name} 문의")
    return Inbox.objects.create(kind="webform", brand=brand, **fields)


def customer(name: str = "김하늘", **fields: Any) -> Customer:
    fields.setdefault("created_at", clock.now())
    return Customer.objects.create(name=name, **fields)


def identity(
    customer: Customer,
    kind: str = "visitor",
    address: str = "",
    *,
    scope: str = "",
    verified: bool = True,
    **fields: Any,
) -> Identity:
    now = clock.now()
    return Identity.objects.create(
        customer=customer,
        kind=kind,
        scope=scope,
        address=address or str(uuid4()),
        verified_at=now if verified else None,
        evidence="test" if verified else "said_so",
        created_at=now,
        **fields,
    )


def conversation(
    inbox: Inbox,
    customer: Customer,
    text: str = "택배가 아직 안 왔어요",
    *,
    at: datetime | None = None,
    identity: Identity | None = None,
    **fields: Any,
) -> Conversation:
    """A conversation with the customer's first message, who waits for an answer."""
    now = at or clock.now()
    made = Conversation.objects.create(
        **{
            "brand": inbox.brand,
            "inbox": inbox,
            "customer": customer,
            "subject": text[:80],
            "preview": text[:160],
            "created_at": now,
            "last_message_at": now,
            "waiting_since": now,
            **fields,
        }
    )
    message(made, text, at=now, identity=identity or _address(customer, inbox))
    return made


def message(
    conversation: Conversation,
    text: str = "확인 부탁드려요",
    *,
    kind: str = "customer",
    at: datetime | None = None,
    **fields: Any,
) -> Message:
    """One entry of a thread, as a bare row; the conversation itself is left as it is."""
    fields.setdefault("inbox", conversation.inbox)
    return Message.objects.create(
        conversation=conversation, kind=kind, text=text, created_at=at or clock.now(), **fields
    )


def tag(name: str = "배송 지연", **fields: Any) -> Tag:
    return Tag.objects.create(name=name, folded=folded(name), **fields)


def upload(owner: str, *, name: str = "영수증.txt", content: bytes = b"12,000") -> Upload:
    """A file put up by ``owner`` ("agent:<key>", or what the channel says) and not yet sent."""
    return uploads.put(stream=BytesIO(content), name=name, owner=owner)


def writes(
    inbox: Inbox, text: str, *, by: Identity, external_id: str = "", **fields: Any
) -> Message:
    """The customer writes through the channel: stored raw, then processed, as in production."""
    delivery_id = inbound.accept(
        inbox_id=inbox.pk,
        external_id=external_id or str(uuid4()),
        sender=f"{by.kind}:{by.scope}:{by.address}",
        raw=json.dumps({"text": text, **fields}).encode(),
        headers={},
    )
    outcome = inbound.process(delivery_id=delivery_id)
    return Message.objects.select_related("conversation").get(pk=outcome.message_id)


def _address(customer: Customer, inbox: Inbox) -> Identity:
    found = customer.identities.filter(kind="visitor", scope=str(inbox.pk)).first()
    return found or identity(customer, scope=str(inbox.pk))


def mailbox(brand: Brand, address: str = "", **config: Any) -> Inbox:
    """A mail account with an address of its own; ``config`` is what it is set up as."""
    address = address or f"help{next(_number)}@ondam.test"
    inbox = Inbox.objects.create(kind="email", brand=brand, name=address, config=config)
    MailAddress.objects.create(inbox=inbox, address=address, name=brand.name)
    return inbox


def mail(
    inbox: Inbox,
    text: str = "주문한 컵이 깨져서 왔어요.",
    *,
    sender: str = "김하늘 <haneul@mail.test>",
    subject: str = "컵이 깨졌어요",
    to: str = "",
    **headers: str,
) -> bytes:
    """Return a raw mail to the inbox; ``headers`` are further ones, with ``_`` for ``-``."""
    made = EmailMessage()
    made["From"], made["Subject"] = sender, subject
    made["To"] = to or inbox.addresses.values_list("address", flat=True)[0]
    made["Date"] = headers.pop("Date", format_datetime(clock.now()))
    made["Message-ID"] = headers.pop("Message_ID", make_msgid(domain="mail.test"))
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made.as_bytes(policy=SMTP)


def mails(inbox: Inbox, raw: bytes) -> inbound.Outcome:
    """Let a raw mail arrive at an inbox through the door of its channel."""
    delivery_id = inbound.accept(
        inbox_id=inbox.pk,
        external_id=hashlib.sha256(raw).hexdigest(),
        sender="",
        raw=raw,
        headers={},
    )
    return inbound.process(delivery_id=delivery_id)

"""From a sent page to the thread: files first, then the raw item, then what it means."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest

from majung.channels import identity_tokens, inbound
from majung.channels.models import InboundDelivery
from majung.conversations import uploads
from majung.conversations.models import Conversation, Inbox, Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One sent page: its number, what was typed, and which files came with it."""

    request: HttpRequest
    inbox: Inbox
    number: UUID
    fields: dict[str, Any]
    files: Sequence["UploadedFile[Any]"]

    @property
    def external_id(self) -> str:
        """The same page with the same words is one item; gone back to and changed, another."""
        files = [[file.name, file.size] for file in self.files]
        said = json.dumps([self.fields, files], ensure_ascii=False, sort_keys=True)
        digest = hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:16]
        return f"form:{self.number.hex}:{digest}"

    def stored(self) -> int | None:
        """Return the key of the item if this page was sent before."""
        return (
            InboundDelivery.objects.filter(inbox=self.inbox, external_id=self.external_id)
            .values_list("pk", flat=True)
            .first()
        )


def open_request(page: Page, *, identity: str) -> Conversation:
    """Take a new request; of the member whom ``identity`` proves, or of a person of its own.

    Raises:
        identity_tokens.Refused: the token proves nothing; nothing was stored.
        inbound.Failed: it cannot be understood; it stands in the failed list.
    """
    delivery_id = page.stored()
    if delivery_id is None:
        raw = _raw(page)
        try:
            delivery_id = _accept_new(page, raw, identity)
        except identity_tokens.Refused:
            # The same page sent twice at once spends its token once.
            delivery_id = page.stored()
            if delivery_id is None:
                raise
    return _process(delivery_id, page.inbox)


def answer(page: Page, *, conversation: Conversation) -> Conversation:
    """Take an answer from a request's page, from the address the request came from.

    Raises:
        inbound.Failed: it cannot be understood; it stands in the failed list.
    """
    delivery_id = page.stored()
    if delivery_id is None:
        sender = _asker(conversation)
        delivery_id = _accept(page, _raw(page), sender)
    return _process(delivery_id, page.inbox)


def _raw(page: Page) -> bytes:
    owner = _owner(page)
    put = [uploads.put(stream=file, name=file.name or "", owner=owner) for file in page.files]
    fields = {**page.fields, "files": [str(upload.public_id) for upload in put]}
    return json.dumps(fields, ensure_ascii=False).encode("utf-8", "replace")


def _accept_new(page: Page, raw: bytes, identity: str) -> int:
    if not identity:
        return _accept(page, raw, f"visitor:form:{page.number.hex}")
    with transaction.atomic():
        member = identity_tokens.verify(token=identity, inbox=page.inbox)
        return _accept(page, raw, f"user:{page.inbox.brand_id}:{member.id}")


def _accept(page: Page, raw: bytes, sender: str) -> int:
    return inbound.accept(
        inbox_id=page.inbox.pk,
        external_id=page.external_id,
        sender=sender,
        raw=raw,
        headers={
            "uploader": _owner(page),
            "user_agent": page.request.headers.get("User-Agent", "")[:300],
        },
    )


def _owner(page: Page) -> str:
    return f"form:{page.number.hex}"


def _asker(conversation: Conversation) -> str:
    first = (
        Message.objects.filter(conversation=conversation, kind=Message.Kind.CUSTOMER)
        .exclude(identity=None)
        .select_related("identity")
        .order_by("id")
        .first()
    )
    if first is None or first.identity is None:
        raise Conversation.DoesNotExist
    return f"{first.identity.kind}:{first.identity.scope}:{first.identity.address}"


def _process(delivery_id: int, inbox: Inbox) -> Conversation:
    outcome = inbound.process(delivery_id=delivery_id, inbox=inbox)
    return Conversation.objects.get(pk=outcome.conversation_id)

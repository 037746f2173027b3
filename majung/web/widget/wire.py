"""What the widget is told of a message, as JSON."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from majung.channels import sessions
from majung.channels.models import WidgetSession
from majung.conversations import automatic, parts
from majung.conversations.inbound import Received
from majung.conversations.models import (
    Attachment,
    Conversation,
    Message,
    MessageQuerySet,
    Upload,
)
from majung.conversations.parts import Parts
from majung.core import blob_links
from majung.core.models import Blob
from majung.core.problems import Problem

Json = dict[str, Any]

# A reply that has not gone out yet is no reply to the customer.
_OUT: Final = Q(kind=Message.Kind.CUSTOMER) | Q(
    state__in=[Message.State.SENT, Message.State.DELIVERED, Message.State.READ]
)


def readable(session: WidgetSession) -> MessageQuerySet:
    """Return the messages this browser may read: of its own addresses, and gone out."""
    return visible(Message.objects.filter(identity__in=sessions.identity_ids(session)))


def visible(messages: MessageQuerySet) -> MessageQuerySet:
    """Return those of the messages that a customer may see, with what their JSON needs."""
    public = messages.public().filter(_OUT, conversation__deleted_at=None)
    return public.select_related("author", "conversation")


def own_conversation(session: WidgetSession, named: object) -> Conversation:
    """Return the conversation of that id if this browser, or its member, wrote in it.

    Raises:
        Problem: 404 ``no_conversation``.
    """
    public_id = uuid(named)
    said = readable(session).filter(kind=Message.Kind.CUSTOMER)
    row = said.filter(conversation__public_id=public_id).first() if public_id else None
    if row is None:
        raise Problem(HTTPStatus.NOT_FOUND, _("상담을 찾을 수 없어요."), code="no_conversation")
    return row.conversation


def message(
    row: Message,
    *,
    session: WidgetSession,
    files: Sequence[Attachment],
    shown: Mapping[str, Blob] | None = None,
) -> Json:
    """Return a stored message; its cursor is its id, which tells nothing of ours.

    ``shown`` are the pictures of cards by their ids.
    """
    mine = row.is_from_customer
    carried = parts.of(row.data)
    return {
        "id": str(row.public_id),
        "cursor": row.public_id.hex,
        "key": _key(row.external_id, session) if mine else "",
        "conversation": str(row.conversation.public_id),
        "from": "customer" if mine else "agent",
        "author": None if mine else _author(row, session),
        "automatic": automatic.MARK in row.data,
        "text": row.text,
        **({"rich": row.rich} if row.rich else {}),
        "files": [file(attachment.blob, attachment.name) for attachment in files],
        **({"parts": _parts(carried, shown or {})} if carried and not mine else {}),
        "at": row.created_at.isoformat(),
        "state": _seen(row) if mine else row.state,
    }


def received(saved: Received, *, key: str) -> Json:
    """Return a message without files that was saved just now; nobody can have read it yet."""
    return {
        "id": str(saved.message_public_id),
        "cursor": saved.message_public_id.hex,
        "key": key,
        "conversation": str(saved.conversation_public_id),
        "from": "customer",
        "author": None,
        "automatic": False,
        "text": saved.text,
        "files": [],
        "at": saved.created_at.isoformat(),
        "state": "sent",
    }


def file(blob: Blob, name: str) -> Json:
    told: Json = {
        "name": name,
        "size": blob.size,
        "type": blob.media_type,
        "url": blob_links.link(blob, name=name),
    }
    if blob.has_thumbnail:
        told["thumb"] = blob_links.link(blob, name=name, thumb=True)
    return told


def upload(row: Upload) -> Json:
    return {
        "id": str(row.public_id),
        "name": row.name,
        "size": row.blob.size,
        "type": row.blob.media_type,
    }


def topics(session: WidgetSession) -> list[str]:
    """Return what this browser may listen to: its own address, and its member's."""
    return [f"visitor:{who.public_id}" for who in (session.visitor, session.user) if who]


def uuid(text: object) -> UUID | None:
    """Read an id or a cursor; ``None`` when it is neither."""
    try:
        return UUID(text) if isinstance(text, str) else None
    except ValueError:
        return None


def _parts(carried: Parts, shown: Mapping[str, Blob]) -> Json:
    """Return quick replies and cards, with links where there were ids of pictures."""
    told = parts.spell(carried)
    for card in told.get("cards", []):
        blob = shown.get(card.pop("picture", ""))
        if blob is not None:
            thumb = bool(blob.has_thumbnail)
            card["picture"] = {
                "url": blob_links.link(blob, name="card", thumb=thumb),
                "width": blob.width,
                "height": blob.height,
            }
    return told


def _author(row: Message, session: WidgetSession) -> Json | None:
    if automatic.MARK in row.data:
        return {"name": session.inbox.brand.name}
    return {"name": row.author.name} if row.author else None


def _seen(row: Message) -> str:
    seen = row.conversation.seen_at
    return "read" if seen is not None and seen >= row.created_at else "sent"


def _key(external_id: str, session: WidgetSession) -> str:
    owner, _colon, key = external_id.partition(":")
    return key if owner == str(session.public_id) else ""

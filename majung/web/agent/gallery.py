"""The files of a conversation or a person: pictures to look at, other files as rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from majung.accounts.models import Agent
from majung.conversations import elsewhere
from majung.conversations.models import Attachment, Conversation, Message
from majung.web import cursors, naming
from majung.web.agent import thread
from majung.web.agent.thread import File

PICTURES: Final = "pictures"
FILES: Final = "files"
KINDS: Final = (PICTURES, FILES)
_PAGES: Final = {PICTURES: 18, FILES: 10}


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A file, who sent it when, and the address of the message that it came with."""

    file: File
    who: str
    at: datetime
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Some files of a kind, the newest first, and the cursor of those before."""

    kind: str
    items: list[Item]
    older: str


def of_conversation(conversation: Conversation, *, kind: str, before: str = "") -> Piece:
    """Return a piece of a conversation's files. One query."""
    return _piece(Attachment.objects.filter(message__conversation=conversation), kind, before)


def of_person(members: Sequence[int], *, agent: Agent, kind: str, before: str = "") -> Piece:
    """Return a piece of a person's files, of what the agent may see. One query."""
    theirs = Conversation.objects.visible_to(agent).filter(customer__in=members)
    return _piece(Attachment.objects.filter(message__conversation__in=theirs), kind, before)


def _piece(rows: QuerySet[Attachment], kind: str, before: str) -> Piece:
    place = cursors.read(before)
    rows = rows.filter(message__deleted_at=None, blob__has_thumbnail=kind == PICTURES)
    if place:
        rows = rows.filter(pk__lt=place[1])
    most = _PAGES[kind]
    found = list(
        rows.select_related(
            "blob", "message__author", "message__conversation__customer__merged_into"
        ).order_by("-pk")[: most + 1]
    )
    shown = found[:most]
    last = shown[-1] if len(found) > most else None
    return Piece(
        kind=kind,
        items=[_item(attachment) for attachment in shown],
        older=cursors.write(last.message.created_at, last.pk) if last else "",
    )


def _item(attachment: Attachment) -> Item:
    message = attachment.message
    return Item(
        file=thread.file_of(attachment),
        who=_who(message),
        at=message.created_at,
        href=address(message),
    )


def address(message: Message) -> str:
    """Return where a message stands in its conversation."""
    place = cursors.write(message.created_at, message.pk)
    path = reverse("desk:conversation", args=[message.conversation.public_id])
    return f"{path}?since={place}#msg-{message.public_id}"


def _who(message: Message) -> str:
    if message.is_from_customer:
        return naming.customer_name(message.conversation.customer)
    if elsewhere.MARK in message.data:
        return _("다른 앱에서 보냄")
    if message.author is None:
        return _("자동 메시지")
    return message.author.name

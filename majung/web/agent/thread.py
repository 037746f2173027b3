"""The thread on the screen: messages and lines in order, days between them, files with links."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from majung.conversations import (
    amending,
    automatic,
    elsewhere,
    holding,
    mentions,
    moving,
    uploads,
)
from majung.conversations.models import Attachment, Conversation, Message
from majung.core import blob_links, clock
from majung.core.models import Blob
from majung.web import carried as carries
from majung.web import cursors, naming
from majung.web.agent import letters, listing, words
from majung.web.agent.letters import Mail
from majung.web.carried import Carried

PAGE: Final = 50
MOST: Final = 2000  # messages of one piece, however long ago it begins
LARGEST_PICTURE: Final = 280  # pixels of either side on the screen
_SIDES: Final = {
    Message.Kind.CUSTOMER: "",
    Message.Kind.REPLY: "me",
    Message.Kind.NOTE: "note",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file of a message; ``href`` is empty while it must not be opened."""

    name: str
    size: str
    href: str
    picture: str
    width: int
    height: int
    hint: str
    is_inline: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing in the thread. ``side``: "", "me", "note" for words; "line" or "day" for lines."""

    id: str
    side: str
    at: datetime
    text: str = ""
    rich: Mapping[str, Any] | None = None
    who: str = ""
    by: str = ""
    icon: str = ""
    state: str = ""
    state_words: str = ""
    held_for: float = 0
    failure: str = ""
    is_edited: bool = False
    pictures: list[File] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    conversation: str = ""
    called: Mapping[str, object] = field(default_factory=dict)
    message: Message | None = None
    carried: Carried | None = None
    mail: Mail | None = None
    undo: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """A piece of a conversation.

    ``start`` is the place of the first message, ``last`` the public id of the newest. ``older``
    is the cursor of what comes before, if anything. ``end`` and ``since`` are the places it was
    asked for by, so that it may be read again.
    """

    entries: list[Entry]
    older: str = ""
    start: str = ""
    last: str = ""
    end: str = ""
    since: str = ""


def newest(conversation: Conversation, *, start: str = "") -> Thread:
    """Return the newest fifty messages, or all from ``start`` on.

    That is where the page began that is read again: so no gap opens below what its reader has
    opened of the past, which stays on the page as it is.
    """
    place = cursors.read(start)
    if place is None:
        return _piece(_rows(conversation), PAGE)
    piece = _piece(_rows(conversation).filter(pk__gte=place[1]), MOST)
    has_older = piece.older or conversation.messages.filter(pk__lt=place[1]).exists()
    return replace(piece, older=piece.start if has_older else "")


def last_on_screen(request: HttpRequest) -> UUID | None:
    """Return the newest entry that the agent had on screen, as the page's forms send it.

    It comes with the thread, so once the thread is read again the same may be done.
    """
    try:
        return UUID(request.POST.get("last", ""))
    except ValueError:
        return None


def before(conversation: Conversation, end: str, *, since: str = "") -> Thread:
    """Return the fifty messages before a place, or all from ``since`` to there.

    Raises ``Http404`` for a place that is none.
    """
    place, first = cursors.read(end), cursors.read(since)
    rows = _rows(conversation)
    if place is not None:
        rows = rows.filter(pk__lt=place[1])
    if first is None:
        return replace(_piece(rows, PAGE), end=end)
    piece = _piece(rows.filter(pk__gte=first[1]), MOST)
    has_older = piece.older or rows.filter(pk__lt=first[1]).exists()
    return replace(piece, older=piece.start if has_older else "", end=end, since=since)


def _rows(conversation: Conversation) -> QuerySet[Message]:
    return conversation.messages.select_related("author", "inbox").order_by("-pk")


def _piece(rows: QuerySet[Message], most: int) -> Thread:
    """Build a piece of the newest of these rows. Two queries, one when there are none."""
    read = list(rows[: most + 1])
    if not read:
        return Thread(entries=[])
    found = read[:most][::-1]
    first, last = found[0], found[-1]
    start = cursors.write(first.created_at, first.pk)
    return Thread(
        entries=list(_entries(found)),
        older=start if len(read) > most else "",
        start=start,
        last=str(last.public_id),
    )


def _entries(messages: Sequence[Message]) -> Iterator[Entry]:
    files = uploads.attachments_of(messages)
    called = mentions.of(messages)
    carried = carries.of(messages)
    mails = letters.of(messages, subject=messages[0].conversation.subject)
    today = None
    for message in messages:
        date = timezone.localtime(message.created_at).date()
        if date != today:
            today = date
            yield Entry(
                id=f"day-{message.public_id}",
                side="day",
                at=message.created_at,
                text=naming.weekday(message.created_at),
            )
        if message.kind == Message.Kind.EVENT:
            yield _line(message)
        else:
            yield replace(
                _said(message, files.get(message.pk, [])),
                called=called.get(message.pk, {}),
                carried=carried.get(message.pk),
                mail=mails.get(message.pk),
            )


def _line(message: Message) -> Entry:
    said = words.line(message)
    return Entry(
        id=f"ev-{message.public_id}",
        side="line",
        at=message.created_at,
        text=said.text,
        conversation=said.conversation,
        undo=reverse("desk:move_undoing", args=[message.public_id])
        if moving.can_take_back(message)
        else "",
    )


def _said(message: Message, attachments: Sequence[Attachment]) -> Entry:
    is_reply = message.kind == Message.Kind.REPLY
    is_note = message.kind == Message.Kind.NOTE
    files = [] if message.deleted_at else [file_of(attachment) for attachment in attachments]
    return Entry(
        id=f"msg-{message.public_id}",
        side=_side(message),
        at=message.created_at,
        text=_deleted(message) if message.deleted_at else message.text,
        rich=None if message.deleted_at else message.rich,
        who=_who(message),
        by=_("내부 메모") if is_note else words.channel(message.inbox.kind),
        icon="sticky-note" if is_note else listing.icon_of(message.inbox.kind),
        state=message.state if is_reply else "",
        state_words=words.state(message) if is_reply else "",
        held_for=_held_for(message) if is_reply else 0,
        failure=words.failure(message) if is_reply else "",
        pictures=[file for file in files if file.picture],
        files=[file for file in files if not file.picture],
        is_edited=amending.FORMER in message.data and not message.deleted_at,
        message=message,
    )


def _side(message: Message) -> str:
    words = [_SIDES[Message.Kind(message.kind)]]
    words += ["auto"] if automatic.MARK in message.data else []
    words += ["gone"] if message.deleted_at else []
    return " ".join(filter(None, words))


def _deleted(message: Message) -> str:
    if message.is_from_customer:
        return _("고객이 지운 메시지")
    return _("지운 메시지예요")


def _who(message: Message) -> str:
    if automatic.MARK in message.data:
        return _("자동 메시지")
    if elsewhere.MARK in message.data:
        return _("다른 앱에서 보냄")
    return message.author.name if message.author else ""


def _held_for(message: Message) -> float:
    """Return for how many seconds yet its author may take a reply back."""
    if message.held_until is None or not holding.is_held(message):
        return 0
    return max(0.0, (message.held_until - clock.now()).total_seconds())


def file_of(attachment: Attachment) -> File:
    blob = attachment.blob
    may_open = blob.scan == Blob.Scan.CLEAN
    width, height = _fitted(blob.width or 0, blob.height or 0)
    return File(
        name=attachment.name,
        size=filesizeformat(blob.size),
        href=blob_links.link(blob, name=attachment.name) if may_open else "",
        picture=blob_links.link(blob, name=attachment.name, thumb=True)
        if may_open and blob.has_thumbnail
        else "",
        width=width,
        height=height,
        hint=_scan_words(blob),
        is_inline=bool(attachment.content_id),
    )


def _fitted(width: int, height: int) -> tuple[int, int]:
    """Return the size on the screen, so that nothing jumps while pictures load."""
    longest = max(width, height)
    if longest <= LARGEST_PICTURE:
        return width, height
    return width * LARGEST_PICTURE // longest, height * LARGEST_PICTURE // longest


def _scan_words(blob: Blob) -> str:
    return {
        Blob.Scan.PENDING: _("바이러스 검사 중이에요"),
        Blob.Scan.INFECTED: _("악성 파일이라 열 수 없어요"),
        Blob.Scan.FAILED: _("검사하지 못해 열 수 없어요"),
    }.get(Blob.Scan(blob.scan), "")

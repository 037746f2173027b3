"""What the bell shows, and the list of notices by conversation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from majung.accounts import notices, quiet
from majung.accounts.models import Agent, Notice
from majung.channels import troubles
from majung.conversations import telling
from majung.conversations.models import Conversation, Inbox, Message
from majung.web import cursors, naming
from majung.web.live_page import PageLive, page_live

PAGE: Final = 60
MOST_COUNTED: Final = 100
_ICONS: Final = {
    telling.MENTIONED: "at-sign",
    telling.ASSIGNED: "user-check",
    telling.ANSWERED: "message-circle",
    telling.REOPENED: "rotate-ccw",
    telling.WOKEN: "clock",
    telling.FOLLOWED: "bell",
    troubles.TROUBLED: "triangle-alert",
    troubles.WELL: "circle-check",
}
_OF_INBOX: Final = frozenset({troubles.TROUBLED, troubles.WELL})
_WITH_WORDS: Final = frozenset(
    {telling.MENTIONED, telling.ANSWERED, telling.REOPENED, telling.FOLLOWED}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bell:
    """The sign in the rail.

    ``newest`` is the public id of the newest unread notice, ``about`` those of all conversations
    with unread ones, as words of an attribute; ``rings`` says that the newest makes a sound.
    """

    live: PageLive
    count: int
    newest: str
    about: str
    rings: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One notice: who did what, and the words where they say more."""

    notice: Notice
    icon: str
    title: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The notices of one conversation, or of an account of a channel, the newest first."""

    conversation: Conversation | None
    inbox: Inbox | None = None
    name: str
    is_new: bool
    at: datetime
    lines: list[Line]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A page of notices; ``older`` is the cursor of what comes before."""

    groups: list[Group]
    older: str


def bell(agent: Agent) -> Bell:
    """Return the bell; one query while nothing is unread, two otherwise."""
    live = page_live([notices.topic(agent)])
    values = notices.unread(agent).values_list("public_id", "kind", "conversation")
    unread = list(values[:MOST_COUNTED])
    rings = False
    if unread:
        preference = quiet.of(agent)
        rings = unread[0][1] in preference.sound and not quiet.is_quiet(preference, agent)
    return Bell(
        live=live,
        count=len(unread),
        newest=str(unread[0][0]) if unread else "",
        about=" ".join(dict.fromkeys(str(conversation) for _, _, conversation in unread)),
        rings=rings,
    )


def page(agent: Agent, *, cursor: str = "") -> Told:
    """Return a page of the agent's notices; what they may not see any more is left out."""
    place = cursors.read(cursor)
    rows = agent.notices.select_related("by").order_by("-pk")
    found = list((rows.filter(pk__lt=place[1]) if place else rows)[: PAGE + 1])
    shown = found[:PAGE]
    older = cursors.write(shown[-1].created_at, shown[-1].pk) if len(found) > PAGE else ""
    return Told(groups=_groups(agent, shown), older=older)


def _groups(agent: Agent, rows: Sequence[Notice]) -> list[Group]:
    by_conversation: dict[UUID, list[Notice]] = {}
    for notice in rows:
        by_conversation.setdefault(notice.conversation, []).append(notice)
    conversations = {
        conversation.public_id: conversation
        for conversation in Conversation.objects.visible_to(agent)
        .filter(public_id__in=list(by_conversation))
        .select_related("brand", "customer__merged_into")
    }
    words = _words([notice for notice in rows if notice.conversation in conversations])
    inboxes = _inboxes(agent, rows)
    return [
        _group(conversations[public_id], told, words)
        if public_id in conversations
        else _of_inbox(inboxes[public_id], told)
        for public_id, told in by_conversation.items()
        if public_id in conversations or public_id in inboxes
    ]


def _inboxes(agent: Agent, rows: Sequence[Notice]) -> dict[UUID, Inbox]:
    named = [notice.conversation for notice in rows if notice.kind in _OF_INBOX]
    if not named or not agent.is_admin:
        return {}
    found = Inbox.objects.alive().filter(public_id__in=named).select_related("brand")
    return {inbox.public_id: inbox for inbox in found}


def _of_inbox(inbox: Inbox, told: Sequence[Notice]) -> Group:
    return Group(
        conversation=None,
        inbox=inbox,
        name=inbox.name,
        is_new=any(notice.read_at is None for notice in told),
        at=told[0].created_at,
        lines=[
            Line(
                notice=notice,
                icon=_ICONS.get(notice.kind, "bell"),
                title=troubles.title(notice.kind),
                words="",
            )
            for notice in told
        ],
    )


def _group(conversation: Conversation, told: Sequence[Notice], words: dict[UUID, str]) -> Group:
    name = naming.customer_name(conversation.customer)
    return Group(
        conversation=conversation,
        name=name,
        is_new=any(notice.read_at is None for notice in told),
        at=told[0].created_at,
        lines=[_line(notice, name, words.get(notice.message, "")) for notice in told],
    )


def _line(notice: Notice, customer: str, words: str) -> Line:
    return Line(
        notice=notice,
        icon=_ICONS.get(notice.kind, "bell"),
        title=telling.title(notice.kind, by=notice.by.name if notice.by else "", customer=customer),
        words=words,
    )


def _words(rows: Sequence[Notice]) -> dict[UUID, str]:
    wanted = [notice.message for notice in rows if notice.kind in _WITH_WORDS]
    said = Message.objects.filter(public_id__in=wanted, deleted_at=None)
    return dict(said.exclude(kind=Message.Kind.EVENT).values_list("public_id", "text"))

"""What the palette and the search page show: places, people, conversations, messages."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from majung.accounts.models import Agent, Brand
from majung.conversations import search as messages
from majung.conversations.models import Conversation, Message
from majung.conversations.search import Hit
from majung.core.search import words
from majung.core.search.snippet import Piece
from majung.customers import search as customers
from majung.web import cursors, naming
from majung.web.agent import listing, visible

FEW: Final = 5
MOST_DIGITS: Final = 18


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """One line: where it leads, its title, and beneath it a text with what was found marked."""

    href: str
    title: str
    icon: str = ""
    hint: str = ""
    pieces: Sequence[Piece] = ()
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Lines of one kind under a heading."""

    label: str
    things: list[Thing] = field(default_factory=list)


_PLACES: Final[tuple[tuple[str, tuple[str, ...], str | Promise, str], ...]] = (
    ("desk:list", ("mine",), gettext_lazy("내 상담"), "inbox"),
    ("desk:list", ("unassigned",), gettext_lazy("미배정"), "inbox"),
    ("desk:list", ("all",), gettext_lazy("모든 상담"), "inbox"),
    ("desk:list", ("closed",), gettext_lazy("끝난 상담"), "inbox"),
    ("desk:search", (), gettext_lazy("메시지 찾기"), "search"),
    ("desk:customers", (), gettext_lazy("고객"), "users"),
)
_SETTINGS: Final[tuple[tuple[str, str | Promise, str], ...]] = (
    ("setup:index", gettext_lazy("설정 한눈에"), "settings"),
    ("setup:brands", pgettext_lazy("여럿", "브랜드"), "store"),
    ("setup:inboxes", pgettext_lazy("여럿", "채널 계정"), "plug"),
    ("setup:teams", pgettext_lazy("여럿", "팀"), "users-round"),
    ("setup:agents", pgettext_lazy("여럿", "상담원"), "user-check"),
    ("setup:ledger", gettext_lazy("접수 장부"), "clipboard-list"),
    ("setup:jobs", gettext_lazy("실패한 작업"), "triangle-alert"),
    ("setup:audit", gettext_lazy("감사 기록"), "scroll-text"),
    ("setup:trash", gettext_lazy("휴지통"), "trash-2"),
    ("setup:file", gettext_lazy("설정 파일"), "file-text"),
)


def groups(agent: Agent, text: str) -> list[Group]:
    """Return what the palette offers for a text, the surest first; without one, the places."""
    if not text:
        return [Group(label=_("이동"), things=list(_places(agent, "")))]
    found = messages.find(agent=agent, text=text, limit=FEW)
    filled = [
        Group(label=_("이동"), things=list(_places(agent, text))),
        Group(label=pgettext("여럿", "상담"), things=list(_numbered(agent, text))),
        Group(label=_("고객"), things=list(_people(agent, text))),
        Group(label=_("메시지"), things=[thing(hit) for hit in found.hits]),
    ]
    return [group for group in filled if group.things]


def thing(hit: Hit) -> Thing:
    """Return a found message as a line that leads to it within its conversation."""
    message, conversation = hit.message, hit.message.conversation
    place = cursors.write(message.created_at, message.pk)
    path = reverse("desk:conversation", args=[conversation.public_id])
    return Thing(
        href=f"{path}?since={place}#msg-{message.public_id}",
        title=naming.customer_name(conversation.customer.merged_into or conversation.customer),
        icon=listing.icon_of(message.inbox.kind),
        hint=_said_by(message),
        at=message.created_at,
        pieces=hit.pieces,
    )


def _said_by(message: Message) -> str:
    if message.kind == Message.Kind.NOTE:
        return _("내부 메모")
    return message.author.name if message.author else ""


def _places(agent: Agent, text: str) -> Iterator[Thing]:
    here = _("설정")
    for name, arguments, title, icon in _PLACES:
        if _names(str(title), text):
            yield Thing(href=reverse(name, args=arguments), title=str(title), icon=icon)
    for name, title, icon in _SETTINGS if agent.is_admin else ():
        if _names(str(title), text) or (text and _names(here, text)):
            yield Thing(href=reverse(name), title=str(title), icon=icon, hint=here)


def _names(title: str, text: str) -> bool:
    return _bare(text) in _bare(title)


def _bare(text: str) -> str:
    return "".join(words.fold(words.composed(text)).split())


def _numbered(agent: Agent, text: str) -> Iterator[Thing]:
    number = text.removeprefix("#")
    if not number.isascii() or not number.isdigit() or len(number) > MOST_DIGITS:
        return
    named = Conversation.objects.visible_to(agent).filter(pk=int(number))
    for conversation in named.select_related("customer__merged_into", "inbox"):
        yield Thing(
            href=reverse("desk:conversation", args=[conversation.public_id]),
            title=f"#{conversation.pk} {conversation.subject}",
            icon=listing.icon_of(conversation.inbox.kind),
            hint=naming.customer_name(conversation.customer.merged_into or conversation.customer),
        )


def _people(agent: Agent, text: str) -> Iterator[Thing]:
    for customer in visible.among(agent, customers.candidates(text))[:FEW]:
        yield Thing(
            href=reverse("desk:customer", args=[customer.public_id]),
            title=naming.customer_name(customer),
            icon="user",
        )


def brands(agent: Agent) -> list[Brand]:
    return list(Brand.objects.visible_to(agent))

"""The list of conversations: which ones, in which order, a page at a time.

Written as statements: every brand and status is read through its own index in the order shown
and cut off, then merged, so a page costs the same at a thousand and at a million conversations.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from django.urls import reverse

from majung.accounts.models import Agent, Brand
from majung.conversations import drafts, tags
from majung.conversations.models import Conversation, Tag
from majung.core.statements import Statement
from majung.web import cursors, naming
from majung.web.agent import words

VIEWS: Final = ("mine", "unassigned", "all", "held", "closed")
PAGE: Final = 30
TAGS_SHOWN: Final = 2
_COUNTED: Final = ("mine", "unassigned", "all", "held")
_ANY: Final = UUID(int=0)
MOST_COUNTED: Final = 1000
_PRESSING: Final = {Conversation.Priority.URGENT, Conversation.Priority.HIGH}
# All that a row shows: whole brands, inboxes and people would be most of what a page reads.
_SHOWN: Final = (
    "public_id",
    "subject",
    "preview",
    "preview_by",
    "status",
    "priority",
    "last_message_at",
    "waiting_since",
    "snoozed_until",
    "seen_at",
    "customer__public_id",
    "customer__name",
    "customer__merged_into__public_id",
    "customer__merged_into__name",
    "inbox__kind",
    "brand__name",
    "assignee__name",
    "team__name",
)
_ICONS: Final = {"webchat": "message-circle", "webform": "form", "email": "mail"}

# What each view shows, as conditions that the indexes of Conversation were made for.
_CONDITIONS: Final = {
    "mine": "assignee_id = %s AND status = 'open'",
    "unassigned": "assignee_id IS NULL AND NOT (status = 'closed') AND NOT (status = 'pending')",
    "all": "status = 'open'",
    "held": "status = 'pending'",
    "held_own": "assignee_id = %s AND status = 'pending'",
    "closed": "status = 'closed'",
}
# One agent's own: read in one go, whatever the brands.
_OF_ONE: Final = frozenset({"mine", "held_own"})
# What was given to a team is for its people to take, the rest for everybody.
_OF_TEAMS: Final = (
    " AND (team_id IS NULL OR team_id IN "
    "(SELECT team_id FROM accounts_team_members WHERE agent_id = %s))"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What an agent looks at: a view, of all visible brands or of one.

    ``own`` leaves those on hold that are the agent's.
    """

    view: str
    agent: Agent
    brands: tuple[Brand, ...]
    brand: Brand | None = None
    own: bool = False

    @property
    def rows(self) -> str:
        """Name of the condition that its rows fulfil."""
        return "held_own" if self.own and self.view == "held" else self.view

    @property
    def brand_ids(self) -> list[int]:
        return [self.brand.pk] if self.brand else [brand.pk for brand in self.brands]

    @property
    def topics(self) -> list[str]:
        """What must be heard to keep the list live."""
        return [*(f"list:brand:{key}" for key in self.brand_ids), f"agent:{self.agent.public_id}"]

    @property
    def query(self) -> str:
        """The choice as the query of a conversation's address."""
        brand = f"&brand={self.brand.slug}" if self.brand else ""
        return f"?view={self.view}{brand}{'&own=1' if self.own else ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the list."""

    conversation: Conversation
    href: str
    name: str
    meta: str
    icon: str
    is_new: bool
    is_current: bool
    tags: Sequence[Tag]
    more_tags: int
    press: words.Press | None


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows and the cursor of the next ones, empty when there are none."""

    rows: list[Row]
    more: str


def page(choice: Choice, *, cursor: str = "", current: UUID | None = None) -> Page:
    """Return a page of the list, newest last message first. Three queries."""
    ids = _ids(choice, cursors.read(cursor))
    found = list(
        Conversation.objects.filter(pk__in=ids[:PAGE])
        .select_related("customer__merged_into", "inbox", "assignee", "brand", "team")
        .only(*_SHOWN)
        .annotate(is_drafted=drafts.begun_by(choice.agent))
        .newest_first()
    )
    labels = tags.on(found)
    # One address is found and the others are made from it: thirty lookups were a tenth of the page.
    pattern = reverse("desk:conversation", args=[_ANY]) + choice.query
    rows = [
        _row(
            choice,
            conversation,
            current,
            labels.get(conversation.pk, []),
            href=pattern.replace(str(_ANY), str(conversation.public_id)),
        )
        for conversation in found
    ]
    more = ""
    if len(ids) > PAGE and rows:
        last = rows[-1].conversation
        more = cursors.write(last.last_message_at, last.pk)
    return Page(rows, more)


def counts(choice: Choice) -> dict[str, int]:
    """Return how many each view holds, but for the closed, up to a thousand. One query."""
    keys = choice.brand_ids
    if not keys:
        return dict.fromkeys(_COUNTED, 0)
    values = [value for view in _COUNTED for value in _values(view, choice, keys, None)]
    row = _count_statement(len(keys), is_admin=choice.agent.is_admin).rows(*values)[0]
    return dict(zip(_COUNTED, map(int, row), strict=True))


def icon_of(kind: str) -> str:
    """Return the icon of a channel."""
    return _ICONS.get(kind, "message-square")


def _row(
    choice: Choice,
    conversation: Conversation,
    current: UUID | None,
    labels: Sequence[Tag],
    *,
    href: str,
) -> Row:
    is_current = conversation.public_id == current
    unseen = conversation.seen_at is None or conversation.seen_at < conversation.last_message_at
    return Row(
        conversation=conversation,
        href=href,
        name=naming.customer_name(conversation.customer),
        meta=" · ".join(_meta(choice, conversation)),
        icon=icon_of(conversation.inbox.kind),
        is_new=conversation.preview_by == "customer" and unseen and not is_current,
        is_current=is_current,
        tags=labels[:TAGS_SHOWN],
        more_tags=max(0, len(labels) - TAGS_SHOWN),
        press=words.press(conversation.priority) if conversation.priority in _PRESSING else None,
    )


def _meta(choice: Choice, conversation: Conversation) -> Iterator[str]:
    """Yield what one cannot see already: whose brand, who answers, and about what."""
    if len(choice.brand_ids) > 1:
        yield conversation.brand.name
    if choice.view != "mine" and conversation.assignee:
        yield conversation.assignee.name
    elif choice.view != "mine" and conversation.team:
        yield conversation.team.name
    if conversation.subject and not conversation.preview.startswith(conversation.subject):
        yield conversation.subject


def _ids(choice: Choice, place: cursors.Place | None) -> list[int]:
    keys = choice.brand_ids
    if not keys:
        return []
    statement = _page_statement(
        choice.rows, len(keys), is_admin=choice.agent.is_admin, has_place=place is not None
    )
    return [row[0] for row in statement.rows(*_values(choice.rows, choice, keys, place))]


def _values(
    view: str, choice: Choice, keys: Sequence[int], place: cursors.Place | None
) -> Iterator[Any]:
    """Yield the values in the order in which ``_parts`` has their places."""
    for group in [keys] if view in _OF_ONE else [[key] for key in keys]:
        yield from group
        if view in _OF_ONE or (view == "unassigned" and not choice.agent.is_admin):
            yield choice.agent.pk
        if place:
            yield from place


@lru_cache(maxsize=200)
def _page_statement(view: str, brands: int, *, is_admin: bool, has_place: bool) -> Statement:
    parts = _parts(view, brands, most=PAGE + 1, is_admin=is_admin, has_place=has_place)
    return Statement(
        f"SELECT id FROM ({parts}) AS parts "  # noqa: S608 - constants
        f"ORDER BY last_message_at DESC, id DESC LIMIT {PAGE + 1}"
    )


@lru_cache(maxsize=50)
def _count_statement(brands: int, *, is_admin: bool) -> Statement:
    counted = [
        f"(SELECT COUNT(*) FROM (SELECT id FROM ({parts}) AS parts "  # noqa: S608 - constants
        f"LIMIT {MOST_COUNTED}) AS counted)"
        for parts in (
            _parts(view, brands, most=MOST_COUNTED, is_admin=is_admin) for view in _COUNTED
        )
    ]
    return Statement(f"SELECT {', '.join(counted)}")


def _parts(view: str, brands: int, *, most: int, is_admin: bool, has_place: bool = False) -> str:
    """Return the view as pieces that are each read in the order of one index and cut off.

    The order also stands where only a count is wanted: it makes the planner take that index.
    """
    condition = _CONDITIONS[view]
    if view == "unassigned" and not is_admin:
        condition += _OF_TEAMS
    before = " AND (last_message_at, id) < (%s, %s)" if has_place else ""
    groups = [brands] if view in _OF_ONE else [1] * brands
    return " UNION ALL ".join(
        "SELECT * FROM (SELECT id, last_message_at FROM conversations_conversation "  # noqa: S608 - constants
        f"WHERE brand_id IN ({_places(size)}) AND {condition} AND deleted_at IS NULL{before} "
        f"ORDER BY last_message_at DESC, id DESC LIMIT {most}) AS part_{group}"
        for group, size in enumerate(groups)
    )


def _places(number: int) -> str:
    return ", ".join(["%s"] * number)

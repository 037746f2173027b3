"""Who one talks with: the person, the addresses, what happened, and who else it may be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Q
from django.utils import timezone

from majung.accounts.models import Agent
from majung.conversations import brief
from majung.conversations.models import Conversation
from majung.customers import circle, queries, timeline
from majung.customers.models import Customer, Event, Identity, Merge
from majung.web import cursors, naming
from majung.web.agent import briefing, happenings, visible, words
from majung.web.agent.briefing import Briefing

MOST_OTHERS: Final = 5
MOST_LINES: Final = 7
CONVERSATIONS: Final = 7
TIMELINE_PAGE: Final = 30  # what customers.timeline.of gives at once
MOST_ADDRESSES: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """An address of the customer; ``proven`` or only said to be theirs."""

    kind: str
    text: str
    proven: bool
    is_user: bool
    said: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A profile that may be the same person, and the address both name."""

    customer: Customer
    name: str
    kind: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """A merge that holds the circle together."""

    merge: Merge
    name: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One line of the timeline: ``times`` equal things of a day in a row, the newest at ``at``.

    ``page`` is where the customer was, ``title`` what the sender called it; either may be empty.
    ``day`` stands above the first line of each day; ``clock`` is the time of another day than today.
    """

    words: str
    icon: str
    at: datetime
    times: int
    conversation: str
    page: str
    title: str = ""
    day: str = ""
    clock: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A piece of the timeline, and the cursor of what came before it.

    ``only`` is the category it is about, nothing for all of them.
    """

    lines: list[Happening]
    older: str
    only: str = ""

    @property
    def sifts(self) -> list[happenings.Sift]:
        return happenings.sifts(self.only)


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """All that stands beside a conversation."""

    customer: Customer
    name: str
    addresses: list[Address]
    browsers: int
    suggestions: list[Suggestion]
    joined: list[Joined]
    others: list[Conversation]
    others_by_status: Mapping[str, int]
    has_more_others: bool
    story: Story
    briefing: Briefing | None


def about(
    customer: Customer, *, agent: Agent, beside: Conversation | None = None, only: str = ""
) -> Panel:
    """Return what an agent may know of a standing profile, beside the conversation on screen.

    ``only`` is the category of the timeline that they look at.
    """
    browsers = circle.browsers_by_id(customer.pk)
    members = list(browsers)
    addresses = list(circle.contacts(members)[:MOST_ADDRESSES])
    theirs = conversations(members, agent=agent)
    others = [other for other in theirs if other != beside]
    brand_id = beside.brand_id if beside else None
    told = story(members, agent=agent, brand_id=brand_id)
    page = next((line.page for line in told.lines if line.page), "")
    counted = _counted(beside, members, agent, theirs) if beside else None
    return Panel(
        customer=customer,
        name=naming.customer_name(customer),
        addresses=addresses_of(addresses),
        browsers=sum(browsers.values()),
        suggestions=_suggestions(members, addresses, agent),
        joined=[_joined(merge) for merge in queries.merges_of(members)],
        others=others[:MOST_OTHERS],
        others_by_status=counted.others if counted else {},
        has_more_others=len(others) > MOST_OTHERS,
        story=story(members, agent=agent, brand_id=brand_id, only=only) if only else told,
        briefing=briefing.told(brief.about(beside, counted), addresses=addresses, page=page)
        if beside and counted
        else None,
    )


def _counted(
    beside: Conversation, members: Sequence[int], agent: Agent, theirs: Sequence[Conversation]
) -> brief.Counted:
    if len(theirs) < CONVERSATIONS:
        return brief.count(beside, among=theirs)
    return brief.count_all(beside, members=members, agent=agent)


def conversations(
    members: Sequence[int],
    *,
    agent: Agent,
    before: cursors.Place | None = None,
    most: int = CONVERSATIONS,
) -> list[Conversation]:
    """Return the person's conversations that the agent may see, newest first. One query."""
    rows = (
        Conversation.objects.visible_to(agent)
        .filter(customer__in=members)
        .select_related("inbox", "brand")
        .newest_first()
    )
    if before:
        moment, key = before
        rows = rows.filter(last_message_at__lte=moment).exclude(last_message_at=moment, pk__gte=key)
    return list(rows[:most])


def count_by_status(members: Sequence[int], *, agent: Agent) -> dict[str, int]:
    """Return how many of the person's conversations stand how, of those the agent may see."""
    rows = Conversation.objects.visible_to(agent).filter(customer__in=members)
    return rows.aggregate(
        **{status: Count("pk", filter=Q(status=status)) for status in Conversation.Status.values}
    )


def story(
    members: Sequence[int],
    *,
    agent: Agent,
    before: cursors.Place | None = None,
    brand_id: int | None = None,
    only: str = "",
) -> Story:
    """Return a piece of the timeline, without what happened at brands the agent cannot see.

    ``brand_id`` is one that they are known to see, ``only`` a category.
    """
    events = timeline.of(members, before=before, only=happenings.of_category(only))
    older = ""
    if len(events) == TIMELINE_PAGE:
        older = cursors.write(events[-1].occurred_at, events[-1].pk)
    seen = {None, brand_id}
    asked = {event.brand_id for event in events if event.brand_id} - seen
    if asked:
        seen |= set(visible.brand_ids(agent, among=asked))
    shown = [event for event in events if event.brand_id in seen]
    return Story(lines=_told(shown, after=before), older=older, only=only)


def _told(events: Sequence[Event], *, after: cursors.Place | None = None) -> list[Happening]:
    """Put equal things of one conversation and day that follow one another into one line.

    ``after`` is the last event of the piece before this one.
    """
    lines: list[Happening] = []
    today = timezone.localtime(after[0]).date() if after else None
    now = timezone.localdate()
    for event in events:
        said, icon = happenings.told(event)
        about: dict[str, Any] = event.properties
        conversation = _public_id(about.get("conversation"))
        last = lines[-1] if lines else None
        date = timezone.localtime(event.occurred_at).date()
        begins, today = date != today, date
        clock = f"{timezone.localtime(event.occurred_at):%H:%M}" if date != now else ""
        if last and not begins and (last.words, last.conversation) == (said, conversation):
            times, at, page, title = last.times + 1, last.at, last.page, last.title
            day, clock = last.day, last.clock
            lines.pop()
        else:
            times, at, page, title = 1, event.occurred_at, "", ""
            day = naming.weekday(at) if begins else ""
        lines.append(
            Happening(
                words=said,
                icon=icon,
                at=at,
                times=times,
                conversation=conversation,
                page=page or str(about.get("page_title") or about.get("page_url") or ""),
                title=title or happenings.title(event),
                day=day,
                clock=clock,
            )
        )
    return lines


def _public_id(value: object) -> str:
    """Return the text of a public id; what others wrote into an event may be anything."""
    try:
        return str(UUID(str(value)))
    except ValueError:
        return ""


def addresses_of(identities: Sequence[Identity]) -> list[Address]:
    """Return what can be called or written to, the proven ones first, none of them twice."""
    shown: dict[tuple[str, str], Address] = {}
    for identity in sorted(identities, key=lambda one: not one.is_verified):
        shown.setdefault(
            (identity.kind, identity.address),
            Address(
                kind=words.kind_of(identity),
                text=naming.masked(identity),
                proven=identity.is_verified,
                is_user=identity.kind == Identity.Kind.USER,
                said=words.said_where(identity),
            ),
        )
    return list(shown.values())


def addresses_by_person(people: Sequence[Customer]) -> dict[int, list[Address]]:
    """Return the addresses of standing profiles by their keys, without those joined. One query."""
    rows: dict[int, list[Identity]] = {}
    for identity in circle.contacts([person.pk for person in people]):
        rows.setdefault(identity.customer_id, []).append(identity)
    return {key: addresses_of(identities) for key, identities in rows.items()}


def _suggestions(
    members: Sequence[int], addresses: Sequence[Identity], agent: Agent
) -> list[Suggestion]:
    found = queries.looks_like(members, addresses)
    allowed = {one.pk for one in visible.among(agent, [like.customer for like in found])}
    return [
        Suggestion(
            customer=like.customer,
            name=naming.customer_name(like.customer),
            kind=words.kind_of(Identity(kind=like.kind)),
            address=naming.masked(Identity(kind=like.kind, address=like.address)),
        )
        for like in found
        if like.customer.pk in allowed
    ]


def _joined(merge: Merge) -> Joined:
    return Joined(
        merge=merge,
        name=merge.loser.name or naming.nameless(merge.loser),
        why=words.evidence(merge),
    )

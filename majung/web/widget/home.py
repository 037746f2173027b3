"""What the widget's first screen says: open or not, how long it takes, what was said lately."""

import math
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from django.db.models import Count, Max, Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from majung.accounts import hours, openings
from majung.accounts.models import Brand, BrandHours
from majung.accounts.openings import Hours, State
from majung.channels.models import WidgetSession
from majung.conversations import ratings, waits
from majung.conversations.models import Conversation, Message, Rating
from majung.core import clock
from majung.core.text import moments
from majung.web.widget import asking, wire

RECENT: Final = 20
TEXT_LENGTH: Final = 120
_UNREAD: Final = Q(kind=Message.Kind.REPLY, state__in=[Message.State.SENT, Message.State.DELIVERED])


def opening(session: WidgetSession) -> wire.Json:
    """Return ``{open, until, text, wait}``; a brand that has set no hours says nothing of them."""
    return opening_of(session.inbox.brand, kind=session.inbox.kind)


def opening_of(brand: Brand, *, kind: str) -> wire.Json:
    """Return the same of a brand on a kind of channel, in the active language."""
    row = BrandHours.objects.filter(brand_id=brand.pk).first()
    if row is None:
        return {"open": True, "until": None, "text": "", "wait": None}
    of_brand = hours.of_row(row, brand)
    now = clock.now()
    state = openings.state(of_brand, now)
    change = openings.next_change(of_brand, now)
    until = change.at if change else None
    return {
        "open": state.is_open,
        "until": until.isoformat() if until else None,
        "text": " · ".join(_opening(state, until, now, of_brand.zone)),
        "wait": _wait(brand, kind, of_brand) if state.is_open else None,
    }


def recent(session: WidgetSession) -> list[wire.Json]:
    """Return the conversations this browser may read, the last used first. Four queries at most."""
    found = {
        row["last"]: row["unread"]
        for row in wire.readable(session)
        .values("conversation_id")
        .annotate(last=Max("pk"), unread=Count("pk", filter=_UNREAD))
        .order_by("-last")[:RECENT]
    }
    rows = Message.objects.filter(pk__in=found).select_related("author", "conversation__brand")
    rated = _ratings([row.conversation for row in rows], session)
    return [
        {
            "id": str(row.conversation.public_id),
            "text": " ".join(row.text.split())[:TEXT_LENGTH] or _("파일을 보냈어요"),
            "from": "customer" if row.is_from_customer else "agent",
            "at": row.created_at.isoformat(),
            "unread": found[row.pk],
            "closed": row.conversation.is_closed,
            "rating": rated.get(row.conversation_id),
        }
        for row in sorted(rows, key=lambda row: -row.pk)
    ]


def _ratings(conversations: Sequence[Conversation], session: WidgetSession) -> dict[int, wire.Json]:
    """Return ``{score, open}`` by conversation, of those that are asked about or were answered."""
    closings = {each.pk: each.closed_at for each in conversations if each.closed_at}
    if not closings:
        return {}
    given = {
        row.conversation_id: row
        for row in Rating.objects.filter(conversation__in=closings)
        if row.closed_at == closings[row.conversation_id]
    }
    asked = ratings.asked_of(each for each in conversations if each.pk not in given)
    return {
        each.pk: asking.answered(each, given.get(each.pk), session)
        for each in conversations
        if each.pk in given or each.pk in asked
    }


def unread(session: WidgetSession) -> int:
    """Return how many replies this browser has not read, in all conversations."""
    return wire.readable(session).filter(_UNREAD).count()


def _opening(state: State, until: datetime | None, now: datetime, zone: str) -> Iterator[str]:
    when = moments.near(until, now=now, zone=zone) if until else ""
    if state.is_open:
        yield _("지금 상담 중이에요")
        if when:
            yield _("%(when)s까지") % {"when": when}
        return
    # What a day is called is written in the language of the brand.
    name = state.name if (get_language() or "").startswith("ko") else ""
    if state.why == "lunch":
        yield _("지금은 점심시간이에요")
    elif name:
        yield _("%(name)s, 오늘은 쉬어요") % {"name": name}
    else:
        yield _("지금은 상담 시간이 아니에요")
    if when:
        yield _("%(when)s에 열어요") % {"when": when}


def _wait(brand: Brand, kind: str, of_brand: Hours) -> wire.Json | None:
    expected = waits.expected(brand=brand, kind=kind, hours=of_brand)
    if expected is None:
        return None
    text = _("보통 %(long)s 안에 답해요") % {"long": _long(expected.most)}
    return {"median": expected.median, "most": expected.most, "text": text}


def _long(seconds: float) -> str:
    minutes = max(1, math.ceil(seconds / 60))
    if minutes < 60:
        return _("%(n)d분") % {"n": minutes}
    if minutes < 24 * 60:
        return _("%(n)d시간") % {"n": math.ceil(minutes / 60)}
    return _("%(n)d일") % {"n": math.ceil(minutes / 60 / 24)}

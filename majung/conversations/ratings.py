"""How content customers were (만족도): asked when a conversation is closed, one answer a closing.

Whether and how it is asked is part of what a brand says by itself (``automatic_texts``); only an
answered conversation is asked about. The caller makes sure that the conversation is the person's.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import Avg, Count

from majung.conversations import automatic, changes, entries
from majung.conversations.models import Conversation, Message, Rating
from majung.conversations.models.ratings import BEST, WORST
from majung.core import clock
from majung.customers import timeline
from majung.customers.models import Identity

KIND: Final = "rating"  # among what a brand says by itself
LINE: Final = "rated"
ASKED_FOR: Final = timedelta(days=14)
CHANGEABLE_FOR: Final = timedelta(hours=24)
LATELY: Final = timedelta(days=30)
LONGEST_COMMENT: Final = 500


class NotAsked(Exception):
    """The conversation is open, nobody answered in it, or the brand does not ask."""


class TooLate(Exception):
    """It was closed, or rated, too long ago."""


class AnsweredByAnother(Exception):
    """Another person whose words stand in the conversation has answered about this closing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Average:
    """``mean`` of ``count`` scores."""

    mean: float
    count: int


def is_asked(conversation: Conversation) -> bool:
    """Say whether the customer is asked about this closing; what the brand says is seconds old."""
    return conversation.pk in asked_of([conversation])


def asked_of(conversations: Iterable[Conversation]) -> set[int]:
    """Return the keys of those whose closing is asked about; one query at most.

    While an answer is still on its way out nobody can say how it was.
    """
    found = {each.pk for each in conversations if _is_over(each)}
    if not found:
        return found
    on_its_way = Message.objects.filter(
        conversation__in=found,
        kind=Message.Kind.REPLY,
        state__in=[Message.State.QUEUED, Message.State.SENDING],
    )
    return found - set(on_its_way.values_list("conversation_id", flat=True))


def is_open(conversation: Conversation, given: Rating | None) -> bool:
    """Say whether an answer, or another one, is taken now."""
    now = clock.now()
    if given is not None:
        return now < given.rated_at + CHANGEABLE_FOR
    return conversation.closed_at is not None and now < conversation.closed_at + ASKED_FOR


def of_closing(conversation: Conversation) -> Rating | None:
    """Return what was answered about the conversation's present closing."""
    if conversation.closed_at is None:
        return None
    return Rating.objects.filter(
        conversation_id=conversation.pk, closed_at=conversation.closed_at
    ).first()


def rate(
    *,
    conversation: Conversation,
    by: Identity,
    also: Collection[int] = (),
    score: int,
    comment: str = "",
) -> tuple[Rating, bool]:
    """Note a customer's answer, or the change of one; return it and whether it is a first one.

    The same answer again changes nothing. ``score`` is 1 to 5, ``comment`` at most 500 characters.
    ``also`` are the keys of other addresses whose answers are the person's own to change.

    Raises:
        AnsweredByAnother: the answer that is there is somebody else's.
        NotAsked: there is nothing to answer.
        TooLate: no answer is taken any more.
        ValueError: the score or the comment is none.
    """
    if not WORST <= score <= BEST or len(comment) > LONGEST_COMMENT:
        raise ValueError(score)
    with transaction.atomic():
        current = (
            Conversation.objects.select_for_update(of=("self",))
            .select_related("brand", "inbox")
            .get(pk=conversation.pk)
        )
        given = of_closing(current)
        if given is None and not is_asked(current):
            raise NotAsked
        if given is not None and given.identity_id not in {by.pk, *also}:
            raise AnsweredByAnother
        if given is not None and (given.score, given.comment) == (score, comment):
            return given, False
        if not is_open(current, given):
            raise TooLate
        before = given.score if given else None
        rating = given or _begin(current, by)
        rating.score, rating.comment = score, comment
        if given:
            rating.changed_at = clock.now()
        _tell_thread(rating, by)
        rating.save()
        _tell(current, rating, by, before)
    return rating, given is None


def lately(brand_ids: Iterable[int]) -> dict[int, Average]:
    """Return what customers of each brand answered in the last 30 days; one query."""
    rows = (
        Rating.objects.filter(brand__in=list(brand_ids), rated_at__gte=clock.now() - LATELY)
        .values("brand_id")
        .annotate(mean=Avg("score"), count=Count("pk"))
        .order_by("brand_id")
    )
    return {row["brand_id"]: Average(mean=row["mean"], count=row["count"]) for row in rows}


def together(averages: Iterable[Average]) -> Average | None:
    """Return the average over all of them; ``None`` when nobody answered."""
    found = list(averages)
    count = sum(each.count for each in found)
    if not count:
        return None
    return Average(mean=sum(each.mean * each.count for each in found) / count, count=count)


def ask(*, conversation_id: int) -> None:
    """Let the customer's open windows see that a conversation was closed, or opened again."""
    last = (
        Message.objects.filter(conversation=conversation_id, kind=Message.Kind.CUSTOMER)
        .exclude(identity=None)
        .order_by("-pk")
        .values_list("identity__public_id", flat=True)
        .first()
    )
    if last is not None:
        changes.visitor(last)


def _is_over(conversation: Conversation) -> bool:
    """Say whether it was answered and closed, and its brand asks."""
    if conversation.closed_at is None or conversation.first_reply_at is None:
        return False
    plan = automatic.known_plan(conversation.brand)
    return plan is not None and plan.says(KIND)


def _begin(conversation: Conversation, by: Identity) -> Rating:
    assert conversation.closed_at is not None
    return Rating(
        conversation=conversation,
        brand_id=conversation.brand_id,
        agent_id=conversation.assignee_id,
        identity=by,
        closed_at=conversation.closed_at,
        rated_at=clock.now(),
    )


def _tell_thread(rating: Rating, by: Identity) -> None:
    """Write the line of the thread, or write it anew: one line for one closing."""
    if rating.line is None:
        rating.line = entries.add(
            conversation_id=rating.conversation_id,
            inbox_id=rating.conversation.inbox_id,
            what=LINE,
            identity_id=by.pk,
            score=rating.score,
            comment=rating.comment,
        )
    else:
        rating.line.data = {"what": LINE, "score": rating.score, "comment": rating.comment}
        rating.line.save(update_fields=["data"])


def _tell(conversation: Conversation, rating: Rating, by: Identity, before: int | None) -> None:
    timeline.record(
        name="Conversation Rated",
        source=conversation.inbox.kind,
        customer_id=by.customer_id,
        brand_id=conversation.brand_id,
        properties={
            "conversation": str(conversation.public_id),
            "score": rating.score,
            **({"before": before} if before is not None else {}),
        },
    )
    changes.conversation(conversation.public_id, brand_id=conversation.brand_id)
    if rating.identity is not None:
        changes.visitor(rating.identity.public_id)

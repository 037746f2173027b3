"""How content customers were: one answer a closing, changeable for a day, told to the agents."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from majung.accounts import revisions
from majung.accounts.models import Agent, Brand
from majung.conversations import automatic, automatic_texts, lifecycle, ratings, replies
from majung.conversations.models import Conversation, Message, Rating
from majung.core import clock, jobs
from majung.customers import merge
from majung.customers.models import Customer, Event, Identity, Merge
from tests import factories
from tests.core.together import together

NOON = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


@pytest.fixture
def noon() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def asking(brand: Brand, admin: Agent) -> None:
    on = {**automatic_texts.USUAL, "rating": {"on": True, "ko": "어땠어요?", "en": ""}}
    revisions.create(kind="automatic", data={"brand": str(brand.public_id), **on}, by=admin)
    automatic.forget()


@pytest.fixture
def ended(
    noon: time_machine.Traveller, asking: None, conversation: Conversation, agent: Agent
) -> Conversation:
    """An answered conversation that was closed just now."""
    replies.send(conversation=conversation, text="도착했어요", by=agent, client_key="k")
    jobs.run_due()
    lifecycle.close(conversation=conversation, by=agent)
    conversation.refresh_from_db()
    return conversation


def lines() -> list[dict[str, object]]:
    return list(Message.objects.filter(data__what="rated").values_list("data", flat=True))


def test_an_answer_is_noted_once_and_told(
    ended: Conversation, visitor: Identity, agent: Agent
) -> None:
    first, fresh = ratings.rate(conversation=ended, by=visitor, score=4, comment="빨라요")
    again, fresh_again = ratings.rate(conversation=ended, by=visitor, score=4, comment="빨라요")
    assert (fresh, fresh_again) == (True, False)
    assert first == again
    assert (first.agent, first.brand, first.closed_at) == (agent, ended.brand, ended.closed_at)
    assert lines() == [{"what": "rated", "score": 4, "comment": "빨라요"}]
    event = Event.objects.get(name="Conversation Rated")
    assert event.properties == {"conversation": str(ended.public_id), "score": 4}
    assert event.customer_id == ended.customer_id


def test_it_is_changed_within_a_day_and_the_thread_has_one_line(
    ended: Conversation, visitor: Identity, noon: time_machine.Traveller
) -> None:
    ratings.rate(conversation=ended, by=visitor, score=2)
    noon.shift(timedelta(hours=23))
    changed, fresh = ratings.rate(conversation=ended, by=visitor, score=5, comment="이제 됐어요")
    assert (changed.score, changed.comment, fresh) == (5, "이제 됐어요", False)
    assert lines() == [{"what": "rated", "score": 5, "comment": "이제 됐어요"}]
    assert [event.properties.get("before") for event in Event.objects.filter(name="Conversation Rated").order_by("id")] == [None, 2]  # fmt: skip
    noon.shift(timedelta(hours=2))
    with pytest.raises(ratings.TooLate):
        ratings.rate(conversation=ended, by=visitor, score=1)
    assert Rating.objects.get().score == 5


def test_nobody_is_asked_for_weeks(
    ended: Conversation, visitor: Identity, noon: time_machine.Traveller
) -> None:
    noon.shift(timedelta(days=15))
    with pytest.raises(ratings.TooLate):
        ratings.rate(conversation=ended, by=visitor, score=4)


def test_another_closing_is_another_question(
    ended: Conversation, visitor: Identity, agent: Agent, noon: time_machine.Traveller
) -> None:
    ratings.rate(conversation=ended, by=visitor, score=2)
    lifecycle.reopen(conversation=ended, by=agent)
    with pytest.raises(ratings.NotAsked):
        ratings.rate(conversation=ended, by=visitor, score=1)
    noon.shift(timedelta(hours=1))
    lifecycle.close(conversation=ended, by=agent)
    ratings.rate(conversation=ended, by=visitor, score=5)
    assert sorted(Rating.objects.values_list("score", flat=True)) == [2, 5]


def test_who_got_no_answer_is_not_asked(
    asking: None, conversation: Conversation, visitor: Identity, agent: Agent
) -> None:
    lifecycle.close(conversation=conversation, by=agent)
    with pytest.raises(ratings.NotAsked):
        ratings.rate(conversation=conversation, by=visitor, score=1)


def test_a_brand_that_does_not_ask_takes_no_answer(
    conversation: Conversation, visitor: Identity, agent: Agent
) -> None:
    replies.send(conversation=conversation, text="네", by=agent, client_key="k")
    lifecycle.close(conversation=conversation, by=agent)
    with pytest.raises(ratings.NotAsked):
        ratings.rate(conversation=conversation, by=visitor, score=1)


@pytest.mark.parametrize(("score", "comment"), [(0, ""), (6, ""), (3, "가" * 501)])
def test_what_is_no_answer_is_refused(
    ended: Conversation, visitor: Identity, score: int, comment: str
) -> None:
    with pytest.raises(ValueError, match=str(score)):
        ratings.rate(conversation=ended, by=visitor, score=score, comment=comment)


def test_the_database_keeps_one_for_a_closing_between_one_and_five(
    ended: Conversation, visitor: Identity
) -> None:
    given, _fresh = ratings.rate(conversation=ended, by=visitor, score=4)
    same = {
        "conversation": ended,
        "brand": ended.brand,
        "closed_at": given.closed_at,
        "rated_at": clock.now(),
    }
    for wrong in ({"score": 3}, {"score": 9, "closed_at": clock.now() + timedelta(1)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Rating.objects.create(**{**same, **wrong})


@pytest.mark.django_db(transaction=True)
def test_two_answers_at_once_are_one(
    asking: None, conversation: Conversation, visitor: Identity, agent: Agent
) -> None:
    replies.send(conversation=conversation, text="네", by=agent, client_key="k")
    jobs.run_due()
    lifecycle.close(conversation=conversation, by=agent)
    together(lambda _n: ratings.rate(conversation=conversation, by=visitor, score=4), threads=4)
    assert Rating.objects.count() == 1
    assert len(lines()) == 1


def test_the_average_counts_the_last_thirty_days_brand_by_brand(
    ended: Conversation, brand: Brand, other_brand: Brand
) -> None:
    for at, (score, whose, days) in enumerate([(5, brand, 1), (4, brand, 29), (1, brand, 31), (2, other_brand, 2)]):  # fmt: skip
        Rating.objects.create(
            conversation=ended,
            brand=whose,
            closed_at=NOON - timedelta(minutes=at),
            score=score,
            rated_at=NOON - timedelta(days=days),
        )
    found = ratings.lately([brand.pk, other_brand.pk])
    assert found[brand.pk] == ratings.Average(mean=4.5, count=2)
    assert ratings.together(found.values()) == ratings.Average(mean=11 / 3, count=3)
    assert ratings.together([]) is None


def test_taking_a_merge_back_takes_the_answer_along(
    ended: Conversation, customer: Customer, visitor: Identity, agent: Agent
) -> None:
    other = factories.customer("박지은")
    hers = factories.identity(other, scope=str(ended.inbox_id))
    made = merge.merge(
        winner_id=customer.pk, loser_id=other.pk, evidence=Merge.Evidence.AGENT, by=agent
    )
    factories.message(ended, "저도요", identity=hers)
    ratings.rate(conversation=ended, by=hers, score=5)
    merge.undo(merge=made, by=agent)
    assert Rating.objects.get().conversation.customer == other
    # What happened to whom stays with them: the history is read by profile.
    assert Event.objects.get(name="Conversation Rated").customer_id == other.pk


def test_only_who_answered_may_change_the_answer(
    ended: Conversation, customer: Customer, visitor: Identity, agent: Agent
) -> None:
    other = factories.customer("박지은")
    hers = factories.identity(other, scope=str(ended.inbox_id))
    merge.merge(winner_id=customer.pk, loser_id=other.pk, evidence=Merge.Evidence.AGENT, by=agent)
    ratings.rate(conversation=ended, by=visitor, score=1, comment="제 번호로 전화 주세요")
    for score, comment in ((5, ""), (1, "제 번호로 전화 주세요")):
        with pytest.raises(ratings.AnsweredByAnother):
            ratings.rate(conversation=ended, by=hers, score=score, comment=comment)
    assert (Rating.objects.get().score, len(lines())) == (1, 1)
    member = factories.identity(customer, "user", "m-7", scope="1")
    changed, fresh = ratings.rate(conversation=ended, by=member, also=[visitor.pk], score=3)
    assert (changed.score, fresh) == (3, False)


def test_nobody_says_how_it_was_before_the_last_answer_is_out(
    asking: None, conversation: Conversation, visitor: Identity, agent: Agent
) -> None:
    replies.send(conversation=conversation, text="네", by=agent, client_key="k")
    jobs.run_due()
    replies.send(
        conversation=conversation, text="끝", by=agent, client_key="k-2", closes=True,
        held_for=timedelta(seconds=10),
    )  # fmt: skip
    with pytest.raises(ratings.NotAsked):
        ratings.rate(conversation=conversation, by=visitor, score=1)
    Message.objects.filter(text="끝").update(state="sent")
    ratings.rate(conversation=conversation, by=visitor, score=4)

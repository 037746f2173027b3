"""Who follows a conversation hears of the customer's next words, while they may."""

import pytest
from django.db import IntegrityError, transaction

from majung.accounts.models import Agent, Notice, Team
from majung.conversations import assignment, following
from majung.conversations.models import Conversation, Following, Inbox
from majung.core import clock, jobs
from majung.customers.models import Identity
from tests import factories
from tests.core.together import together


def told(agent: Agent) -> list[str]:
    jobs.run_due()
    return [notice.kind for notice in Notice.objects.filter(agent=agent).order_by("pk")]


def test_a_follower_hears_of_the_next_words_whosever_the_conversation_is(
    conversation: Conversation, widget: Inbox, visitor: Identity, agent: Agent, colleague: Agent
) -> None:
    assert following.follow(conversation=conversation, by=agent)
    factories.writes(widget, "아직 안 왔어요", by=visitor)
    assert (told(agent), told(colleague)) == (["followed"], [])
    assignment.claim(conversation=conversation, agent=colleague, by=colleague)
    factories.writes(widget, "계세요?", by=visitor)
    assert (told(agent), told(colleague)) == (["followed", "followed"], ["answered"])


def test_who_follows_ones_own_is_told_once(
    conversation: Conversation, widget: Inbox, visitor: Identity, agent: Agent
) -> None:
    assignment.claim(conversation=conversation, agent=agent, by=agent)
    following.follow(conversation=conversation, by=agent)
    factories.writes(widget, "계세요?", by=visitor)
    assert told(agent) == ["answered"]


def test_who_follows_no_more_hears_nothing(
    conversation: Conversation, widget: Inbox, visitor: Identity, agent: Agent
) -> None:
    following.follow(conversation=conversation, by=agent)
    assert following.unfollow(conversation=conversation, by=agent)
    assert not following.unfollow(conversation=conversation, by=agent)
    factories.writes(widget, "계세요?", by=visitor)
    assert told(agent) == []


def test_a_follower_who_may_not_see_it_any_more_hears_nothing(
    conversation: Conversation,
    widget: Inbox,
    visitor: Identity,
    agent: Agent,
    colleague: Agent,
    team: Team,
) -> None:
    following.follow(conversation=conversation, by=agent)
    following.follow(conversation=conversation, by=colleague)
    team.members.remove(agent)
    factories.writes(widget, "계세요?", by=visitor)
    assert (told(agent), told(colleague)) == ([], ["followed"])


def test_one_row_for_each_who_follows(conversation: Conversation, agent: Agent) -> None:
    assert following.follow(conversation=conversation, by=agent)
    assert not following.follow(conversation=conversation, by=agent)
    with pytest.raises(IntegrityError), transaction.atomic():
        Following.objects.create(conversation=conversation, agent=agent, since=clock.now())
    assert following.followers(conversation) == [agent]


@pytest.mark.django_db(transaction=True)
def test_of_many_who_press_at_once_one_begins_to_follow(
    conversation: Conversation, agent: Agent
) -> None:
    began = together(lambda _: following.follow(conversation=conversation, by=agent), threads=4)
    assert sorted(began) == [False, False, False, True]

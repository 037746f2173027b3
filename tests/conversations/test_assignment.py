from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from majung.accounts import agents
from majung.accounts.models import Agent, Brand, Team
from majung.conversations import assignment, lifecycle
from majung.conversations.models import Conversation, Inbox
from majung.core import clock, jobs
from majung.customers.models import Identity
from tests import factories
from tests.core.together import together


def lines(conversation: Conversation) -> list[str]:
    return [line.data["what"] for line in conversation.messages.filter(kind="event")]


def test_claim_gives_it_to_the_first(
    conversation: Conversation, agent: Agent, colleague: Agent
) -> None:
    assert assignment.claim(conversation=conversation, agent=agent, by=agent)
    assert not assignment.claim(conversation=conversation, agent=colleague, by=colleague)
    conversation.refresh_from_db()
    assert conversation.assignee == agent
    assert lines(conversation) == ["assigned"]


@pytest.mark.django_db(transaction=True)
def test_claim_by_all_at_once_has_one_winner(conversation: Conversation, team: Team) -> None:
    agents = [factories.agent(f"상담원 {number}", teams=[team]) for number in range(8)]

    def claim(agent: Agent) -> bool:
        try:
            return assignment.claim(conversation=conversation, agent=agent, by=agent)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(claim, agents))
    assert sum(won) == 1
    conversation.refresh_from_db()
    assert conversation.assignee == agents[won.index(True)]
    assert lines(conversation) == ["assigned"]


def test_assign_hands_over_and_to_nobody(
    conversation: Conversation, agent: Agent, colleague: Agent
) -> None:
    assert assignment.assign(conversation=conversation, agent=colleague, by=agent)
    assert not assignment.assign(conversation=conversation, agent=colleague, by=agent)
    assert assignment.assign(conversation=conversation, agent=None, by=agent)
    conversation.refresh_from_db()
    assert conversation.assignee is None
    assert lines(conversation) == ["assigned", "unassigned"]


@pytest.mark.django_db(transaction=True)
def test_hand_over_by_many_at_once_has_one_winner(
    conversation: Conversation, team: Team, agent: Agent
) -> None:
    assignment.claim(conversation=conversation, agent=agent, by=agent)
    agents = [factories.agent(f"상담원 {number}", teams=[team]) for number in range(4)]

    def take(number: int) -> bool:
        one = agents[number]
        return assignment.hand_over(conversation=conversation, agent=one, by=one, before=agent)

    assert sum(together(take, threads=4)) == 1
    assert lines(conversation) == ["assigned", "assigned"]


def test_assign_to_another_teams_agent_is_refused(
    conversation: Conversation, agent: Agent, other_agent: Agent
) -> None:
    with pytest.raises(assignment.CannotAssign):
        assignment.assign(conversation=conversation, agent=other_agent, by=agent)
    with pytest.raises(assignment.CannotAssign):
        assignment.claim(conversation=conversation, agent=other_agent, by=agent)
    conversation.refresh_from_db()
    assert conversation.assignee is None


def test_team_gets_it_and_keeps_it_when_one_takes_it(
    conversation: Conversation, agent: Agent, colleague: Agent, team: Team
) -> None:
    assignment.claim(conversation=conversation, agent=agent, by=agent)
    assert assignment.give_to_team(conversation=conversation, team=team, by=agent)
    assert not assignment.give_to_team(conversation=conversation, team=team, by=agent)
    conversation.refresh_from_db()
    assert (conversation.assignee, conversation.team) == (None, team)
    assert assignment.claim(conversation=conversation, agent=colleague, by=colleague)
    conversation.refresh_from_db()
    assert (conversation.assignee, conversation.team) == (colleague, team)
    assert lines(conversation) == ["assigned", "team_assigned", "assigned"]


def test_team_that_does_not_answer_for_the_brand_is_refused(
    conversation: Conversation, agent: Agent, team: Team, other_team: Team
) -> None:
    gone = factories.team("없앤 팀", brands=[conversation.brand], deleted_at=clock.now())
    for each in (other_team, gone):
        with pytest.raises(assignment.CannotAssign):
            assignment.give_to_team(conversation=conversation, team=each, by=agent)
    conversation.refresh_from_db()
    assert conversation.team is None


def test_giving_to_a_team_what_somebody_took_meanwhile_changes_nothing(
    conversation: Conversation, agent: Agent, colleague: Agent, team: Team
) -> None:
    assignment.claim(conversation=conversation, agent=colleague, by=colleague)
    assert not assignment.give_to_team(conversation=conversation, team=team, by=agent, before=None)
    conversation.refresh_from_db()
    assert (conversation.assignee, conversation.team) == (colleague, None)


def test_next_leaves_what_is_on_hold_or_another_teams(
    widget: Inbox, brand: Brand, agent: Agent, admin: Agent, conversation: Conversation
) -> None:
    elsewhere = factories.team("물류", brands=[brand])
    held = factories.conversation(widget, factories.customer("박민서"))
    lifecycle.hold(conversation=held, by=agent)
    assignment.give_to_team(conversation=conversation, team=elsewhere, by=agent)
    assert assignment.next_for(agent=agent) is None
    assert assignment.next_for(agent=admin) == conversation


def test_next_takes_the_one_that_waits_longest(
    widget: Inbox, agent: Agent, other_conversation: Conversation, conversation: Conversation
) -> None:
    newer = factories.conversation(widget, factories.customer("박민서"))
    assert assignment.next_for(agent=agent) == conversation
    assert assignment.next_for(agent=agent) == newer
    assert assignment.next_for(agent=agent) is None
    other_conversation.refresh_from_db()
    assert other_conversation.assignee is None


@pytest.mark.django_db(transaction=True)
def test_next_by_many_at_once_gives_each_conversation_to_one(widget: Inbox, team: Team) -> None:
    for number in range(12):
        factories.conversation(widget, factories.customer(f"고객 {number}"))
    agents = [factories.agent(f"상담원 {number}", teams=[team]) for number in range(6)]

    def take_two(agent: Agent) -> list[Conversation | None]:
        try:
            return [assignment.next_for(agent=agent) for _ in range(2)]
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        taken = [each.pk for pair in pool.map(take_two, agents) for each in pair if each]
    assert sorted(taken) == sorted(Conversation.objects.values_list("pk", flat=True))


def test_what_a_leaver_has_open_goes_back_to_all(
    widget: Inbox, visitor: Identity, agent: Agent, colleague: Agent, admin: Agent
) -> None:
    going, closed, hers = (
        factories.conversation(widget, visitor.customer, text) for text in ("하나", "둘", "셋")
    )
    for each in (going, closed):
        assignment.claim(conversation=each, agent=agent, by=agent)
    assignment.claim(conversation=hers, agent=colleague, by=colleague)
    lifecycle.close(conversation=closed, by=agent)
    with transaction.atomic():
        agents.deactivate(agent=agent, by=admin)
    jobs.run_due()
    owners = Conversation.objects.order_by("pk").values_list("assignee", flat=True)
    assert list(owners) == [None, agent.pk, colleague.pk]
    assert assignment.next_for(agent=colleague) == going

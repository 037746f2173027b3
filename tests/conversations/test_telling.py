"""Whom an agent's or a customer's step concerns, and the words for it."""

from datetime import timedelta

import time_machine
from django.utils import translation

from majung.accounts import notice_kinds, quiet
from majung.accounts.models import Agent, Notice, Team
from majung.channels import delivery
from majung.conversations import assignment, lifecycle, replies, snoozing, telling
from majung.conversations.models import Conversation, Inbox
from majung.core import clock as clocks
from majung.core import jobs, timers
from majung.customers.models import Customer, Identity
from tests import factories


def told(agent: Agent) -> list[str]:
    jobs.run_due()
    return [notice.kind for notice in Notice.objects.filter(agent=agent).order_by("pk")]


def note(conversation: Conversation, text: str, *, by: Agent) -> None:
    replies.note(conversation=conversation, text=text, by=by, client_key=text)


def test_who_is_called_is_told_and_the_writer_is_not(
    conversation: Conversation, agent: Agent, colleague: Agent, other_agent: Agent
) -> None:
    note(conversation, "@박서연 @한지우 @이준호", by=agent)
    assert (told(colleague), told(agent), told(other_agent)) == (["mentioned"], [], [])


def test_what_one_takes_oneself_is_no_news(conversation: Conversation, agent: Agent) -> None:
    assignment.claim(conversation=conversation, agent=agent, by=agent)
    assert told(agent) == []


def test_what_somebody_else_gives_is(
    conversation: Conversation, agent: Agent, colleague: Agent
) -> None:
    assignment.assign(conversation=conversation, agent=colleague, by=agent)
    assert told(colleague) == ["assigned"]
    assignment.assign(conversation=conversation, agent=agent, by=agent)
    assignment.assign(conversation=conversation, agent=colleague, by=agent)
    assert told(colleague) == ["assigned", "assigned"]


def test_to_change_the_team_alone_tells_nobody(
    conversation: Conversation, agent: Agent, colleague: Agent, team: Team
) -> None:
    assignment.claim(conversation=conversation, agent=colleague, by=colleague)
    assignment.give_to_team(conversation=conversation, team=team, agent=colleague, by=agent)
    assert told(colleague) == []


def test_the_assignee_hears_of_the_answer(
    conversation: Conversation, widget: Inbox, visitor: Identity, agent: Agent, colleague: Agent
) -> None:
    factories.writes(widget, "아직이에요?", by=visitor)
    assert told(agent) == []  # nobody's yet
    assignment.claim(conversation=conversation, agent=agent, by=agent)
    factories.writes(widget, "여보세요", by=visitor)
    assert (told(agent), told(colleague)) == (["answered"], [])


def test_a_closed_conversation_that_goes_on_is_reopened_not_answered(
    conversation: Conversation, widget: Inbox, visitor: Identity, agent: Agent
) -> None:
    assignment.claim(conversation=conversation, agent=agent, by=agent)
    lifecycle.close(conversation=conversation, by=agent)
    factories.writes(widget, "하나 더 있어요", by=visitor)
    assert told(agent) == ["reopened"]
    factories.writes(widget, "듣고 계세요?", by=visitor)
    assert told(agent) == ["reopened", "answered"]


def test_a_colleague_who_reopens_it_is_news_oneself_is_not(
    conversation: Conversation, agent: Agent, colleague: Agent
) -> None:
    assignment.claim(conversation=conversation, agent=agent, by=agent)
    for by in (colleague, agent):
        lifecycle.close(conversation=conversation, by=agent)
        lifecycle.reopen(conversation=conversation, by=by)
    assert told(agent) == ["reopened"]


def test_a_held_conversation_that_one_opens_is_no_news(
    conversation: Conversation, agent: Agent, colleague: Agent
) -> None:
    assignment.claim(conversation=conversation, agent=agent, by=agent)
    lifecycle.hold(conversation=conversation, by=agent)
    lifecycle.reopen(conversation=conversation, by=colleague)
    assert told(agent) == []


def test_what_comes_back_from_a_snooze_is_news(
    conversation: Conversation, agent: Agent, clock: time_machine.Traveller
) -> None:
    assignment.claim(conversation=conversation, agent=agent, by=agent)
    until = clocks.now() + timedelta(hours=1)
    snoozing.snooze(conversation=conversation, until=until, by=agent)
    clock.shift(timedelta(hours=2))
    timers.tick()
    assert told(agent) == ["woken"]
    assert words(agent)[0] == "미뤄 둔 김하늘 님의 상담이 돌아왔어요"


def test_an_end_that_is_taken_back_is_no_opening(
    conversation: Conversation, agent: Agent, colleague: Agent
) -> None:
    assignment.claim(conversation=conversation, agent=colleague, by=colleague)
    lifecycle.hold(conversation=conversation, by=colleague)
    lifecycle.reopen(conversation=conversation, by=colleague)
    reply = replies.send(
        conversation=conversation, text="끝", by=agent, client_key="k", closes=True,
        held_for=timedelta(seconds=10),
    )  # fmt: skip
    delivery.withdraw(message=reply, by=agent)
    conversation.refresh_from_db()
    assert conversation.status == "open"
    assert told(colleague) == []


def words(agent: Agent, *, with_words: bool = False) -> tuple[str, str]:
    notice = Notice.objects.select_related("agent", "by").get(agent=agent)
    kind = notice_kinds.named(notice.kind)
    assert kind is not None
    said = kind.describe(notice, with_words=with_words)
    assert said is not None
    return said.title, said.body


def test_words_say_who_and_which_but_not_what_was_said(
    conversation: Conversation, agent: Agent, colleague: Agent
) -> None:
    note(conversation, "@박서연 환불 승인 부탁해요", by=agent)
    number = f"#{conversation.pk}"
    assert words(colleague) == ("한지우 님이 메모에서 불렀어요", f"김하늘 님 · 온담 · {number}")
    assert words(colleague, with_words=True)[1] == (
        f"@박서연 환불 승인 부탁해요\n김하늘 님 · 온담 · {number}"
    )


def test_the_subject_is_the_customers_own_words_and_stays_out(
    conversation: Conversation, widget: Inbox, visitor: Identity, agent: Agent
) -> None:
    assignment.claim(conversation=conversation, agent=agent, by=agent)
    factories.writes(widget, "비밀이에요 " * 40, by=visitor)
    assert told(agent) == ["answered"]
    assert words(agent) == ("김하늘 님이 답했어요", f"온담 · #{conversation.pk}")
    shown = words(agent, with_words=True)[1].splitlines()[0]
    assert (len(shown), shown[-1]) == (121, "…")


def test_words_are_in_the_readers_language(
    conversation: Conversation, agent: Agent, colleague: Agent
) -> None:
    assignment.assign(conversation=conversation, agent=colleague, by=agent)
    with translation.override("en"):
        assert words(colleague)[0] == "한지우 assigned you a conversation"


def test_who_may_not_see_it_any_more_gets_no_words(
    conversation: Conversation, agent: Agent, colleague: Agent, team: Team
) -> None:
    note(conversation, "@박서연", by=agent)
    team.members.remove(colleague)
    assert telling.describe(Notice.objects.get(agent=colleague), with_words=False) is None


def test_every_kind_has_a_label_and_can_be_chosen(agent: Agent) -> None:
    names = [kind.name for kind in notice_kinds.every()]
    own = [kind.name for kind in notice_kinds.every() if not kind.is_for_admins]
    assert own == ["mentioned", "assigned", "answered", "reopened", "woken", "followed"]
    quiet.choose(agent=agent, sound=names, push=names, push_words=True, quiet={})
    assert quiet.of(agent).push == sorted(names)


def test_a_nameless_customer_is_a_visitor(widget: Inbox, agent: Agent, colleague: Agent) -> None:
    nameless: Customer = factories.customer("")
    talk = factories.conversation(widget, nameless)
    assignment.assign(conversation=talk, agent=colleague, by=agent)
    assert words(colleague)[1].startswith("방문자 님 · ")

"""@이름 in a note: who is called, by which spelling, and who is not."""

import pytest

from majung.accounts.models import Agent, Team
from majung.conversations import mentions, replies
from majung.conversations.models import Conversation, Mention
from tests import factories


@pytest.fixture
def team_of_four(team: Team, agent: Agent, colleague: Agent, lead: Agent) -> list[Agent]:
    """한지우, 박서연, 정도윤 and Dana Kim."""
    return [agent, colleague, lead, factories.agent("Dana Kim", teams=[team])]


@pytest.mark.parametrize(
    ("text", "called"),
    [
        ("@박서연 확인 부탁해요", ["박서연"]),
        ("@박서연님이 보고 계세요", ["박서연"]),
        ("@박서연님께", ["박서연"]),
        ("@박서연이랑 @정도윤, 함께 봐 주세요", ["박서연", "정도윤"]),
        ("@서연 퀵 발송 가능할까요?", ["박서연"]),
        ("@서연님!", ["박서연"]),
        ("메모\n@Dana Kim please", ["Dana Kim"]),
        ("@dana kim도 봐요", ["Dana Kim"]),
        ("(@정도윤)", ["정도윤"]),
        ("@@정도윤", ["정도윤"]),
        ("박서연 님께 물어볼게요", []),
        ("@박서연희 고객이에요", []),
        ("seoyeon@박서연.test", []),
        ("@ 박서연", []),
        ("@이준호", []),
        ("@", []),
    ],
)
def test_who_is_called(team_of_four: list[Agent], text: str, called: list[str]) -> None:
    found = mentions.called(text, among=team_of_four)
    assert sorted(agent.name for agent in found) == sorted(called)


def test_the_longest_name_counts(team: Team, db: None) -> None:
    short, long = (factories.agent(name, teams=[team]) for name in ("김민", "김민수"))
    assert mentions.called("@김민수님", among=[short, long]) == [long]
    assert mentions.called("@김민님", among=[short, long]) == [short]


def test_two_of_one_name_are_both_called_and_a_shared_given_name_calls_nobody(
    team: Team, db: None
) -> None:
    agents = [factories.agent(name, teams=[team]) for name in ("김민수", "김민수", "박민수")]
    assert mentions.called("@김민수", among=agents) == agents[:2]
    assert mentions.called("@민수", among=agents) == []


def test_a_note_keeps_whom_it_calls_once(
    conversation: Conversation, agent: Agent, colleague: Agent, other_agent: Agent
) -> None:
    message, again = (
        replies.note(
            conversation=conversation,
            text="@박서연 님, @서연, 그리고 @이준호",
            by=agent,
            client_key="one",
        )
        for _ in range(2)
    )
    assert again == message
    assert [mention.agent for mention in Mention.objects.all()] == [colleague]
    mentions.note(message=message)
    assert Mention.objects.count() == 1


def test_a_reply_to_a_customer_calls_nobody(
    conversation: Conversation, agent: Agent, colleague: Agent
) -> None:
    replies.send(conversation=conversation, text="@박서연", by=agent, client_key="one")
    assert not Mention.objects.exists()


def test_names_are_found_again_for_the_screen(
    conversation: Conversation, agent: Agent, colleague: Agent
) -> None:
    note = replies.note(
        conversation=conversation, text="@박서연님, @이준호", by=agent, client_key="one"
    )
    plain = replies.note(conversation=conversation, text="메모", by=agent, client_key="two")
    known = mentions.of([note, plain])
    assert list(known) == [note.pk]
    assert mentions.places(note.text, known=known[note.pk]) == [(0, 4)]

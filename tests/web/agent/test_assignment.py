"""Who answers: taken by one, handed over, let go; whoever comes second is told."""

import json
from typing import Any

from django.test import Client

from majung.accounts.models import Agent, Team
from majung.conversations import assignment
from majung.conversations.models import Conversation, Inbox
from majung.customers.models import Customer, Identity
from tests import factories, people
from tests.web.agent.reading import hidden, text

HTMX = {"HX-Request": "true"}


def notice(answer: Any) -> dict[str, str]:
    found: dict[str, str] = json.loads(answer.headers["HX-Trigger"])["notice"]
    return found


def assignee(conversation: Conversation) -> Agent | None:
    conversation.refresh_from_db()
    return conversation.assignee


def test_agent_takes_one_and_can_undo(
    desk: Client, agent: Agent, conversation: Conversation
) -> None:
    path = f"/desk/c/{conversation.public_id}/assignment"
    answer = desk.post(path, {"agent": agent.public_id, "from": "none"}, headers=HTMX)
    assert answer.status_code == 204
    assert notice(answer) == {
        "text": "내가 맡았어요",
        "undo": f"{path}?agent=none",
        "undo_text": "되돌리기",
    }
    assert assignee(conversation) == agent
    desk.post(notice(answer)["undo"], headers={"Sec-Fetch-Dest": "empty"})
    assert assignee(conversation) is None


def test_second_to_take_it_is_told_who_was_first(
    desk: Client, agent: Agent, colleague: Agent, conversation: Conversation
) -> None:
    assignment.claim(conversation=conversation, agent=colleague, by=colleague)
    path = f"/desk/c/{conversation.public_id}/assignment"
    mine = {"agent": agent.public_id, "from": "none"}
    answer = desk.post(path, mine, headers=HTMX)
    assert answer.status_code == 409
    assert answer.json()["detail"] == "그사이 박서연 님이 먼저 맡았어요."
    assert json.loads(answer.headers["HX-Trigger"]) == {"refetch": {"target": "#thread"}}
    assert assignee(conversation) == colleague
    page = desk.post(path, mine, follow=True)
    assert "그사이 박서연 님이 먼저 맡았어요." in text(page)


def test_hand_over_to_a_colleague_of_the_brand_only(
    desk: Client, colleague: Agent, other_agent: Agent, conversation: Conversation
) -> None:
    path = f"/desk/c/{conversation.public_id}/assignment"
    answer = desk.post(path, {"agent": colleague.public_id}, headers=HTMX)
    assert notice(answer)["text"] == "박서연 님에게 맡겼어요"
    assert desk.post(path, {"agent": other_agent.public_id}).status_code == 404
    assert desk.post(path, {"agent": "somebody"}).status_code == 404
    assert assignee(conversation) == colleague


def test_let_go(desk: Client, agent: Agent, conversation: Conversation) -> None:
    assignment.claim(conversation=conversation, agent=agent, by=agent)
    path = f"/desk/c/{conversation.public_id}/assignment"
    assert desk.post(path, {"agent": "none"}).headers["Location"] == (
        f"/desk/c/{conversation.public_id}/"
    )
    assert assignee(conversation) is None


def test_other_teams_cannot_take_it(
    other_desk: Client, other_agent: Agent, conversation: Conversation
) -> None:
    path = f"/desk/c/{conversation.public_id}/assignment"
    assert other_desk.post(path, {"agent": other_agent.public_id}).status_code == 404
    assert assignee(conversation) is None


def test_given_to_a_team_and_undone_it_is_mine_again(
    desk: Client, agent: Agent, team: Team, conversation: Conversation
) -> None:
    assignment.claim(conversation=conversation, agent=agent, by=agent)
    path = f"/desk/c/{conversation.public_id}/assignment"
    answer = desk.post(path, {"team": team.public_id, "from": agent.public_id}, headers=HTMX)
    assert notice(answer)["text"] == "온담 고객지원 팀에 넘겼어요"
    assert assignee(conversation) is None
    assert conversation.team == team
    page = text(desk.get(f"/desk/c/{conversation.public_id}/"))
    assert "한지우 님이 온담 고객지원 팀에 넘겼어요" in page
    assert "담당 없음 · 온담 고객지원" in page
    desk.post(notice(answer)["undo"], headers={"Sec-Fetch-Dest": "empty"})
    assert assignee(conversation) == agent
    assert conversation.team is None


def test_team_of_another_brand_or_none_at_all_is_not_found(
    desk: Client, other_team: Team, conversation: Conversation
) -> None:
    path = f"/desk/c/{conversation.public_id}/assignment"
    for word in (str(other_team.public_id), "somebody"):
        assert desk.post(path, {"team": word}).status_code == 404
    conversation.refresh_from_db()
    assert conversation.team is None


def test_team_is_not_given_what_somebody_took_meanwhile(
    desk: Client, colleague: Agent, team: Team, conversation: Conversation
) -> None:
    assignment.claim(conversation=conversation, agent=colleague, by=colleague)
    path = f"/desk/c/{conversation.public_id}/assignment"
    answer = desk.post(path, {"team": team.public_id, "from": "none"}, headers=HTMX)
    assert answer.status_code == 409
    assert assignee(conversation) == colleague


def test_next_is_who_has_waited_longest(
    desk: Client, agent: Agent, colleague: Agent, widget: Inbox, customer: Customer
) -> None:
    first = factories.conversation(widget, customer, "먼저")
    second = factories.conversation(widget, customer, "나중")
    assert desk.post("/desk/next").headers["Location"] == f"/desk/c/{first.public_id}/?view=mine"
    hers = people.signed_in(colleague).post("/desk/next")
    assert hers.headers["Location"] == f"/desk/c/{second.public_id}/?view=mine"
    assert (assignee(first), assignee(second)) == (agent, colleague)
    assert "기다리는 상담이 없어요" in text(desk.post("/desk/next", follow=True))


def test_next_is_asked_for_once_however_often_it_is_pressed(desk: Client) -> None:
    page = desk.get("/desk/mine/").content.decode()
    assert '<form method="post" action="/desk/next" data-once>' in page


def test_closing_and_its_undo(desk: Client, agent: Agent, conversation: Conversation) -> None:
    path = f"/desk/c/{conversation.public_id}"
    answer = desk.post(f"{path}/closure", headers=HTMX)
    assert notice(answer) == {
        "text": "상담을 마쳤어요",
        "undo": f"{path}/reopening",
        "undo_text": "되돌리기",
    }
    conversation.refresh_from_db()
    assert conversation.status == "closed"
    desk.post(notice(answer)["undo"], headers={"Sec-Fetch-Dest": "empty"})
    conversation.refresh_from_db()
    assert conversation.status == "open"


def test_closing_waits_until_the_customers_last_words_were_on_screen(
    desk: Client, conversation: Conversation, visitor: Identity
) -> None:
    path = f"/desk/c/{conversation.public_id}"
    before = hidden(desk.get(f"{path}/"), "last")
    factories.writes(conversation.inbox, "아직 안 됐어요", by=visitor)
    answer = desk.post(f"{path}/closure", {"last": before}, headers=HTMX)
    assert answer.status_code == 409
    assert answer.json()["detail"] == "그사이 고객이 글을 남겼어요. 읽고 나서 다시 마쳐 주세요."
    conversation.refresh_from_db()
    assert conversation.status == "open"
    now = hidden(desk.get(f"{path}/thread"), "last")
    assert desk.post(f"{path}/closure", {"last": now}, headers=HTMX).status_code == 204


def test_hold_and_repeat_is_quiet(desk: Client, conversation: Conversation) -> None:
    path = f"/desk/c/{conversation.public_id}/hold"
    assert notice(desk.post(path, headers=HTMX)) == {
        "text": "상담을 보류했어요",
        "undo": f"/desk/c/{conversation.public_id}/reopening",
        "undo_text": "되돌리기",
    }
    again = desk.post(path, headers=HTMX)
    assert again.status_code == 204
    assert "HX-Trigger" not in again.headers


def test_statuses_of_other_teams_cannot_be_changed(
    other_desk: Client, stranger: Client, conversation: Conversation
) -> None:
    for part in ("closure", "reopening", "hold"):
        path = f"/desk/c/{conversation.public_id}/{part}"
        assert other_desk.post(path).status_code == 404
        assert stranger.post(path).status_code == 302
        assert other_desk.get(path).status_code == 405
    conversation.refresh_from_db()
    assert conversation.status == "open"

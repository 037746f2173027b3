"""The lists: who sees which conversations, in which order, at which cost."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from majung.accounts.models import Agent, Brand, Team
from majung.conversations import priority, tags
from majung.conversations.models import Conversation, Inbox
from majung.customers.models import Customer
from majung.web.agent import listing, urls
from tests import factories, people
from tests.web.agent.reading import ids, text

NOON = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


def listed(client: Client, path: str) -> list[str]:
    answer = client.get(path)
    assert answer.status_code == 200
    return ids(answer, "row-")


def test_desk_begins_with_ones_own(desk: Client) -> None:
    assert desk.get("/desk/").headers["Location"] == "/desk/mine/"


def test_views_show_what_their_names_say(
    desk: Client, agent: Agent, colleague: Agent, widget: Inbox, customer: Customer
) -> None:
    def talk(**fields: Any) -> str:
        return str(factories.conversation(widget, customer, **fields).public_id)

    mine = talk(assignee=agent)
    held = talk(assignee=agent, status="pending")
    hers = talk(assignee=colleague)
    free = talk()
    snoozed = talk(status="pending", snoozed_until=NOON)
    closed = talk(assignee=agent, status="closed")
    assert listed(desk, "/desk/mine/") == [mine]
    assert listed(desk, "/desk/unassigned/") == [free]
    assert listed(desk, "/desk/all/") == [free, hers, mine]
    assert listed(desk, "/desk/held/") == [snoozed, held]
    assert listed(desk, "/desk/closed/") == [closed]
    words = text(desk.get("/desk/held/"))
    assert "내 상담 1 미배정 1 모두 3 보류 2 끝남" in words


def test_of_those_on_hold_one_may_look_at_ones_own(
    desk: Client, agent: Agent, colleague: Agent, widget: Inbox, customer: Customer
) -> None:
    def talk(**fields: Any) -> str:
        held = factories.conversation(widget, customer, status="pending", **fields)
        return str(held.public_id)

    mine = [talk(assignee=agent) for _ in range(listing.PAGE + 1)][::-1]
    hers = talk(assignee=colleague)
    assert listed(desk, "/desk/held/")[0] == hers
    page = desk.get("/desk/held/?own=1")
    assert ids(page, "row-") == mine[: listing.PAGE]
    body = page.content.decode()
    # The choice goes on to what follows, to what is read again, and to what is opened from it.
    more = body.partition("/desk/held/rows?")[2].partition('"')[0].replace("&amp;", "&")
    assert ids(desk.get(f"/desk/held/rows?{more}"), "row-") == mine[: listing.PAGE]
    assert f"/desk/c/{mine[0]}/?view=held&amp;own=1" in body
    opened = desk.get(f"/desk/c/{mine[0]}/?view=held&own=1")
    assert ids(opened, "row-") == mine[: listing.PAGE]
    cursor = body.rpartition("cursor=")[2].partition('"')[0]
    assert listed(desk, f"/desk/held/rows?own=1&cursor={cursor}") == mine[listing.PAGE :]
    assert "내가 보류한 상담이 없어요" in text(
        people.signed_in(factories.agent("새 사람", teams=list(agent.teams.all()))).get(
            "/desk/held/?own=1"
        )
    )


def test_what_was_given_to_a_team_is_unassigned_for_its_people_only(
    agent: Agent, brand: Brand, admin: Agent, team: Team, widget: Inbox, customer: Customer
) -> None:
    depot = factories.team("물류", brands=[brand])
    packer = factories.agent("강민", teams=[depot])
    talks = {
        name: str(factories.conversation(widget, customer, team=given).public_id)
        for name, given in (("free", None), ("ours", team), ("theirs", depot))
    }

    def of(one: Agent) -> set[str]:
        seen = listed(people.signed_in(one), "/desk/unassigned/")
        return {name for name, public_id in talks.items() if public_id in seen}

    assert of(agent) == {"free", "ours"}
    assert of(packer) == {"free", "theirs"}
    assert of(admin) == {"free", "ours", "theirs"}
    answer = people.signed_in(agent).get("/desk/all/")
    assert len(ids(answer, "row-")) == 3
    assert "미배정 2 모두 3" in text(answer)


def test_row_shows_two_tags_and_how_many_more_and_what_presses(
    desk: Client, agent: Agent, conversation: Conversation
) -> None:
    for name in ("배송 지연", "분실", "VIP", "재발송", "쿠폰"):
        tags.put(conversation=conversation, tag=factories.tag(name), by=agent)
    low = Conversation.Priority.LOW
    assert "배송 지연 분실 +3" in text(desk.get("/desk/all/rows"))
    priority.change(conversation=conversation, to=Conversation.Priority.URGENT, by=agent)
    assert "긴급 배송 지연" in text(desk.get("/desk/all/rows"))
    priority.change(conversation=conversation, to=low, by=agent)
    assert "낮음" not in text(desk.get("/desk/all/rows"))


def test_other_teams_brand_is_nowhere(
    desk: Client, conversation: Conversation, other_conversation: Conversation, other_brand: Brand
) -> None:
    assert listed(desk, "/desk/all/") == [str(conversation.public_id)]
    assert desk.get(f"/desk/all/?brand={other_brand.slug}").status_code == 404


def test_conversation_kept_after_leaving_the_team_is_no_longer_mine(
    desk: Client, agent: Agent, team: Team, widget: Inbox, customer: Customer
) -> None:
    factories.conversation(widget, customer, assignee=agent)
    team.members.remove(agent)
    answer = desk.get("/desk/mine/")
    assert ids(answer, "row-") == []
    assert "아직 맡은 브랜드가 없어요" in text(answer)


def test_who_has_no_brand_is_told_whom_to_ask_and_offered_no_conversation(
    desk: Client, admin_desk: Client, agent: Agent, admin: Agent, team: Team, brand: Brand
) -> None:
    offer = "가장 오래 기다린 상담 받기"
    assert offer in text(desk.get("/desk/mine/"))
    team.members.remove(agent)
    answer = desk.get("/desk/mine/")
    told = text(answer)
    assert offer not in told
    assert 'data-hotkey="g"' not in answer.content.decode()
    assert "관리자 오세라 님에게 팀에 넣어 달라고 해 주세요." in told
    Brand.objects.update(deleted_at=NOON)
    told = text(admin_desk.get("/desk/mine/"))
    assert offer not in told
    assert "먼저 브랜드를 만들어 주세요" in told
    assert "관리자가 팀에" not in told


def test_brand_filter_leaves_one_brand(
    admin_desk: Client,
    brand: Brand,
    conversation: Conversation,
    other_conversation: Conversation,
) -> None:
    both = [str(other_conversation.public_id), str(conversation.public_id)]
    assert listed(admin_desk, "/desk/all/") == both
    assert listed(admin_desk, f"/desk/all/?brand={brand.slug}") == both[1:]


def test_pages_follow_one_another_without_gap_or_repeat(
    desk: Client, widget: Inbox, customer: Customer
) -> None:
    # All at the same moment: only the key tells them apart.
    made = [factories.conversation(widget, customer, f"문의 {n}", at=NOON) for n in range(70)]
    shown: list[str] = []
    cursor = ""
    for _page in range(3):
        part = desk.get(f"/desk/unassigned/rows?cursor={cursor}")
        shown += ids(part, "row-")
        found = part.content.decode().rpartition("cursor=")[2].partition('"')[0]
        cursor = found if "cursor=" in part.content.decode() else ""
    assert shown == [str(one.public_id) for one in reversed(made)]
    assert cursor == ""


def test_cursor_that_is_not_ours_is_not_found(desk: Client) -> None:
    assert desk.get("/desk/all/rows?cursor=%EA%B0%80").status_code == 404


def test_row_is_new_until_somebody_has_seen_it(desk: Client, conversation: Conversation) -> None:
    assert 'class="row new"' in desk.get("/desk/unassigned/").content.decode()
    desk.get(f"/desk/c/{conversation.public_id}/")
    assert 'class="row new"' not in desk.get("/desk/unassigned/").content.decode()


def test_counts_stop_at_a_thousand(desk: Client, widget: Inbox, customer: Customer) -> None:
    first = factories.conversation(widget, customer, at=NOON)
    Conversation.objects.bulk_create(
        Conversation(
            brand=first.brand,
            inbox=widget,
            customer=customer,
            created_at=NOON,
            last_message_at=NOON - timedelta(minutes=number),
        )
        for number in range(998)
    )
    assert "미배정 999 모두 999 보류 끝남" in text(desk.get("/desk/unassigned/"))
    factories.conversation(widget, customer, at=NOON)
    assert "미배정 1,000+ 모두 1,000+ 보류 끝남" in text(desk.get("/desk/unassigned/"))


@pytest.mark.parametrize("view", ["mine", "all"])
@pytest.mark.parametrize("rows", [1, 3])
def test_list_asks_the_same_few_questions_whatever_it_shows(
    rows: int,
    view: str,
    desk: Client,
    widget: Inbox,
    other_widget: Inbox,
    agent: Agent,
    team: Team,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(rows):
        talk = factories.conversation(
            widget, factories.customer(f"고객 {number}"), assignee=agent, team=team
        )
        tags.put(conversation=talk, tag=factories.tag(f"태그 {number}"), by=agent)
        factories.conversation(widget, factories.customer(f"팀 손님 {number}"), team=team)
    # Who asks (session, agent), their brands, which rows, the rows, their tags, the counts,
    # the bell.
    with django_assert_num_queries(8):
        desk.get(f"/desk/{view}/")


@pytest.mark.parametrize(
    ("view", "words"),
    [
        ("mine", "맡은 상담이 없어요"),
        ("unassigned", "기다리는 상담이 없어요"),
        ("all", "진행 중인 상담이 없어요"),
        ("held", "보류한 상담이 없어요"),
        ("closed", "끝난 상담이 없어요"),
    ],
)
def test_empty_lists_teach(desk: Client, view: str, words: str) -> None:
    assert words in text(desk.get(f"/desk/{view}/"))


def test_unknown_view_is_not_found(desk: Client) -> None:
    assert desk.get("/desk/trash/").status_code == 404


def test_live_part_is_the_region_and_the_counts(desk: Client, conversation: Conversation) -> None:
    body = desk.get("/desk/unassigned/rows").content.decode()
    assert body.lstrip().startswith('<div id="rows"')
    assert 'id="tabs" hx-swap-oob="morph"' in body
    assert "<html" not in body


def test_list_hears_every_brand_it_shows(
    desk: Client, agent: Agent, brand: Brand, admin: Agent, other_brand: Brand
) -> None:
    own = listing.Choice(view="all", agent=agent, brands=(brand,))
    assert own.topics == [f"list:brand:{brand.pk}", f"agent:{agent.public_id}"]
    body = people.signed_in(admin).get("/desk/all/").content.decode()
    topics = f"list:brand:{other_brand.pk} list:brand:{brand.pk} agent:{admin.public_id}"
    assert f'data-live="{topics}"' in body


def test_stranger_signs_in_first_and_comes_back(stranger: Client, db: None) -> None:
    answer = stranger.get("/desk/mine/")
    assert answer.headers["Location"] == "/accounts/login/?next=/desk/mine/"


def test_live_part_says_so_when_one_was_signed_out(stranger: Client, db: None) -> None:
    answer = stranger.get("/desk/mine/rows", headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert answer.json()["code"] == "signed_out"


def test_no_page_of_the_desk_opens_to_strangers(stranger: Client, db: None) -> None:
    """Whatever is added to the desk later is asked here too."""
    values = {"public_id": uuid4(), "view": "mine", "reply": uuid4()}
    for pattern in urls.urlpatterns:
        wanted = {name: values[name] for name in pattern.pattern.converters}
        path = reverse(f"desk:{pattern.name}", kwargs=wanted)
        got, posted = stranger.get(path), stranger.post(path)
        # Of reading and writing, each address knows one; that one leads to sign-in.
        assert {got.status_code, posted.status_code} == {302, 405}, path
        redirected = got if got.status_code == 302 else posted
        assert redirected.headers["Location"].startswith("/accounts/login/"), path

"""Two profiles side by side before they are one, and what keeps a wrong step from being taken."""

import json

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from majung.accounts.models import Agent, AuditEntry
from majung.conversations import tags
from majung.conversations.models import Conversation, Inbox
from majung.customers import merge as merging
from majung.customers import profiles
from majung.customers.models import Customer, Identity, Merge
from tests import factories, people
from tests.core.together import together
from tests.web.agent.reading import hidden, text

HTMX = {"HX-Request": "true"}


@pytest.fixture
def twin(widget: Inbox, conversation: Conversation, customer: Customer) -> Customer:
    """A form's sender who says to have 김하늘's address."""
    other = factories.customer("하늘")
    factories.conversation(widget, other, "환불 문의")
    factories.identity(customer, "email", "haneul@naver.test")
    factories.identity(other, "email", "haneul@naver.test", verified=False)
    return other


def path(customer: Customer, other: Customer, more: str = "") -> str:
    return f"/desk/customers/{customer.public_id}/joining?other={other.public_id}{more}"


def test_preview_shows_both_and_what_they_would_be(
    desk: Client, agent: Agent, conversation: Conversation, customer: Customer, twin: Customer
) -> None:
    tags.put(conversation=conversation, tag=factories.tag("배송 지연"), by=agent)
    tags.put(conversation=twin.conversations.get(), tag=factories.tag("환불"), by=agent)
    words = text(desk.get(path(customer, twin)))
    assert "김하늘 님과 하늘 님을 합칠까요?" in words
    assert "이름 김하늘 하늘 김하늘 확인된 연락처가 있는 쪽이에요." in words
    assert "상담 1 1 2" in words
    assert "태그 배송 지연 환불 배송 지연 환불" in words
    assert "이메일 h•••@naver.test 확인 안 됨" in words
    read = AuditEntry.objects.filter(action="read", object_kind="customer", agent=agent)
    assert set(read.values_list("object_id", flat=True)) == {customer.pk, twin.pk}


def test_who_stands_for_both_can_be_chosen(
    desk: Client, customer: Customer, twin: Customer
) -> None:
    body = desk.get(path(twin, customer)).content.decode()
    # From either side the one that is known better is offered.
    assert f"/desk/customers/{customer.public_id}/merges" in body
    chosen = desk.get(path(customer, twin, f"&stands={twin.public_id}"))
    assert f"/desk/customers/{twin.public_id}/merges" in chosen.content.decode()
    assert "직접 골랐어요." in text(chosen)


def test_a_named_profile_stands_for_a_nameless_one(
    desk: Client, widget: Inbox, customer: Customer, conversation: Conversation
) -> None:
    nameless = factories.customer("")
    factories.identity(nameless, "email", "someone@naver.test")
    factories.conversation(widget, nameless)
    answer = desk.get(path(nameless, customer))
    assert "이름을 아는 쪽이에요." in text(answer)
    assert f"/desk/customers/{customer.public_id}/merges" in answer.content.decode()


def test_what_speaks_against_it_is_said(
    desk: Client, agent: Agent, widget: Inbox, customer: Customer, twin: Customer
) -> None:
    assert "겹치는" not in text(desk.get(path(customer, twin)))
    for one, member in ((customer, "m-1"), (twin, "m-2")):
        factories.identity(one, "user", member, scope=str(widget.brand_id))
    assert "같은 쇼핑몰의 회원이 서로 달라요." in text(desk.get(path(customer, twin)))
    Identity.objects.filter(customer=twin, kind="email").update(address="other@naver.test")
    assert "겹치는 연락처가 없어요." in text(desk.get(path(customer, twin)))
    merged = merging.merge(winner_id=customer.pk, loser_id=twin.pk, evidence="agent", by=agent)
    merging.undo(merge=merged, by=agent)
    assert "한지우 님이 되돌린 적이 있어요." in text(desk.get(path(customer, twin)))


def joins(client: Client, customer: Customer, twin: Customer, **more: object) -> int:
    seen = hidden(client.get(path(customer, twin)), "seen")
    data = {"other": twin.public_id, "seen": seen, **more}
    answer = client.post(f"/desk/customers/{customer.public_id}/merges", data, headers=HTMX)
    return answer.status_code


def test_joined_from_the_page_it_offers_the_way_back_in_a_toast(
    desk: Client, conversation: Conversation, customer: Customer, twin: Customer
) -> None:
    page = desk.get(path(customer, twin, f"&conversation={conversation.public_id}"))
    form = {name: hidden(page, name) for name in ("other", "seen", "conversation")}
    answer = desk.post(f"/desk/customers/{customer.public_id}/merges", form, follow=True)
    assert answer.redirect_chain == [(f"/desk/c/{conversation.public_id}/", 302)]
    undo = f"/desk/merges/{Merge.objects.get().public_id}/undoing"
    assert f'data-undo="{undo}"' in answer.content.decode()
    assert "하늘 님과 합쳤어요" in text(answer)
    assert desk.post(undo, headers=HTMX).status_code == 204
    twin.refresh_from_db()
    assert twin.merged_into is None


def test_what_changed_since_it_was_shown_is_told_and_nothing_is_done(
    desk: Client, colleague: Agent, customer: Customer, twin: Customer
) -> None:
    seen = hidden(desk.get(path(customer, twin)), "seen")
    profiles.rename(customer=twin, name="박하늘", expected=1, by=colleague)
    answer = desk.post(
        f"/desk/customers/{customer.public_id}/merges",
        {"other": twin.public_id, "seen": seen},
        headers=HTMX,
    )
    assert answer.status_code == 409
    assert answer.json()["detail"] == "그사이 고객 정보가 바뀌었어요. 다시 보고 합쳐 주세요."
    assert Merge.objects.count() == 0
    assert joins(desk, customer, twin) == 204


def test_without_a_script_one_is_led_back_to_the_two_as_they_are_now(
    desk: Client, colleague: Agent, customer: Customer, twin: Customer
) -> None:
    seen = hidden(desk.get(path(customer, twin)), "seen")
    profiles.rename(customer=twin, name="박하늘", expected=1, by=colleague)
    merges = f"/desk/customers/{customer.public_id}/merges"
    answer = desk.post(merges, {"other": twin.public_id, "seen": seen}, follow=True)
    assert "김하늘 님과 박하늘 님을 합칠까요?" in text(answer)
    assert "그사이 고객 정보가 바뀌었어요." in text(answer)


def test_a_profile_that_was_joined_elsewhere_meanwhile_is_not_joined_again(
    desk: Client, agent: Agent, widget: Inbox, customer: Customer, twin: Customer
) -> None:
    third = factories.customer("김바다")
    factories.conversation(widget, third)
    seen = hidden(desk.get(path(customer, twin)), "seen")
    merging.merge(winner_id=twin.pk, loser_id=third.pk, evidence="agent", by=agent)
    merges = f"/desk/customers/{customer.public_id}/merges"
    data = {"other": twin.public_id, "seen": seen}
    assert desk.post(merges, data, headers=HTMX).status_code == 409
    assert Merge.objects.count() == 1


def test_two_that_are_one_already_are_said_to_be(
    desk: Client, agent: Agent, customer: Customer, twin: Customer
) -> None:
    merging.merge(winner_id=customer.pk, loser_id=twin.pk, evidence="agent", by=agent)
    assert "이미 한 고객이에요" in text(desk.get(path(customer, twin)))
    answer = desk.post(
        f"/desk/customers/{customer.public_id}/merges", {"other": twin.public_id}, headers=HTMX
    )
    assert answer.json()["detail"] == "이미 한 고객이에요."


@pytest.mark.django_db(transaction=True)
def test_of_two_agents_who_join_at_once_one_is_told(
    agent: Agent, colleague: Agent, customer: Customer, twin: Customer
) -> None:
    desks = [people.signed_in(each) for each in (agent, colleague)]
    seen = hidden(desks[0].get(path(customer, twin)), "seen")
    data = {"other": twin.public_id, "seen": seen}
    merges = f"/desk/customers/{customer.public_id}/merges"
    answers = together(
        lambda number: desks[number].post(merges, data, headers=HTMX).status_code, threads=2
    )
    assert sorted(answers) == [204, 409]
    assert Merge.objects.filter(undone_at=None).count() == 1


def test_only_who_sees_both_may_look_and_join(
    stranger: Client,
    desk: Client,
    other_desk: Client,
    admin_desk: Client,
    customer: Customer,
    conversation: Conversation,
    other_customer: Customer,
    other_conversation: Conversation,
) -> None:
    address = path(customer, other_customer)
    assert [one.get(address).status_code for one in (desk, other_desk)] == [404, 404]
    assert admin_desk.get(address).status_code == 200
    assert stranger.get(address).status_code == 302
    assert desk.get(f"/desk/customers/{customer.public_id}/joining?other=x").status_code == 404


def test_preview_counts_only_what_the_agent_may_see(
    desk: Client,
    admin_desk: Client,
    customer: Customer,
    twin: Customer,
    other_widget: Inbox,
) -> None:
    factories.conversation(other_widget, twin, "다른 브랜드의 일")
    assert "상담 1 1 2" in text(desk.get(path(customer, twin)))
    assert "상담 1 2 3" in text(admin_desk.get(path(customer, twin)))


def test_preview_asks_the_same_questions_whatever_there_is(
    desk: Client,
    agent: Agent,
    widget: Inbox,
    customer: Customer,
    twin: Customer,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(2):
        talk = factories.conversation(widget, twin, f"또 {number}")
        tags.put(conversation=talk, tag=factories.tag(f"태그 {number}"), by=agent)
        factories.identity(twin, "phone", f"+82101234482{number}")
        joined = factories.customer(f"이전 {number}")
        merging.merge(winner_id=twin.pk, loser_id=joined.pk, evidence="agent", by=agent)
        desk.get(path(customer, twin))
        with django_assert_num_queries(18):
            desk.get(path(customer, twin))


def test_suggestion_leads_to_the_preview_and_the_notice_back(
    desk: Client, conversation: Conversation, customer: Customer, twin: Customer
) -> None:
    panel = desk.get(f"/desk/c/{conversation.public_id}/panel").content.decode()
    href = path(customer, twin, f"&conversation={conversation.public_id}").replace("&", "&amp;")
    assert f'href="{href}"' in panel
    data = {"other": twin.public_id, "conversation": conversation.public_id}
    merges = f"/desk/customers/{customer.public_id}/merges"
    answer = desk.post(merges, data, headers=HTMX)
    assert json.loads(answer.headers["HX-Trigger"])["notice"]["undo"].endswith("/undoing")

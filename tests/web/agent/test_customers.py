"""The person beside the words: found, named, joined and parted again."""

import json
from uuid import uuid4

from django.test import Client

from majung.accounts.models import Agent
from majung.conversations.models import Conversation, Inbox
from majung.customers import timeline
from majung.customers.models import Customer, Event, Identity, Merge
from tests import factories, people
from tests.web.agent.reading import hidden, ids, text

HTMX = {"HX-Request": "true"}


def test_panel_masks_addresses_and_tells_claims_apart(
    desk: Client, conversation: Conversation, customer: Customer
) -> None:
    factories.identity(customer, "phone", "+821012344821")
    factories.identity(customer, "email", "haneul@naver.test", verified=False)
    words = text(desk.get(f"/desk/c/{conversation.public_id}/panel"))
    assert "전화번호 010-••••-4821 확인됨" in words
    assert "이메일 h•••@naver.test 본인이 말한 연락처 · 확인 안 됨" in words
    assert "haneul@" not in words


def test_name_is_written(desk: Client, conversation: Conversation, customer: Customer) -> None:
    answer = desk.post(
        f"/desk/customers/{customer.public_id}/profile",
        {"name": " 김하늘  (단골) ", "version": 1, "conversation": conversation.public_id},
    )
    assert answer.headers["Location"] == f"/desk/c/{conversation.public_id}/"
    customer.refresh_from_db()
    assert (customer.name, customer.version) == ("김하늘 (단골)", 2)


def test_second_to_rename_is_told_who_and_what(
    desk: Client, colleague: Agent, conversation: Conversation, customer: Customer
) -> None:
    path = f"/desk/customers/{customer.public_id}/"
    version = hidden(desk.get(path), "version")
    people.signed_in(colleague).post(f"{path}profile", {"name": "김하눌", "version": version})
    answer = desk.post(f"{path}profile", {"name": "김바다", "version": version})
    assert answer.status_code == 409
    assert "그사이 박서연 님이 이름을 “김하눌”로 바꿨어요. 다시 저장하면 덮어써요." in text(answer)
    assert hidden(answer, "name") == "김바다"
    again = desk.post(f"{path}profile", {"name": "김바다", "version": hidden(answer, "version")})
    assert again.status_code == 302
    customer.refresh_from_db()
    assert customer.name == "김바다"


def twin(customer: Customer, inbox: Inbox, name: str = "하늘") -> Customer:
    """Another profile that names the same address."""
    other = factories.customer(name)
    factories.conversation(inbox, other, "환불 문의")
    factories.identity(customer, "email", "haneul@naver.test")
    factories.identity(other, "email", "haneul@naver.test", verified=False)
    return other


def test_suggested_twin_is_joined_with_one_click_and_parted_again(
    desk: Client, agent: Agent, widget: Inbox, conversation: Conversation, customer: Customer
) -> None:
    other = twin(customer, widget)
    panel = f"/desk/c/{conversation.public_id}/panel"
    assert "같은 고객일 수 있어요 하늘" in text(desk.get(panel))
    answer = desk.post(
        f"/desk/customers/{customer.public_id}/merges",
        {"other": other.public_id, "conversation": conversation.public_id},
        headers=HTMX,
    )
    merge = Merge.objects.get()
    assert (merge.evidence, merge.merged_by) == ("agent", agent)
    notice = json.loads(answer.headers["HX-Trigger"])["notice"]
    assert notice["undo"] == f"/desk/merges/{merge.public_id}/undoing"
    words = text(desk.get(panel))
    assert "같은 고객일 수 있어요" not in words
    assert "상담원이 확인했어요 · 한지우" in words
    assert "환불 문의" in words
    assert desk.post(notice["undo"], headers=HTMX).status_code == 204
    other.refresh_from_db()
    assert other.merged_into is None
    assert "환불 문의" not in text(desk.get(panel))
    twice = desk.post(notice["undo"], headers=HTMX)
    assert (twice.status_code, twice.json()["detail"]) == (409, "이미 되돌린 합치기예요.")


def test_merged_customer_has_one_page(
    desk: Client, widget: Inbox, conversation: Conversation, customer: Customer
) -> None:
    other = twin(customer, widget)
    desk.post(f"/desk/customers/{customer.public_id}/merges", {"other": other.public_id})
    answer = desk.get(f"/desk/customers/{other.public_id}/")
    assert answer.headers["Location"] == f"/desk/customers/{customer.public_id}/"


def test_twin_at_an_unseen_brand_is_not_given_away(
    desk: Client,
    admin_desk: Client,
    conversation: Conversation,
    customer: Customer,
    other_widget: Inbox,
) -> None:
    other = twin(customer, other_widget)
    panel = f"/desk/c/{conversation.public_id}/panel"
    assert "같은 고객일 수 있어요" not in text(desk.get(panel))
    assert "같은 고객일 수 있어요" in text(admin_desk.get(panel))
    merges = f"/desk/customers/{customer.public_id}/merges"
    assert desk.post(merges, {"other": other.public_id}).status_code == 404
    assert Merge.objects.count() == 0


def test_merge_needs_somebody_to_merge_with(
    desk: Client, conversation: Conversation, customer: Customer
) -> None:
    merges = f"/desk/customers/{customer.public_id}/merges"
    assert desk.post(merges, {"other": "x"}, headers=HTMX).status_code == 422
    itself = desk.post(merges, {"other": customer.public_id}, headers=HTMX)
    assert itself.status_code == 409


def test_others_find_no_customer(
    stranger: Client, other_desk: Client, conversation: Conversation, customer: Customer
) -> None:
    base = f"/desk/customers/{customer.public_id}"
    for path in (f"{base}/", f"{base}/parts", f"{base}/timeline", f"{base}/past", f"{base}/files"):
        assert other_desk.get(path).status_code == 404
        assert stranger.get(path).status_code == 302
    for path in (f"{base}/profile", f"{base}/merges"):
        assert other_desk.post(path, {"name": "x", "version": 1}).status_code == 404
        assert stranger.post(path).status_code == 302


def test_search_finds_by_name_and_whole_address(
    desk: Client, other_desk: Client, conversation: Conversation, customer: Customer
) -> None:
    factories.identity(customer, "phone", "+821012344821")
    factories.identity(customer, "email", "haneul@naver.test", verified=False)

    def found(client: Client, query: str) -> bool:
        answer = client.get("/desk/customers/", {"q": query})
        return f"/desk/customers/{customer.public_id}/" in answer.content.decode()

    assert found(desk, "김하")
    assert found(desk, "010-1234-4821")
    assert found(desk, "Haneul@naver.test")
    assert not found(desk, "haneul@")
    assert not found(desk, "하늘")
    assert not found(other_desk, "김하")
    # Namesakes are told apart, with and without a merge.
    assert "이메일 h•••@naver.test (확인 안 됨)" in text(desk.get("/desk/customers/?q=김하"))
    assert "두 글자 이상 써 주세요." in text(desk.get("/desk/customers/?q=김"))


def test_search_for_a_merge_leaves_out_the_customer_itself(
    desk: Client, widget: Inbox, conversation: Conversation, customer: Customer
) -> None:
    twin(customer, widget, "김하늘")
    answer = desk.get("/desk/customers/", {"q": "김하늘", "for": str(customer.public_id)})
    assert "김하늘 님과 합칠 고객" in text(answer)
    assert answer.content.decode().count("joining?other=") == 1
    # Namesakes are told apart.
    assert "이메일 h•••@naver.test (확인 안 됨)" in text(answer)


def test_timeline_tells_in_words_and_pages(
    desk: Client, conversation: Conversation, customer: Customer, other_conversation: Conversation
) -> None:
    for number in range(35):
        timeline.record(
            name="Message Received",
            source="webchat",
            customer_id=customer.pk,
            brand_id=conversation.brand_id,
            properties={"conversation": str(uuid4()), "page_title": f"상품 {number}"},
        )
    page = desk.get(f"/desk/customers/{customer.public_id}/")
    assert "메시지를 보냄 상품 34" in text(page)
    path = page.content.decode().partition("&amp;before=")[2].partition('"')[0]
    more = desk.get(f"/desk/customers/{customer.public_id}/timeline?before={path}")
    assert text(more).count("메시지를 보냄") == 5
    assert "더 보기" not in text(more)


def test_timeline_keeps_other_brands_to_themselves(
    desk: Client,
    conversation: Conversation,
    customer: Customer,
    other_conversation: Conversation,
) -> None:
    timeline.record(
        name="Conversation Closed",
        source="desk",
        customer_id=customer.pk,
        brand_id=other_conversation.brand_id,
        properties={},
    )
    assert Event.objects.count() == 1
    assert "상담을 마침" not in text(desk.get(f"/desk/customers/{customer.public_id}/"))


def test_past_conversations_page(
    desk: Client, widget: Inbox, customer: Customer, visitor: Identity
) -> None:
    for number in range(25):
        factories.conversation(widget, customer, f"지난 상담 {number}", identity=visitor)
    page = desk.get(f"/desk/customers/{customer.public_id}/")
    cursor = page.content.decode().partition("past?before=")[2].partition('"')[0]
    more = desk.get(f"/desk/customers/{customer.public_id}/past?before={cursor}")
    assert [f"지난 상담 {number}" in text(more) for number in (0, 4, 5)] == [True, True, False]
    assert ids(more, "row-") == []

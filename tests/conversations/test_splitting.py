import pytest
from django.db.models import F

from majung.accounts import revisions
from majung.accounts.models import Agent, Brand
from majung.conversations import (
    automatic,
    automatic_texts,
    contacts,
    lifecycle,
    ratings,
    replies,
)
from majung.conversations.models import Conversation, Inbox, Message, Rating
from majung.core import jobs
from majung.customers import merge
from majung.customers.models import Customer, Identity, Merge
from tests import factories
from tests.core.together import together


def test_undo_gives_every_message_back_to_its_person(
    widget: Inbox, visitor: Identity, customer: Customer, agent: Agent
) -> None:
    factories.writes(widget, "택배가 안 왔어요", by=visitor)
    other = factories.customer("이도윤")
    phone = factories.identity(other, "user", "m-7", scope="1")
    row = merge.merge(winner_id=other.pk, loser_id=customer.pk, evidence="agent", by=agent)
    second = factories.writes(widget, "환불해 주세요", by=phone)
    assert Conversation.objects.count() == 1

    merge.undo(merge=row, by=agent)
    jobs.run_due()
    own = Conversation.objects.get(customer=customer)
    theirs = Conversation.objects.get(customer=other)
    texts = [
        list(each.messages.public().oldest_first().values_list("text", flat=True))
        for each in (own, theirs)
    ]
    assert texts == [["택배가 안 왔어요"], ["환불해 주세요"]]
    assert own.preview == "택배가 안 왔어요"
    assert theirs.preview == "환불해 주세요"
    second.refresh_from_db()
    assert second.conversation == theirs
    assert [line.data["what"] for line in own.messages.filter(kind="event")] == ["split_to"]


def test_each_half_knows_its_own_last_words_and_first_answer(
    shared: tuple[Conversation, Identity, Merge], agent: Agent
) -> None:
    talk, _, row = shared
    reply = replies.send(conversation=talk, text="두 번째 분께 답해요", by=agent, client_key="k1")
    first = talk.messages.public().oldest_first()[0]
    merge.undo(merge=row, by=agent)
    jobs.run_due()
    own = Conversation.objects.get(pk=talk.pk)
    theirs = Conversation.objects.exclude(pk=talk.pk).get()
    assert (theirs.first_reply_at, own.first_reply_at) == (reply.created_at, None)
    assert (theirs.last_message_at, own.last_message_at) == (reply.created_at, first.created_at)


def test_undo_leaves_conversations_of_one_person_alone(
    widget: Inbox, visitor: Identity, customer: Customer, agent: Agent
) -> None:
    factories.writes(widget, "택배가 안 왔어요", by=visitor)
    other = factories.customer("이도윤")
    row = merge.merge(winner_id=customer.pk, loser_id=other.pk, evidence="agent", by=agent)
    merge.undo(merge=row, by=agent)
    assert Conversation.objects.count() == 1
    assert not Conversation.objects.get().messages.filter(kind="event").exists()


@pytest.fixture
def asking(brand: Brand, admin: Agent) -> None:
    on = {**automatic_texts.USUAL, "rating": {"on": True, "ko": "어땠어요?", "en": ""}}
    revisions.create(kind="automatic", data={"brand": str(brand.public_id), **on}, by=admin)
    automatic.forget()


@pytest.fixture
def shared(
    widget: Inbox, visitor: Identity, customer: Customer, agent: Agent
) -> tuple[Conversation, Identity, Merge]:
    """A conversation in which 김하늘 and then 이도윤 wrote, the second's address, and their merge."""
    factories.writes(widget, "택배가 안 왔어요", by=visitor)
    other = factories.customer("이도윤")
    phone = factories.identity(other, "user", "m-7", scope="1")
    row = merge.merge(winner_id=other.pk, loser_id=customer.pk, evidence="agent", by=agent)
    return factories.writes(widget, "환불해 주세요", by=phone).conversation, phone, row


Shared = tuple[Conversation, Identity, Merge]


def what(conversation: Conversation) -> list[str]:
    told = conversation.messages.filter(kind="event").oldest_first()
    return [line.data["what"] for line in told]


def test_an_address_that_was_left_follows_the_words_and_is_none(
    shared: Shared, agent: Agent
) -> None:
    talk, phone, row = shared
    contacts.leave(conversation=talk, by=phone, text="doyun@example.com")
    waits = Message.objects.get(text="환불해 주세요").created_at
    merge.undo(merge=row, by=agent)
    theirs = Conversation.objects.get(customer=phone.customer)
    assert (theirs.preview, theirs.preview_by) == ("환불해 주세요", "customer")
    assert (theirs.waiting_since, theirs.last_message_at) == (waits, waits)
    assert (what(theirs), what(talk)) == (["contact_left", "split_from"], ["split_to"])


def test_what_the_brand_said_by_itself_ends_no_waiting(
    shared: Shared, visitor: Identity, agent: Agent
) -> None:
    talk, phone, row = shared
    for each in (phone, visitor):
        factories.message(talk, "지금은 쉬어요", kind="reply", identity=each, state="sent")
    merge.undo(merge=row, by=agent)
    theirs = Conversation.objects.get(customer=phone.customer)
    talk.refresh_from_db()
    assert (theirs.preview, talk.preview) == ("환불해 주세요", "택배가 안 왔어요")
    assert theirs.waiting_since == Message.objects.get(text="환불해 주세요").created_at
    assert talk.waiting_since == Message.objects.get(text="택배가 안 왔어요").created_at


@pytest.mark.parametrize("is_answered", [True, False])
def test_a_rating_follows_the_words_and_is_none(
    shared: Shared, visitor: Identity, asking: None, agent: Agent, is_answered: bool
) -> None:
    talk, phone, row = shared
    replies.send(conversation=talk, text="환불했어요", by=agent, client_key="k")
    jobs.run_due()
    lifecycle.close(conversation=talk, by=agent)
    ratings.rate(conversation=talk, by=phone, score=5)
    if not is_answered:
        Message.objects.filter(kind="reply").update(identity=visitor)
    merge.undo(merge=row, by=agent)
    theirs = Conversation.objects.get(customer=phone.customer)
    seen = ("환불했어요", "reply") if is_answered else ("환불해 주세요", "customer")
    assert (theirs.preview, theirs.preview_by) == seen
    assert (theirs.status, theirs.waiting_since) == ("closed", None)
    assert Rating.objects.get().conversation == theirs
    assert "rated" in what(theirs)
    assert "rated" not in what(talk)


def test_who_only_rated_gets_no_conversation_of_their_own(
    widget: Inbox, visitor: Identity, customer: Customer, asking: None, agent: Agent
) -> None:
    talk = factories.writes(widget, "택배가 안 왔어요", by=visitor).conversation
    replies.send(conversation=talk, text="도착했어요", by=agent, client_key="k")
    jobs.run_due()
    lifecycle.close(conversation=talk, by=agent)
    member = factories.identity(factories.customer("김하늘"), "user", "m-7", scope="1")
    row = merge.merge(
        winner_id=member.customer_id, loser_id=customer.pk, evidence="signed_in", by=None
    )
    ratings.rate(conversation=talk, by=member, score=5)
    merge.undo(merge=row, by=agent)
    assert Conversation.objects.get() == talk
    assert Rating.objects.get().conversation == talk
    assert what(talk)[-1] == "rated"


def test_what_somebody_did_by_another_address_of_theirs_follows_their_words(
    shared: Shared, asking: None, agent: Agent
) -> None:
    talk, phone, row = shared
    replies.send(conversation=talk, text="환불했어요", by=agent, client_key="k")
    jobs.run_due()
    lifecycle.close(conversation=talk, by=agent)
    tablet = factories.identity(phone.customer, scope=str(talk.inbox_id))
    ratings.rate(conversation=talk, by=tablet, score=5)
    merge.undo(merge=row, by=agent)
    theirs = Conversation.objects.get(customer=phone.customer)
    assert Rating.objects.get().conversation == theirs
    assert "rated" in what(theirs)


@pytest.mark.django_db(transaction=True)
def test_what_arrives_while_people_are_joined_and_parted_stays_with_its_person(
    widget: Inbox, visitor: Identity, customer: Customer, agent: Agent
) -> None:
    other = factories.customer("이도윤")
    theirs = factories.identity(other, scope=str(widget.pk))

    def work(number: int) -> None:
        for count in range(8):
            if number < 2:
                factories.writes(widget, f"{number}-{count}", by=(visitor, theirs)[number])
                continue
            row = merge.merge(winner_id=customer.pk, loser_id=other.pk, evidence="agent", by=agent)
            merge.undo(merge=row, by=agent)

    together(work, threads=3)
    said = Message.objects.filter(kind="customer")
    assert said.count() == 16
    assert not said.exclude(identity__customer=F("conversation__customer")).exists()

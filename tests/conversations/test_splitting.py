import pytest
from django.db.models import F

from majung.accounts.models import Agent
from majung.conversations.models import Conversation, Inbox, Message
from majung.core import jobs
from majung.customers import merge
from majung.customers.models import Customer, Identity
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


def test_undo_leaves_conversations_of_one_person_alone(
    widget: Inbox, visitor: Identity, customer: Customer, agent: Agent
) -> None:
    factories.writes(widget, "택배가 안 왔어요", by=visitor)
    other = factories.customer("이도윤")
    row = merge.merge(winner_id=customer.pk, loser_id=other.pk, evidence="agent", by=agent)
    merge.undo(merge=row, by=agent)
    assert Conversation.objects.count() == 1
    assert not Conversation.objects.get().messages.filter(kind="event").exists()


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

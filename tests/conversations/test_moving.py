"""A misplaced mail goes where it belongs, and back; lists, ledger and correspondents follow."""

from uuid import UUID

import pytest

from majung.accounts.models import Agent, Brand
from majung.channels.models import Correspondent, InboundDelivery
from majung.conversations import lifecycle, moving, replies, search, search_index
from majung.conversations.models import Conversation, Inbox, Message
from majung.conversations.moving import CannotMove
from majung.customers.models import Event
from tests import factories
from tests.core.together import together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def mailbox(brand: Brand) -> Inbox:
    return factories.mailbox(brand, "help@ondam.test")


def written(inbox: Inbox, text: str, **about: str) -> Message:
    outcome = factories.mails(inbox, factories.mail(inbox, text, **about))
    return Message.objects.select_related("conversation").get(pk=outcome.message_id)


def what(conversation: Conversation) -> list[str]:
    rows = conversation.messages.filter(kind="event").order_by("pk")
    return [line.data["what"] for line in rows]


def test_a_mail_goes_to_another_conversation_and_both_tell_of_it(
    mailbox: Inbox, agent: Agent
) -> None:
    broken = written(mailbox, "컵이 깨졌어요", subject="파손")
    late = written(mailbox, "택배가 늦어요", subject="배송")
    source, target = late.conversation, broken.conversation
    moved = moving.move(message=late, seen_in=source.public_id, into=target.public_id, by=agent)
    late.refresh_from_db()
    source.refresh_from_db()
    target.refresh_from_db()
    assert late.conversation == target == moved.target
    assert (target.preview, target.last_message_at) == ("택배가 늦어요", late.created_at)
    assert target.waiting_since == broken.created_at
    assert (source.status, source.waiting_since, source.preview) == ("closed", None, "")
    assert (what(source)[-1], what(target)[-1]) == ("moved_to", "moved_from")
    line = InboundDelivery.objects.get(message=late)
    assert (line.conversation, line.reason) == (target, "moved_by_hand")
    told = Event.objects.get(name="Message Moved").properties
    assert told["conversation"] == str(target.public_id)


def test_taken_back_everything_is_as_it_was(mailbox: Inbox, agent: Agent) -> None:
    one, two = written(mailbox, "하나"), written(mailbox, "둘")
    source, target = two.conversation, one.conversation
    fields = ("status", "preview", "preview_by", "waiting_since", "last_message_at", "closed_at")
    before = list(Conversation.objects.order_by("pk").values_list(*fields))
    moved = moving.move(message=two, seen_in=source.public_id, into=target.public_id, by=agent)
    moving.take_back(line=moved.line, by=agent)
    two.refresh_from_db()
    assert two.conversation == source
    assert list(Conversation.objects.order_by("pk").values_list(*fields)) == before
    assert what(source)[-1] == "moved_back_from"
    moved.line.refresh_from_db()
    assert not moving.can_take_back(moved.line)
    with pytest.raises(CannotMove):
        moving.take_back(line=moved.line, by=agent)


def test_a_new_conversation_is_the_writers_own(mailbox: Inbox, agent: Agent) -> None:
    first = written(mailbox, "첫 문의", Message_ID="<a@mail.test>")
    second = written(
        mailbox, "이건 다른 문의", Message_ID="<b@mail.test>", In_Reply_To="<a@mail.test>"
    )
    assert second.conversation == first.conversation
    moved = moving.move(message=second, seen_in=first.conversation.public_id, into=None, by=agent)
    first.conversation.refresh_from_db()
    assert moved.target not in {None, first.conversation}
    assert moved.target.customer_id == second.identity.customer_id  # type: ignore[union-attr]
    assert (moved.target.preview, moved.target.status) == ("이건 다른 문의", "open")
    assert moved.target.waiting_since == second.created_at
    assert first.conversation.preview == "첫 문의"
    parts = Correspondent.objects.filter(conversation=moved.target)
    assert [(each.address, each.role) for each in parts] == [("haneul@mail.test", "customer")]
    # What answers it comes after it.
    third = written(mailbox, "하나 더요", In_Reply_To="<b@mail.test>")
    assert third.conversation == moved.target


def test_what_waits_opens_a_closed_conversation(mailbox: Inbox, agent: Agent) -> None:
    one, two = written(mailbox, "하나"), written(mailbox, "둘")
    lifecycle.close(conversation=one.conversation, by=agent)
    moving.move(
        message=two,
        seen_in=two.conversation.public_id,
        into=one.conversation.public_id,
        by=agent,
    )
    one.conversation.refresh_from_db()
    assert one.conversation.status == "open"
    assert one.conversation.waiting_since is not None


def test_what_was_answered_makes_nobody_wait(mailbox: Inbox, agent: Agent) -> None:
    one, two = written(mailbox, "하나"), written(mailbox, "둘")
    for each in (one, two):
        replies.send(
            conversation=each.conversation, text="답해요", by=agent, client_key=f"k{each.pk}"
        )
    moving.move(
        message=two,
        seen_in=two.conversation.public_id,
        into=one.conversation.public_id,
        by=agent,
    )
    one.conversation.refresh_from_db()
    assert one.conversation.waiting_since is None


def test_it_is_found_where_it_is_now(mailbox: Inbox, agent: Agent) -> None:
    one, two = written(mailbox, "하나"), written(mailbox, "둘 반품")
    search_index.feed()
    moving.move(
        message=two,
        seen_in=two.conversation.public_id,
        into=one.conversation.public_id,
        by=agent,
    )
    found = search.find(text="반품", agent=agent)
    assert [hit.message.conversation_id for hit in found.hits] == [one.conversation_id]


@pytest.mark.parametrize("into", ["of another brand", "of none", "the same"])
def test_nowhere_else(mailbox: Inbox, agent: Agent, into: str) -> None:
    mail = written(mailbox, "하나")
    other = factories.mailbox(factories.brand("다른곳"))
    places = {
        "of another brand": written(other, "다른 곳").conversation.public_id,
        "of none": UUID("01900000-0000-7000-8000-000000000000"),
        "the same": mail.conversation.public_id,
    }
    with pytest.raises(CannotMove):
        moving.move(
            message=mail,
            seen_in=mail.conversation.public_id,
            into=places[into],
            by=agent,
        )
    mail.refresh_from_db()
    assert mail.conversation == Message.objects.get(pk=mail.pk).conversation


def test_of_two_who_move_it_at_once_one_is_told(mailbox: Inbox, agent: Agent) -> None:
    one, two, three = (written(mailbox, text) for text in ("하나", "둘", "셋"))
    seen_in = three.conversation.public_id

    def go(number: int) -> str:
        into = (one, two)[number].conversation.public_id
        try:
            moving.move(message=three, seen_in=seen_in, into=into, by=agent)
        except CannotMove:
            return "told"
        return "moved"

    assert sorted(together(go, threads=2)) == ["moved", "told"]
    three.refresh_from_db()
    lines = Message.objects.filter(kind="event", data__what="moved_from")
    assert [line.conversation_id for line in lines] == [three.conversation_id]

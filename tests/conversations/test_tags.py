"""Tags: put on once, taken off, made by those who may, retired without being lost."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, transaction

from majung.accounts import editables, revisions
from majung.accounts.models import Agent, Brand
from majung.conversations import tags
from majung.conversations.models import Conversation, ConversationTag, Tag
from majung.customers.models import Event
from tests import factories
from tests.core.together import together


def names(conversation: Conversation) -> list[str]:
    return [tag.name for tag in tags.on([conversation]).get(conversation.pk, [])]


def test_tags_are_put_on_once_and_taken_off(conversation: Conversation, agent: Agent) -> None:
    late, lost = factories.tag("배송 지연"), factories.tag("분실")
    assert tags.put(conversation=conversation, tag=late, by=agent)
    assert tags.put(conversation=conversation, tag=lost, by=agent)
    assert not tags.put(conversation=conversation, tag=late, by=agent)
    assert names(conversation) == ["배송 지연", "분실"]
    assert tags.take_off(conversation=conversation, tag=late, by=agent)
    assert not tags.take_off(conversation=conversation, tag=late, by=agent)
    assert names(conversation) == ["분실"]
    told = Event.objects.order_by("pk").values_list("name", "properties__name")
    assert list(told) == [
        ("Tag Put", "배송 지연"),
        ("Tag Put", "분실"),
        ("Tag Taken Off", "배송 지연"),
    ]


def test_no_line_is_added_to_the_thread(conversation: Conversation, agent: Agent) -> None:
    tags.put(conversation=conversation, tag=factories.tag(), by=agent)
    assert not conversation.messages.filter(kind="event").exists()


@pytest.mark.django_db(transaction=True)
def test_many_who_put_the_same_at_once_put_one(conversation: Conversation, agent: Agent) -> None:
    tag = factories.tag()

    def put(_number: int) -> bool:
        return tags.put(conversation=conversation, tag=tag, by=agent)

    assert sum(together(put, threads=4)) == 1
    assert ConversationTag.objects.count() == 1


def test_tag_of_another_brand_and_retired_ones_are_refused(
    conversation: Conversation, other_brand: Brand, brand: Brand, agent: Agent, admin: Agent
) -> None:
    own = factories.tag("우리", brand=brand)
    theirs, old = factories.tag("남", brand=other_brand), factories.tag("옛것")
    tags.put(conversation=conversation, tag=own, by=agent)
    retire(old, admin)
    for tag in (theirs, old):
        with pytest.raises(tags.CannotTag):
            tags.put(conversation=conversation, tag=tag, by=agent)
    assert names(conversation) == ["우리"]


def retire(tag: Tag, by: Agent) -> None:
    state = tags.EDITABLE.read(tag) | {"is_retired": True}
    revisions.publish(kind="tag", obj=tag, by=by, based_on=0, data=state)


def test_retired_tag_stays_where_it_is_and_comes_back(
    conversation: Conversation, agent: Agent, admin: Agent
) -> None:
    tag = factories.tag("설 선물")
    tags.put(conversation=conversation, tag=tag, by=agent)
    retire(tag, admin)
    assert names(conversation) == ["설 선물"]
    assert tag.is_retired
    last = revisions.newest(kind="tag", obj=tag)
    assert last is not None
    revisions.undo(revision=last, by=admin, based_on=last.number or 0)
    tag.refresh_from_db()
    assert not tag.is_retired


def test_name_is_free_again_once_retired_and_return_is_refused_then(
    agent: Agent, lead: Agent, admin: Agent
) -> None:
    old = factories.tag("VIP")
    retire(old, admin)
    new = tags.make(name="vip", by=lead)
    assert new != old
    back = tags.EDITABLE.read(old) | {"is_retired": False}
    with pytest.raises(editables.Invalid) as refused:
        revisions.publish(kind="tag", obj=old, by=admin, based_on=2, data=back)
    assert [each.name for each in refused.value.mistakes] == ["name"]


def test_leads_make_tags_and_agents_do_not(agent: Agent, lead: Agent) -> None:
    with pytest.raises(tags.MayNotMake):
        tags.make(name="재입고", by=agent)
    made = tags.make(name="  재입고   문의 ", by=lead)
    assert made.name == "재입고 문의"
    assert tags.make(name="재입고 문의", by=lead) == made
    assert revisions.newest_number(kind="tag", obj=made) == 1
    with pytest.raises(editables.Invalid):
        tags.make(name=" ", by=lead)


@pytest.mark.django_db(transaction=True)
def test_same_name_made_by_many_at_once_is_one_tag(lead: Agent) -> None:
    def make(_number: int) -> int:
        try:
            return tags.make(name="재입고", by=lead).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        made = set(pool.map(make, range(4)))
    assert len(made) == 1
    assert Tag.objects.count() == 1


def test_the_database_itself_keeps_names_apart(db: None) -> None:
    factories.tag("Vip")
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.tag("vIP")
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.tag("다른 색", hue=360)

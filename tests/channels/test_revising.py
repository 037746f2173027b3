"""Edits, deletions and echoes, at the events that adapters make of them."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from pytest_django import Settings

from majung.accounts.models import Agent
from majung.channels import delivery, inbound, ledger, revising, webhooks
from majung.channels.arriving import SetAside
from majung.channels.conformance import Vendor
from majung.channels.conformance.scene import Scene
from majung.channels.contract import Address, Deleted, Echo, Edited, Event, Receipt, Unreadable
from majung.channels.models import InboundDelivery, OutboundDelivery
from majung.conversations import amending, replies, search, search_index, search_routes
from majung.conversations.models import Conversation, Inbox, Message, SearchProgress
from majung.core import clock, jobs
from majung.core.search import query as queries
from majung.customers.models import Identity
from tests import factories
from tests.channels.sparrow import sample, vendor_of_sample
from tests.servers import wait_until

__all__ = ["sample"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(sample: object) -> Scene:
    return Scene(vendor_of_sample()())


@pytest.fixture
def said(widget: Inbox, visitor: Identity) -> Message:
    """What 김하늘 wrote, under the id "m-1"."""
    return factories.writes(widget, "머그컴이 깨졌어요", by=visitor, external_id="m-1")


def happens(event: Event, inbox: Inbox) -> SetAside:
    with transaction.atomic():
        return revising.apply(event, inbox=inbox)


def found(text: str, agent: Agent) -> list[int]:
    return [hit.message.pk for hit in search.find(agent=agent, text=text).hits]


def named(text: str) -> list[int]:
    """Return which messages the index names, before anybody looks at what they say."""
    query = queries.parse(text)
    assert query is not None
    pieces = search_routes.newest(query.terms, brands=[], before=10**9, size=50)
    return [key for piece in pieces for key in piece]


def indexed() -> None:
    """Wait until all is in the index, which begins once no older transaction runs."""

    def all_is_there() -> bool:
        search_index.keep_up()
        newest = Message.objects.order_by("-pk").values_list("pk", flat=True)[0]
        return SearchProgress.objects.filter(indexed_to__gte=newest).exists()

    wait_until(all_is_there, what="the index of messages", seconds=60)


# Edits


def test_an_edit_changes_the_words_and_keeps_the_former(said: Message, widget: Inbox) -> None:
    done = happens(Edited(external_id="m-1", text="머그컵이 깨졌어요"), widget)
    said.refresh_from_db()
    assert said.text == "머그컵이 깨졌어요"
    assert [each["text"] for each in amending.former(said)] == ["머그컴이 깨졌어요"]
    assert (done.code, done.message_id, done.counts) == ("edited", said.pk, True)
    said.conversation.refresh_from_db()
    assert said.conversation.preview == "머그컵이 깨졌어요"
    assert said.conversation.subject == "머그컵이 깨졌어요"


def test_an_edit_of_an_earlier_message_leaves_the_list_as_it_is(
    said: Message, widget: Inbox, visitor: Identity
) -> None:
    factories.writes(widget, "사진도 보낼게요", by=visitor)
    happens(Edited(external_id="m-1", text="머그컵이 깨졌어요"), widget)
    talk = Conversation.objects.get(pk=said.conversation_id)
    assert (talk.preview, talk.subject) == ("사진도 보낼게요", "머그컵이 깨졌어요")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_indexed", [True, False])
def test_search_finds_the_new_words_and_not_the_old(
    said: Message, widget: Inbox, agent: Agent, *, is_indexed: bool
) -> None:
    if is_indexed:
        indexed()
    assert found("머그컴", agent) == [said.pk]
    happens(Edited(external_id="m-1", text="유리잔이 깨졌어요"), widget)
    assert (found("머그컴", agent), found("유리잔", agent)) == ([], [said.pk])
    indexed()
    assert (found("머그컴", agent), found("유리잔", agent)) == ([], [said.pk])
    happens(Edited(external_id="m-1", text="접시가 깨졌어요"), widget)
    assert (found("유리잔", agent), found("접시", agent)) == ([], [said.pk])


@pytest.mark.django_db(transaction=True)
def test_the_index_itself_forgets_the_old_words(said: Message, widget: Inbox) -> None:
    """Else it would name more and more candidates in vain."""
    indexed()
    happens(Edited(external_id="m-1", text="유리잔이 깨졌어요"), widget)
    assert (named("머그컴"), named("유리잔")) == ([], [said.pk])
    happens(Deleted(external_id="m-1"), widget)
    assert named("유리잔") == []


def test_an_older_edit_that_comes_later_changes_nothing(said: Message, widget: Inbox) -> None:
    now = clock.now()
    happens(Edited(external_id="m-1", text="둘째", at=now), widget)
    late = Edited(external_id="m-1", text="첫째", at=now - timedelta(seconds=5))
    assert happens(late, widget).code == "edited_before"
    said.refresh_from_db()
    assert said.text == "둘째"


def test_very_many_edits_keep_the_first_and_the_last(said: Message, widget: Inbox) -> None:
    for number in range(amending.MOST_FORMER + 10):
        happens(Edited(external_id="m-1", text=f"글 {number}"), widget)
    said.refresh_from_db()
    kept = [each["text"] for each in amending.former(said)]
    assert len(kept) == amending.MOST_FORMER
    assert (kept[0], kept[-1]) == ("머그컴이 깨졌어요", "글 28")


def test_nobody_edits_what_is_not_theirs(said: Message, widget: Inbox, agent: Agent) -> None:
    """Another inbox has other ids, and a reply of ours is no customer's message."""
    other = factories.widget(widget.brand)
    reply = factories.message(
        said.conversation, "답", kind="reply", author=agent, external_id="r-1"
    )
    for event, inbox in (
        (Edited(external_id="m-1", text="x"), other),
        (Deleted(external_id="m-1"), other),
        (Edited(external_id="r-1", text="x"), widget),
        (Deleted(external_id="r-1"), widget),
        (Edited(external_id="", text="x"), widget),
    ):
        with pytest.raises(Unreadable) as error:
            happens(event, inbox)
        assert error.value.code == "too_early"
    reply.refresh_from_db()
    said.refresh_from_db()
    assert (reply.text, said.text, said.deleted_at) == ("답", "머그컴이 깨졌어요", None)


def test_the_desk_shows_an_edit_and_a_deletion(
    said: Message, widget: Inbox, visitor: Identity, desk: Client
) -> None:
    path = f"/desk/c/{said.conversation.public_id}/"
    assert "수정됨" not in desk.get(path).content.decode()
    happens(Edited(external_id="m-1", text="머그컵이 깨졌어요"), widget)
    page = desk.get(path).content.decode()
    assert '<span class="edited">수정됨</span>' in page
    assert "머그컵이 깨졌어요" in page
    assert "머그컴이" not in page
    happens(Deleted(external_id="m-1"), widget)
    page = desk.get(path).content.decode()
    assert "고객이 지운 메시지" in page
    assert "머그컵이" not in page
    assert "수정됨" not in page


# Deletions


@pytest.mark.django_db(transaction=True)
def test_a_deletion_hides_the_words_everywhere(
    said: Message, widget: Inbox, visitor: Identity, agent: Agent
) -> None:
    indexed()
    first = happens(Deleted(external_id="m-1"), widget)
    again = happens(Deleted(external_id="m-1"), widget)
    assert (first.code, again.code) == ("deleted", "deleted")
    said.refresh_from_db()
    assert said.deleted_at is not None
    assert found("머그컴", agent) == []
    talk = Conversation.objects.get(pk=said.conversation_id)
    assert (talk.preview, talk.subject) == ("", "")
    assert happens(Edited(external_id="m-1", text="x"), widget).code == "edited_before"


def test_a_deletion_lets_the_list_tell_of_what_is_left(
    said: Message, widget: Inbox, visitor: Identity
) -> None:
    factories.writes(widget, "주민번호를 잘못 보냈어요", by=visitor, external_id="m-2")
    happens(Deleted(external_id="m-2"), widget)
    talk = Conversation.objects.get(pk=said.conversation_id)
    assert (talk.preview, talk.preview_by) == ("머그컴이 깨졌어요", "customer")


# Before their message


def test_what_comes_too_early_is_mended_by_the_sweep(scene: Scene) -> None:
    vendor: Vendor = scene.vendor
    said = scene.says("컵이 깨졋어요")
    (early,) = scene.tell(vendor.edited(external_id=said.id, text="컵이 깨졌어요", at=clock.now()))
    assert (early.state, early.reason) == ("failed", "too_early")
    assert inbound.sweep() == 0
    with time_machine.travel(clock.now() + timedelta(seconds=16)):
        assert inbound.sweep() == 0  # tried, and still too early
        message = scene.message(said)
        assert inbound.sweep() == 0  # the pause grows
    with time_machine.travel(clock.now() + timedelta(seconds=50)):
        assert inbound.sweep() == 1
    message.refresh_from_db()
    early.refresh_from_db()
    assert (message.text, early.state) == ("컵이 깨졌어요", "processed")


def test_what_comes_too_early_is_mended_by_a_person(scene: Scene) -> None:
    said = scene.says()
    (early,) = scene.tell(scene.vendor.deleted(external_id=said.id, at=clock.now()))
    with pytest.raises(inbound.Failed):
        ledger.retry(delivery=early, by=scene.agent)
    message = scene.message(said)
    ledger.retry(delivery=early, by=scene.agent)
    message.refresh_from_db()
    assert message.deleted_at is not None


def test_what_never_comes_is_not_tried_for_ever(scene: Scene) -> None:
    scene.tell(scene.vendor.deleted(external_id="before our time", at=clock.now()))
    InboundDelivery.objects.update(processed_at=clock.now() - timedelta(days=3))
    assert revising.due() != []
    InboundDelivery.objects.update(received_at=clock.now() - timedelta(days=2))
    assert revising.due() == []


# Echoes


def echo(text: str, *, scope: str, key: str = "", external_id: str = "") -> Echo:
    to = Address(kind="messenger", scope=scope, address="haneul")
    return Echo(external_id=external_id or uuid4().hex, text=text, to=to, key=key)


def sending(scene: Scene, text: str = "확인해 볼게요") -> Message:
    """Return a reply that is being sent just now."""
    reply = scene.reply(text)
    replies.advance(message_ids=[reply.pk], state="sending")
    OutboundDelivery.objects.update(attempts=1, lease_until=clock.now() + timedelta(minutes=1))
    return reply


@pytest.mark.parametrize("named", [True, False])
def test_an_echo_of_ours_ends_the_sending(scene: Scene, *, named: bool) -> None:
    """By our key, or by its words where the vendor gives no key back."""
    reply = sending(scene)
    key = str(reply.public_id) if named else ""
    event = echo("확인해 볼게요", scope=scene.inbox.key, key=key, external_id="v-1")
    assert happens(event, scene.inbox).code == "echo"
    assert scene.state(reply) == "sent"
    OutboundDelivery.objects.update(lease_until=clock.now())
    scene.deliver(rounds=2)
    assert scene.vendor.arrived == []  # whoever was killed meanwhile does not send it again
    assert OutboundDelivery.objects.get().external_id == "v-1"
    assert happens(event, scene.inbox).code == "echo"
    assert len(scene.messages(Message.Kind.REPLY)) == 1


def test_an_echo_settles_what_is_unknown(scene: Scene) -> None:
    reply = sending(scene)
    replies.advance(message_ids=[reply.pk], state="unknown")
    happens(echo("확인해  볼게요", scope=scene.inbox.key), scene.inbox)
    assert scene.state(reply) == "sent"


def test_other_words_to_the_same_customer_are_not_ours(scene: Scene) -> None:
    reply = sending(scene)
    event = echo("앱에서 답했어요", scope=scene.inbox.key)
    assert happens(event, scene.inbox).code == "elsewhere"
    assert scene.state(reply) == "sending"


def test_a_reply_from_another_app_answers_the_customer(scene: Scene) -> None:
    talk = scene.talk()
    assert talk.waiting_since is not None
    event = echo("앱에서 답했어요", scope=scene.inbox.key, external_id="v-9")
    first, again = happens(event, scene.inbox), happens(event, scene.inbox)
    assert (first.code, again.code) == ("elsewhere", "echo")
    (reply,) = scene.messages(Message.Kind.REPLY)
    assert (reply.author, reply.state) == (None, "sent")
    talk = Conversation.objects.get(pk=talk.pk)
    assert talk.waiting_since is None
    assert (talk.preview, talk.preview_by) == ("앱에서 답했어요", "reply")
    assert talk.first_reply_at is not None
    assert not OutboundDelivery.objects.exists()
    desk = Client()
    desk.force_login(scene.agent)
    page = desk.get(f"/desk/c/{talk.public_id}/").content.decode()
    assert "다른 앱에서 보냄" in page


def test_an_echo_to_nobody_we_know_is_set_aside(scene: Scene) -> None:
    done = happens(echo("안녕하세요", scope=scene.inbox.key), scene.inbox)
    assert (done.code, done.counts) == ("no_conversation", False)
    assert scene.messages(Message.Kind.REPLY) == []


# Receipts


def test_a_receipt_before_our_own_answer_ends_the_sending(scene: Scene) -> None:
    reply = sending(scene)
    happens(Receipt(state="delivered", key=str(reply.public_id)), scene.inbox)
    OutboundDelivery.objects.update(lease_until=clock.now())
    jobs.run_due()
    assert scene.state(reply) == "delivered"
    assert OutboundDelivery.objects.get().finished_at is not None


def test_a_long_text_is_read_when_its_last_piece_is(scene: Scene) -> None:
    talk = scene.talk()
    reply = scene.reply("가나다라 " * 300, talk=talk)
    scene.deliver()
    first, last = (each.id for each in scene.vendor.arrived)
    assert scene.state(reply) == "sent"
    happens(Receipt(state="read", external_id=first), scene.inbox)
    assert scene.state(reply) == "sent"
    happens(Receipt(state="read", external_id=last), scene.inbox)
    assert scene.state(reply) == "read"


def test_a_long_text_fails_with_any_piece(scene: Scene) -> None:
    reply = scene.reply("가나다라 " * 300)
    scene.deliver()
    first = scene.vendor.arrived[0].id
    happens(Receipt(state="failed", external_id=first, reason="차단"), scene.inbox)
    assert (scene.state(reply), reply.failure) == ("failed", "차단")


def test_a_long_text_has_one_echo_a_piece(scene: Scene) -> None:
    reply = scene.reply("가나다라 " * 300)
    scene.deliver()
    for number, each in enumerate(scene.vendor.arrived, start=1):
        key = str(reply.public_id) if number == 1 else f"{reply.public_id}.{number}"
        for named in (key, ""):
            happens(
                echo(each.text, scope=scene.inbox.key, key=named, external_id=each.id), scene.inbox
            )
    assert len(scene.messages(Message.Kind.REPLY)) == 1


def test_confirm_leaves_what_has_not_set_out(scene: Scene, settings: Settings) -> None:
    reply = scene.reply()
    assert delivery.confirm(message=reply, external_id="v-1")
    assert scene.state(reply) == "sent"


def test_process_swallows_what_fails(scene: Scene) -> None:
    scene.tell(scene.vendor.deleted(external_id="none", at=clock.now()))
    webhooks.process(delivery_id=InboundDelivery.objects.get().pk)
    assert InboundDelivery.objects.get().attempts == 2

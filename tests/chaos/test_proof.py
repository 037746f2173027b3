"""The proof itself must fail: each thing that may not be is planted, and must be found."""

import json
from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from pytest_django import Settings

from majung.accounts.models import Agent, Brand
from majung.channels import inbound
from majung.channels.models import InboundDelivery, OutboundDelivery
from majung.conversations import assignment, replies
from majung.conversations.models import Attachment, Conversation, Inbox, Message, Upload
from majung.core import clock, jobs
from majung.core.models import Job
from majung.customers.models import Event, Identity
from tests import factories
from tests.chaos import proof
from tests.chaos.book import Book, Replied, Written
from tests.chaos.proof import DOUBLED, LOST, STUCK, WRONG
from tests.chaos.vendor import Vendor


class Scene:
    """A day on which everything went right, and the book that knows of it."""

    def __init__(self, book: Book, widget: Inbox, pager: Inbox, agent: Agent) -> None:
        self.book = book
        self.widget = widget
        visitor = factories.identity(factories.customer(), scope=str(widget.pk))
        phone = factories.identity(factories.customer("박도현"), "phone", "+821000000001")
        self.first = self.writes(visitor, has_file=True)
        self.second = self.writes(visitor)
        self.conversation = Conversation.objects.get(inbox=widget)
        assert assignment.claim(conversation=self.conversation, agent=agent, by=agent)
        self.book.taken.append((agent.email, str(self.conversation.public_id)))
        paged = factories.conversation(pager, phone.customer, identity=phone)
        self.reply = self.answers(self.conversation, agent)
        self.page, self.later = self.answers(paged, agent), self.answers(paged, agent)
        jobs.run_due()

    def writes(self, visitor: Identity, *, has_file: bool = False) -> Message:
        key = str(uuid4())
        file = f"{key}.txt" if has_file else ""
        self.book.written[key] = Written("", f"문의 {key}", file, answered=True)
        files = [factories.upload("session", name=file, content=file.encode())] if file else []
        delivery = inbound.accept(
            inbox_id=self.widget.pk,
            external_id=f"browser:{key}",
            sender=f"visitor:{self.widget.pk}:{visitor.address}",
            raw=json.dumps(
                {"text": f"문의 {key}", "files": [str(each.public_id) for each in files]}
            ).encode(),
            headers={"uploader": "session"},
        )
        return Message.objects.get(pk=inbound.process(delivery_id=delivery).message_id)

    def answers(self, conversation: Conversation, agent: Agent) -> Message:
        key = str(uuid4())
        self.book.replied[key] = Replied(str(conversation.public_id), f"답장 {key}", answered=True)
        return replies.send(conversation=conversation, text=f"답장 {key}", by=agent, client_key=key)


@pytest.fixture
def scene(brand: Brand, widget: Inbox, agent: Agent, settings: Settings) -> Iterator[Scene]:
    book = Book()
    vendor = Vendor(book, seed=1, is_reliable=True)
    settings.MAJUNG_OUTBOUND_ALLOW = ["127.0.0.1"]
    pager = Inbox.objects.create(kind="pager", brand=brand, name="호출", config={"url": vendor.url})
    yield Scene(book, widget, pager, agent)
    vendor.close()


def test_day_on_which_all_went_right_has_no_findings(scene: Scene) -> None:
    assert proof.findings(scene.book) == []
    assert proof.is_quiet()


def lose_a_message(scene: Scene) -> None:
    Event.objects.filter(properties__message=str(scene.second.public_id)).delete()
    InboundDelivery.objects.filter(message=scene.second).delete()
    scene.second.delete()


def double_a_message(scene: Scene) -> None:
    scene.second.pk, scene.second.public_id = None, uuid4()
    scene.second.external_id += "-again"
    scene.second.save()


def double_an_event(scene: Scene) -> None:
    event = Event.objects.filter(name="Message Received").latest("pk")
    event.pk = None
    event.save(force_insert=True)


def lose_an_event(scene: Scene) -> None:
    Event.objects.filter(
        name="Reply Written", properties__message=str(scene.page.public_id)
    ).delete()


def leave_an_item(scene: Scene) -> None:
    InboundDelivery.objects.filter(message=scene.second).update(state="received")


def fail_an_item(scene: Scene) -> None:
    InboundDelivery.objects.filter(message=scene.second).update(state="failed", reason="error")


def forget_where_it_went(scene: Scene) -> None:
    InboundDelivery.objects.filter(message=scene.second).update(reason="")


def open_a_second_conversation(scene: Scene) -> None:
    other = factories.conversation(scene.widget, scene.conversation.customer)
    Message.objects.filter(conversation=other).delete()
    Message.objects.filter(pk=scene.second.pk).update(conversation=other)


def hand_out_twice(scene: Scene) -> None:
    scene.book.taken.append(("other@ondam.test", scene.book.taken[0][1]))


def assign_in_silence(scene: Scene) -> None:
    Message.objects.filter(kind="event", data__what="assigned").delete()


def lose_a_reply(scene: Scene) -> None:
    scene.book.replied[str(uuid4())] = Replied("", "답장", answered=True)


def leave_a_chat_reply(scene: Scene) -> None:
    Message.objects.filter(pk=scene.reply.pk).update(state="queued")


def queue_an_interrupted_page(scene: Scene) -> None:
    Message.objects.filter(pk=scene.page.pk).update(state="queued")


def send_twice(scene: Scene) -> None:
    scene.book.arrived.append(str(scene.page.public_id))


def never_send(scene: Scene) -> None:
    scene.book.arrived.remove(str(scene.page.public_id))


def send_in_disorder(scene: Scene) -> None:
    scene.book.arrived.reverse()


def leave_a_lease(scene: Scene) -> None:
    OutboundDelivery.objects.filter(message=scene.page).update(lease_until=clock.now())


def leave_a_job(scene: Scene) -> None:
    now = clock.now()
    Job.objects.create(task="some.job", created_at=now, run_at=now)


def park_a_job(scene: Scene) -> None:
    now = clock.now()
    Job.objects.create(task="some.job", created_at=now, run_at=now, failed_at=now)


def hold_a_job(scene: Scene) -> None:
    now = clock.now()
    Job.objects.create(task="every:some.job", created_at=now, run_at=now, lease_until=now)


def drop_a_file(scene: Scene) -> None:
    Attachment.objects.all().delete()


def hang_a_file_twice(scene: Scene) -> None:
    attachment = Attachment.objects.get()
    attachment.pk, attachment.public_id = None, uuid4()
    attachment.save()


def use_an_upload_for_nothing(scene: Scene) -> None:
    upload = factories.upload("session")
    Upload.objects.filter(pk=upload.pk).update(used_at=clock.now())


def complain(scene: Scene) -> None:
    scene.book.complain("a message was refused")


PLANTED: list[tuple[Callable[[Scene], None], str]] = [
    (lose_a_message, LOST),
    (double_a_message, DOUBLED),
    (double_an_event, DOUBLED),
    (lose_an_event, LOST),
    (leave_an_item, STUCK),
    (fail_an_item, STUCK),
    (forget_where_it_went, WRONG),
    (open_a_second_conversation, DOUBLED),
    (hand_out_twice, DOUBLED),
    (assign_in_silence, WRONG),
    (lose_a_reply, LOST),
    (leave_a_chat_reply, STUCK),
    (queue_an_interrupted_page, STUCK),
    (send_twice, DOUBLED),
    (never_send, LOST),
    (send_in_disorder, WRONG),
    (leave_a_lease, STUCK),
    (leave_a_job, STUCK),
    (park_a_job, STUCK),
    (hold_a_job, STUCK),
    (drop_a_file, LOST),
    (hang_a_file_twice, DOUBLED),
    (use_an_upload_for_nothing, WRONG),
    (complain, WRONG),
]


@pytest.mark.parametrize(("plant", "kind"), PLANTED, ids=lambda each: getattr(each, "__name__", ""))
def test_planted_fault_is_found(scene: Scene, plant: Callable[[Scene], None], kind: str) -> None:
    plant(scene)
    assert kind in {finding.kind for finding in proof.findings(scene.book)}


@pytest.mark.parametrize("plant", [leave_an_item, fail_an_item, leave_a_job])
def test_work_on_its_way_is_not_quiet(scene: Scene, plant: Callable[[Scene], None]) -> None:
    plant(scene)
    assert not proof.is_quiet()

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from pytest_django import Settings

from majung.accounts.models import Agent, Brand
from majung.channels import delivery
from majung.channels.attempts import Done
from majung.channels.contract import Accepted
from majung.channels.models import OutboundDelivery
from majung.conversations import replies
from majung.conversations.models import Inbox, Message
from majung.core import clock, jobs
from majung.core.models import Job
from tests import factories


class Pager:
    """The vendor of the test channel: notes what arrives and answers as told."""

    def __init__(self) -> None:
        self.arrived: list[dict[str, str]] = []
        self.answers: list[tuple[int, dict[str, str], str]] = []
        outer = self

        class Receiver(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                status, headers, text = outer.answers.pop(0) if outer.answers else (200, {}, "id")
                if status < 300:
                    outer.arrived.append(body)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *_: object) -> None:
                """Stay quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def pager() -> Iterator[Pager]:
    vendor = Pager()
    yield vendor
    vendor.server.shutdown()
    vendor.server.server_close()


@pytest.fixture
def reply(brand: Brand, agent: Agent, pager: Pager, settings: Settings, db: None) -> Message:
    """A reply that waits to go out over the test channel."""
    settings.MAJUNG_OUTBOUND_ALLOW = ["127.0.0.1"]
    inbox = Inbox.objects.create(kind="pager", brand=brand, name="호출", config={"url": pager.url})
    phone = factories.identity(factories.customer(), "phone", "+821000001234")
    conversation = factories.conversation(inbox, phone.customer, identity=phone)
    return replies.send(conversation=conversation, text="곧 갈게요", by=agent, client_key="k")


def state(message: Message) -> str:
    message.refresh_from_db()
    return message.state


def come_due() -> None:
    """Let the waiting time of a retry pass."""
    Job.objects.update(run_at=clock.now())
    OutboundDelivery.objects.update(next_attempt_at=None)


def test_deliver_sends_once_with_its_key(reply: Message, pager: Pager) -> None:
    jobs.run_due()
    delivery.deliver(reply.pk)  # a job that was run twice
    assert state(reply) == "sent"
    assert pager.arrived == [
        {"key": str(reply.public_id), "to": "+821000001234", "text": "곧 갈게요"}
    ]
    row = OutboundDelivery.objects.get()
    assert (row.attempts, row.external_id) == (1, "id")
    assert row.finished_at is not None


def test_rate_limit_is_waited_for_and_sent_once(reply: Message, pager: Pager) -> None:
    pager.answers = [(429, {"Retry-After": "30"}, "slow down")]
    jobs.run_due()
    assert state(reply) == "queued"
    job = Job.objects.get(task__endswith="delivery.deliver")
    assert job.run_at > clock.now() + timedelta(seconds=20)
    come_due()
    jobs.run_due()
    assert state(reply) == "sent"
    assert len(pager.arrived) == 1


def test_refusal_is_failed_with_the_reason(reply: Message, pager: Pager) -> None:
    pager.answers = [(400, {}, "number not in use")]
    jobs.run_due()
    assert state(reply) == "failed"
    assert reply.failure == "number not in use"
    assert not Job.objects.filter(task__endswith="delivery.deliver").exists()


def test_no_connection_is_tried_again_and_given_up_at_last(reply: Message, pager: Pager) -> None:
    Inbox.objects.filter(kind="pager").update(config={"url": "http://127.0.0.1:9/"})
    for _ in range(delivery.MOST_ATTEMPTS):
        assert state(reply) == "queued"
        come_due()
        jobs.run_due()
    assert state(reply) == "failed"
    assert reply.failure == "no connection"


def test_interrupted_send_is_unknown_and_never_resent_by_itself(
    reply: Message, pager: Pager
) -> None:
    claim = delivery._claim(reply.pk)  # a worker began to send and died
    assert claim is not None
    jobs.run_due()
    assert state(reply) == "sending"  # its lease still runs
    with pytest.raises(jobs.NotYet):
        delivery.deliver(reply.pk)
    OutboundDelivery.objects.update(lease_until=clock.now())
    come_due()
    jobs.run_due()
    assert state(reply) == "unknown"
    assert pager.arrived == []
    jobs.run_due()
    assert state(reply) == "unknown"


def test_a_worker_that_lost_its_lease_cannot_write(reply: Message, pager: Pager) -> None:
    late = delivery._claim(reply.pk)
    assert late is not None
    OutboundDelivery.objects.update(lease_until=clock.now())
    delivery.deliver(reply.pk)
    delivery._finish(late, Done(Accepted("late")))
    assert state(reply) == "unknown"
    assert OutboundDelivery.objects.get().external_id == ""


def test_resend_by_a_person_sends_an_unknown_reply(
    reply: Message, pager: Pager, agent: Agent
) -> None:
    delivery._claim(reply.pk)
    OutboundDelivery.objects.update(lease_until=clock.now())
    delivery.deliver(reply.pk)
    reply.refresh_from_db()
    assert delivery.resend(message=reply, by=agent)
    jobs.run_due()
    assert state(reply) == "sent"
    assert len(pager.arrived) == 1
    assert not delivery.resend(message=reply, by=agent)


def test_settle_by_a_person_notes_that_it_arrived(
    reply: Message, pager: Pager, agent: Agent
) -> None:
    delivery._claim(reply.pk)
    OutboundDelivery.objects.update(lease_until=clock.now())
    delivery.deliver(reply.pk)
    reply.refresh_from_db()
    assert delivery.settle(message=reply, by=agent)
    assert state(reply) == "sent"
    assert pager.arrived == []


def test_replies_of_one_conversation_go_out_in_order(
    reply: Message, pager: Pager, agent: Agent
) -> None:
    for number in range(4):
        replies.send(
            conversation=reply.conversation, text=str(number), by=agent, client_key=str(number)
        )
    pager.answers = [(429, {"Retry-After": "0"}, "")]
    for _ in range(6):
        come_due()
        jobs.run_due()
    assert [body["text"] for body in pager.arrived] == ["곧 갈게요", "0", "1", "2", "3"]


def test_sweep_finds_replies_whose_job_is_gone(reply: Message, pager: Pager) -> None:
    Job.objects.all().delete()
    assert delivery.sweep() == 0
    OutboundDelivery.objects.update(created_at=clock.now() - timedelta(minutes=3))
    assert delivery.sweep() == 1
    jobs.run_due()
    assert state(reply) == "sent"


def test_resend_by_two_sends_once(reply: Message, pager: Pager, agent: Agent) -> None:
    delivery._claim(reply.pk)
    OutboundDelivery.objects.update(lease_until=clock.now())
    delivery.deliver(reply.pk)
    mine, hers = (Message.objects.get(pk=reply.pk) for _ in range(2))
    assert delivery.resend(message=mine, by=agent)
    assert delivery._claim(reply.pk) is not None  # it is being sent again just now
    assert not delivery.resend(message=hers, by=agent)
    assert not delivery.settle(message=hers, by=agent)
    assert state(reply) == "sending"


def test_sweep_adds_no_job_to_a_conversation_that_has_some(
    reply: Message, pager: Pager, agent: Agent
) -> None:
    replies.send(conversation=reply.conversation, text="둘째", by=agent, client_key="2")
    pager.answers = [(429, {"Retry-After": "300"}, "")]
    jobs.run_due()
    OutboundDelivery.objects.update(created_at=clock.now() - timedelta(minutes=3))
    assert [delivery.sweep() for _ in range(3)] == [0, 0, 0]
    assert Job.objects.count() == 2
    Job.objects.all().delete()
    OutboundDelivery.objects.update(next_attempt_at=None)
    assert [delivery.sweep(), delivery.sweep()] == [2, 0]
    jobs.run_due()
    assert [body["text"] for body in pager.arrived] == ["곧 갈게요", "둘째"]

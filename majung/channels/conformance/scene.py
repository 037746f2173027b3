"""Where a rule plays: an installation with one account of the channel, and its vendor outside."""

import json as json_module
import socket
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from io import BytesIO
from typing import Any, TypeVar, cast
from uuid import uuid4

from majung.accounts.models import Agent, Brand, Team
from majung.channels import connected, inbound, outside, raws, registry, webhooks
from majung.channels.conformance.vendor import Call, File, Said, Told, Vendor
from majung.channels.contract import (
    Arrival,
    Event,
    HasWebhook,
    HttpAnswer,
    Parsed,
    RawItem,
    Request,
    Unreached,
)
from majung.channels.models import InboundDelivery, OutboundDelivery
from majung.conversations import replies, uploads
from majung.conversations.models import Conversation, Inbox, Message
from majung.core import clock, jobs
from majung.core.models import Job

Each = TypeVar("Each")


def only(found: Iterable[Each]) -> Each:
    """Return the one that there is."""
    those = list(found)
    assert len(those) == 1, f"one, not {those}"
    return those[0]


class Mood(StrEnum):
    """How the vendor's server is today."""

    WELL = "well"
    BUSY = "busy"
    REFUSES = "refuses"
    DEAF = "deaf"  # no answer, and nothing arrived
    MUTE = "mute"  # no answer, though it arrived
    GONE = "gone"  # no connection


class Played:
    """The ``contract.Context`` of the suite: it leads to the vendor that is played."""

    def __init__(self, vendor: Vendor) -> None:
        self.vendor = vendor
        self.mood = Mood.WELL
        self.wait = 30
        self.busy_after: int | None = None  # so many arrived
        self.calls: list[Call] = []

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        json: Any = None,
        content: bytes | None = None,
        timeout: float = 10.0,
    ) -> HttpAnswer:
        named = {name.lower(): value for name, value in (headers or {}).items()}
        plain = json_module.loads(json_module.dumps(json)) if json is not None else None
        call = Call(method=method, url=url, headers=named, json=plain, content=content)
        self.calls.append(call)
        if self.busy_after is not None and len(self.vendor.arrived) >= self.busy_after:
            return self.vendor.slow_down(0)
        match self.mood:
            case Mood.GONE:
                raise Unreached("no connection", perhaps_sent=False)
            case Mood.DEAF:
                raise Unreached("no answer", perhaps_sent=True)
            case Mood.MUTE:
                self.vendor.answer(call)
                raise Unreached("no answer", perhaps_sent=True)
            case Mood.BUSY:
                return self.vendor.slow_down(self.wait)
            case Mood.REFUSES:
                return self.vendor.refusal()
            case Mood.WELL:
                return self.vendor.answer(call)

    def connect(self, host: str, port: int, *, timeout: float) -> socket.socket:
        if self.mood == Mood.GONE:
            raise Unreached("no connection", perhaps_sent=False)
        return self.vendor.open(host, port, mood=self.mood.value)

    def now(self) -> datetime:
        return clock.now()


class Scene:
    """An account, an agent who answers, and shortcuts for what rules do again and again."""

    def __init__(self, vendor: Vendor) -> None:
        self.vendor = vendor
        self.adapter = registry.adapter(vendor.kind)
        self.can = self.adapter.CAPABILITIES
        self.brand = Brand.objects.create(name="온담", slug=f"brand-{uuid4().hex[:8]}")
        team = Team.objects.create(name="고객지원")
        team.brands.add(self.brand)
        self.agent = Agent.objects.create_user(
            email=f"{uuid4().hex[:8]}@ondam.test",
            password=uuid4().hex,
            name="한지우",
            undo_seconds=0,
        )
        self.agent.teams.add(team)
        self.inbox = Inbox.objects.create(
            kind=vendor.kind, brand=self.brand, name="계정", config=dict(vendor.config)
        )
        for name, value in vendor.secrets.items():
            connected.keep_secret(inbox=self.inbox, name=name, value=value)
        vendor.connect(self.inbox)
        self.account = connected.account(self.inbox)
        self.outside = Played(vendor)

    def says(self, text: str = "택배가 아직 안 왔어요", **fields: Any) -> Said:
        """Return something that a customer says, under an id of its own."""
        return Said(id=f"m-{uuid4().hex[:12]}", text=text, at=clock.now(), **fields)

    def items(self, told: Told) -> tuple[RawItem, ...]:
        """Return the items of what the vendor tells, as the adapter takes it apart."""
        return self.call(told).items if isinstance(told, Request) else (told,)

    def call(self, request: Request) -> Arrival:
        adapter = cast("HasWebhook", self.adapter)
        adapter.verify(request, self.account)
        return adapter.receive(request, self.account)

    def event(self, told: Told) -> Event:
        """Return what the one thing that the vendor tells means."""
        return self.adapter.parse(only(self.items(told)), self.account)

    def parsed(self, told: Told) -> Parsed:
        event = self.event(told)
        assert isinstance(event, Parsed), event
        return event

    def tell(self, told: Told | None) -> list[InboundDelivery]:
        """Let the vendor tell us through the product's own door; return the ledger's lines."""
        assert told is not None, f"{self.vendor.kind} claims it, so its vendor must tell of it"
        items = self.items(told)
        with outside.instead(self.outside):
            if isinstance(told, Request):
                webhooks.take(key=self.inbox.key, request=told)
                jobs.run_due()
            else:
                self._put_in(told)
        names = [item.external_id for item in items]
        rows = InboundDelivery.objects.filter(inbox=self.inbox, external_id__in=names)
        return sorted(rows, key=lambda row: names.index(row.external_id))

    def _put_in(self, item: RawItem) -> None:
        delivery_id = inbound.accept(
            inbox_id=self.inbox.pk,
            external_id=item.external_id,
            sender=item.sender,
            raw=item.raw,
            headers=item.headers,
            raw_file=raws.put_aside(item.raw),
        )
        inbound.process_each([delivery_id])

    def sweep(self, *, after: timedelta) -> None:
        """Let so much time pass for what failed, and the sweep come."""
        for row in InboundDelivery.objects.filter(inbox=self.inbox):
            if row.processed_at:
                row.processed_at -= after
                row.save(update_fields=["processed_at"])
        with outside.instead(self.outside):
            inbound.sweep()

    def message(self, said: Said) -> Message:
        """Return the customer's message as it stands in the thread."""
        row = only(self.tell(self.vendor.message(said)))
        assert row.message, (row.state, row.reason, row.details)
        return row.message

    def messages(self, kind: Message.Kind = Message.Kind.CUSTOMER) -> list[Message]:
        return list(Message.objects.filter(inbox=self.inbox, kind=kind).order_by("id"))

    def talk(self) -> Conversation:
        """Return a conversation that a customer has just begun."""
        return self.message(self.says()).conversation

    def reply(
        self,
        text: str = "확인해 볼게요",
        *,
        files: Sequence[File] = (),
        talk: Conversation | None = None,
    ) -> Message:
        """Write a reply, which is queued; ``deliver`` sends it."""
        owner = f"agent:{self.agent.pk}"
        put = [uploads.put(stream=BytesIO(f.content), name=f.name, owner=owner) for f in files]
        return replies.send(
            conversation=talk or self.talk(),
            text=text,
            by=self.agent,
            client_key=uuid4().hex,
            uploads=put,
        )

    def deliver(self, mood: Mood = Mood.WELL, *, rounds: int = 1) -> None:
        """Send what is queued; the waiting times between ``rounds`` pass."""
        self.outside.mood = mood
        with outside.instead(self.outside):
            for number in range(rounds):
                if number:
                    self.let_time_pass()
                jobs.run_due()
        self.outside.mood = Mood.WELL

    def let_time_pass(self) -> None:
        """Let every waiting job come due."""
        Job.objects.update(run_at=clock.now())
        OutboundDelivery.objects.update(next_attempt_at=None)

    def state(self, message: Message) -> str:
        message.refresh_from_db()
        return message.state

    def sent(self, text: str = "확인해 볼게요") -> tuple[Message, str]:
        """Send a reply; return it with the channel's id for it."""
        reply = self.reply(text)
        self.deliver()
        assert self.state(reply) == Message.State.SENT, (reply.state, reply.failure)
        return reply, OutboundDelivery.objects.get(message=reply).external_id

    def interrupt(self, message: Message) -> None:
        """Let the process die while it sends this."""
        now = clock.now()
        OutboundDelivery.objects.filter(message=message).update(attempts=1, lease_until=now)
        replies.advance(message_ids=[message.pk], state=Message.State.SENDING)

    def garbled(self, item: RawItem, raw: bytes) -> RawItem:
        return replace(item, raw=raw, external_id=f"g-{uuid4().hex[:12]}")

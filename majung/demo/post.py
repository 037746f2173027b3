"""Mail in the demo: a server that takes what Majung sends, and customers who write and answer.

Majung's own listener takes what they write, over SMTP; everything stays on this machine.
"""

import logging
import random
import socket
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formataddr, formatdate, make_msgid
from threading import Event, Thread
from time import monotonic
from typing import Any
from uuid import uuid4

from aiosmtpd.controller import Controller
from django.conf import settings
from django.db import connections

from majung.accounts import revisions
from majung.accounts.models import Agent
from majung.channels import demo_post
from majung.channels.adapters.email.read import read
from majung.channels.mail_listener import Listener
from majung.channels.models import Letter
from majung.conversations import assignment, replies
from majung.conversations.models import Conversation, Inbox
from majung.core import clock
from majung.demo.content.facts import Person
from majung.demo.content.mails import EVERY, MailScript
from majung.demo.content.people import people

log = logging.getLogger("majung.demo")
KEPT_FREE = "jiwoo.han@example.com"
CROWD = 120
# How many a colleague answers, and how many of those write back.
ATTENDED, WRITES_BACK = 0.6, 0.8
DOMAIN = "mail.example.com"


class Post:
    """Both ends of the demo's mail: Majung's door, and the customers' server."""

    def __init__(self) -> None:
        self._door = Listener("smtp://127.0.0.1:0", most_bytes=settings.MAJUNG_MAIL_MOST_BYTES)
        self._port = _free_port()  # the library's server cannot choose one by itself
        self._customers = Controller(_Keeping(), hostname="127.0.0.1", port=self._port)

    def start(self) -> None:
        self._door.start()
        self._customers.start()
        demo_post.open_door(self._door.port)
        for inbox in mailboxes():
            _send_by(inbox, self._port)

    def stop(self) -> None:
        self._door.stop()
        self._customers.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


class _Keeping:
    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's
        demo_post.keep(envelope.content, to=envelope.rcpt_tos)
        return "250 kept"


def mailboxes() -> Sequence[Inbox]:
    """Return the mailboxes of the demo that have no server of their own."""
    rows = Inbox.objects.open().filter(kind="email").select_related("brand")
    return [each for each in rows if each.config.get("smtp_host", "") in {"", "127.0.0.1"}]


def _send_by(inbox: Inbox, port: int) -> None:
    """Let a mailbox send to the customers' server, which has another port at every start."""
    state = revisions.history(kind="inbox", obj=inbox)[0]
    wanted = {"smtp_host": "127.0.0.1", "smtp_port": port, "smtp_security": "none"}
    data = {**state.data, "config": {**state.data["config"], **wanted}}
    revisions.publish(
        kind="inbox", obj=inbox, by=None, based_on=state.number or 0, data=data, note="demo"
    )


@dataclass(slots=True)
class _Exchange:
    """One customer's mail, and how far it has come."""

    person: Person
    inbox: Inbox
    script: MailScript
    facts: dict[str, str]
    message_id: str
    answers_at: float | None
    due: float = field(default_factory=monotonic)

    def say(self, text: str) -> str:
        return text.format(**self.facts)


class Writers:
    """Writes ``per_minute`` mails a minute until stopped, and answers what comes back."""

    def __init__(self, *, per_minute: float, seed: int | None = None) -> None:
        self._between = 60 / per_minute
        self._rng = random.Random(seed)
        self._stopping = Event()
        self._going: deque[_Exchange] = deque(maxlen=100)
        self._seen: set[str] = set()
        self._thread = Thread(target=self._run, name="demo-writers", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(timeout=30)

    def _run(self) -> None:
        crowd = list(people(self._rng, count=CROWD, now=clock.now()))
        self._seen = {each.name for each in demo_post.kept()}
        next_at = monotonic() + 3
        while not self._stopping.wait(1.0):
            try:
                if monotonic() >= next_at:
                    next_at = monotonic() + self._rng.expovariate(1 / self._between)
                    self._begin(self._rng.choice(crowd))
                self._attend()
                self._answer()
            except Exception as error:  # noqa: BLE001 - one mail's trouble is not the others'
                log.warning("a simulated mail came to nothing", extra={"reason": repr(error)[:80]})
        connections.close_all()

    def _begin(self, person: Person) -> None:
        boxes = mailboxes()
        scripts = [each for each in EVERY if each.language == person.language]
        if not boxes or not scripts:
            return
        inbox = self._rng.choice(boxes)
        script = self._rng.choice(scripts)
        facts = {"name": person.name, "order": str(self._rng.randint(20260000, 20269999))}
        attended = self._rng.random() < ATTENDED
        exchange = _Exchange(
            person, inbox, script, facts, make_msgid(domain=DOMAIN),
            monotonic() + self._rng.uniform(30, 120) if attended else None,
        )  # fmt: skip
        self._hand_in(exchange, exchange.say(script.text), exchange.say(script.subject))
        self._going.append(exchange)

    def _attend(self) -> None:
        """Let a colleague answer what is due, unless a person has taken it."""
        for exchange in list(self._going):
            if exchange.answers_at is None or monotonic() < exchange.answers_at:
                continue
            exchange.answers_at = None
            letter = Letter.objects.filter(header_id=exchange.message_id).first()
            if letter is None:
                continue
            conversation = Conversation.objects.get(pk=letter.message.conversation_id)
            agent = conversation.assignee or self._colleague(conversation)
            if agent is None or agent.email == KEPT_FREE:
                continue
            assignment.claim(conversation=conversation, agent=agent, by=agent)
            text = exchange.say(exchange.script.answer)
            replies.send(conversation=conversation, text=text, by=agent, client_key=str(uuid4()))

    def _answer(self) -> None:
        """Write back to what came, now and then."""
        for kept in demo_post.kept(most=20):
            if kept.name in self._seen:
                continue
            self._seen.add(kept.name)
            mail = read(kept.raw)
            if mail.verdict == "ignore":
                continue  # a program wrote it: people wait for a person's answer
            for exchange in list(self._going):
                if exchange.person.emails[0] not in kept.to or not exchange.script.thanks:
                    continue
                self._going.remove(exchange)
                if self._rng.random() > WRITES_BACK:
                    continue
                boxes = mail.reply_to or mail.from_
                quote = "\n".join(f"> {line}" for line in mail.reply.splitlines())
                self._hand_in(
                    exchange,
                    f"{exchange.say(exchange.script.thanks)}\n\n{boxes[0].address} 님이 작성:\n{quote}",
                    mail.subject if mail.subject.startswith("Re:") else f"Re: {mail.subject}",
                    to=boxes[0].address,
                    answers=mail.message_id,
                )

    def _hand_in(
        self, exchange: _Exchange, text: str, subject: str, *, to: str = "", answers: str = ""
    ) -> None:
        address = exchange.person.emails[0]
        mail = EmailMessage(policy=SMTP)
        mail["From"] = formataddr((exchange.person.name, address))
        mail["To"] = to or exchange.inbox.addresses.values_list("address", flat=True)[0]
        mail["Subject"], mail["Date"] = subject, formatdate()
        mail["Message-ID"] = make_msgid(domain=DOMAIN) if answers else exchange.message_id
        if answers:
            mail["In-Reply-To"] = mail["References"] = answers
        mail.set_content(text)
        demo_post.hand_in(mail.as_bytes(), sender=address, to=[str(mail["To"])])

    def _colleague(self, conversation: Conversation) -> Agent | None:
        rows = Agent.objects.filter(
            role=Agent.Role.AGENT, is_active=True, teams__brands=conversation.brand_id
        ).exclude(email=KEPT_FREE)
        found = list(rows.distinct())
        return self._rng.choice(found) if found else None

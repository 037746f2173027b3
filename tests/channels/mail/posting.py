"""Mailboxes that really send, to a server of the test, and answers made from what went out."""

import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default
from email.utils import format_datetime, make_msgid
from typing import Any

from majung.accounts.models import Agent, Brand
from majung.channels.models import OutboundDelivery
from majung.conversations import replies
from majung.conversations.models import Conversation, Inbox, Message
from majung.core import clock, jobs
from majung.core.models import Job
from tests import factories
from tests.channels.mail.postbox import Postbox

OURS = "help@ondam.test"


def mailbox(brand: Brand, box: Postbox, address: str = OURS, **config: Any) -> Inbox:
    sends = {"smtp_host": "127.0.0.1", "smtp_port": box.port, "smtp_security": "none"}
    return factories.mailbox(brand, address, **{**sends, **config})


def reply(
    conversation: Conversation, agent: Agent, text: str = "새것으로 보내 드릴게요.", **fields: Any
) -> Message:
    """An agent answers, and it goes out as far as it can."""
    fields.setdefault("client_key", f"k{Message.objects.count()}")
    message = replies.send(conversation=conversation, text=text, by=agent, **fields)
    jobs.run_due()
    message.refresh_from_db()
    return message


def come_due() -> None:
    """Let the waiting time of a retry pass, and send."""
    Job.objects.update(run_at=clock.now())
    OutboundDelivery.objects.update(next_attempt_at=None)
    jobs.run_due()


def opened(raw: bytes) -> EmailMessage:
    """Read a mail as the programs of its recipients do: by the standard library."""
    made = message_from_bytes(raw, policy=default)
    assert isinstance(made, EmailMessage)
    return made


def answer(raw: bytes, text: str = "네, 고맙습니다.", **headers: str) -> bytes:
    """Answer a mail as programs do: to its Reply-To, with its ids; ``headers`` differ, "" is none."""
    got = opened(raw)
    given = {
        "From": str(got["To"]).split(",")[0],
        "To": str(got["Reply-To"] or got["From"]),
        "Subject": f"Re: {got['Subject']}",
        "In-Reply-To": got["Message-ID"],
        "References": f"{got['References'] or ''} {got['Message-ID']}".strip(),
        "Date": format_datetime(clock.now()),
        "Message-ID": make_msgid(domain="mail.test"),
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    made = EmailMessage()
    for name, value in given.items():
        if value:
            made[name] = re.sub(r"\s+", " ", str(value))
    before = "\n".join(f"> {line}" for line in _plain(got).splitlines())
    made.set_content(
        f"{text}\n\n2026년 11월 22일 (일) 14:00, 온담 <{OURS}>님이 작성:\n\n{before}\n"
    )
    return made.as_bytes(policy=SMTP)


def _plain(got: EmailMessage) -> str:
    part = got.get_body(("plain",))
    assert part
    return str(part.get_content())

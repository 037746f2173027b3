"""A mail as it was read: plain values, the same whatever the mail looked like."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Verdict = Literal["thread", "new", "bounce", "ignore"]


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Whom a mail names. ``address`` is empty where a header has a name only."""

    name: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file of a mail. ``content_id`` stands without its angle brackets."""

    name: str
    type: str
    content: bytes = field(repr=False)
    inline: bool = False
    content_id: str = ""

    @property
    def size(self) -> int:
        return len(self.content)

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Forwarded:
    """A mail that the sender passed on. ``date`` has no zone where the mail names none."""

    from_: tuple[Mailbox, ...]
    subject: str
    date: datetime | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounce:
    """What became of a mail of ours: ``action`` as RFC 3464 names it, ``status`` like 5.1.1."""

    recipient: str
    status: str
    reason: str
    action: str
    message_id: str


@dataclass(frozen=True, slots=True)
class Why:
    """A reason: a code for programs, and words for people."""

    code: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """All that reading found out.

    ``text`` is the whole text; its lines are in ``reply`` (what the person wrote now), ``quoted``
    and ``signature``, each line in one of them. ``html`` is sanitised. Ids keep their angle
    brackets. ``bounce`` tells what happened to a mail of ours, also when it is only late.
    ``recipients`` are whom it was delivered to, as servers on the way noted; ``results`` what they
    found out about the sender (Authentication-Results, RFC 8601), the last server first.
    """

    from_: tuple[Mailbox, ...]
    to: tuple[Mailbox, ...]
    cc: tuple[Mailbox, ...]
    reply_to: tuple[Mailbox, ...]
    subject: str
    date: datetime | None
    message_id: str
    in_reply_to: str
    references: tuple[str, ...]
    text: str
    reply: str
    quoted: str
    signature: str
    html: str
    attachments: tuple[Attachment, ...]
    forwarded: Forwarded | None
    bounce: Bounce | None
    flags: tuple[str, ...]
    verdict: Verdict
    why: tuple[Why, ...]
    recipients: tuple[str, ...] = ()
    results: tuple[str, ...] = ()


def as_json(mail: Mail) -> dict[str, Any]:
    """Return the mail as JSON can say it: without the contents of files."""
    return {
        "from": _boxes(mail.from_),
        "to": _boxes(mail.to),
        "cc": _boxes(mail.cc),
        "reply_to": _boxes(mail.reply_to),
        "subject": mail.subject,
        "date": mail.date.isoformat() if mail.date else None,
        "message_id": mail.message_id,
        "in_reply_to": mail.in_reply_to,
        "references": list(mail.references),
        "text": mail.text,
        "reply": mail.reply,
        "quoted": mail.quoted,
        "signature": mail.signature,
        "html": mail.html,
        "attachments": [_file(each) for each in mail.attachments],
        "forwarded": _passed_on(mail.forwarded),
        "flags": list(mail.flags),
        "verdict": mail.verdict,
        "why": [{"code": why.code, "words": why.words} for why in mail.why],
    }


def _boxes(boxes: tuple[Mailbox, ...]) -> list[dict[str, str]]:
    return [{"name": box.name, "address": box.address} for box in boxes]


def _file(file: Attachment) -> dict[str, Any]:
    return {
        "name": file.name,
        "type": file.type,
        "size": file.size,
        "inline": file.inline,
        "content_id": file.content_id,
        "sha256": file.sha256,
    }


def _passed_on(forwarded: Forwarded | None) -> dict[str, Any] | None:
    if forwarded is None:
        return None
    return {
        "from": _boxes(forwarded.from_),
        "subject": forwarded.subject,
        "date": forwarded.date.isoformat() if forwarded.date else None,
        "text": forwarded.text,
    }

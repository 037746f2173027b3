"""The contact form: a page that works without JavaScript; answers wait behind a signed link."""

import json
from uuid import UUID

from django.utils.translation import gettext_noop as _

from majung.channels.contract import (
    Accepted,
    Account,
    Address,
    Answer,
    Capabilities,
    Context,
    Outgoing,
    Parsed,
    RawItem,
    Unreadable,
    plain,
)

CAPABILITIES = Capabilities(
    name="문의 폼",
    max_text=5000,
    max_files=5,
    max_file_bytes=20 * 1024 * 1024,
    receipts=True,
    idempotent=True,
)
TOPIC_LENGTH = 40
SUBJECT_LENGTH = 80


def parse(item: RawItem, account: Account) -> Parsed:
    """Read the stored form fields.

    A new request comes from a sender of its own, who claims an e-mail address; an answer on
    the request's page names the conversation that the signed link stood for.
    """
    try:
        fields = json.loads(item.raw)
        text = plain(str(fields["text"]))
        topic = plain(str(fields.get("topic", "")))[:TOPIC_LENGTH]
        conversation = UUID(fields["conversation"]) if fields.get("conversation") else None
        files = tuple(UUID(name) for name in fields.get("files", []))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Unreadable("not_a_form", _("요청을 읽을 수 없어요.")) from error
    if not text and not files:
        raise Unreadable("empty", _("내용을 입력해 주세요."))
    if len(text) > CAPABILITIES.max_text:
        raise Unreadable("too_long", _("한 번에 5,000자까지 보낼 수 있어요."))
    kind, scope, address = item.sender.split(":", 2)
    return Parsed(
        sender=Address(kind=kind, scope=scope, address=address),
        text=text,
        subject=_subject(topic, text) if topic else plain(str(fields.get("subject", "")))[:200],
        name=plain(str(fields.get("name", "")))[:80],
        locale=str(fields.get("locale", ""))[:10],
        files=files,
        uploader=item.headers.get("uploader", ""),
        claims=tuple(
            Address(kind=kind, address=str(fields[kind]), proven=False)
            for kind in ("email", "phone")
            if fields.get(kind)
        ),
        conversation=conversation,
        opens_new=conversation is None,
        context={"topic": topic} if topic else {},
    )


def _subject(topic: str, text: str) -> str:
    """Return the topic and the first line: two requests about one topic are told apart."""
    return f"[{topic}] {text.split(chr(10), 1)[0]}".strip()[:SUBJECT_LENGTH]


def send(message: Outgoing, account: Account, context: Context) -> Answer:
    """Accept at once: the reply stands on the request's page."""
    return Accepted(message.key)

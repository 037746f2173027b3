"""The chat widget: the browser posts JSON and fetches its answers itself."""

import json
from datetime import datetime
from typing import Any
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
    name="채팅",
    max_text=5000,
    max_files=5,
    max_file_bytes=20 * 1024 * 1024,
    receipts=True,
    typing=True,
    idempotent=True,
    parts=True,
)
PAGE_LENGTH = 500
SUBJECT_LENGTH = 80
NEW = "new"
# What is asked before the first message, and how much of each answer counts.
ABOUT = {"name": 80, "email": 254, "phone": 40, "topic": 40}


def parse(item: RawItem, account: Account) -> Parsed:
    """Read ``{"key", "text", "files", "sent_at", "page", "conversation", "about"}``."""
    body = _body(item.raw)
    text = body.get("text", "")
    if not isinstance(text, str):
        raise Unreadable("not_text", _("요청을 읽을 수 없어요."))
    text = plain(text)
    files = _files(body.get("files") or [])
    if not text and not files:
        raise Unreadable("empty", _("내용을 입력해 주세요."))
    if len(text) > CAPABILITIES.max_text:
        raise Unreadable("too_long", _("한 번에 5,000자까지 보낼 수 있어요."))
    kind, scope, address = item.sender.split(":", 2)
    chosen, opens_new = _conversation(body.get("conversation"))
    about = _about(body.get("about"))
    topic = about["topic"]
    return Parsed(
        sender=Address(kind=kind, scope=scope, address=address),
        text=text,
        files=files,
        uploader=item.headers.get("uploader", ""),
        sent_at=_moment(body.get("sent_at")),
        subject=f"[{topic}] {text.split(chr(10), 1)[0]}".strip()[:SUBJECT_LENGTH] if topic else "",
        name=about["name"],
        claims=tuple(
            Address(kind=kind, address=about[kind], proven=False)
            for kind in ("email", "phone")
            if about[kind]
        ),
        evidence="prechat",
        about={"topic": topic} if topic else {},
        context=_page(body.get("page")) | ({"topic": topic} if topic else {}),
        chosen=chosen,
        opens_new=opens_new,
    )


def send(message: Outgoing, account: Account, context: Context) -> Answer:
    """Accept at once: the reply is stored, and the browser that is told of it fetches it."""
    return Accepted(message.key)


def _body(raw: bytes) -> dict[str, Any]:
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise Unreadable("not_json", _("요청을 읽을 수 없어요.")) from error
    if not isinstance(body, dict):
        raise Unreadable("not_json", _("요청을 읽을 수 없어요."))
    return body


def _files(names: object) -> tuple[UUID, ...]:
    if not isinstance(names, list) or len(names) > CAPABILITIES.max_files:
        raise Unreadable("too_many_files", _("파일은 한 번에 다섯 개까지 보낼 수 있어요."))
    try:
        return tuple(UUID(str(name)) for name in names)
    except ValueError as error:
        reason = _("파일을 찾을 수 없어요. 다시 올려 주세요.")
        raise Unreadable("unknown_file", reason) from error


def _conversation(named: object) -> tuple[UUID | None, bool]:
    """Return which conversation to go on with, and whether to begin one; by default neither."""
    if not named:
        return None, False
    if named == NEW:
        return None, True
    try:
        return UUID(str(named)), False
    except ValueError as error:
        raise Unreadable("no_conversation", _("상담을 찾을 수 없어요.")) from error


def _moment(text: object) -> datetime | None:
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _about(said: object) -> dict[str, str]:
    """Return the answers given before the first message; what is none counts as not given."""
    given = said if isinstance(said, dict) else {}
    return {
        name: " ".join(plain(given[name]).split())[:most]
        if isinstance(given.get(name), str)
        else ""
        for name, most in ABOUT.items()
    }


def _page(page: object) -> dict[str, str]:
    if not isinstance(page, dict):
        return {}
    return {
        f"page_{name}": plain(page[name])[:PAGE_LENGTH]
        for name in ("url", "title")
        if isinstance(page.get(name), str)
    }

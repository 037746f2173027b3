"""What stands below an answer by mail: the signature, and the mail that is answered."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from majung.channels.models import Letter
from majung.conversations import canned_text
from majung.conversations.envelopes import one_line
from majung.conversations.models import Conversation, Inbox, Message
from majung.core.text import variables

MOST_QUOTED: Final = 20_000  # signs
MOST_LINES: Final = 400
MOST_REFERENCES: Final = 20
_DAYS_KO: Final = "월화수목금토일"
_DAYS_EN: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS_EN: Final = (
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
)  # fmt: skip
_ID: Final = re.compile(r"<[\x21-\x3b\x3d\x3f-\x7e]{1,240}>")


def locale_of(conversation: Conversation) -> str:
    """Return the language in which a customer is written to."""
    customer = conversation.customer.merged_into or conversation.customer
    locale = customer.locale or conversation.brand.locale
    return "en" if locale.startswith("en") else "ko"


def signature(message: Message, *, inbox: Inbox, locale: str) -> str:
    """Return the mailbox's signature, its variables filled in; empty where it has none."""
    given = inbox.config.get("signature") or {}
    text = str(given.get(locale) or next(iter(given.values()), ""))
    conversation = message.conversation
    if message.author:
        return canned_text.fill(
            text, conversation=conversation, agent=message.author, locale=locale
        )
    brand = conversation.brand.name
    values = {"상담원": brand, "브랜드": brand, "상담번호": str(conversation.pk)}
    return variables.render(text, canned_text.with_aliases({**values, "고객": "", "오늘": ""}))


def quoted(letter: Letter | None, *, locale: str) -> str:
    """Return the mail that is answered with a line above it that says who wrote it, and when."""
    text = letter.message.text.strip() if letter else ""
    if letter is None or not text:
        return ""
    lines = text[:MOST_QUOTED].split("\n")[:MOST_LINES]
    marked = "\n".join(f"> {line}".rstrip() for line in lines)
    return f"{attribution(letter, locale=locale)}\n{marked}"


def attribution(letter: Letter, *, locale: str) -> str:
    """Return "2026년 11월 22일 (일) 13:05, 김하늘 <…>님이 작성:" or "On Sun, 22 Nov 2026 at …"."""
    zone = ZoneInfo(letter.message.conversation.brand.timezone)
    at = (letter.sent_at or letter.message.created_at).astimezone(zone)
    name = one_line(letter.sender.get("name", ""))
    address = letter.sender.get("address", "")
    who = f"{name} <{address}>" if name else f"<{address}>"
    return _said(at, who, locale)


def references(conversation: Conversation, answered: Letter | None) -> list[str]:
    """Return the Message-IDs that an answer names, the one that it answers last."""
    rows = Letter.objects.filter(message__conversation=conversation).order_by("-message_id")
    lately = list(rows.values_list("header_id", flat=True)[:MOST_REFERENCES])[::-1]
    before = answered.references if answered else []
    parent = answered.header_id if answered else ""
    return _bounded([*before, *lately], parent)


def _bounded(names: Iterable[str], parent: str) -> list[str]:
    """Return them once each: the first, for programs that sort by it, and the newest."""
    known = list(dict.fromkeys(name for name in names if _ID.fullmatch(name) and name != parent))
    if len(known) >= MOST_REFERENCES:
        known = [known[0], *known[-(MOST_REFERENCES - 2) :]]
    return [*known, *([parent] if _ID.fullmatch(parent) else [])]


def _said(at: datetime, who: str, locale: str) -> str:
    if locale == "en":
        day = f"{_DAYS_EN[at.weekday()]}, {at.day} {_MONTHS_EN[at.month - 1]} {at.year}"
        return f"On {day} at {at:%H:%M}, {who} wrote:"
    day = f"{at.year}년 {at.month}월 {at.day}일 ({_DAYS_KO[at.weekday()]})"
    return f"{day} {at:%H:%M}, {who}님이 작성:"

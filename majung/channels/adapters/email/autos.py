"""Mails that programs wrote: answers of absent people, loops, lists (RFC 3834, RFC 2369)."""

import re
from typing import Final

from majung.channels.adapters.email import limits
from majung.channels.adapters.email.headers import Head

LOOP_HEADER: Final = "X-Majung-Loop"
_ABSENT: Final = re.compile(
    r"\s*\[?\s*(부재|휴가|자동 ?회신|자동 ?응답|자동 ?답장|automatic reply|auto(matic)?[ -]?(response|reply)"
    r"|autoreply|out of( the)? office|ooo\b|on vacation|vacation reply|abwesenheit|automatische antwort"
    r"|réponse automatique|absence|respuesta automática|fuera de la oficina|risposta automatica"
    r"|自动回复|自動回覆|自動応答|自動返信|不在)",
    re.IGNORECASE,
)
_REPLY_HEADERS: Final = (
    "x-autoreply",
    "x-autorespond",
    "x-auto-reply",
    "x-autoreply-from",
    "x-vacation",
)


def flags(head: Head, subject: str) -> set[str]:
    """Return what the head says about who or what wrote the mail."""
    found: set[str] = set()
    if LOOP_HEADER.lower() in head.fields:
        found.add("loop")
    if len(head.fields.get("received", ())) > limits.MOST_HOPS:
        found |= {"loop", "hops"}
    found |= _list(head)
    return found | _automatic(head, subject)


def _automatic(head: Head, subject: str) -> set[str]:
    submitted = head.word("auto-submitted")
    precedence = head.word("precedence")
    absent = _ABSENT.match(subject[:200]) is not None
    nobody = is_null_path(head)
    suppressed = "x-auto-response-suppress" in head.fields and (
        head.word("x-auto-response-suppress") not in {"", "none"}
    )
    told = (
        submitted.startswith("auto-replied")
        or precedence in {"auto_reply", "auto-reply"}
        or any(head.word(name) not in {"", "no"} for name in _REPLY_HEADERS)
    )
    answers = bool(head.raw("in-reply-to") or head.raw("references"))
    if told or absent or (nobody and answers):
        return {"auto_reply", "out_of_office"} if absent else {"auto_reply"}
    found = {"null_return_path"} if nobody else set()
    if suppressed or (submitted not in {"", "no"} and submitted.startswith("auto")):
        found.add("auto_generated")
    return found


def _list(head: Head) -> set[str]:
    precedence = head.word("precedence")
    if "list-id" in head.fields or "list-post" in head.fields or precedence == "list":
        return {"list"}
    return (
        {"bulk"} if precedence in {"bulk", "junk"} or "list-unsubscribe" in head.fields else set()
    )


def is_null_path(head: Head) -> bool:
    return any(value.replace(" ", "") == "<>" for value in head.all("return-path"))

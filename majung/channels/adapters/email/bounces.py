"""What became of a mail of ours: reports of RFC 3464 and RFC 8098, and those in plain words."""

import re
from typing import Final

from majung.channels.adapters.email import charsets, headers, references
from majung.channels.adapters.email.headers import Head
from majung.channels.adapters.email.message import Bounce
from majung.channels.adapters.email.parts import Part

_DAEMON: Final = re.compile(
    r"(mailer-?daemon|postmaster|mail-?delivery|mail delivery (sub)?system|microsoftexchange"
    r"|microsoft outlook|mail-?admin|bounce)",
    re.IGNORECASE,
)
_FAILED: Final = re.compile(
    r"(undeliver|delivery status notification|returned (mail|to sender)|delivery (has )?fail|mail delivery"
    r"|failure notice|could ?n[o']t be delivered|not delivered|배달되지 않음|배달 ?(실패|불가)|발송 ?실패"
    r"|전송 ?실패|전송에 실패|전송할 수 없|발송에 실패|수신 ?실패|반송|배달하지 못|전달되지 못|전달할 수 없"
    r"|unzustellbar|non remis|no entregado|退信|配信不能)",
    re.IGNORECASE,
)
_LATE: Final = re.compile(r"\((delay)|delayed|warning:.{0,40}(not|delay)|지연", re.IGNORECASE)
_STATUS: Final = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_REPLY_CODE: Final = re.compile(r"(?<!\d)([45]\d\d)[ -]")
_ADDRESS: Final = re.compile(r"[\w.+=-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
_REASON: Final = re.compile(
    r"\s*(실패 ?사유|반송 ?사유|사유|원인|reason)\s{0,3}[:：]", re.IGNORECASE
)
_RECIPIENT: Final = re.compile(
    r"\s*(받는 ?사람|수신자|수신인|to|recipient)\s{0,3}[:：]", re.IGNORECASE
)
_GROUPS: Final = re.compile(rb"\n\r?\n\s*")
_MOST_GROUPS: Final = 200  # recipients of one report
_MOST_TEXT: Final = 40_000
_ORDER: Final = ("failed", "delayed", "relayed", "expanded", "delivered")


def report(root: Part) -> Bounce | None:
    """Read a report made for programs; ``None`` if the mail has none."""
    for part in root.walk():
        if part.type == "message/delivery-status":
            return _delivery(part, _returned_id(root))
    return None


def is_receipt(root: Part) -> bool:
    """Say whether somebody's program says that a mail was read."""
    return any(part.type == "message/disposition-notification" for part in root.walk())


def _delivery(part: Part, message_id: str) -> Bounce:
    found: list[Bounce] = []
    for text in _GROUPS.split(part.content, _MOST_GROUPS)[:_MOST_GROUPS]:
        group, _ = headers.split(text, 0, len(text))
        recipient = group.raw("final-recipient") or group.raw("original-recipient")
        if recipient:
            found.append(_group(group, recipient, message_id))
    nothing = Bounce(recipient="", status="", reason="", action="failed", message_id=message_id)
    return min(found, key=lambda each: _ORDER.index(each.action), default=nothing)


def _group(group: Head, recipient: str, message_id: str) -> Bounce:
    action = group.word("action")
    return Bounce(
        recipient=recipient.rpartition(";")[2].strip(" <>"),
        status=group.word("status"),
        reason=group.text("diagnostic-code").partition(";")[2].strip()
        or group.text("diagnostic-code"),
        action=action if action in _ORDER else "failed",
        message_id=message_id,
    )


def _returned_id(root: Part) -> str:
    """Return the id of the mail that came back within the report."""
    for part in root.walk():
        if part.type in {"message/rfc822", "text/rfc822-headers", "message/global"}:
            data = part.content
            return references.one(headers.split(data, 0, len(data))[0].raw("message-id"))
    return references.one(root.head.raw("in-reply-to"))


def in_words(root: Part, *, sender: str, subject: str, text: str) -> Bounce | None:
    """Read a report that a server wrote for people; ``None`` if the mail is none."""
    failed = root.head.text("x-failed-recipients")
    daemon = _DAEMON.search(sender[:200]) is not None
    if not failed and not (daemon and _FAILED.search(f"{subject[:300]}\n{text[:2_000]}")):
        return None
    text = text[:_MOST_TEXT]
    status = _STATUS.search(text)
    code = _REPLY_CODE.search(text)
    late = _LATE.search(subject[:300]) is not None
    return Bounce(
        recipient=failed.partition(",")[0].strip() or _recipient(text, sender),
        status=status[1] if status else f"{code[1][0]}.0.0" if code else "",
        reason=_reason(text, status),
        action="delayed" if late else "failed",
        message_id=_returned_id(root),
    )


def _recipient(text: str, sender: str) -> str:
    for line in text.split("\n"):
        if _RECIPIENT.match(line[:100]) and (match := _ADDRESS.search(line[:1_000])):
            return match[0]
    found = (match[0] for match in _ADDRESS.finditer(text))
    return next((address for address in found if address not in sender), "")


def _reason(text: str, status: re.Match[str] | None) -> str:
    for line in text.split("\n"):
        if _REASON.match(line[:100]):
            return charsets.tidy(line.replace("：", ":").partition(":")[2]).strip()[:500]
    if status is None:
        return ""
    begin = text.rfind("\n", 0, status.start()) + 1
    return text[begin:].partition("\n")[0].strip()[:500]

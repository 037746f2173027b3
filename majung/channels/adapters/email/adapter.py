"""The channel of e-mail: what it can do, what a person sets, and how a mail becomes an event."""

import re
from typing import Final

from django.utils.translation import gettext_noop as _

from majung.channels.adapters.email import limits
from majung.channels.adapters.email.imap import is_pulled, pull
from majung.channels.adapters.email.imap_words import LEFT_OUT
from majung.channels.adapters.email.message import Attachment, Mail, Mailbox
from majung.channels.adapters.email.read import read
from majung.channels.adapters.email.sending import check, send
from majung.channels.adapters.email.sent_mail import reconcile
from majung.channels.contract import (
    Account,
    Address,
    Capabilities,
    Event,
    Ignored,
    InFile,
    Letter,
    Parsed,
    Person,
    RawItem,
    Receipt,
    Unreadable,
    plain,
)
from majung.channels.contract import Forwarded as PassedOn

__all__ = ["CAPABILITIES", "check", "is_pulled", "parse", "pull", "reconcile", "send"]

CAPABILITIES: Final = Capabilities(
    name="이메일",
    max_text=100_000,
    max_files=20,
    max_file_bytes=20 * 1024 * 1024,
    rich=True,
    letters=True,
    pulls=True,
    reconciles=True,
    patience=24.0,
)
NAME_LENGTH: Final = 80
SUBJECT_LENGTH: Final = 300
# What a program wrote gets no answer of a program.
_AUTOMATIC: Final = frozenset(
    {"auto_reply", "out_of_office", "auto_generated", "bulk", "list", "null_return_path"}
)
_SERVER: Final = re.compile(r"\s*([^\s;]+)")
_DMARC: Final = re.compile(r"\bdmarc\s*=\s*(\w+)", re.IGNORECASE)


def parse(item: RawItem, account: Account) -> Event:
    """Read one raw mail; ``item.headers["recipients"]`` are those of its envelope, if known.

    Raises:
        Unreadable: it has no sender whom one could answer, or was not fetched.
    """
    if left_out := item.headers.get("left_out"):
        raise Unreadable(left_out, LEFT_OUT.get(left_out, left_out))
    mail = read(item.raw)
    if mail.bounce:
        return _receipt(mail)
    if mail.verdict == "ignore":
        why = mail.why[0]
        return Ignored(why.code, why.words)
    return _message(mail, item, account)


def _message(mail: Mail, item: RawItem, account: Account) -> Parsed:
    boxes = [*mail.from_, *mail.reply_to]
    sender = next((box for box in boxes if "@" in box.address), None)
    if sender is None:
        raise Unreadable("no_sender", _("보낸 사람의 주소를 읽을 수 없어요."))
    checked = _checked(mail, account)
    text = plain(mail.reply) or plain(mail.text)
    if mail.forwarded and not plain(mail.reply):
        text = plain(mail.forwarded.text)
    return Parsed(
        sender=Address(
            kind="email", address=plain(sender.address).lower(), proven=checked == "pass"
        ),
        text=text,
        subject=plain(mail.subject)[:SUBJECT_LENGTH],
        name=plain(sender.name)[:NAME_LENGTH],
        sent_at=mail.date,
        attached=tuple(_file(each) for each in mail.attachments),
        letter=_letter(mail, item, sender, checked),
    )


def _letter(mail: Mail, item: RawItem, sender: Mailbox, checked: str) -> Letter:
    envelope = item.headers.get("recipients", "").split()
    flags = (*mail.flags, f"dmarc_{checked}") if checked else mail.flags
    return Letter(
        message_id=plain(mail.message_id),
        in_reply_to=plain(mail.in_reply_to),
        references=tuple(map(plain, mail.references)),
        sender=_person(sender),
        to=tuple(map(_person, mail.to)),
        cc=tuple(map(_person, mail.cc)),
        reply_to=tuple(map(_person, mail.reply_to)),
        recipients=tuple(
            dict.fromkeys(map(str.lower, [*envelope, *mail.recipients, *_named(mail)]))
        ),
        quoted=plain(mail.quoted),
        signature=plain(mail.signature),
        html=mail.html.replace("\x00", ""),
        flags=flags,
        why=tuple((why.code, why.words) for why in mail.why),
        forwarded=_passed_on(mail),
        automatic=bool(_AUTOMATIC.intersection(mail.flags)),
    )


def _named(mail: Mail) -> list[str]:
    """Return the addresses in To and Cc: our signed ones stand there."""
    return [box.address for box in (*mail.to, *mail.cc) if box.address]


def _checked(mail: Mail, account: Account) -> str:
    """Return what a trusted server says of the sender's domain (DMARC): pass, fail, or nothing.

    Anybody may write such a header, so only the topmost of a server counts that the account
    ``trusts`` by its name.
    """
    trusted = {str(name).lower() for name in account.config.get("trusts") or ()}
    for result in mail.results:
        server = _SERVER.match(result)
        if server and server[1].lower() in trusted:
            found = _DMARC.search(result)
            return {"pass": "pass", "fail": "fail"}.get(found[1].lower(), "") if found else ""
    return ""


def _receipt(mail: Mail) -> Event:
    found = mail.bounce
    if found is None or found.action not in {"failed", "delivered"}:
        why = mail.why[0]
        return Ignored(why.code, why.words)
    return Receipt(
        state="failed" if found.action == "failed" else "delivered",
        external_id=plain(found.message_id),
        recipient=plain(found.recipient).lower(),
        reason=plain(f"{found.status} {found.reason}")[:300],
        at=mail.date,
    )


def _passed_on(mail: Mail) -> PassedOn | None:
    found = mail.forwarded
    boxes = [box for box in found.from_ if "@" in box.address] if found else []
    if found is None or not boxes:
        return None
    # A quoted date without a zone says too little to count.
    date = found.date if found.date and found.date.tzinfo else None
    return PassedOn(
        sender=_person(boxes[0]), subject=plain(found.subject), text=plain(found.text), date=date
    )


def _person(box: Mailbox) -> Person:
    return Person(plain(box.name)[:NAME_LENGTH], plain(box.address).lower())


def _file(attached: Attachment) -> InFile:
    return InFile(
        name=plain(attached.name)[: limits.MOST_NAME],
        type=attached.type,
        content=attached.content,
        inline=attached.inline,
        content_id=plain(attached.content_id)[:200],
    )

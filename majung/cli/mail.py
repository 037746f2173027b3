"""``majung mail``: how a mail is read, without storing anything, and mails from before brought in."""

import json
import sys
from argparse import Namespace
from io import TextIOWrapper
from pathlib import Path

from django.db.models import Q

from majung.channels import mail_import
from majung.channels.adapters.email import limits
from majung.channels.adapters.email.message import Mail, Mailbox, as_json
from majung.channels.adapters.email.read import read
from majung.conversations.models import Inbox


def mail(options: Namespace) -> int:
    """Run one of the actions and return its exit code."""
    return _import(options) if options.action == "import" else _explain(options)


def _import(options: Namespace) -> int:
    """Bring mails in; 2 if there are none at the path, or no such mailbox."""
    try:
        inbox = _mailbox(options.inbox)
        place = mail_import.find(options.path)
    except (LookupError, mail_import.NoMails) as error:
        print(error.args[0], file=sys.stderr)
        return 2
    brought = mail_import.bring_in(
        inbox=inbox, place=place, keeps_open=options.open, told=_tell_progress
    )
    print(file=sys.stderr)
    print(
        f"{brought.total} mails: {brought.total - brought.known - brought.failed} brought into "
        f"{inbox.name}, {brought.known} were there, {brought.failed} failed."
    )
    if brought.failed:
        print("The failed ones are in the ledger, each with its reason (/setup/ledger/).")
    return 0


def _tell_progress(brought: mail_import.Brought) -> None:
    print(f"\r  {brought.done:,} of {brought.total:,}", end="", file=sys.stderr, flush=True)


def _mailbox(name: str) -> Inbox:
    rows = Inbox.objects.alive().filter(kind="email").select_related("brand")
    if name:
        rows = rows.filter(Q(key=name) | Q(addresses__address=name.lower())).distinct()
    found = list(rows[:2])
    if len(found) != 1:
        known = ", ".join(
            rows.model.objects.alive().filter(kind="email").values_list("key", flat=True)
        )
        msg = f"Name one mailbox with --inbox (its address or key). There are: {known or 'none'}."
        raise LookupError(msg)
    return found[0]


def _explain(options: Namespace) -> int:
    """Tell what each file says; 2 if one of them could not be opened or is empty."""
    code = 0
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    for file in options.files:
        raw = _bytes(file)
        if raw is None:
            code = 2
            continue
        found = read(raw)
        if options.json:
            sys.stdout.write(json.dumps(as_json(found), ensure_ascii=False) + "\n")
        else:
            _tell(file, found)
    return code


def _bytes(file: Path) -> bytes | None:
    try:
        with file.open("rb") as stream:
            raw = stream.read(limits.MOST_BYTES + 1)
    except OSError as error:
        print(f"{file}: cannot be read: {error.strerror or error}.", file=sys.stderr)
        return None
    if not raw.strip():
        print(f"{file}: is empty, so it is no mail.", file=sys.stderr)
        return None
    return raw


def _tell(file: Path, found: Mail) -> None:
    rows = {
        "File": str(file),
        "From": _boxes(found.from_),
        "To": _boxes(found.to),
        "Cc": _boxes(found.cc),
        "Reply-To": _boxes(found.reply_to),
        "Subject": found.subject,
        "Date": found.date.isoformat() if found.date else "",
        "Message-ID": found.message_id,
        "In-Reply-To": found.in_reply_to,
        "Flags": ", ".join(found.flags),
        "Verdict": found.verdict,
    }
    for name, value in rows.items():
        if value:
            print(f"{name + ':':13}{value}")
    for why in found.why:
        print(f"{'Why:':13}{why.words} ({why.code})")
    for attached in found.attachments:
        print(f"{'Attachment:':13}{attached.name} ({attached.type}, {attached.size} bytes)")
    if found.forwarded:
        print(f"{'Forwarded:':13}{_boxes(found.forwarded.from_)}: {found.forwarded.subject}")
    for name, text in (
        ("Reply", found.reply),
        ("Signature", found.signature),
        ("Quoted", found.quoted),
    ):
        if text:
            print(f"\n{name}\n{'-' * len(name)}\n{text}")
    print()


def _boxes(boxes: tuple[Mailbox, ...]) -> str:
    return ", ".join(f"{box.name} <{box.address}>".strip() for box in boxes)

"""What lies in an open mailbox, for a person who tries it out; nothing is fetched."""

import imaplib
from collections.abc import Mapping
from dataclasses import dataclass

from majung.channels.adapters.email import cursors
from majung.channels.adapters.email.cursors import Cursor
from majung.channels.adapters.email.imap import Mailbox
from majung.channels.adapters.email.imap_words import BROKEN
from majung.channels.contract import Account, Unreached


@dataclass(frozen=True, slots=True)
class Look:
    """A folder as it is now: how many mails it holds, and how many are to be fetched."""

    name: str
    is_there: bool = True
    mails: int = 0
    waiting: int = 0


def look(mailbox: Mailbox, account: Account, known: Mapping[str, str]) -> list[Look]:
    """Look into the folders that the account is set to read.

    Raises:
        Unreached: the connection broke.
    """
    names = dict.fromkeys(map(str, account.config.get("folders") or ["INBOX"]))
    start = str(account.config.get("since") or "")
    try:
        return [_look(mailbox, name, known.get(name, ""), start) for name in names]
    except (OSError, EOFError, imaplib.IMAP4.error) as error:
        raise Unreached(BROKEN, perhaps_sent=False) from error


def folders(mailbox: Mailbox) -> list[str]:
    """Return the names of all folders.

    Raises:
        Unreached: the connection broke.
    """
    try:
        return [str(name) for _flags, _delimiter, name in mailbox.client.list_folders()]
    except (OSError, EOFError, imaplib.IMAP4.error) as error:
        raise Unreached(BROKEN, perhaps_sent=False) from error


def _look(mailbox: Mailbox, name: str, text: str, start: str) -> Look:
    try:
        opened = mailbox.client.select_folder(name, readonly=True)
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error:
        return Look(name, is_there=False)
    cursor = cursors.read(text)
    validity = int(opened.get(b"UIDVALIDITY") or 0)
    if cursor and cursor.validity == validity:
        found = mailbox.client.search(f"UID {cursor.uid + 1}:*")
        waiting = sum(uid > cursor.uid for uid in found)
    else:
        since = Cursor(validity, 0, start=start).since
        waiting = len(mailbox.client.search(["SINCE", since])) if since else 0
    return Look(name, mails=int(opened.get(b"EXISTS") or 0), waiting=waiting)

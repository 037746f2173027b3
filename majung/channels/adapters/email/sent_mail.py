"""What became of an interrupted send: whether our mail lies in the mailbox's folder of sent mail."""

import imaplib
import re
from datetime import timedelta
from typing import Any, Final

from majung.channels.adapters.email.imap import pull
from majung.channels.contract import (
    Accepted,
    Account,
    Context,
    Denied,
    Outgoing,
    Retryable,
    Unreached,
)

# Servers put a mail among the sent ones some time after they took it.
SETTLES: Final = timedelta(minutes=3)
_SENT: Final = b"\\Sent"
# Where a server does not mark its folder, under the names that programs give it.
_NAMES: Final = ("sent", "sent items", "sent mail", "sent messages", "보낸메일함", "보낸 편지함", "보낸편지함")  # fmt: skip
_OURS: Final = "mj."
_ID: Final = re.compile(r"<[\x21\x23-\x3b\x3d\x3f-\x5b\x5d-\x7e]+>")  # nothing that must be escaped


def reconcile(message: Outgoing, account: Account, context: Context) -> Accepted | Retryable | None:
    """Say that the mail lies among the sent ones, that it surely went nowhere, or ``None``.

    It surely did not go out where the server keeps each mail of ours, and not this one. That it
    keeps them is known from another of ours that lies there.
    """
    letter = message.letter
    if (
        letter is None
        or not account.config.get("imap_host")
        or not _ID.fullmatch(letter.message_id)
    ):
        return None
    try:
        with pull(account, context) as mailbox:
            found = _look(mailbox.client, letter.message_id)
    except (Unreached, Denied, imaplib.IMAP4.error, OSError):
        return None
    early = letter.tried_at is None or context.now() - letter.tried_at < SETTLES
    return None if early and isinstance(found, Retryable) else found


def _look(client: Any, message_id: str) -> Accepted | Retryable | None:
    domain = message_id.rpartition("@")[2]
    keeps = False
    for folder in _folders(client):
        client.select_folder(folder, readonly=True)
        if client.search(["HEADER", "Message-ID", message_id]):
            return Accepted(message_id)
        keeps = keeps or bool(client.search(["HEADER", "Message-ID", f"<{_OURS}"]))
    return Retryable(f"not among the sent mail of {domain[:-1]}") if keeps else None


def _folders(client: Any) -> list[str]:
    listed = client.list_folders()
    marked = [name for flags, _delimiter, name in listed if _SENT in flags]
    return marked or [
        name for _flags, delimiter, name in listed if _last(name, delimiter).casefold() in _NAMES
    ]


def _last(name: str, delimiter: Any) -> str:
    sign = delimiter.decode() if isinstance(delimiter, bytes) else str(delimiter or "/")
    return name.rpartition(sign)[2]

"""Fetching mail by IMAP: reads on where it stands in each folder, and marks or moves nothing."""

import hashlib
import imaplib
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

from imapclient.exceptions import CapabilityError, LoginError

from majung.channels.adapters.email import cursors, limits
from majung.channels.adapters.email.cursors import Cursor
from majung.channels.adapters.email.imap_words import (
    BEGUN_ANEW,
    BROKEN,
    BUSY,
    CERTIFICATE,
    FAILED,
    NO_CONNECTION,
    NO_FOLDER,
    NO_PASSWORD,
    NO_STARTTLS,
    NO_TLS,
    REFUSED,
)
from majung.channels.adapters.email.wire import READ_SECONDS, Client
from majung.channels.contract import Account, Batch, Context, Denied, RawItem, Unreached

MOST_MAILS: Final = 50  # of one batch
MOST_BATCH_BYTES: Final = 8 * 1024 * 1024
MOST_HEAD_BYTES: Final = 64 * 1024  # kept of a mail that is too large to fetch
CONNECT_SECONDS: Final = 15.0
GREETING_SECONDS: Final = 20.0
POLL_SECONDS: Final = 60.0
IDLE_SECONDS: Final = 28 * 60.0  # servers hang up after 30 minutes (RFC 2177)
_LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)
# The server says no for the moment, not to the password (RFC 5530).
_FOR_NOW: Final = ("UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG", "Too many", "emporar")


def is_pulled(account: Account) -> bool:
    """Say whether the account has a mailbox to fetch from."""
    return bool(account.config.get("imap_host"))


@contextmanager
def pull(account: Account, context: Context) -> Iterator["Mailbox"]:
    """Connect and sign in.

    Raises:
        Unreached: there is no connection, or it broke.
        Denied: a person has to mend the password, the certificate or the kind of encryption.
    """
    with _spoken():
        client = _connected(account, context)
    try:
        with _spoken():
            _sign_in(client, account)
            mailbox = Mailbox(client, account, context)
        yield mailbox
        with suppress(OSError, imaplib.IMAP4.error):
            client.logout()
    finally:
        with suppress(OSError, imaplib.IMAP4.error):
            client.shutdown()


def _connected(account: Account, context: Context) -> Client:
    config = account.config
    host, security = str(config["imap_host"]), config.get("imap_security") or "tls"
    try:
        sock = context.connect(host, int(config.get("imap_port") or 993), timeout=CONNECT_SECONDS)
    except Unreached as error:
        raise Unreached(f"{NO_CONNECTION}\n{error.reason}", perhaps_sent=False) from error
    try:
        sock.settimeout(GREETING_SECONDS)
        if security == "tls":
            sock = ssl.create_default_context().wrap_socket(sock, server_hostname=host)
        client = Client(sock, host, is_secure=security == "tls")
        if security == "starttls":
            try:
                client.starttls(ssl.create_default_context())
            except CapabilityError as error:
                raise Denied(NO_STARTTLS) from error
            sock = client.socket()
        sock.settimeout(READ_SECONDS)
    except BaseException:
        sock.close()
        raise
    return client


def _sign_in(client: Client, account: Account) -> None:
    user = str(account.config.get("imap_user") or "")
    password = account.secrets.get("imap_password", "")
    if not password:
        raise Denied(NO_PASSWORD)
    try:
        if (user + password).isascii() and not client.has_capability("LOGINDISABLED"):
            client.login(user, password)
        else:
            client.plain_login(user, password)
    except LoginError as error:
        # The library calls it a failed login, too, when the connection broke meanwhile.
        if isinstance(error.__context__, imaplib.IMAP4.abort):
            raise Unreached(BROKEN, perhaps_sent=False) from error
        if any(word in str(error) for word in _FOR_NOW):
            raise Unreached(BUSY, perhaps_sent=False) from error
        raise Denied(REFUSED) from error
    except imaplib.IMAP4.abort:
        raise
    except (imaplib.IMAP4.error, UnicodeError) as error:
        raise Denied(REFUSED) from error


@contextmanager
def _spoken() -> Iterator[None]:
    """Turn what the library and the network raise into what the contract says."""
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise Denied(f"{CERTIFICATE}\n{error.verify_message}") from error
    except ssl.SSLError as error:
        raise Unreached(f"{NO_TLS}\n{error.reason or ''}", perhaps_sent=False) from error
    except (OSError, EOFError, imaplib.IMAP4.abort) as error:
        raise Unreached(BROKEN, perhaps_sent=False) from error
    except (imaplib.IMAP4.error, ValueError, LookupError, TypeError) as error:
        # TypeError and the like: the library could not make sense of the answer.
        raise Unreached(f"{FAILED}\n{type(error).__name__}", perhaps_sent=False) from error


@dataclass(slots=True)
class _Place:
    """A folder at this moment: where the reading stands, and what waits, by number."""

    folder: str
    cursor: Cursor
    waiting: list[int]
    told: Mapping[int, Mapping[bytes, Any]]

    def age(self, number: int) -> datetime:
        """Return when a waiting mail was stored; one that is gone meanwhile comes first."""
        stored = self.told.get(self.waiting[number], {}).get(b"INTERNALDATE")
        return stored or _LONG_AGO

    def size(self, number: int) -> int:
        """Return how many bytes there are to fetch."""
        size = int(self.told.get(self.waiting[number], {}).get(b"RFC822.SIZE", 0))
        return size if size <= limits.MOST_BYTES else 0


class Mailbox:
    """The open mailbox (``majung.channels.contract.Source``)."""

    def __init__(self, client: Client, account: Account, context: Context) -> None:
        self._client = client
        self._context = context
        self._since = str(account.config.get("since") or "")
        names = account.config.get("folders") or ["INBOX"]
        self._folders: list[str] = list(dict.fromkeys(map(str, names)))
        self._main = min(self._folders, key=lambda name: name.upper() != "INBOX")
        self._waiting: dict[str, list[int]] = {}  # numbers found and not yet fetched
        self._validity: dict[str, int] = {}
        self._seen: dict[str, int] = {}  # UIDNEXT when a folder was last looked through

    @property
    def client(self) -> Client:
        """The connection, for questions that are no fetching."""
        return self._client

    def fetch(self, cursors: Mapping[str, str]) -> Batch:
        """Return the next mails of all folders, the oldest first.

        They are at most ``MOST_MAILS`` and about ``MOST_BATCH_BYTES``.
        """
        notes: list[str] = []
        troubles: list[str] = []
        items: dict[tuple[str, int], RawItem] = {}
        moved: dict[str, str] = {}
        with _spoken():
            places = self._look(cursors, notes, troubles)
            chosen = _oldest(places)
            for place in places:
                uids = [uid for folder, uid in chosen if folder == place.folder]
                if uids:
                    items |= self._take(place, uids)
                if not place.waiting:
                    place.cursor = _arrived(place.cursor)
                if str(place.cursor) != cursors.get(place.folder):
                    moved[place.folder] = str(place.cursor)
        return Batch(
            # Moved mails have late numbers, and still come before the answers to them.
            items=tuple(sorted(items.values(), key=lambda item: item.headers["stored_at"])),
            cursors=moved,
            more=any(place.waiting for place in places),
            notes=tuple(notes),
            troubles=tuple(troubles),
        )

    def wait(self, seconds: float) -> None:
        """Return when a mail came; with several folders, or without IDLE, within a minute."""
        with _spoken():
            main, opened = self._main, self._examined(self._main)
            if opened is None:
                self._client.wire.quiet_for(min(seconds, POLL_SECONDS))
            elif opened[b"UIDNEXT"] != self._seen.get(main):
                return
            elif not self._client.has_capability("IDLE"):
                self._client.wire.quiet_for(min(seconds, POLL_SECONDS))
            else:
                most = IDLE_SECONDS if len(self._folders) == 1 else POLL_SECONDS
                self._client.wire.idle_for(min(seconds, most))

    def _look(
        self, known: Mapping[str, str], notes: list[str], troubles: list[str]
    ) -> list[_Place]:
        """Look what waits in each folder."""
        places = []
        for folder in self._folders:
            opened = self._examined(folder)
            if opened is None:
                troubles.append(f"{NO_FOLDER}\n{folder}")
                continue
            cursor = self._cursor(folder, known.get(folder, ""), opened, notes)
            if self._seen.get(folder) != int(opened[b"UIDNEXT"]):
                self._waiting.pop(folder, None)  # what was moved in may be older than the rest
            self._seen[folder] = int(opened[b"UIDNEXT"])
            waiting = self._found(folder, cursor)
            told = self._client.fetch(waiting[:MOST_MAILS], ["RFC822.SIZE", "INTERNALDATE"])
            places.append(_Place(folder, cursor, waiting, told))
        return places

    def _examined(self, folder: str) -> dict[bytes, Any] | None:
        """Open a folder for reading only; ``None`` if it cannot be opened."""
        try:
            opened: dict[bytes, Any] = self._client.select_folder(folder, readonly=True)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error:
            return None
        if b"UIDNEXT" not in opened:  # RFC 3501 lets a server leave it out
            found = self._client.search("UID *") if opened.get(b"EXISTS") else []
            opened[b"UIDNEXT"] = max(found, default=0) + 1
        return opened

    def _cursor(
        self, folder: str, text: str, opened: Mapping[bytes, Any], notes: list[str]
    ) -> Cursor:
        """Return where to go on; at a first look, that is where to begin."""
        validity, ahead = int(opened.get(b"UIDVALIDITY") or 0), int(opened[b"UIDNEXT"])
        if self._validity.setdefault(folder, validity) != validity:
            self._validity[folder] = validity
            self._waiting.pop(folder, None)
        known = cursors.read(text)
        if known is None and self._since:
            return Cursor(validity, 0, until=ahead, start=self._since)
        if known is None:
            now = self._context.now().isoformat(timespec="seconds")
            return Cursor(validity, ahead - 1, start=now)
        if known.validity != validity:
            notes.append(f"{BEGUN_ANEW}\n{folder}")
            return Cursor(validity, 0, until=ahead, start=self._since or known.start)
        return known

    def _found(self, folder: str, cursor: Cursor) -> list[int]:
        """Return the numbers that are to be fetched, in order; searched once for many batches."""
        waiting = self._waiting.get(folder)
        if waiting and waiting[0] > cursor.uid:
            return waiting
        found: set[int] = set()
        if cursor.until > cursor.uid + 1:
            past = f"UID {cursor.uid + 1}:{cursor.until - 1}"
            since = cursor.since
            found |= set(self._client.search(past + (f" SINCE {_day(since)}" if since else "")))
        first = max(cursor.uid + 1, cursor.until)
        # "n:*" names the last mail of the folder, even if its number is below n.
        found |= set(self._client.search(f"UID {first}:*"))
        self._waiting[folder] = sorted(uid for uid in found if uid > cursor.uid)
        return self._waiting[folder]

    def _take(self, place: _Place, uids: Sequence[int]) -> dict[tuple[str, int], RawItem]:
        """Fetch mails of a folder, the first that wait there, and move its cursor behind them."""
        folder, told = place.folder, place.told
        if len(self._folders) > 1:
            opened = self._examined(folder)
            if opened is None or int(opened.get(b"UIDVALIDITY") or 0) != place.cursor.validity:
                return {}  # it changed since we looked; the next look tells how
        items = {}
        for uid, raw in self._bodies(told, uids, place.cursor).items():
            items[folder, uid] = (
                self._left_out(folder, place.cursor.validity, uid, told[uid])
                if raw is None
                else self._item(folder, told[uid], raw)
            )
        del place.waiting[: len(uids)]
        place.cursor = replace(place.cursor, uid=uids[-1])
        return items

    def _bodies(
        self, told: Mapping[int, Mapping[bytes, Any]], uids: Sequence[int], cursor: Cursor
    ) -> dict[int, bytes | None]:
        """Return the mails that are still there; ``None`` for one that cannot be had."""
        there = [uid for uid in uids if uid in told and _counts(cursor, uid, told[uid])]
        small = [uid for uid in there if told[uid][b"RFC822.SIZE"] <= limits.MOST_BYTES]
        found = self._fetched(small, "BODY.PEEK[]", b"BODY[]")
        bodies: dict[int, bytes | None] = {}
        for uid in there:
            # One that could not be had with the others is asked for alone, then looked for.
            body = found.get(uid) or (
                self._fetched([uid], "BODY.PEEK[]", b"BODY[]").get(uid) if uid in small else None
            )
            if body or self._client.search(f"UID {uid}"):
                bodies[uid] = body
        return bodies

    def _fetched(self, uids: Sequence[int], what: str, key: bytes) -> dict[int, bytes]:
        try:
            told = self._client.fetch(uids, [what])
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            if any(word in str(error) for word in _FOR_NOW):
                raise Unreached(BUSY, perhaps_sent=False) from error
            return {}
        return {uid: told[uid][key] for uid in uids if uid in told and told[uid].get(key)}

    def _item(self, folder: str, told: Mapping[bytes, Any], raw: bytes) -> RawItem:
        return RawItem(
            external_id=hashlib.sha256(raw).hexdigest(),
            sender="",
            raw=raw,
            headers={"folder": folder, "stored_at": _spelled(told.get(b"INTERNALDATE"))},
            received_at=self._context.now(),
        )

    def _left_out(self, folder: str, validity: int, uid: int, told: Mapping[bytes, Any]) -> RawItem:
        """Return an item that says why a mail was not fetched, with the head of it."""
        head = self._fetched([uid], "BODY.PEEK[HEADER]", b"BODY[HEADER]").get(uid, b"")
        size = int(told[b"RFC822.SIZE"])
        why = "too_large" if size > limits.MOST_BYTES else "not_given"
        name = head or f"{folder} {validity} {uid}".encode()
        item = self._item(folder, told, head[:MOST_HEAD_BYTES])
        return replace(
            item,
            external_id=hashlib.sha256(b"left out " + name).hexdigest(),
            headers={**item.headers, "left_out": why, "size": str(size)},
        )


def _oldest(places: Sequence[_Place]) -> list[tuple[str, int]]:
    """Choose what to fetch now as (folder, number): the oldest first, by number in each folder.

    So a mail that was moved to another folder still comes before the answer to it.
    """
    chosen: list[tuple[str, int]] = []
    ahead = dict.fromkeys(range(len(places)), 0)
    size = 0
    while len(chosen) < MOST_MAILS:
        going = [key for key in ahead if ahead[key] < len(places[key].waiting)]
        if not going:
            break
        key = min(going, key=lambda key: places[key].age(ahead[key]))
        size += places[key].size(ahead[key])
        if chosen and size > MOST_BATCH_BYTES:
            break
        chosen.append((places[key].folder, places[key].waiting[ahead[key]]))
        ahead[key] += 1
    return chosen


def _counts(cursor: Cursor, uid: int, told: Mapping[bytes, Any]) -> bool:
    """Say whether a mail of the past is young enough; a search knows days only."""
    moment, stored = cursor.moment, told.get(b"INTERNALDATE")
    return not (uid < cursor.until and moment and stored and stored < moment)


def _arrived(cursor: Cursor) -> Cursor:
    """Return the cursor of a folder that is read to its end."""
    return replace(cursor, uid=max(cursor.uid, cursor.until - 1), until=0)


def _day(date: Any) -> str:
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    return f"{date.day:02}-{months[date.month - 1]}-{date.year}"


def _spelled(moment: datetime | None) -> str:
    return moment.astimezone(UTC).isoformat() if moment else ""

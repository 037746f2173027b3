"""How a mailbox is doing, in words: what is wrong, what to do, and what its mails say of servers."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from email.parser import BytesHeaderParser
from email.policy import compat32
from typing import Any, Final

from django.db.models import BinaryField, Max
from django.db.models.functions import Substr
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from majung.channels import leases
from majung.channels.models import AccountState, InboundDelivery
from majung.conversations.models import Inbox
from majung.web.setup.words import State

LOOKED_AT: Final = 30
HEAD_BYTES: Final = 32 * 1024
MOST_NOTES: Final = 3
_SERVER: Final = re.compile(r"\s*([^\s;]{1,253})")


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong, in the server's or our words, and what a person does about it."""

    title: str
    words: str
    todo: str
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Note:
    at: datetime | None
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """A mailbox at this moment; ``is_fetched``: it has a server to fetch from."""

    state: State
    is_fetched: bool
    checked_at: datetime | None = None
    mail_at: datetime | None = None
    troubles: list[Trouble] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Checker:
    """A server that writes Authentication-Results, and on how many of the mails looked at."""

    name: str
    mails: int


def health(inbox: Inbox) -> Health:
    """Return how one mailbox is doing."""
    row = AccountState.objects.filter(inbox=inbox).first()
    newest = InboundDelivery.objects.filter(inbox=inbox).aggregate(at=Max("received_at"))["at"]
    return _health(inbox, row, newest)


def healths(inboxes: Iterable[Inbox]) -> dict[int, Health]:
    """Return how mailboxes are doing, by their keys; one query, without their last mails."""
    boxes = {inbox.pk: inbox for inbox in inboxes if inbox.kind == "email"}
    rows = {row.inbox_id: row for row in AccountState.objects.filter(inbox__in=boxes)}
    return {key: _health(inbox, rows.get(key), None) for key, inbox in boxes.items()}


def checkers(inbox: Inbox) -> list[Checker]:
    """Return the servers that checked the last mails, as far as they are not trusted yet.

    Anybody may write such a header, so only the topmost of a mail counts: the last server put it
    there.
    """
    trusted = set(inbox.config.get("trusts") or ())
    rows = InboundDelivery.objects.filter(inbox=inbox, raw_file=None).order_by("-received_at")
    head = Substr("raw", 1, HEAD_BYTES, output_field=BinaryField())
    heads = rows.annotate(head=head).values_list("head", flat=True)[:LOOKED_AT]
    seen = Counter(name for each in heads if (name := _checker(bytes(each))))
    return [Checker(name, n) for name, n in seen.most_common(3) if name not in trusted]


def _checker(head: bytes) -> str:
    parsed = BytesHeaderParser(policy=compat32).parsebytes(head)
    found = _SERVER.match(str(parsed.get("Authentication-Results") or ""))
    return found[1].lower() if found else ""


def _health(inbox: Inbox, row: AccountState | None, newest: datetime | None) -> Health:
    is_fetched = bool(inbox.config.get("imap_host"))
    troubles = _troubles(row) if row else []
    notes = [_note(each) for each in reversed(row.notes)] if row else []
    return Health(
        state=_state(inbox, row, troubles, is_fetched=is_fetched),
        is_fetched=is_fetched,
        checked_at=row.checked_at if row and is_fetched else None,
        mail_at=newest,
        troubles=troubles,
        notes=notes[:MOST_NOTES],
    )


def _state(
    inbox: Inbox, row: AccountState | None, troubles: list[Trouble], *, is_fetched: bool
) -> State:
    if not inbox.is_active:
        return State(_("꺼짐"), "")
    if troubles:
        return State(_("문제 있음"), "late")
    if not is_fetched:
        return State(_("받는 서버 없음"), "")
    if row is None or row.well_at is None:
        return State(_("확인 중"), "wait")
    return State(_("잘 받고 있음"), "done")


def _troubles(row: AccountState) -> list[Trouble]:
    found = []
    if row.trouble:
        found.append(
            Trouble(
                _("메일을 가져오지 못하고 있어요")
                if row.trouble != leases.PARTLY
                else _("일부 폴더를 읽지 못하고 있어요"),
                leases.told(row.words),
                _todo(row.trouble),
                row.troubled_at,
            )
        )
    if row.send_trouble:
        title = _("메일을 보내지 못하고 있어요")
        found.append(
            Trouble(title, leases.told(row.send_words), _todo("sending"), row.send_troubled_at)
        )
    return found


def _todo(code: str) -> str:
    if code == leases.DENIED:
        return _(
            "아래에서 비밀번호를 다시 적어 게시하면 그동안 온 메일까지 가져와요. 메일은 서버에 "
            "그대로 있어요."
        )
    if code == leases.UNREACHED:
        return _("곧 저절로 다시 해 봐요. 오래 이러면 서버의 주소와 포트를 확인해 주세요.")
    if code == leases.PARTLY:
        return _("아래의 ‘읽는 폴더’를 고쳐 게시해 주세요. 다른 폴더는 계속 읽어요.")
    if code == "sending":
        return _("아래에서 보내는 계정과 비밀번호를 고쳐 게시하고, 실패한 답은 다시 보내 주세요.")
    return _("곧 저절로 다시 해 봐요. 계속되면 서버의 기록을 확인해 주세요.")


def _note(stored: dict[str, Any]) -> Note:
    try:
        at = parse_datetime(str(stored.get("at", "")))
    except ValueError:
        at = None
    return Note(at, leases.told(str(stored.get("words", ""))))

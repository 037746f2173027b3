"""What 참새톡 tells us.

It calls the webhook with ``{"events": [{"id", "type", "at", …}]}`` and signs each call in a header::

    X-Sparrow-Signature: t=1764000000,v1=<HMAC-SHA256 of "1764000000.<body>" in hex>
"""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils.translation import gettext_noop as _

from majung.channels.contract import (
    Account,
    Address,
    Arrival,
    Context,
    Deleted,
    Echo,
    Edited,
    Event,
    Ignored,
    InFile,
    Parsed,
    RawItem,
    Receipt,
    Refused,
    Request,
    Unreached,
    Unreadable,
    plain,
)

HEADER = "x-sparrow-signature"
FRESH = timedelta(minutes=5)
STATES = {"sent", "delivered", "read", "failed"}


# A call


def verify(request: Request, account: Account) -> None:
    given = request.headers.get(HEADER, "")
    key = account.secrets.get("signing_key", "")
    if not given or not key:
        raise Refused("missing")
    named = dict(part.partition("=")[::2] for part in given.split(",", 4))
    time, signature = named.get("t", ""), named.get("v1", "")
    expected = hmac.new(key.encode(), f"{time}.".encode() + request.body, hashlib.sha256)
    if not hmac.compare_digest(expected.hexdigest().encode(), signature.encode()):
        raise Refused("forged")
    # The time is the vendor's own: it stands in what was signed.
    if abs(request.received_at - datetime.fromtimestamp(int(time), UTC)) > FRESH:
        raise Refused("stale")


def receive(request: Request, account: Account) -> Arrival:
    if request.method == "GET":  # the vendor asks whether the address is ours
        return Arrival(body=request.query.get("challenge", "").encode())
    body = _object(request.body)
    events = body.get("events")
    if not isinstance(events, list) or not all(isinstance(each, dict) for each in events):
        raise Unreadable("no_events", _("참새톡의 알림을 읽을 수 없어요."))
    return Arrival(items=tuple(_item(event, request) for event in events), body=b"ok")


def _item(event: dict[str, Any], request: Request) -> RawItem:
    raw = json.dumps(event, ensure_ascii=False).encode("utf-8", "replace")
    message = event.get("message")
    # A message keeps its own id: edits, deletions and repeats name it by that.
    is_message = event.get("type") == "message" and isinstance(message, dict)
    named = message.get("id") if is_message else f"event:{event.get('id')}"
    return RawItem(
        external_id=str(named)[:200] if event.get("id") else hashlib.sha256(raw).hexdigest(),
        sender=str(message.get("from", ""))[:120] if is_message else "",
        raw=raw,
        headers={},
        received_at=request.received_at,
    )


# An item


def parse(item: RawItem, account: Account) -> Event:
    event = _object(item.raw)
    kind = event.get("type")
    read = KINDS.get(kind) if isinstance(kind, str) else None
    if read is None:
        return Ignored("unknown_kind", _("참새톡의 새로운 알림이라 아직 다루지 않아요."))
    try:
        return read(event["message"], event, account)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise Unreadable("not_an_event", _("참새톡의 알림을 읽을 수 없어요.")) from error


def _message(said: Any, event: dict[str, Any], account: Account) -> Event:
    text, files = plain(_text(said["text"])), said.get("files") or []
    if not text and not files:
        raise Unreadable("empty", _("내용을 입력해 주세요."))
    return Parsed(
        sender=_address(said["from"], account),
        name=plain(_text(said.get("name", "")))[:80],
        text=text,
        sent_at=_moment(event["at"]),
        attached=tuple(
            InFile(name=_text(file["name"]), type=_text(file["type"]), reference=_text(file["id"]))
            for file in files
        ),
    )


def _edited(said: Any, event: dict[str, Any], account: Account) -> Event:
    return Edited(
        external_id=_text(said["id"]), text=plain(_text(said["text"])), at=_moment(event["at"])
    )


def _deleted(said: Any, event: dict[str, Any], account: Account) -> Event:
    return Deleted(external_id=_text(said["id"]), at=_moment(event["at"]))


def _echo(said: Any, event: dict[str, Any], account: Account) -> Event:
    return Echo(
        external_id=_text(said["id"]),
        key=_text(said.get("key", "")),
        to=_address(said["to"], account),
        text=plain(_text(said["text"])),
        at=_moment(event["at"]),
    )


def _receipt(said: Any, event: dict[str, Any], account: Account) -> Event:
    state = event["state"]
    if state not in STATES:
        return Ignored("unknown_state", _("참새톡의 새로운 알림이라 아직 다루지 않아요."))
    return Receipt(
        state=state,
        external_id=_text(said["id"]),
        reason=plain(_text(event.get("reason", ""))),
        at=_moment(event["at"]),
    )


KINDS = {
    "message": _message,
    "message.edited": _edited,
    "message.deleted": _deleted,
    "message.echo": _echo,
    "message.receipt": _receipt,
}


def fetch(file: InFile, account: Account, context: Context) -> bytes:
    url = f"{account.config['url']}/v1/files/{file.reference}"
    answer = context.request("GET", url, headers=authorised(account), timeout=30)
    if answer.status in {404, 410}:
        raise Unreadable("file_gone", _("참새톡에 파일이 남아 있지 않아요."))
    if answer.status != 200:
        raise Unreached(f"HTTP {answer.status}", perhaps_sent=False)
    return answer.body


def authorised(account: Account) -> dict[str, str]:
    return {"Authorization": f"Bearer {account.secrets.get('token', '')}"}


# Their words


def _address(user: object, account: Account) -> Address:
    # Ids of the vendor are unique in one account: its key keeps them apart from others.
    return Address(kind="messenger", scope=account.key, address=_text(user))


def _object(raw: bytes) -> dict[str, Any]:
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise Unreadable("not_json", _("참새톡의 알림을 읽을 수 없어요.")) from error
    if not isinstance(found, dict):
        raise Unreadable("not_json", _("참새톡의 알림을 읽을 수 없어요."))
    return found


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _moment(value: object) -> datetime:
    moment = datetime.fromisoformat(_text(value))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

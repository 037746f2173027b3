"""What we send: ``POST /v1/messages``, its files put up before.

Majung's key goes along, so that a send whose answer was lost can be looked up.
"""

import json
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext as _

from majung.channels.contract import (
    Accepted,
    Account,
    Answer,
    Context,
    HttpAnswer,
    OutFile,
    Outgoing,
    Permanent,
    Retryable,
    Unknown,
    Unreached,
)
from majung_channel_sample.incoming import authorised

FILE_SECONDS = 60.0


class _Stopped(Exception):
    """A file could not be put up, so the message was surely not sent."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer


def send(message: Outgoing, account: Account, context: Context) -> Answer:
    try:
        files = [_put(file, account, context) for file in message.files]
    except _Stopped as stopped:
        return stopped.answer
    body = {"to": message.to.address, "text": message.text, "key": message.key, "files": files}
    try:
        answer = context.request(
            "POST", f"{account.config['url']}/v1/messages", json=body, headers=authorised(account)
        )
    except Unreached as error:
        return Unknown(error.reason) if error.perhaps_sent else Retryable(error.reason)
    if answer.status >= 500:
        return Unknown(f"HTTP {answer.status}")
    return _refused(answer) or Accepted(_object(answer).get("id", ""))


def reconcile(message: Outgoing, account: Account, context: Context) -> Accepted | Retryable | None:
    url = f"{account.config['url']}/v1/messages?key={quote(message.key)}"
    try:
        answer = context.request("GET", url, headers=authorised(account))
    except Unreached:
        return None
    if answer.status != 200:
        return None
    found = _object(answer).get("messages")
    if not isinstance(found, list):
        return None
    return Accepted(found[0]["id"]) if found else Retryable("it did not arrive")


def _put(file: OutFile, account: Account, context: Context) -> str:
    with file.open() as opened:
        content = opened.read()
    headers = {**authorised(account), "Content-Type": file.type, "X-File-Name": quote(file.name)}
    try:
        answer = context.request(
            "POST",
            f"{account.config['url']}/v1/files",
            content=content,
            headers=headers,
            timeout=FILE_SECONDS,
        )
    except Unreached as error:
        raise _Stopped(Retryable(error.reason)) from error
    refused = _refused(answer)
    if refused or answer.status >= 500:
        raise _Stopped(refused or Retryable(f"HTTP {answer.status}"))
    return str(_object(answer).get("id", ""))


def _refused(answer: HttpAnswer) -> Answer | None:
    if answer.status == 429:
        after = answer.headers.get("retry-after", "")
        return Retryable("too many calls", after=float(after) if after.isdecimal() else 30.0)
    if answer.status in {401, 403}:
        return Permanent(_("참새톡이 API 토큰을 받지 않아요. 설정에서 토큰을 확인해 주세요."))
    if 400 <= answer.status < 500:
        said = str(_object(answer).get("error", "")) or f"HTTP {answer.status}"
        return Permanent(_("참새톡이 보내지 않았어요: %(said)s") % {"said": said})
    return None


def _object(answer: HttpAnswer) -> dict[str, Any]:
    try:
        found = json.loads(answer.body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}

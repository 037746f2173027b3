"""A channel for tests that really sends: it posts to ``config["url"]`` and promises nothing.

It has no idempotency, so an interrupted send is unknown, as with many a vendor.
"""

import json
from http import HTTPStatus

from majung.channels.contract import (
    Accepted,
    Account,
    Address,
    Answer,
    Capabilities,
    Context,
    Outgoing,
    Parsed,
    Permanent,
    RawItem,
    Retryable,
    Unknown,
    Unreached,
    Unreadable,
    plain,
)

CAPABILITIES = Capabilities(name="호출기", max_text=200)


def parse(item: RawItem, account: Account) -> Parsed:
    try:
        text = json.loads(item.raw)["text"]
    except (ValueError, RecursionError, TypeError, LookupError) as error:
        raise Unreadable("no_text", "글이 없어요.") from error
    if not isinstance(text, str):
        raise Unreadable("no_text", "글이 없어요.")
    return Parsed(sender=Address(kind="phone", address=item.sender), text=plain(text))


def send(message: Outgoing, account: Account, context: Context) -> Answer:
    body = {"key": message.key, "to": message.to.address, "text": message.text}
    try:
        answer = context.request("POST", str(account.config["url"]), json=body, timeout=10)
    except Unreached as error:
        return (
            Unknown(error.reason) if error.perhaps_sent else Retryable("no connection", after=0.01)
        )
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        return Retryable("rate limit", after=float(answer.headers["retry-after"]))
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Unknown(f"HTTP {answer.status}")
    if answer.status >= HTTPStatus.BAD_REQUEST:
        return Permanent(answer.body.decode())
    return Accepted(answer.body.decode())

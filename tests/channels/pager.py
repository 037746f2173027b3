"""A channel for tests that really sends: it posts to ``config["url"]`` and promises nothing.

It has no idempotency, so an interrupted send is unknown, as with many a vendor.
"""

import json

import httpx

from majung.channels.contract import (
    Accepted,
    Address,
    Answer,
    Capabilities,
    Outgoing,
    Parsed,
    Permanent,
    RawItem,
    Retryable,
    Unknown,
    Unreadable,
)

CAPABILITIES = Capabilities(name="호출기", max_text=200)
TOO_MANY = 429


def parse(item: RawItem) -> Parsed:
    body = json.loads(item.raw)
    if "text" not in body:
        raise Unreadable("no_text", "글이 없어요.")
    return Parsed(sender=Address(kind="phone", address=item.sender), text=body["text"])


def send(message: Outgoing) -> Answer:
    body = {"key": message.key, "to": message.to.address, "text": message.text}
    try:
        response = httpx.post(str(message.config["url"]), json=body, timeout=10)
    except httpx.ConnectError:
        return Retryable("no connection", after=0.01)
    except httpx.TransportError as error:
        return Unknown(type(error).__name__)
    if response.status_code == TOO_MANY:
        return Retryable("rate limit", after=float(response.headers["Retry-After"]))
    if response.is_client_error:
        return Permanent(response.text)
    if response.is_server_error:
        return Unknown(f"HTTP {response.status_code}")
    return Accepted(response.text)

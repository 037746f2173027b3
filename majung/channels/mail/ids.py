"""Names that only we can make: the Message-IDs of what we send, and addresses to answer to.

Both carry a signature under the installation's keys, so that a guessed number, or a name that
another helpdesk made, names nothing here. Upper and lower case mean the same, for mail servers
change them.
"""

import base64
import hashlib
import hmac
import re
from functools import lru_cache
from typing import Final
from uuid import UUID

from django.conf import settings

from majung.core.keys import derive

_SIGNATURE_BYTES: Final = 10
_MESSAGE: Final = re.compile(r"<mj\.([0-9a-f]{32})\.([a-z2-7]{16})@[^<>@\s]+>", re.IGNORECASE)
_TAG: Final = re.compile(r"mj-([0-9a-z]{1,13})-([a-z2-7]{16})", re.IGNORECASE)
_LONGEST_LOCAL: Final = 64
_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"


def message_id(message: UUID, *, domain: str) -> str:
    """Return the Message-ID of a message of ours, the same at every attempt to send it."""
    return f"<mj.{message.hex}.{_signature('message', message.hex)}@{domain}>"


def message_of(header_id: str) -> UUID | None:
    """Return which message of ours a Message-ID names; ``None`` if it is not ours."""
    found = _MESSAGE.fullmatch(header_id.strip())
    if found is None:
        return None
    name = found[1].lower()
    return UUID(name) if _is_signed("message", name, found[2]) else None


def reply_address(address: str, conversation_id: int) -> str:
    """Return the address under which a conversation is answered: ``help+mj-1z-…@brand.example``.

    Where the signed part does not fit into the local part (RFC 5321: 64 bytes), the address itself.
    """
    local, _, domain = address.rpartition("@")
    name = _spelled(conversation_id)
    tagged = f"{local}+mj-{name}-{_signature('conversation', name)}"
    return f"{tagged}@{domain}" if len(tagged) <= _LONGEST_LOCAL else address


def conversation_of(address: str) -> int | None:
    """Return which conversation an address of ours names; ``None`` without a right signature."""
    tag = address.rpartition("@")[0].rpartition("+")[2]
    found = _TAG.fullmatch(tag)
    if found is None:
        return None
    name = found[1].lower()
    return int(name, 36) if _is_signed("conversation", name, found[2]) else None


def bare(address: str) -> str:
    """Return an address without what stands behind a plus, in lower case."""
    local, _, domain = address.lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def id_key(header_id: str) -> str:
    """Return the short key under which a Message-ID is looked up; empty for none."""
    named = header_id.strip()
    return hashlib.sha256(named.encode("utf-8", "replace")).hexdigest()[:32] if named else ""


def _spelled(number: int) -> str:
    """Return a number above 0 in base 36."""
    signs = ""
    while number:
        number, rest = divmod(number, 36)
        signs = _DIGITS[rest] + signs
    return signs


def _signature(kind: str, name: str) -> str:
    return _signed_with(_keys()[0], kind, name)


def _is_signed(kind: str, name: str, signature: str) -> bool:
    given = signature.lower()
    return any(hmac.compare_digest(_signed_with(key, kind, name), given) for key in _keys())


def _signed_with(key: bytes, kind: str, name: str) -> str:
    digest = hmac.digest(key, f"{kind}:{name}".encode(), "sha256")
    return base64.b32encode(digest[:_SIGNATURE_BYTES]).decode().lower()


def _keys() -> list[bytes]:
    return _derived(tuple(settings.MAJUNG_SECRET_KEYS))


@lru_cache(maxsize=8)
def _derived(keys: tuple[str, ...]) -> list[bytes]:
    return [derive(key, purpose="mail names").encode() for key in keys]

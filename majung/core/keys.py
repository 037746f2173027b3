"""Keys derived from the installation's key texts (no Django here: settings import it)."""

import base64
from collections.abc import Sequence

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_LENGTH = 32


def derive(key: str, *, purpose: str) -> str:
    """Return 32 bytes for one purpose as URL-safe base64, by HKDF-SHA256 (RFC 5869).

    ``key`` is text of any length; purposes give keys that say nothing about one another.
    Raises ``ValueError`` for an empty key.
    """
    if not key.strip():
        msg = "a secret key must not be empty"
        raise ValueError(msg)
    hkdf = HKDF(algorithm=SHA256(), length=_LENGTH, salt=None, info=f"majung {purpose}".encode())
    return base64.urlsafe_b64encode(hkdf.derive(key.encode())).decode()


def django_keys(keys: Sequence[str]) -> tuple[str, list[str]]:
    """Return Django's SECRET_KEY and SECRET_KEY_FALLBACKS for key texts, the current one first.

    Raises ``ValueError`` when there is no key or an empty one.
    """
    if not keys:
        msg = "at least one secret key is needed"
        raise ValueError(msg)
    current, *older = [derive(key, purpose="django") for key in keys]
    return current, older

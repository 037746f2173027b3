"""A page's own number, made and signed by us: the same page sent twice is one message.

It is the address of a form's sender too, so nobody may choose it.
"""

from uuid import UUID, uuid4

from django.core import signing


def make(scope: str) -> str:
    """Return a fresh signed number for one form or one request's page."""
    return _signer(scope).sign(uuid4().hex)


def read(signed: str, *, scope: str) -> UUID | None:
    """Return the number; ``None`` when it was not made by us for this page."""
    try:
        return UUID(_signer(scope).unsign(signed))
    except (signing.BadSignature, ValueError):
        return None


def _signer(scope: str) -> signing.Signer:
    return signing.Signer(salt=f"majung.nonce.{scope}")

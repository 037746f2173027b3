"""Signed identity tokens: the host page says who its signed-in member is, and proves it.

A token is a JWT (RFC 7519), HS256 with the widget's identity secret:
``sub`` the member's id of at most 100 characters, ``jti`` unique, ``iat``, ``exp`` at most ten minutes later, ``aud`` the
widget's key; and if known ``name``, ``email`` with ``email_verified``, ``phone`` with
``phone_verified``, ``locale``. It is good for one use.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from django.db import IntegrityError, transaction

from majung.channels.models import UsedToken
from majung.conversations.models import Inbox
from majung.core import clock
from majung.core.ids import uuid7

LONGEST_LIFE = 600
LONGEST_ID = 100
LEEWAY = 30
ALGORITHM = "HS256"


class Refused(Exception):
    """The token proves nothing. ``code`` says why: forged, expired or replayed."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Who the host page vouches for."""

    id: str
    name: str = ""
    email: str = ""
    phone: str = ""
    locale: str = ""


def verify(*, token: str, inbox: Inbox, already: str = "") -> Member:
    """Check a token and spend it, in the caller's transaction.

    ``already`` is the member whom the bearer has proven to be before: a page that is shown again
    with the token it came with changes nothing then, and spends nothing.

    Raises:
        Refused: ``identity_forged``, ``identity_expired`` or ``identity_replayed``.
    """
    claims = _claims(token, inbox)
    member = _member(claims)
    if not already or already != member.id:
        _spend(claims, inbox)
    return member


def read(*, token: str, inbox: Inbox) -> Member:
    """Check a token without spending it: good to greet by, not to act on.

    Raises:
        Refused: ``identity_forged`` or ``identity_expired``.
    """
    return _member(_claims(token, inbox))


def issue(*, inbox: Inbox, member: Member, life: int = LONGEST_LIFE) -> str:
    """Make a token as a host page would: good for ``life`` seconds and one use.

    Raises:
        ValueError: the inbox has no identity secret.
    """
    if not inbox.identity_secret:
        raise ValueError("the inbox has no identity secret")
    now = clock.now()
    claims = {
        "sub": member.id,
        "aud": inbox.key,
        "jti": str(uuid7()),
        "iat": now,
        "exp": now + timedelta(seconds=life),
        "name": member.name,
        "email": member.email,
        "email_verified": bool(member.email),
        "phone": member.phone,
        "phone_verified": bool(member.phone),
        "locale": member.locale,
    }
    return jwt.encode(claims, str(inbox.identity_secret), algorithm=ALGORITHM)


def _member(claims: dict[str, Any]) -> Member:
    return Member(
        id=_text(claims, "sub"),
        name=_text(claims, "name")[:80],
        email=_text(claims, "email") if claims.get("email_verified") is True else "",
        phone=_text(claims, "phone") if claims.get("phone_verified") is True else "",
        locale=_text(claims, "locale")[:10],
    )


def _text(claims: dict[str, Any], name: str) -> str:
    return str(claims.get(name) or "").replace("\x00", "").strip()


def _claims(token: str, inbox: Inbox) -> dict[str, Any]:
    if not inbox.identity_secret:
        raise Refused("identity_forged")
    try:
        claims = jwt.decode(
            token,
            inbox.identity_secret,
            algorithms=[ALGORITHM],
            audience=inbox.key,
            leeway=LEEWAY,
            options={"require": ["exp", "iat", "sub", "jti", "aud"]},
        )
    except jwt.ExpiredSignatureError as error:
        raise Refused("identity_expired") from error
    except jwt.InvalidTokenError as error:
        raise Refused("identity_forged") from error
    lives = int(claims["exp"]) - int(claims["iat"])
    # Never cut: two ids that begin alike are two people.
    is_known = 0 < len(_text(claims, "sub")) <= LONGEST_ID and _text(claims, "jti")
    if lives > LONGEST_LIFE or not is_known:
        raise Refused("identity_forged")
    return dict(claims)


def _spend(claims: dict[str, Any], inbox: Inbox) -> None:
    expires = datetime.fromtimestamp(int(claims["exp"]) + LEEWAY, tz=UTC)
    try:
        with transaction.atomic():
            UsedToken.objects.create(
                inbox=inbox, jti=_text(claims, "jti")[:100], expires_at=expires
            )
    except IntegrityError as error:
        raise Refused("identity_replayed") from error


def forget_expired() -> int:
    """Drop spent tokens that could not be used any more anyway."""
    return UsedToken.objects.filter(expires_at__lt=clock.now()).delete()[0]

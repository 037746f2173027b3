"""Web Push as browsers understand it: the payload sealed (RFC 8291), the sender signed (RFC 8292).

Nothing here talks to a network or a database; ``accounts.push`` does.
"""

import base64
import hmac
import json
import secrets
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
)

RECORD_SIZE: Final = 4096
MOST_BYTES: Final = 3993
"""The longest payload that fits one record of a push message (RFC 8291, section 4)."""
SALT_BYTES: Final = 16
AUTH_BYTES: Final = 16
TOKEN_LIVES: Final = timedelta(hours=12)
_CURVE: Final = ec.SECP256R1()
_LAST_RECORD: Final = b"\x02"


class BadKey(ValueError):
    """The browser's keys are none: not on the curve, or of another length."""


def base64url(raw: bytes) -> str:
    """Return URL-safe base64 without its padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes:
    """Return the bytes of URL-safe base64, padded or not; raises ``BadKey``."""
    try:
        return base64.urlsafe_b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4))
    except ValueError as error:
        raise BadKey from error


def new_key() -> str:
    """Return a new private key on P-256, as text to be sealed."""
    key = ec.generate_private_key(_CURVE)
    der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return base64url(der)


def public_part(private: str) -> str:
    """Return the public point of a key of ``new_key``: what browsers subscribe with."""
    return base64url(_point(_loaded(private).public_key()))


def check_keys(*, p256dh: str, auth: str) -> None:
    """Look at what a browser gives with its subscription; raises ``BadKey``."""
    _their_key(p256dh)
    if len(from_base64url(auth)) != AUTH_BYTES:
        raise BadKey


def encrypt(
    payload: bytes,
    *,
    p256dh: str,
    auth: str,
    salt: bytes | None = None,
    sender: ec.EllipticCurvePrivateKey | None = None,
) -> bytes:
    """Return the body of a push message in the coding ``aes128gcm``, one record.

    ``p256dh`` and ``auth`` are the browser's, URL-safe base64. ``salt`` and ``sender`` are made
    anew for each message; only the test of the RFC's own example gives them.

    Raises ``BadKey``; ``ValueError`` for a payload over ``MOST_BYTES``.
    """
    if len(payload) > MOST_BYTES:
        msg = f"a push message carries {MOST_BYTES} bytes at most"
        raise ValueError(msg)
    salt = salt or secrets.token_bytes(SALT_BYTES)
    sender = sender or ec.generate_private_key(_CURVE)
    theirs, ours = _their_key(p256dh), _point(sender.public_key())
    shared = sender.exchange(ec.ECDH(), theirs)
    # RFC 8291, section 3.3: the browser's secret goes into the key material.
    info = b"WebPush: info\x00" + _point(theirs) + ours
    material = _hkdf(shared, salt=from_base64url(auth), info=info, length=32)
    key = _hkdf(material, salt=salt, info=b"Content-Encoding: aes128gcm\x00", length=16)
    nonce = _hkdf(material, salt=salt, info=b"Content-Encoding: nonce\x00", length=12)
    header = salt + RECORD_SIZE.to_bytes(4, "big") + bytes([len(ours)]) + ours
    return header + AESGCM(key).encrypt(nonce, payload + _LAST_RECORD, None)


def authorization(*, endpoint: str, private: str, contact: str, now: datetime) -> str:
    """Return the Authorization header by which a push service knows its sender (RFC 8292).

    ``contact`` is a mailto: or https: address of whoever runs this installation.
    """
    where = urlsplit(endpoint)
    claims = {
        "aud": f"{where.scheme}://{where.netloc}",
        "exp": int((now + TOKEN_LIVES).timestamp()),
        "sub": contact,
    }
    signed = f"{_json({'typ': 'JWT', 'alg': 'ES256'})}.{_json(claims)}"
    key = _loaded(private)
    r, s = decode_dss_signature(key.sign(signed.encode(), ec.ECDSA(SHA256())))
    signature = base64url(r.to_bytes(32, "big") + s.to_bytes(32, "big"))
    return f"vapid t={signed}.{signature}, k={base64url(_point(key.public_key()))}"


def _json(value: dict[str, object]) -> str:
    return base64url(json.dumps(value, separators=(",", ":")).encode())


def _loaded(private: str) -> ec.EllipticCurvePrivateKey:
    key = load_der_private_key(from_base64url(private), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise BadKey
    return key


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _their_key(p256dh: str) -> ec.EllipticCurvePublicKey:
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, from_base64url(p256dh))
    except ValueError as error:
        raise BadKey from error


def _hkdf(material: bytes, *, salt: bytes, info: bytes, length: int) -> bytes:
    """Extract and expand (RFC 5869); one round is enough for up to 32 bytes."""
    key = hmac.digest(salt, material, "sha256")
    return hmac.digest(key, info + b"\x01", "sha256")[:length]

"""The payload of a push message, held against the RFC's own example and a second reading of it."""

import hashlib
import json
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from majung.core import web_push
from tests.core.browser_keys import BrowserKeys

# RFC 8291, appendix A.
PLAINTEXT = b"When I grow up, I want to be a watermelon"
SENDER_PRIVATE = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
BROWSER_PRIVATE = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"
BROWSER_PUBLIC = (
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
)
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
SALT = "DGv6ra1nlYgDCS1FRnbzlw"
MESSAGE = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27ml"
    "mlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPT"
    "pK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


def private_key(text: str) -> ec.EllipticCurvePrivateKey:
    number = int.from_bytes(web_push.from_base64url(text), "big")
    return ec.derive_private_key(number, ec.SECP256R1())


def test_the_rfcs_example_comes_out_to_the_byte() -> None:
    body = web_push.encrypt(
        PLAINTEXT,
        p256dh=BROWSER_PUBLIC,
        auth=AUTH,
        salt=web_push.from_base64url(SALT),
        sender=private_key(SENDER_PRIVATE),
    )
    assert web_push.base64url(body) == MESSAGE


def test_the_browser_of_the_example_reads_it() -> None:
    browser = BrowserKeys(private_key(BROWSER_PRIVATE), web_push.from_base64url(AUTH))
    assert browser.p256dh == BROWSER_PUBLIC
    assert browser.read(web_push.from_base64url(MESSAGE)) == PLAINTEXT


def test_only_the_subscriber_reads_it_and_each_message_is_another() -> None:
    browser, other = BrowserKeys(), BrowserKeys()
    bodies = [
        web_push.encrypt("안녕".encode(), p256dh=browser.p256dh, auth=browser.auth)
        for _ in range(2)
    ]
    assert [browser.read(body) for body in bodies] == ["안녕".encode()] * 2
    assert bodies[0] != bodies[1]
    with pytest.raises(ValueError, match="not for this browser"):
        other.read(bodies[0])


@pytest.mark.parametrize("length", [0, 1, web_push.MOST_BYTES])
def test_every_length_up_to_the_most_fits_one_record(length: int) -> None:
    browser = BrowserKeys()
    body = web_push.encrypt(b"x" * length, p256dh=browser.p256dh, auth=browser.auth)
    assert browser.read(body) == b"x" * length
    assert len(body) <= web_push.RECORD_SIZE


def test_what_is_too_long_is_refused() -> None:
    browser = BrowserKeys()
    with pytest.raises(ValueError, match="3993"):
        web_push.encrypt(b"x" * 3994, p256dh=browser.p256dh, auth=browser.auth)


@pytest.mark.parametrize(
    ("p256dh", "auth"),
    [
        ("", AUTH),
        ("AAAA", AUTH),
        (BROWSER_PUBLIC[:-4] + "AAAA", AUTH),  # not on the curve
        ("한글", AUTH),
        (BROWSER_PUBLIC, ""),
        (BROWSER_PUBLIC, "AAAA"),
    ],
)
def test_keys_that_are_none_are_refused(p256dh: str, auth: str) -> None:
    with pytest.raises(web_push.BadKey):
        web_push.check_keys(p256dh=p256dh, auth=auth)


def test_the_browsers_own_keys_are_taken() -> None:
    web_push.check_keys(p256dh=BROWSER_PUBLIC, auth=AUTH)


def test_the_sender_is_signed_for_that_push_service_alone() -> None:
    private, now = web_push.new_key(), datetime(2026, 11, 22, tzinfo=UTC)
    header = web_push.authorization(
        endpoint="https://push.example:8443/send/abc?x=1",
        private=private,
        contact="https://desk.example",
        now=now,
    )
    scheme, _, rest = header.partition(" ")
    values = dict(part.strip().split("=", 1) for part in rest.split(","))
    assert (scheme, values["k"]) == ("vapid", web_push.public_part(private))
    head, claims, signature = values["t"].split(".")
    assert json.loads(web_push.from_base64url(head)) == {"typ": "JWT", "alg": "ES256"}
    assert json.loads(web_push.from_base64url(claims)) == {
        "aud": "https://push.example:8443",
        "exp": int((now + timedelta(hours=12)).timestamp()),
        "sub": "https://desk.example",
    }
    raw = web_push.from_base64url(signature)
    r, s = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
    point = web_push.from_base64url(values["k"])
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    # Raises InvalidSignature if anything was changed.
    public.verify(encode_dss_signature(r, s), f"{head}.{claims}".encode(), ec.ECDSA(SHA256()))


def test_each_key_is_another() -> None:
    keys = {hashlib.sha256(web_push.new_key().encode()).hexdigest() for _ in range(3)}
    assert len(keys) == 3

"""The channel passes Majung's suite, and says what is its own."""

from dataclasses import replace

from majung.channels.conformance import Conformance, not_applicable
from majung.channels.contract import Account
from majung.core import clock
from majung_channel_sample import CAPABILITIES, receive, verify
from tests.vendor import Sparrow


class TestSparrow(Conformance):
    vendor = Sparrow


def test_what_the_suite_does_not_ask() -> None:
    assert CAPABILITIES.name == "참새톡"
    assert set(not_applicable(Sparrow)) == {
        "files are refused",
        "oversized text is refused",
        "reply that is fetched",
    }


def test_the_address_is_confirmed() -> None:
    signed = Sparrow().sign(b"", at=clock.now())
    asked = replace(signed, method="GET", query={"challenge": "42"})
    verify(asked, Account(secrets=Sparrow.secrets))
    assert receive(asked, Account()).body == b"42"

"""Spoiled mails: none stops the reader, none is slow, none loses a word or lets a script through."""

import json
import os
import random
import time

import pytest

from majung.channels.adapters.email.message import as_json
from majung.channels.adapters.email.read import read
from tests.channels.email import expected
from tests.channels.email.mutations import mutate

SHORT, FULL = 1_000, 50_000
SLOW = 2.0  # seconds of this process; most mails take a thousandth
EVIL = ("<script", "<style", "<form", "<iframe", "javascript:", ' src="http', " onerror")


@pytest.mark.chaos
def test_no_spoiled_mail_stops_the_reader(is_long_proof: bool) -> None:
    seed = int(os.environ.get("FUZZ_SEED", random.randrange(1_000_000)))
    chance = random.Random(seed)
    mails = [(expected.CORPUS / f"{name}.eml").read_bytes() for name in expected.names()]
    slowest = 0.0
    for count in range(FULL if is_long_proof else SHORT):
        raw = mutate(chance.choice(mails), chance, mails)
        begun = time.process_time()
        try:
            found = check(raw)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is the finding
            pytest.fail(f"FUZZ_SEED={seed}, mail {count}: {error!r}")
        took = time.process_time() - begun
        assert took < SLOW, f"FUZZ_SEED={seed}, mail {count}: {took:.2f} s"
        assert found == [], f"FUZZ_SEED={seed}, mail {count}"
        slowest = max(slowest, took)
    assert slowest > 0


def check(raw: bytes) -> list[str]:
    """Read a mail; say what no mail may do."""
    mail = read(raw)
    wrong = []
    json.dumps(as_json(mail), ensure_ascii=False).encode()
    if sorted(f"{mail.reply} {mail.quoted} {mail.signature}".split()) != sorted(mail.text.split()):
        wrong.append("words are lost")
    shown = mail.html.lower()
    wrong += [
        evil
        for evil in EVIL
        if evil in shown and "&lt;" not in shown and evil not in mail.text.lower()
    ]
    if "\0" in mail.text + mail.subject + mail.html:
        wrong.append("NUL")
    return wrong

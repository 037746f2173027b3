"""Spoiled and hostile mails through the whole intake: each ends in a line of the ledger, none breaks."""

import os
import random
import time

import pytest
from django.db import transaction

from majung.accounts.models import Brand
from majung.channels import inbound
from majung.channels.models import InboundDelivery, Letter
from majung.conversations.models import Message
from majung.core.models import RateWindow
from tests import factories
from tests.channels.email import expected
from tests.channels.email.hostile import CASES
from tests.channels.email.mutations import mutate

pytestmark = pytest.mark.django_db(transaction=True)
SHORT, FULL = 150, 5_000
BATCH = 50
SLOW = 2.0  # seconds of this process
# What a spoiled mail may become; "error" means that something of ours broke.
ENDS = {"processed", "ignored", "failed"}


@pytest.mark.chaos
def test_every_spoiled_mail_ends_in_the_ledger(brand: Brand, is_long_proof: bool) -> None:
    mailbox = factories.mailbox(brand, "help@example.com")
    seed = int(os.environ.get("FUZZ_SEED", random.randrange(1_000_000)))
    chance = random.Random(seed)
    mails = [(expected.CORPUS / f"{name}.eml").read_bytes() for name in expected.names()]
    total = FULL if is_long_proof else SHORT
    for start in range(0, total, BATCH):
        RateWindow.objects.all().delete()  # the corpus has few senders
        keys = [
            inbound.accept(
                inbox_id=mailbox.pk,
                external_id=f"{seed}:{start + number}",
                sender="",
                raw=mutate(chance.choice(mails), chance, mails),
                headers={},
            )
            for number in range(BATCH)
        ]
        inbound.process_each(keys, inbox=mailbox)
        rows = InboundDelivery.objects.filter(pk__in=keys)
        broken = rows.filter(reason="error").values_list("external_id", "details")
        assert list(broken) == [], f"FUZZ_SEED={seed}"
        assert set(rows.values_list("state", flat=True)) <= ENDS
    rows = InboundDelivery.objects.all()
    assert rows.count() == total
    saved = rows.filter(state="processed", message__kind="customer").exclude(reason="copy")
    assert Message.objects.filter(kind="customer").count() == saved.count()
    assert Letter.objects.count() == saved.count()


def test_costly_mails_are_quick_and_kept(brand: Brand) -> None:
    mailbox = factories.mailbox(brand, "b@example.com")
    for name, make in CASES.items():
        raw = make(5_000)
        with transaction.atomic():
            key = inbound.accept(
                inbox_id=mailbox.pk, external_id=name, sender="", raw=raw, headers={}
            )
        begun = time.process_time()
        inbound.process_each([key], inbox=mailbox)
        assert time.process_time() - begun < SLOW, name
        row = InboundDelivery.objects.get(pk=key)
        assert bytes(row.raw) == raw
        assert row.state in ENDS
        assert row.reason != "error"

"""The face: commits, numbers, grants. Streams are in test_live_stream and test_live_redis."""

import datetime as dt
import json

import pytest
import time_machine
from django.core import signing
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from pytest_django import Settings

from majung.core import live
from majung.core.live_memory import MemoryBroker


def number(topic: str) -> int:
    return live.marks([topic])["marks"][topic]


@pytest.mark.django_db(transaction=True)
def test_signal_counts_only_after_commit() -> None:
    before = number("conversation:a")
    with transaction.atomic():
        live.signal("conversation:a")
        inside = number("conversation:a")
    assert (inside - before, number("conversation:a") - before) == (0, 1)


@pytest.mark.django_db(transaction=True)
def test_signal_of_a_rolled_back_transaction_is_never_heard() -> None:
    before = number("conversation:b")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        live.signal("conversation:b")
        1 / 0  # noqa: B018
    live.signal("conversation:b")  # at once, there is no transaction
    assert number("conversation:b") == before + 1


@pytest.mark.django_db(transaction=True)
def test_typing_raises_no_number() -> None:
    before = number("conversation:c")
    live.signal("conversation:c", kind="typing", ids=["someone"])
    assert number("conversation:c") == before


@pytest.mark.django_db(transaction=True)
def test_signal_never_raises_to_the_one_who_did_the_work(settings: Settings) -> None:
    settings.LIVE_URL = "pigeon://loft"
    with transaction.atomic():
        live.signal("conversation:d")
    with pytest.raises(ImproperlyConfigured, match="pigeon"):
        live.marks(["conversation:d"])


def test_marks_go_into_a_page_as_json() -> None:
    marks = live.marks(["visitor:1", "visitor:2"])
    assert json.loads(json.dumps(marks)) == marks
    assert sorted(marks["marks"]) == ["visitor:1", "visitor:2"]


def test_epoch_is_another_in_every_process() -> None:
    assert MemoryBroker().marks([])["epoch"] != MemoryBroker().marks([])["epoch"]


def test_forgotten_topic_reads_differently_from_every_number_it_had() -> None:
    broker = MemoryBroker(topics=2)
    seen = [broker.marks(["a"])["marks"]["a"]]
    for other in ("b", "c", "d", "e"):
        for topic in ("a", other, f"{other}{other}", f"{other}-"):  # the last two push "a" out
            broker.publish(topic=topic, ids=(), kind="changed")
            seen.append(broker.marks(["a"])["marks"]["a"])
    changes = [n for n, before in zip(seen[1:], seen, strict=False) if n != before]
    assert changes == sorted(set(changes))
    assert len(changes) >= 8  # raised four times, forgotten four times


def test_grant_says_exactly_its_topics() -> None:
    assert live.granted(live.grant(["visitor:1", "list:brand:2"])) == ["visitor:1", "list:brand:2"]


def test_forged_grants_are_refused() -> None:
    token = live.grant(["visitor:1"])
    other = signing.TimestampSigner(salt="other").sign_object(["visitor:2"])
    body = live.grant(["visitor:2"]).split(":")[0]
    for forged in ("", "x", token[:-1], token + "A", other, f"{body}:{token.split(':', 1)[1]}"):
        with pytest.raises(signing.BadSignature):
            live.granted(forged)


def test_grant_ends_after_half_a_day() -> None:
    with time_machine.travel(dt.datetime(2025, 3, 1, tzinfo=dt.UTC), tick=False) as clock:
        token = live.grant(["visitor:1"])
        clock.shift(live.GRANT_MAX_AGE - 1)
        assert live.granted(token) == ["visitor:1"]
        clock.shift(2)
        with pytest.raises(signing.SignatureExpired):
            live.granted(token)

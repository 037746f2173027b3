"""From a real Dovecot to the thread, by the threads that fetch: through cuts, outages and rivals."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connections
from pytest_django import Settings

from majung.accounts import revisions
from majung.accounts.models import Agent
from majung.channels import connected, inbound, leases, pulling
from majung.channels.adapters.email import imap, imap_words
from majung.channels.contract import Batch, RawItem
from majung.channels.leases import Held, LeaseLost
from majung.channels.models import AccountState, InboundDelivery
from majung.channels.outside import OUTSIDE
from majung.channels.pulling import Pulling
from majung.conversations.models import Inbox, Message
from majung.core import clock, measures, recovery
from tests import factories
from tests.channels.mail import proxy
from tests.channels.mail.conftest import Fetched
from tests.channels.mail.dovecot import PLAIN_PASSWORD, DovecotServer
from tests.channels.mail.proxy import Proxy
from tests.servers import wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
Pull = Callable[..., Pulling]


@pytest.fixture
def pull(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pull]:
    """Start a process's fetching threads; pauses are short."""
    monkeypatch.setattr(leases, "FIRST_PAUSE", 0.2)
    monkeypatch.setattr(leases, "LONGEST_PAUSE", 0.5)
    monkeypatch.setattr(pulling, "LOOK_SECONDS", 0.1)
    monkeypatch.setattr(pulling, "TURN_SECONDS", 0.5)
    started: list[Pulling] = []

    def make(threads: int = 5) -> Pulling:
        made = Pulling(threads=threads)
        started.append(made)
        made.start()
        return made

    yield make
    for each in started:
        assert each.stop(10)


@pytest.fixture
def wire(dovecot: DovecotServer) -> Iterator[Proxy]:
    with proxy.before(dovecot.port) as made:
        yield made


def mails(start: int, stop: int) -> dict[str, bytes]:
    """Return mails by their texts, each of a sender of its own."""
    return {
        f"{number}번째 메일이에요.": (
            f"From: {number} <customer{number}@mail.test>\r\nTo: help@ondam.test\r\n"
            f"Subject: {number}\r\nMessage-ID: <{number}@mail.test>\r\n"
            f"Date: Mon, 02 Nov 2026 10:00:{number % 60:02} +0900\r\n"
            f"Content-Type: text/plain; charset=utf-8\r\n\r\n{number}번째 메일이에요.\r\n"
        ).encode()
        for number in range(start, stop)
    }


def texts() -> Counter[str]:
    return Counter(Message.objects.filter(kind="customer").values_list("text", flat=True))


def all_are_there(*expected: dict[str, bytes]) -> Callable[[], bool]:
    names = {text for each in expected for text in each}
    return lambda: set(texts()) >= names


def state_of(inbox: Inbox) -> AccountState:
    return AccountState.objects.get(inbox=inbox)


def exactly(*expected: dict[str, bytes]) -> None:
    assert texts() == Counter(text for each in expected for text in each)
    assert not InboundDelivery.objects.exclude(state="processed").exists()


def test_mails_arrive_and_new_ones_at_once(
    fetched: Fetched, dovecot: DovecotServer, pull: Pull
) -> None:
    inbox, first, second = fetched(), mails(0, 60), mails(60, 61)
    dovecot.put(first.values())
    pull()
    wait_until(all_are_there(first), what="the first", seconds=30)
    time.sleep(0.3)
    begun = time.monotonic()
    dovecot.put(second.values())
    wait_until(all_are_there(second), what="the second", seconds=10)
    assert time.monotonic() - begun < 5
    exactly(first, second)
    state = state_of(inbox)
    assert (state.trouble, state.failures) == ("", 0)
    assert state.well_at
    assert state.lease_until


def test_cut_again_and_again_nothing_is_lost_or_doubled(
    fetched: Fetched, dovecot: DovecotServer, wire: Proxy, pull: Pull
) -> None:
    fetched(imap_port=wire.port)
    expected = mails(0, 150)
    dovecot.put(expected.values())
    chance = random.Random(20261122)
    stop = threading.Event()

    def cut_at_random() -> None:
        while not stop.is_set():
            wire.cuts_after = chance.randint(10, 60_000)
            time.sleep(chance.uniform(0.05, 0.4))
            wire.cut()

    cutter = threading.Thread(target=cut_at_random)
    cutter.start()
    pull()
    try:
        wait_until(lambda: wire.connections > 15, what="the cuts", seconds=60)
    finally:
        stop.set()
        cutter.join()
    wire.cuts_after = None
    wire.cut()
    wait_until(all_are_there(expected), what="all", seconds=30)
    exactly(expected)


def test_the_mails_of_an_outage_arrive(
    fetched: Fetched, dovecot: DovecotServer, wire: Proxy, pull: Pull
) -> None:
    inbox, before, meanwhile = fetched(imap_port=wire.port), mails(0, 5), mails(5, 25)
    dovecot.put(before.values())
    pull()
    wait_until(all_are_there(before), what="the first", seconds=30)
    wire.is_down = True
    wire.cut()
    dovecot.put(meanwhile.values())
    wait_until(lambda: state_of(inbox).trouble == "unreached", what="the trouble", seconds=20)
    assert state_of(inbox).failures > 1
    assert measures._gauges["majung_accounts_in_trouble"][1]() == 1
    wire.is_down = False
    wait_until(all_are_there(meanwhile), what="the gap", seconds=20)
    exactly(before, meanwhile)
    wait_until(lambda: not state_of(inbox).trouble, what="recovery")
    state = state_of(inbox)
    assert (state.words, state.failures, state.troubled_at) == ("", 0, None)


def test_a_wrong_password_is_told_and_mended(
    fetched: Fetched, dovecot: DovecotServer, pull: Pull
) -> None:
    inbox, expected = fetched(password="wrong"), mails(0, 3)
    dovecot.put(expected.values())
    pull()
    wait_until(lambda: AccountState.objects.filter(trouble="denied").exists(), what="the refusal")
    state = state_of(inbox)
    assert leases.told(state.words).startswith("메일 서버가 로그인을 거절했어요.")
    assert state.lease_until is None
    assert state.next_at
    assert state.next_at - clock.now() > timedelta(minutes=14)
    tries = dovecot.messages().count("auth failed") or dovecot.messages().count("Aborted login")
    time.sleep(1)
    # It does not knock on and on until the server locks the account.
    assert (state_of(inbox).failures, tries) == (1, tries)
    connected.keep_secret(inbox=inbox, name="imap_password", value=PLAIN_PASSWORD)
    wait_until(all_are_there(expected), what="the mails", seconds=20)
    exactly(expected)
    assert state_of(inbox).trouble == ""


def test_settings_that_change_are_followed_at_once(
    fetched: Fetched, dovecot: DovecotServer, pull: Pull, admin: Agent
) -> None:
    inbox, first, second = fetched(), mails(0, 2), mails(2, 4)
    dovecot.put(first.values())
    dovecot.put(second.values(), folder="문의")
    pull()
    wait_until(all_are_there(first), what="the first", seconds=20)
    data = {
        "kind": "email",
        "brand": str(inbox.brand.public_id),
        "name": inbox.name,
        "key": inbox.key,
        "config": {
            **inbox.config, "folders": ["INBOX", "문의"],
            "addresses": [f"온담 <{inbox.addresses.get().address}>"],
        },
    }  # fmt: skip
    revisions.publish(kind="inbox", obj=inbox, data=data, by=admin, based_on=0)
    wait_until(all_are_there(second), what="the second folder", seconds=20)
    Inbox.objects.filter(pk=inbox.pk).update(is_active=False)
    wait_until(lambda: state_of(inbox).lease_until is None, what="the end")
    exactly(first, second)


def test_new_numbers_and_moves_double_nothing(
    fetched: Fetched, dovecot: DovecotServer, pull: Pull
) -> None:
    inbox = fetched(folders=["INBOX", "처리함"])
    expected = mails(0, 20)
    dovecot.put(expected.values())
    # The same mail twice, as a rule of the mailbox may make it.
    dovecot.put(list(expected.values())[:5], folder="처리함")
    first = pull()
    wait_until(all_are_there(expected), what="the mails", seconds=20)
    dovecot.move(to="처리함", which="1:10")
    time.sleep(1)
    assert first.stop(10)
    dovecot.number_anew()
    more = mails(20, 25)
    dovecot.put(more.values())
    pull()
    wait_until(all_are_there(more), what="the rest", seconds=20)
    wait_until(lambda: len(state_of(inbox).cursors) == 2, what="both folders")
    exactly(expected, more)
    assert [leases.told(note["words"]) for note in state_of(inbox).notes] == [
        leases.told(f"{imap_words.BEGUN_ANEW}\nINBOX")
    ]


def test_a_missing_folder_is_told_while_the_others_go_on(
    fetched: Fetched, dovecot: DovecotServer, pull: Pull
) -> None:
    inbox, expected = fetched(folders=["없는 곳", "INBOX"]), mails(0, 2)
    dovecot.put(expected.values())
    pull()
    wait_until(all_are_there(expected), what="the mails", seconds=20)
    state = state_of(inbox)
    assert state.trouble == "partly"
    assert "(없는 곳)" in leases.told(state.words)
    assert state.well_at


def test_of_two_processes_one_holds_an_account(
    fetched: Fetched, dovecot: DovecotServer, pull: Pull
) -> None:
    inbox, expected = fetched(), mails(0, 30)
    dovecot.put(expected.values())
    rivals = [pull(), pull(), pull()]
    wait_until(all_are_there(expected), what="the mails", seconds=30)
    assert sum(len(each._fetchers) for each in rivals) == 1
    assert state_of(inbox).epoch == 1
    holder = next(each for each in rivals if each._fetchers)
    assert holder.stop(10)
    wait_until(lambda: state_of(inbox).epoch == 2, what="the next")
    exactly(expected)


def test_a_holder_that_was_taken_for_dead_writes_nothing(fetched: Fetched) -> None:
    inbox = fetched()
    leases.know([inbox.pk])
    old = leases.take(inbox.pk)
    assert old
    assert leases.take(inbox.pk) is None
    AccountState.objects.update(lease_until=clock.now() - timedelta(seconds=1))
    new = leases.take(inbox.pk)
    assert new
    item = RawItem(
        external_id="1", sender="", raw=b"Subject: x\r\n\r\nx", headers={}, received_at=clock.now()
    )
    with pytest.raises(LeaseLost):
        pulling.store(old, Batch(items=(item,), cursors={"INBOX": "1:1"}))
    assert not InboundDelivery.objects.exists()
    assert not leases.extend(old)
    with pytest.raises(LeaseLost):
        leases.note_trouble(old, "unreached", "x")
    leases.release(old)
    assert state_of(inbox).lease_until
    assert pulling.store(new, Batch(items=(item, item), cursors={"INBOX": "1:1"}))
    assert state_of(inbox).cursors == {"INBOX": "1:1"}


def test_a_batch_is_stored_with_its_cursor_or_not_at_all(fetched: Fetched) -> None:
    inbox = fetched()
    leases.know([inbox.pk])
    held = leases.take(inbox.pk)
    assert held
    cannot_be_stored: Any = object()
    items = [
        RawItem(external_id=str(n), sender="", raw=b"x", headers=each, received_at=clock.now())
        for n, each in enumerate([{}, {}, {"stored_at": cannot_be_stored}])
    ]
    with pytest.raises(TypeError):
        pulling.store(held, Batch(items=tuple(items), cursors={"INBOX": "1:3"}))
    assert not InboundDelivery.objects.exists()
    assert state_of(inbox).cursors == {}


def test_clocks_that_jump_stop_nothing(fetched: Fetched) -> None:
    """A clock that was an hour ahead leaves moments of the future behind."""
    inbox = fetched()
    leases.know([inbox.pk])
    with time_machine.travel(datetime.now(tz=UTC) + timedelta(hours=1), tick=False):
        held = leases.take(inbox.pk)
    assert leases.due([inbox.pk]) == [inbox.pk]
    with time_machine.travel(datetime.now(tz=UTC) + timedelta(hours=1), tick=False):
        assert held
        leases.note_trouble(held, "denied", "x")
    assert leases.due([inbox.pk]) == [inbox.pk]


def test_pauses_grow_and_the_first_hiccup_is_no_trouble(fetched: Fetched) -> None:
    inbox = fetched()
    leases.know([inbox.pk])
    AccountState.objects.update(well_at=clock.now())
    pauses = []
    for _ in range(9):
        AccountState.objects.update(next_at=None)
        held = leases.take(inbox.pk)
        assert held
        pauses.append(leases.note_trouble(held, "unreached", "끊겼어요"))
        if len(pauses) == 1:
            assert state_of(inbox).trouble == ""
    assert state_of(inbox).trouble == "unreached"
    assert 4 <= pauses[0] <= 5
    assert 240 <= pauses[-1] <= 300
    assert leases.due([inbox.pk]) == []
    leases.wake(inbox.pk)
    assert leases.due([inbox.pk]) == [inbox.pk]


def test_a_process_that_is_alone_takes_over_at_once(fetched: Fetched) -> None:
    inbox = fetched()
    leases.know([inbox.pk])
    assert leases.take(inbox.pk)
    assert leases.due([inbox.pk]) == []
    assert recovery.run() >= 1
    assert leases.due([inbox.pk]) == [inbox.pk]


def test_more_accounts_than_threads_take_turns(
    fetched: Fetched, dovecot: DovecotServer, pull: Pull
) -> None:
    inboxes = [fetched() for _ in range(4)]
    expected = mails(0, 1)
    dovecot.put(expected.values())
    running = pull(threads=2)

    def each_has_it() -> bool:
        rows = Message.objects.filter(kind="customer").values_list("inbox", flat=True)
        return set(rows) == {inbox.pk for inbox in inboxes}

    wait_until(each_has_it, what="the turns", seconds=30)
    assert len(running._fetchers) <= 2
    more = mails(1, 2)
    dovecot.put(more.values())
    wait_until(lambda: len(texts()) == 2 and set(texts().values()) == {4}, what="more", seconds=30)


def test_stopping_is_prompt_whatever_is_waited_for(
    fetched: Fetched, dovecot: DovecotServer, wire: Proxy, pull: Pull
) -> None:
    inbox = fetched(imap_port=wire.port)
    running = pull()
    wait_until(lambda: AccountState.objects.exclude(well_at=None).exists(), what="the first look")
    time.sleep(0.5)  # it idles now
    begun = time.monotonic()
    assert running.stop()
    assert time.monotonic() - begun < 2
    state = state_of(inbox)
    assert (state.lease_until, state.next_at, state.failures) == (None, None, 0)


def test_an_inbox_without_a_server_is_not_fetched_from(fetched: Fetched) -> None:
    inbox = fetched()
    only_sends = factories.mailbox(inbox.brand)
    gone = fetched()
    Inbox.objects.filter(pk=gone.pk).update(deleted_at=clock.now())
    assert set(pulling.accounts()) == {inbox.pk}
    assert only_sends.pk not in pulling.accounts()
    connections.close_all()


def test_what_a_killed_holder_left_comes_before_the_answer_to_it(
    fetched: Fetched, dovecot: DovecotServer, pull: Pull
) -> None:
    inbox = fetched()
    first = factories.mail(inbox, Message_ID="<first@mail.test>")
    answer = factories.mail(inbox, "하나 더요.", In_Reply_To="<first@mail.test>")
    dovecot.put([first, answer])
    leases.know([inbox.pk])
    held = leases.take(inbox.pk)
    assert held
    with imap.pull(connected.account(inbox), OUTSIDE) as source:
        batch = source.fetch({})
    uid = batch.cursors["INBOX"].replace(":2", ":1")
    pulling.store(held, Batch(items=batch.items[:1], cursors={"INBOX": uid}))
    recovery.run()
    pull()
    wait_until(lambda: len(texts()) == 2, what="both", seconds=20)
    assert Message.objects.filter(kind="customer").values("conversation").distinct().count() == 1


def test_a_crash_between_storing_and_processing_leaves_it_to_the_sweep(fetched: Fetched) -> None:
    inbox, expected = fetched(), mails(0, 3)
    leases.know([inbox.pk])
    held = leases.take(inbox.pk)
    assert held == Held(inbox.pk, 1)
    items = tuple(
        RawItem(external_id=text, sender="", raw=raw, headers={}, received_at=clock.now())
        for text, raw in expected.items()
    )
    pulling.store(held, Batch(items=items, cursors={"INBOX": "1:3"}))
    InboundDelivery.objects.update(received_at=clock.now() - timedelta(minutes=1))
    assert inbound.sweep() == 3
    exactly(expected)

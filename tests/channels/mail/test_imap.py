"""Fetching from a real Dovecot: what comes, from where on, and that nothing is touched."""

import socket
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytest_django import Settings

from majung.channels.adapters.email import imap, imap_words, wire
from majung.channels.adapters.email.adapter import parse
from majung.channels.contract import Account, Batch, Denied, RawItem, Unreached, Unreadable
from majung.channels.outside import OUTSIDE
from tests.channels.mail import proxy
from tests.channels.mail.conftest import config_of
from tests.channels.mail.dovecot import PASSWORD, PLAIN_PASSWORD, DovecotServer
from tests.servers import free_port

pytestmark = pytest.mark.slow
Make = Callable[..., DovecotServer]
LONG_AGO = datetime(2026, 1, 5, 12, tzinfo=UTC)
BOX = "INBOX"


def account(server: DovecotServer, password: str = PLAIN_PASSWORD, **config: Any) -> Account:
    return Account(config=config_of(server, **config), secrets={"imap_password": password})


def mail(number: int, *, size: int = 20, name: str = "") -> bytes:
    head = f"From: a@mail.test\r\nSubject: {name or number}\r\n\r\n".encode()
    return head + (f"{number:018}\r\n".encode() * (size // 20 + 1))


def fetch(
    account: Account, cursors: dict[str, str] | None = None, *, most: int = 99
) -> tuple[list[RawItem], dict[str, str], list[Batch]]:
    """Fetch to the end; returns the items, where it stands, and the batches."""
    found: list[RawItem] = []
    known, batches = dict(cursors or {}), []
    with imap.pull(account, OUTSIDE) as source:
        for _ in range(most):
            batch = source.fetch(known)
            batches.append(batch)
            found += batch.items
            known |= batch.cursors
            if not batch.more:
                break
    return found, known, batches


def raws(items: Sequence[RawItem]) -> list[bytes]:
    return [item.raw for item in items]


def test_mails_come_in_order_and_once(dovecot: DovecotServer) -> None:
    mails = [mail(number) for number in range(120)]
    dovecot.put(mails)
    items, cursors, batches = fetch(account(dovecot))
    assert raws(items) == mails
    assert [len(batch.items) for batch in batches] == [50, 50, 20]
    assert fetch(account(dovecot), cursors)[0] == []
    dovecot.put([mail(900)])
    assert raws(fetch(account(dovecot), cursors)[0]) == [mail(900)]


def test_a_batch_is_bounded_by_bytes_too(dovecot: DovecotServer) -> None:
    mails = [mail(number, size=3_000_000) for number in range(7)]
    dovecot.put(mails)
    items, _, batches = fetch(account(dovecot))
    assert raws(items) == mails
    assert max(len(batch.items) for batch in batches) <= 2


def test_nothing_is_marked_or_moved(dovecot: DovecotServer) -> None:
    dovecot.put([mail(1), mail(2)])
    before = dovecot.flags()
    assert len(fetch(account(dovecot))[0]) == 2
    assert dovecot.flags() == before
    assert b"Seen" not in b"".join(before)
    # Not even that it is new to somebody: another program still hears of it.
    assert b"Recent" in b"".join(before)


def test_from_now_on_means_what_comes_after_the_first_look(dovecot: DovecotServer) -> None:
    dovecot.put([mail(1), mail(2)])
    items, cursors, _ = fetch(account(dovecot, since=""))
    assert items == []
    dovecot.put([mail(3)])
    assert raws(fetch(account(dovecot, since=""), cursors)[0]) == [mail(3)]


def test_the_first_fetch_goes_back_to_a_day_and_not_further(dovecot: DovecotServer) -> None:
    dovecot.put([mail(1)], at=LONG_AGO)
    dovecot.put([mail(2)], at=LONG_AGO + timedelta(days=30))
    items, cursors, _ = fetch(account(dovecot, since="2026-01-20"))
    assert raws(items) == [mail(2)]
    # What somebody moves in later is new to the folder, however old it is.
    dovecot.put([mail(3)], at=LONG_AGO)
    assert raws(fetch(account(dovecot, since="2026-01-20"), cursors)[0]) == [mail(3)]


def test_a_past_that_was_cut_short_goes_on(dovecot: DovecotServer) -> None:
    for number in range(60):
        at = LONG_AGO if number % 2 else LONG_AGO + timedelta(days=30)
        dovecot.put([mail(number)], at=at)
    there = account(dovecot, since="2026-01-20")
    with imap.pull(there, OUTSIDE) as source:
        source.fetch({})
    mails = [mail(100 + number) for number in range(60)]
    dovecot.put(mails)
    items, cursors, _ = fetch(there, most=1)
    dovecot.put([mail(500)], at=LONG_AGO)
    rest, _, _ = fetch(there, cursors)
    expected = [*(mail(n) for n in range(0, 60, 2)), *mails, mail(500)]
    assert sorted(raws([*items, *rest])) == sorted(expected)


def test_several_folders_each_stand_for_themselves(dovecot: DovecotServer) -> None:
    dovecot.put([mail(1)])
    dovecot.put([mail(2)], folder="문의/반품 & 교환")
    there = account(dovecot, folders=[BOX, "문의/반품 & 교환"])
    items, cursors, _ = fetch(there)
    assert raws(items) == [mail(1), mail(2)]
    assert set(cursors) == {BOX, "문의/반품 & 교환"}
    dovecot.put([mail(3)], folder="문의/반품 & 교환")
    assert raws(fetch(there, cursors)[0]) == [mail(3)]


def test_folders_are_read_together_the_oldest_mail_first(dovecot: DovecotServer) -> None:
    """A mail that was moved still comes before the answer to it."""
    for number in range(60):
        folder = BOX if number % 3 else "처리함"
        dovecot.put([mail(number)], folder=folder, at=LONG_AGO + timedelta(minutes=number))
    items, _, batches = fetch(account(dovecot, folders=[BOX, "처리함"]))
    assert raws(items) == [mail(number) for number in range(60)]
    assert [len(batch.items) for batch in batches] == [50, 10]


def test_what_was_moved_late_still_comes_before_the_answer_to_it(dovecot: DovecotServer) -> None:
    dovecot.put([mail(2)], at=LONG_AGO + timedelta(minutes=5))
    dovecot.put([mail(1)], at=LONG_AGO)
    assert raws(fetch(account(dovecot))[0]) == [mail(1), mail(2)]


def test_a_missing_folder_is_told_and_the_others_go_on(dovecot: DovecotServer) -> None:
    dovecot.put([mail(1)], folder="문의")
    there = account(dovecot, folders=["문의", BOX])
    cursors = fetch(there)[1]
    dovecot.rename("문의", "문의함")
    dovecot.put([mail(2)])
    items, after, batches = fetch(there, cursors)
    assert raws(items) == [mail(2)]
    assert batches[0].troubles == (f"{imap_words.NO_FOLDER}\n문의",)
    assert after["문의"] == cursors["문의"]


def test_new_numbers_are_noticed_and_the_folder_is_read_again(dovecot: DovecotServer) -> None:
    dovecot.put([mail(1)], at=LONG_AGO)
    dovecot.put([mail(2)])
    there = account(dovecot, since="2026-11-01")
    items, cursors, _ = fetch(there)
    dovecot.number_anew()
    again, after, batches = fetch(there, cursors)
    assert [each.external_id for each in again] == [each.external_id for each in items]
    assert batches[0].notes == (f"{imap_words.BEGUN_ANEW}\nINBOX",)
    assert after[BOX].partition(":")[0] != cursors[BOX].partition(":")[0]


def test_new_numbers_bring_back_nothing_from_before_it_was_connected(
    dovecot: DovecotServer,
) -> None:
    dovecot.put([mail(1)], at=datetime.now(tz=UTC) - timedelta(hours=1))
    there = account(dovecot, since="")
    cursors = fetch(there)[1]
    dovecot.put([mail(2)])
    dovecot.number_anew()
    assert raws(fetch(there, cursors)[0]) == [mail(2)]


def test_what_is_deleted_meanwhile_is_skipped(dovecot: DovecotServer) -> None:
    dovecot.put([mail(number) for number in range(80)])
    with imap.pull(account(dovecot), OUTSIDE) as source:
        first = source.fetch({})
        dovecot.expunge("55:79")
        second = source.fetch(first.cursors)
    assert raws([*first.items, *second.items]) == [
        mail(number) for number in range(80) if not 54 <= number < 79
    ]
    assert not second.more


def test_a_mail_that_is_too_large_is_told_and_not_fetched(
    dovecot: DovecotServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("majung.channels.adapters.email.limits.MOST_BYTES", 100_000)
    dovecot.put([mail(1), mail(2, size=200_000, name="large"), mail(3)])
    items, cursors, _ = fetch(account(dovecot))
    assert [item.headers.get("left_out", "") for item in items] == ["", "too_large", ""]
    assert items[1].raw == b"From: a@mail.test\r\nSubject: large\r\n\r\n"
    with pytest.raises(Unreadable) as told:
        parse(items[1], account(dovecot))
    assert told.value.code == "too_large"
    assert fetch(account(dovecot), cursors)[0] == []


def test_passwords(dovecot: DovecotServer) -> None:
    for wrong in ("wrong", "틀린 암호", ""):
        with pytest.raises(Denied) as told, imap.pull(account(dovecot, wrong), OUTSIDE):
            pass
        assert "비밀번호" in str(told.value)
    dovecot.set_password(PASSWORD)
    assert fetch(account(dovecot, PASSWORD))[0] == []


def test_the_certificate_is_checked_before_the_password_is_sent(
    dovecot: DovecotServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    tls = {"imap_port": dovecot.tls_port, "imap_security": "tls"}
    starttls = {"imap_security": "starttls"}
    for config in (tls, starttls):
        with pytest.raises(Denied) as told, imap.pull(account(dovecot, **config), OUTSIDE):
            pass
        assert str(told.value).startswith(imap_words.CERTIFICATE)
    monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.certificate))
    for config in (tls, starttls):
        with pytest.raises(Denied), imap.pull(account(dovecot, **config), OUTSIDE):
            pass  # it is for localhost, and we asked for 127.0.0.1
        dovecot.put([mail(1)])
        named = account(dovecot, imap_host="localhost", **config)
        assert raws(fetch(named)[0])[-1] == mail(1)
    assert "user=<help>" not in [
        line for line in dovecot.messages().splitlines() if "auth failed" in line
    ]


def test_a_wrong_kind_of_encryption_is_told(dovecot: DovecotServer) -> None:
    with (
        pytest.raises(Unreached) as told,
        imap.pull(account(dovecot, imap_security="tls"), OUTSIDE),
    ):
        pass
    assert told.value.reason.startswith(imap_words.NO_TLS)


def test_a_server_that_is_away_is_told(dovecot: DovecotServer) -> None:
    with (
        pytest.raises(Unreached) as told,
        imap.pull(account(dovecot, imap_port=free_port()), OUTSIDE),
    ):
        pass
    assert told.value.reason.startswith(imap_words.NO_CONNECTION)


@pytest.mark.parametrize("idles", [True, False])
def test_waiting_ends_soon_after_a_mail_came(make_dovecot: Make, idles: bool) -> None:
    server = make_dovecot(idles=idles)
    server.put([mail(1)])
    with imap.pull(account(server), OUTSIDE) as source:
        cursors = source.fetch({}).cursors
        begun = time.monotonic()
        source.wait(1.0)
        assert 0.9 < time.monotonic() - begun < 3
        later = threading.Timer(0.3, server.put, [[mail(2)]])
        later.start()
        source.wait(20 if idles else 2)
        assert time.monotonic() - begun < 6
        later.join()
        assert raws(source.fetch(cursors).items) == [mail(2)]
        # One that comes between a look and the wait is not slept over.
        server.put([mail(3)])
        begun = time.monotonic()
        source.wait(20)
        assert time.monotonic() - begun < 3


def says(line: bytes) -> Callable[[socket.socket], None]:
    """A server that greets and answers whatever it is asked with one line."""

    def serve(client: socket.socket) -> None:
        client.sendall(b"* OK hello\r\n")
        while asked := client.recv(1000):
            client.sendall(line.replace(b"TAG", asked.split()[0]))

    return serve


def endless(client: socket.socket) -> None:
    while True:
        client.sendall(b"* OK " + b"x" * 1_000_000)


def silent(client: socket.socket) -> None:
    client.recv(1)


@pytest.mark.parametrize(
    "serve",
    [
        says(b"* 1 FETCH (BODY[] {99999999999}\r\n"),
        says(b"TAG OK done\r\n"),
        says(b"\r\n"),
        says(b"\xff\xfe\x00\r\n"),
        says(b"* BYE busy\r\n"),
        says(b"* CAPABILITY IMAP4rev1\r\nTAG NO [UNAVAILABLE] later\r\n"),
        endless,
        silent,
    ],
)
def test_a_strange_server_is_told_in_bounded_time(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, serve: Callable[[socket.socket], None]
) -> None:
    settings.MAJUNG_OUTBOUND_ALLOW = ["127.0.0.1"]
    monkeypatch.setattr(imap, "GREETING_SECONDS", 1.0)
    monkeypatch.setattr(wire, "MOST_LINE", 5_000_000)

    def run() -> None:
        with suppress(OSError), listening.accept()[0] as client:
            serve(client)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=run)
        thread.start()
        config = {"imap_host": "127.0.0.1", "imap_port": listening.getsockname()[1],
                  "imap_security": "none", "imap_user": "help"}  # fmt: skip
        there = Account(config=config, secrets={"imap_password": "x"})
        begun = time.monotonic()
        with pytest.raises(Unreached), imap.pull(there, OUTSIDE) as source:
            source.fetch({})
        assert time.monotonic() - begun < 10
    thread.join(10)
    assert not thread.is_alive()


def test_a_server_that_goes_away_ends_the_wait(dovecot: DovecotServer) -> None:
    with (
        proxy.before(dovecot.port) as line,
        pytest.raises(Unreached),
        imap.pull(account(dovecot, imap_port=line.port), OUTSIDE) as source,
    ):
        source.fetch({})
        threading.Timer(0.3, line.cut).start()
        begun = time.monotonic()
        try:
            source.wait(30)
        finally:
            assert time.monotonic() - begun < 5


def test_cut_at_every_byte_it_loses_and_doubles_nothing(dovecot: DovecotServer) -> None:
    """Each connection carries a little further than the one before, until all is there."""
    mails = [mail(number, size=400) for number in range(12)]
    dovecot.put(mails)
    with proxy.before(dovecot.port) as line:
        there = account(dovecot, imap_port=line.port)
        whole = fetch(there)[0]
        length = line.passed
        assert raws(whole) == mails
        cut = 0
        for after in [*range(1, 900, 9), *range(900, length, 83)]:
            line.cuts_after = after
            found: list[RawItem] = []
            cursors: dict[str, str] = {}
            try:
                with imap.pull(there, OUTSIDE) as source:
                    batch = source.fetch({})
                    found, cursors = list(batch.items), dict(batch.cursors)
            except Unreached:
                cut += 1
            # All of it with its cursor, or nothing of it without one.
            assert (raws(found), bool(cursors)) in [(mails, True), ([], False)]
        assert cut > 100

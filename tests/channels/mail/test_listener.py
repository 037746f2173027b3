"""Mail handed over by SMTP and LMTP, as a mail server or a person's program would."""

import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection

from majung.channels import mail_listener
from majung.channels.mail import ids
from majung.channels.mail_listener import CannotListen, Listener
from majung.channels.models import InboundDelivery, Letter
from majung.conversations.models import Inbox, Message
from majung.core import jobs
from majung.core.models import Job
from tests import factories
from tests.channels.mail.dovecot import make_certificate, trusting
from tests.servers import MajungServer, wait_until

pytestmark = pytest.mark.django_db(transaction=True)
Listen = Callable[..., Listener]
FROM = "haneul@mail.test"


@pytest.fixture
def listen() -> Iterator[Listen]:
    started: list[Listener] = []

    def make(scheme: str = "smtp", **options: Any) -> Listener:
        options.setdefault("most_bytes", 5_000_000)
        # The port is chosen by the system.
        listener = Listener(f"{scheme}://127.0.0.1:0", **options)
        started.append(listener)
        listener.start()
        return listener

    yield make
    for listener in started:
        assert listener.stop()


@pytest.fixture
def mailbox(brand: Any) -> Inbox:
    return factories.mailbox(brand, "help@ondam.test")


def smtp(listener: Listener) -> smtplib.SMTP:
    return smtplib.SMTP("127.0.0.1", listener.port, timeout=10)


def send(listener: Listener, raw: bytes, *to: str, sender: str = FROM) -> dict[str, Any]:
    with smtp(listener) as client:
        return client.sendmail(sender, list(to), raw)


def test_a_mail_is_stored_before_it_is_taken_and_read_at_once(
    listen: Listen, mailbox: Inbox
) -> None:
    raw = factories.mail(mailbox, "안녕하세요")
    assert send(listen(), raw, "help@ondam.test") == {}
    row = InboundDelivery.objects.get()
    assert (row.inbox, row.state) == (mailbox, "received")
    assert row.headers["recipients"] == "help@ondam.test"
    assert (row.headers["mail_from"], row.headers["remote"]) == (FROM, "127.0.0.1")
    assert bytes(row.raw).endswith(raw)
    assert Job.objects.count() == 1
    jobs.run_due()
    assert Message.objects.get(kind="customer").text == "안녕하세요"


def test_the_same_mail_again_is_the_same_mail(listen: Listen, mailbox: Inbox) -> None:
    listener, raw = listen(), factories.mail(mailbox)
    for _ in range(3):
        send(listener, raw, "help@ondam.test")
    jobs.run_due()
    assert Message.objects.filter(kind="customer").count() == 1


def test_one_mail_to_two_of_our_addresses_is_one_in_each_right_place(
    listen: Listen, mailbox: Inbox, other_brand: Any
) -> None:
    other = factories.mailbox(other_brand, "help@nuri.test")
    raw = factories.mail(mailbox, to="help@ondam.test, help@nuri.test")
    send(listen(), raw, "help@ondam.test", "help@nuri.test", "HELP+order@ondam.test")
    jobs.run_due()
    rows = {row.inbox: row for row in InboundDelivery.objects.all()}
    assert set(rows) == {mailbox, other}
    assert rows[mailbox].headers["recipients"] == "help@ondam.test HELP+order@ondam.test"
    assert rows[other].headers["recipients"] == "help@nuri.test"
    assert sorted(row.message.inbox.name for row in rows.values() if row.message) == [
        "help@nuri.test",
        "help@ondam.test",
    ]


def test_a_signed_reply_address_leads_back_though_no_header_names_it(
    listen: Listen, mailbox: Inbox
) -> None:
    outcome = factories.mails(mailbox, factories.mail(mailbox))
    address = ids.reply_address("help@ondam.test", outcome.conversation_id)
    send(listen(), factories.mail(mailbox, "네, 고맙습니다.", subject="Re:"), address)
    jobs.run_due()
    answer = Message.objects.get(text="네, 고맙습니다.")
    assert answer.conversation_id == outcome.conversation_id


def test_others_are_refused_in_plain_words(listen: Listen, mailbox: Inbox) -> None:
    factories.mailbox(mailbox.brand, "old@ondam.test")
    Inbox.objects.filter(name="old@ondam.test").update(is_active=False)
    with smtp(listen()) as client:
        client.ehlo()
        client.mail(FROM)
        assert client.rcpt("nobody@ondam.test")[0] == 550
        code, words = client.rcpt("help@elsewhere.test")
        assert (code, b"nobody has this address here" in words) == (550, True)
        assert client.rcpt("a" * 400 + "@ondam.test")[0] in {550, 500}
        # One that is paused is asked again later, so that nothing goes back.
        assert client.rcpt("old@ondam.test")[0] == 450
        assert client.docmd("DATA")[0] == 503
        assert client.rcpt("help@ondam.test")[0] == 250


def test_a_bounce_has_no_sender(listen: Listen, mailbox: Inbox) -> None:
    send(listen(), factories.mail(mailbox), "help@ondam.test", sender="")
    assert bytes(InboundDelivery.objects.get().raw).startswith(b"Return-Path: <>\r\n")


def test_a_mail_that_is_too_large_is_refused(listen: Listen, mailbox: Inbox) -> None:
    listener = listen(most_bytes=100_000)
    with smtp(listener) as client:
        client.ehlo()
        assert client.esmtp_features["size"] == "100000"
        with pytest.raises(smtplib.SMTPSenderRefused):
            client.sendmail(FROM, ["help@ondam.test"], b"x" * 100_001)
        client.mail(FROM)
        client.rcpt("help@ondam.test")
        code, _ = client.data(b"Subject: x\r\n\r\n" + b"0123456789\r\n" * 20_000)
        assert code == 552
    assert not InboundDelivery.objects.exists()


def test_long_lines_dots_and_eight_bits_arrive_as_they_are(listen: Listen, mailbox: Inbox) -> None:
    body = b".\r\n..\r\n" + "가".encode("cp949") * 20_000 + b"\r\n.end\r\n"
    raw = b"From: a@mail.test\r\nSubject: x\r\n\r\n" + body
    send(listen(), raw, "help@ondam.test")
    assert bytes(InboundDelivery.objects.get().raw).partition(b"\r\n")[2] == raw


def test_a_large_mail_lies_in_a_file(listen: Listen, mailbox: Inbox) -> None:
    raw = b"Subject: x\r\n\r\n" + b"0123456789\r\n" * 50_000
    send(listen(), raw, "help@ondam.test")
    row = InboundDelivery.objects.get()
    assert (bytes(row.raw), row.raw_file is not None) == (b"", True)


@contextmanager
def nowhere_to_store() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE core_job RENAME TO core_job_away")
        try:
            yield
        finally:
            cursor.execute("ALTER TABLE core_job_away RENAME TO core_job")


def test_what_cannot_be_stored_is_asked_for_again(listen: Listen, mailbox: Inbox) -> None:
    listener, raw = listen(), factories.mail(mailbox)
    with nowhere_to_store(), pytest.raises(smtplib.SMTPDataError) as told:
        send(listener, raw, "help@ondam.test")
    assert told.value.smtp_code == 451
    assert not InboundDelivery.objects.exists()
    send(listener, raw, "help@ondam.test")
    assert InboundDelivery.objects.count() == 1


def test_starttls(listen: Listen, mailbox: Inbox, tmp_path: Path) -> None:
    make_certificate(tmp_path)
    listener = listen(certificate=str(tmp_path / "cert.pem"), key=str(tmp_path / "key.pem"))
    with smtplib.SMTP("localhost", listener.port, timeout=10) as client:
        client.starttls(context=trusting(tmp_path / "cert.pem"))
        assert isinstance(client.sock, ssl.SSLSocket)
        client.sendmail(FROM, ["help@ondam.test"], factories.mail(mailbox))
    assert InboundDelivery.objects.count() == 1
    with smtp(listener) as client:
        client.ehlo()
        assert "auth" not in client.esmtp_features
    with pytest.raises(CannotListen):
        Listener("smtp://127.0.0.1:0", most_bytes=1, certificate=str(tmp_path / "none.pem"))


def test_lmtp_answers_for_each_recipient(listen: Listen, mailbox: Inbox, other_brand: Any) -> None:
    factories.mailbox(other_brand, "help@nuri.test")
    listener = listen("lmtp", most_bytes=100_000)
    with smtplib.LMTP("127.0.0.1", listener.port) as client:
        client.ehlo()
        client.mail(FROM)
        assert [client.rcpt(each)[0] for each in ("help@ondam.test", "x@y.test")] == [250, 550]
        assert client.rcpt("help@nuri.test")[0] == 250
        assert client.data(factories.mail(mailbox))[0] == 250
        assert client.getreply()[0] == 250
        client.mail(FROM)
        client.rcpt("help@ondam.test")
        client.rcpt("help@nuri.test")
        assert client.data(b"0123456789\r\n" * 20_000)[0] == 552
        assert client.getreply()[0] == 552
        assert client.docmd("NOOP")[0] == 250
    assert InboundDelivery.objects.count() == 2


def test_connections_are_bounded(
    listen: Listen, mailbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail_listener, "MOST_CONNECTIONS", 3)
    listener = listen()
    clients = [smtp(listener) for _ in range(3)]
    with pytest.raises(smtplib.SMTPConnectError) as told:
        smtp(listener)
    assert told.value.smtp_code == 421
    clients.pop().quit()
    time.sleep(0.2)
    assert send(listener, factories.mail(mailbox), "help@ondam.test") == {}
    for client in clients:
        client.close()


def test_stopping_stores_and_answers_what_has_arrived(listen: Listen, mailbox: Inbox) -> None:
    listener = listen()
    answers: list[int] = []

    def write() -> None:
        with smtp(listener) as client:
            client.ehlo()
            for number in range(500):
                try:
                    client.mail(FROM)
                    client.rcpt("help@ondam.test")
                    answers.append(client.data(factories.mail(mailbox, f"{number}번"))[0])
                except (smtplib.SMTPException, OSError):
                    return

    def quietly() -> None:
        try:
            write()
        except (smtplib.SMTPException, OSError):
            pass
        finally:
            connection.close()

    writers = [threading.Thread(target=quietly) for _ in range(3)]
    for writer in writers:
        writer.start()
    while len(answers) < 10:
        time.sleep(0.01)
    begun = time.monotonic()
    assert listener.stop()
    assert time.monotonic() - begun < 2.5
    for writer in writers:
        writer.join()
    taken = answers.count(250)
    # What was answered is there; at most what each writer waited for may be there as well.
    assert taken <= InboundDelivery.objects.count() <= taken + 3
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", listener.port), 1)


def test_a_place_that_is_taken_is_told_with_what_to_do() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CannotListen, match="MAJUNG_MAIL_LISTEN"):
            Listener(f"smtp://127.0.0.1:{port}", most_bytes=1)


@pytest.mark.slow
def test_the_real_process_listens_and_reads_at_once(
    majung_process: Callable[..., MajungServer], mailbox: Inbox, database_url: str, free_port: int
) -> None:
    url = f"smtp://127.0.0.1:{free_port}"
    home = {"MAJUNG_HOME": str(django_settings.MAJUNG_HOME), "DATABASE_URL": database_url}
    server = majung_process(MAJUNG_MAIL_LISTEN=url, **home)
    server.start()
    raw = factories.mail(mailbox, "안녕하세요")
    with smtplib.SMTP("127.0.0.1", free_port, timeout=10) as client:
        assert client.sendmail(FROM, ["help@ondam.test"], raw) == {}
    wait_until(lambda: Message.objects.filter(text="안녕하세요").exists(), what="the message")
    begun = time.monotonic()
    assert server.stop() == 0
    assert time.monotonic() - begun < 6


def test_a_process_does_not_start_where_it_cannot_listen(
    majung_process: Callable[..., MajungServer],
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        url = f"smtp://127.0.0.1:{taken.getsockname()[1]}"
        done = majung_process(MAJUNG_MAIL_LISTEN=url).run("serve")
    assert (done.returncode, "MAJUNG_MAIL_LISTEN" in done.stderr) == (1, True)
    done = majung_process(MAJUNG_MAIL_LISTEN="imap://x:1").run("serve")
    assert "Write it like smtp://127.0.0.1:2525" in done.stderr


def test_letters_know_for_whom_they_were(listen: Listen, mailbox: Inbox) -> None:
    """A hidden copy names no address of ours; the envelope does."""
    raw = factories.mail(mailbox, to="someone@else.test")
    send(listen(), raw, "help@ondam.test")
    jobs.run_due()
    assert Letter.objects.get().inbox == mailbox

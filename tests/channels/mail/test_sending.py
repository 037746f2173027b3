"""A mail goes out over a real server, and each of its failures is told as what it is."""

import socket
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from pytest_django import Settings

from majung.channels.adapters.email import sending
from majung.channels.adapters.email.composing import compose
from majung.channels.adapters.email.read import read
from majung.channels.contract import (
    Accepted,
    Account,
    Address,
    OutFile,
    Outgoing,
    OutLetter,
    Permanent,
    Person,
    Retryable,
    Unknown,
)
from majung.channels.outside import Outside
from tests.channels.mail import postbox
from tests.channels.mail.postbox import CUT, Postbox

KIM = Person("김하늘", "haneul@mail.test")
MATE = Person("동료, 박", "mate@mail.test")
HIDDEN = Person("", "boss@mail.test")


@pytest.fixture(autouse=True)
def _may_reach_us(settings: Settings) -> None:
    settings.MAJUNG_OUTBOUND_ALLOW = ["127.0.0.1", "::1", "localhost"]


@pytest.fixture
def box() -> Iterator[Postbox]:
    with postbox.running() as made:
        yield made


def letter(**fields: object) -> OutLetter:
    values: dict[str, object] = {
        "message_id": "<mj.1@ondam.test>",
        "sender": Person("온담, 고객지원", "help@ondam.test"),
        "to": (KIM,),
        "date": datetime(2026, 11, 22, 5, tzinfo=UTC),
        **fields,
    }
    return OutLetter(**values)  # type: ignore[arg-type]


def mail(text: str = "새것으로 보내 드릴게요.", **fields: object) -> Outgoing:
    values: dict[str, object] = {
        "key": "k",
        "to": Address(kind="email", address=KIM.address),
        "text": text,
        "html": "<p>새것으로 보내 드릴게요.</p>",
        "subject": "Re: 컵이 깨졌어요",
        "letter": letter(),
        **fields,
    }
    return Outgoing(**values)  # type: ignore[arg-type]


def account(port: int, security: str = "none", **config: object) -> Account:
    password = str(config.pop("password", "비밀번호-1"))
    return Account(
        config={
            "smtp_host": "localhost" if security != "none" else "127.0.0.1",
            "smtp_port": port,
            "smtp_security": security,
            **config,
        },
        secrets={"smtp_password": password},
    )


def send(box: Postbox, message: Outgoing | None = None, **config: object) -> object:
    return sending.send(message or mail(), account(box.port, **config), Outside())  # type: ignore[arg-type]


def test_a_mail_arrives_as_it_was_made(box: Postbox) -> None:
    picture = OutFile(
        name="컵.png", type="image/png", size=3, open=lambda: BytesIO(b"png"), content_id="cup@mj"
    )
    paper = OutFile(
        name="아주 긴 이름의 주문 내역서라서 한 줄에 다 들어가지 않는 파일.pdf",
        type="application/pdf",
        size=4,
        open=lambda: BytesIO(b"\x00\xff.\n"),
    )
    text = ".점으로 시작\n" + "가" * 2000 + "\n👩‍👩‍👧 e\u0301\n" + "x" * 3000
    message = mail(
        text,
        html='<p>보세요 <img src="cid:cup@mj"></p>',
        files=(picture, paper),
        letter=letter(to=(KIM,), cc=(MATE,), bcc=(HIDDEN,), reply_to="help+mj-1-x@ondam.test"),
    )
    assert send(box, message) == Accepted("<mj.1@ondam.test>", {})
    (got,) = box.mails
    assert got.to == [KIM.address, MATE.address, HIDDEN.address]
    assert got.sender == "help@ondam.test"
    assert b"boss@" not in got.raw
    assert got.raw.isascii()
    assert max(map(len, got.raw.split(b"\r\n"))) <= 78
    seen = read(got.raw)
    assert seen.text == text
    assert seen.subject == "Re: 컵이 깨졌어요"
    assert [(box.name, box.address) for box in (*seen.from_, *seen.to, *seen.cc)] == [
        ("온담, 고객지원", "help@ondam.test"),
        ("김하늘", "haneul@mail.test"),
        ("동료, 박", "mate@mail.test"),
    ]
    assert {(each.name, each.content, each.content_id) for each in seen.attachments} == {
        ("컵.png", b"png", "cup@mj"),
        (paper.name, b"\x00\xff.\n", ""),
    }


def test_each_attempt_sends_the_same_bytes(box: Postbox) -> None:
    box.says["DOT"] = ["451 later", ""]
    message = mail(letter=letter(cc=(MATE,)))
    assert isinstance(send(box, message), Retryable)
    send(box, message)
    send(box, message)
    assert box.mails[0].raw == box.mails[1].raw == compose(message, letter(cc=(MATE,)))


def test_a_header_cannot_be_smuggled_in(box: Postbox) -> None:
    evil = "안녕\r\nBcc: all@mail.test\r\n\r\n<script>"
    send(
        box,
        mail(
            subject=evil,
            letter=letter(
                to=(Person(evil, KIM.address),),
                references=("<a@b>", "<c@d>\r\nX: y"),
                headers={"X-A\r\nBcc": "z", "Subject": "z", "X-B": evil},
            ),
        ),
    )
    head = box.mails[0].raw.partition(b"\r\n\r\n")[0]
    names = [line.split(b":")[0].lower() for line in head.split(b"\r\n") if line[:1] != b" "]
    assert b"bcc" not in names
    assert b"x" not in names
    assert names.count(b"subject") == 1
    assert box.mails[0].to == [KIM.address]


@pytest.mark.parametrize(
    ("step", "said", "answer"),
    [
        ("MAIL", "451 greylisted", Retryable),
        ("MAIL", "552 too much", Permanent),
        ("MAIL", CUT, Retryable),
        ("RCPT", "450 try again", Retryable),
        ("RCPT", "550 nobody here", Permanent),
        ("RCPT", "421 closing", Retryable),
        ("RCPT", CUT, Retryable),
        ("DATA", "451 not now", Retryable),
        ("DATA", "554 no", Permanent),
        ("DOT", "452 disk full", Retryable),
        ("DOT", "554 spam", Permanent),
        ("DOT", CUT, Unknown),
    ],
)
def test_a_failure_is_what_it_is(box: Postbox, step: str, said: str, answer: type[object]) -> None:
    box.says[step] = said
    got = send(box)
    assert isinstance(got, answer)
    if said != CUT:
        assert said in got.reason  # type: ignore[attr-defined]
    elif answer is Retryable:
        assert not box.mails


def test_a_connection_that_breaks_before_the_end_is_no_mail(box: Postbox) -> None:
    box.says["DATA"] = CUT
    large = OutFile(
        name="큰 것", type="x/y", size=20_000_000, open=lambda: BytesIO(b"\xff" * 20_000_000)
    )
    assert isinstance(send(box, mail(files=(large,))), Retryable)
    # A short one is on its way with its end before the break is seen; nobody can tell.
    assert isinstance(send(box), Unknown)
    assert not box.mails


def test_a_refused_recipient_does_not_hold_up_the_others(box: Postbox) -> None:
    box.refuses = {"mate@mail.test": "550 5.1.1 no such user"}
    got = send(box, mail(letter=letter(cc=(MATE,))))
    assert got == Accepted("<mj.1@ondam.test>", {"mate@mail.test": "550 5.1.1 no such user"})
    assert box.mails[0].to == [KIM.address]


def test_a_password_is_asked_for_and_a_wrong_one_is_told(box: Postbox) -> None:
    assert isinstance(send(box, smtp_user="help"), Accepted)
    assert box.signed_in == ["help"]
    got = send(box, smtp_user="help", password="낡은 것")
    assert isinstance(got, Permanent)
    assert got.denied
    box.says["AUTH"] = "454 4.7.0 later"
    assert isinstance(send(box, smtp_user="help"), Retryable)
    assert len(box.mails) == 1


def test_nobody_listens(free_port: int) -> None:
    assert isinstance(sending.send(mail(), account(free_port), Outside()), Retryable)


def test_no_server_is_set() -> None:
    assert isinstance(sending.send(mail(), Account(), Outside()), Permanent)


def test_our_own_network_is_not_reached(box: Postbox, settings: Settings) -> None:
    settings.MAJUNG_OUTBOUND_ALLOW = []
    assert isinstance(send(box), Retryable)
    assert not box.mails


def test_tls_from_the_first_byte_and_starttls(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, trusted = postbox.certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    with postbox.running(ssl_context=context) as box:
        assert isinstance(send(box, security="tls"), Accepted)
        assert len(box.mails) == 1
    with postbox.running(tls_context=context) as box:
        assert isinstance(send(box, security="starttls", smtp_user="help"), Accepted)
        assert box.secure == [True]


def test_nothing_is_said_without_the_encryption_that_was_asked_for(
    box: Postbox, tmp_path: Path
) -> None:
    for security in ("starttls", "tls"):
        got = send(box, security=security, smtp_user="help")
        assert isinstance(got, Retryable)
    context, _untrusted = postbox.certificate(tmp_path)
    with postbox.running(tls_context=context) as other:
        assert isinstance(send(other, security="starttls", smtp_user="help"), Retryable)
        assert not other.mails
        assert not other.signed_in
    assert not box.mails
    assert not box.signed_in


def test_a_mail_over_the_servers_size_is_refused_before_it_is_sent(box: Postbox) -> None:
    large = OutFile(
        name="큰 것", type="x/y", size=31_000_000, open=lambda: BytesIO(b"\xff" * 31_000_000)
    )
    got = send(box, mail(files=(large,)))
    assert isinstance(got, Permanent)
    assert not box.mails


def test_a_file_that_cannot_be_read_is_tried_again(box: Postbox) -> None:
    def gone() -> BytesIO:
        raise FileNotFoundError

    lost = OutFile(name="a", type="text/plain", size=1, open=gone)
    assert isinstance(send(box, mail(files=(lost,))), Retryable)
    assert not box.mails


@pytest.mark.parametrize(
    ("talk", "answer"),
    [
        (b"", Retryable),
        (b"554 go away\r\n", Permanent),
        (b"421 busy\r\n", Retryable),
        (b"\xff\xfe\x00 nonsense\r\n", Retryable),
        (b"220 hello\r\n502 what?\r\n502 what?\r\n", Permanent),
        (b"220 hello\r\n", Retryable),
    ],
)
def test_a_greeting_that_is_none(
    talk: bytes, answer: type[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "STEP_SECONDS", 1.0)
    with _says(talk) as port:
        assert isinstance(sending.send(mail(), account(port), Outside()), answer)


def test_a_server_that_does_not_answer_to_the_dot_leaves_it_open(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sending, "END_SECONDS", 0.5)
    fine = b"220 hi\r\n250 hi\r\n250 ok\r\n250 ok\r\n354 go\r\n"
    with _says(fine, hangs_up=False) as port:
        assert isinstance(sending.send(mail(), account(port), Outside()), Unknown)


class _says:  # noqa: N801 - reads as a verb
    """A server that says this, line by line as it is spoken to, and then hangs up or is silent."""

    def __init__(self, talk: bytes, *, hangs_up: bool = True) -> None:
        self._lines = talk.splitlines(keepends=True)
        self._hangs_up = hangs_up
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._done = threading.Event()

    def __enter__(self) -> int:
        threading.Thread(target=self._serve, daemon=True).start()
        port: int = self._socket.getsockname()[1]
        return port

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._socket.close()

    def _serve(self) -> None:
        client, _address = self._socket.accept()
        with client:
            for place, line in enumerate(self._lines):
                if place:
                    client.recv(65536)
                client.sendall(line)
            if not self._hangs_up:
                self._done.wait(10)


def test_check_signs_in_and_sends_nothing(box: Postbox) -> None:
    check: Callable[..., object] = sending.check
    assert isinstance(check(account(box.port, smtp_user="help"), Outside()), Accepted)
    wrong = check(account(box.port, smtp_user="help", password="x"), Outside())
    assert isinstance(wrong, Permanent)
    assert not box.mails

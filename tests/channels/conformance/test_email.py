"""E-mail passes the suite: mails come in as they are, and go out over real SMTP."""

import hashlib
import socket
from contextlib import ExitStack
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default
from email.utils import format_datetime
from typing import Any

from majung.channels.adapters.email.read import read
from majung.channels.conformance import Arrived, Conformance, File, Said, Told, Vendor
from majung.channels.contract import Address, RawItem
from majung.channels.models import MailAddress
from majung.conversations.models import Inbox
from majung.core import clock
from tests.channels.mail import postbox
from tests.channels.mail.postbox import CUT, Mail

IMAP = "it is looked up by IMAP: tests/channels/mail/test_sending.py"
# How the server of each mood answers which step.
MOODS = {
    "busy": {"MAIL": "451 4.7.1 slow down"},
    "refuses": {"MAIL": "550 5.7.1 not wanted"},
    "deaf": {"DATA": CUT},
    "mute": {"DOT": CUT},
}


class Mails(Vendor):
    """A mail server in front, and the customers' mail programs behind it."""

    kind = "email"
    config = {
        "smtp_host": "smtp.ondam.test",
        "smtp_port": 465,
        "smtp_security": "none",
        "smtp_user": "help@ondam.test",
        "trusts": ["mx.ondam.test"],
    }
    secrets = {"smtp_password": "비밀번호-1"}
    proven_elsewhere = {
        "files that are too large, or run": "the letter says so: tests/channels/mail/test_intake.py",
        "timeout that arrived is reconciled": IMAP,
        "timeout that did not arrive is sent again once it is sure": (
            "mails that break before their end surely did not go out"
        ),
    }

    def connect(self, inbox: Inbox) -> None:
        super().connect(inbox)
        MailAddress.objects.create(inbox=inbox, address="help@ondam.test", name="온담")
        self.running = ExitStack()
        self.box = self.running.enter_context(postbox.running())

    def close(self) -> None:
        self.running.close()

    @property
    def arrived(self) -> list[Arrived]:
        return [_arrived(mail) for mail in self.box.mails]

    @arrived.setter
    def arrived(self, _none: list[Arrived]) -> None:
        """The box knows what arrived."""

    def address(self, sender: str) -> Address:
        return Address(kind="email", address=f"{sender}@mail.test")

    def message(self, said: Said, **headers: Any) -> Told:
        mail = EmailMessage()
        mail["Authentication-Results"] = "mx.ondam.test; dmarc=pass header.from=mail.test"
        mail["From"] = f"{said.name} <{said.sender}@mail.test>"
        mail["To"] = "help@ondam.test"
        mail["Subject"] = "문의"
        mail["Date"] = format_datetime(said.at)
        mail["Message-ID"] = f"<{said.id}@mail.test>"
        for name, value in headers.items():
            mail[name.replace("_", "-")] = value
        mail.set_content(said.text, cte="base64")
        for file in said.files:
            kind, subtype = file.type.split("/")
            mail.add_attachment(file.content, kind, subtype, filename=file.name)
        raw = mail.as_bytes(policy=SMTP)
        return RawItem(
            external_id=hashlib.sha256(raw).hexdigest(),
            sender="",
            raw=raw,
            headers={},
            received_at=clock.now(),
        )

    def with_unknown_fields(self, said: Said) -> Told:
        return self.message(said, X_Mood="bright", List_Shoe="41")

    def unknown_event(self) -> Told:
        """Tell of a mail that is only late: a notice of no consequence."""
        raw = (
            "From: MAILER-DAEMON@mail.test\r\nTo: help@ondam.test\r\nSubject: Delayed\r\n"
            "Return-Path: <>\r\nMessage-ID: <late@mail.test>\r\nMIME-Version: 1.0\r\n"
            'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
            "--b\r\nContent-Type: text/plain\r\n\r\nIt is late.\r\n"
            "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mail.test\r\n\r\n"
            "Final-Recipient: rfc822; haneul@mail.test\r\nAction: delayed\r\nStatus: 4.4.1\r\n\r\n"
            "--b--\r\n"
        ).encode("ascii")
        name = hashlib.sha256(raw).hexdigest()
        return RawItem(external_id=name, sender="", raw=raw, headers={}, received_at=clock.now())

    def open(self, host: str, port: int, *, mood: str) -> socket.socket:
        assert (host, port) == ("smtp.ondam.test", 465)
        self.box.says = dict(MOODS.get(mood, {}))
        return socket.create_connection(("127.0.0.1", self.box.port), timeout=5)


def _arrived(mail: Mail) -> Arrived:
    parsed = message_from_bytes(mail.raw, policy=default)
    assert isinstance(parsed, EmailMessage)
    files = tuple(
        File(
            name=str(part.get_filename()),
            type=part.get_content_type(),
            content=part.get_payload(decode=True) or b"",  # type: ignore[arg-type]
        )
        for part in parsed.iter_attachments()
    )
    return Arrived(id=str(parsed["Message-ID"]), text=read(mail.raw).reply, files=files)


class TestEmail(Conformance):
    vendor = Mails

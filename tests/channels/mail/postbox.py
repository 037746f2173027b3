"""A mail server that takes what we send, and can be told to fail at each step."""

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.channels.mail.dovecot import make_certificate

CUT = "cut"


@dataclass
class Mail:
    """What a client handed over."""

    sender: str
    to: list[str]
    raw: bytes


@dataclass
class Postbox:
    """``says`` answers a step ("MAIL", "RCPT", "DATA", "DOT") otherwise than well, or by ``CUT``.

    ``refuses`` answers single recipients. A step may hold a list: one answer an attempt.
    """

    says: dict[str, Any] = field(default_factory=dict)
    refuses: dict[str, str] = field(default_factory=dict)
    mails: list[Mail] = field(default_factory=list)
    signed_in: list[str] = field(default_factory=list)
    secure: list[bool] = field(default_factory=list)
    password: str = "비밀번호-1"
    port: int = 0

    def told(self, step: str) -> str:
        answer = self.says.get(step, "")
        if isinstance(answer, list):
            return answer.pop(0) if answer else ""
        return str(answer)

    async def handle_MAIL(  # noqa: N802 - the library's name
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        said = self.told("MAIL")
        if said == CUT:
            _cut(server)
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return said or "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        said = self.refuses.get(address) or self.told("RCPT")
        if said == CUT:
            _cut(server)
        if said:
            return said
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        said = self.told("DOT")
        self.secure.append(bool(session.ssl))
        if said in {"", CUT}:
            raw = envelope.original_content or b""
            self.mails.append(Mail(str(envelope.mail_from), list(envelope.rcpt_tos), raw))
        if said == CUT:
            _cut(server)
        return said or "250 OK"

    def authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _how: str, given: Any
    ) -> AuthResult:
        if said := self.told("AUTH"):
            return AuthResult(success=False, handled=False, message=said)
        assert isinstance(given, LoginPassword)
        if given.password.decode() != self.password:
            return AuthResult(success=False, handled=False)
        self.signed_in.append(given.login.decode())
        return AuthResult(success=True)


def _cut(server: SMTP) -> None:
    assert isinstance(server.transport, asyncio.Transport)
    server.transport.abort()


class _Server(SMTP):
    """Answers DATA and STARTTLS otherwise than well where the postbox says so."""

    event_handler: Postbox

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        said = self.event_handler.told("DATA")
        if said == CUT:
            await self.push("354 go on")
            _cut(self)
        elif said:
            await self.push(said)
        else:
            await super().smtp_DATA(arg)


class _Controller(Controller):
    def __init__(self, box: Postbox, **kwargs: Any) -> None:
        self._box = box
        self._kwargs = kwargs
        super().__init__(
            box, hostname="127.0.0.1", port=0, ssl_context=kwargs.pop("ssl_context", None)
        )

    def factory(self) -> SMTP:
        return _Server(
            self._box,
            hostname="postbox.test",
            data_size_limit=40_000_000,
            authenticator=self._box.authenticate,
            auth_require_tls=False,
            **self._kwargs,
        )

    def _trigger_server(self) -> None:
        """Learn the port that was free before the controller greets itself."""
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]  # type: ignore[attr-defined]
        super()._trigger_server()  # type: ignore[no-untyped-call]


@contextmanager
def running(**kwargs: Any) -> Iterator[Postbox]:
    """Serve; ``ssl_context`` for TLS from the first byte, ``tls_context`` for STARTTLS."""
    box = Postbox()
    controller = _Controller(box, **kwargs)
    controller.start()
    box.port = controller.port
    try:
        yield box
    finally:
        controller.stop()


def certificate(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """Make a certificate for "localhost"; return a server's context and the file to trust."""
    make_certificate(folder)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context, folder / "cert.pem"

"""A mail goes out over SMTP, once, and the server's words become one of our four answers.

Nothing is accepted before the line with the single dot: whatever breaks earlier surely did not go
out. What breaks behind it may have. Where encryption was asked for, nothing is said without it.
"""

import base64
import re
import smtplib
import socket
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from django.utils.translation import gettext_noop as _

from majung.channels.adapters.email.composing import address_of, compose
from majung.channels.contract import (
    Accepted,
    Account,
    Answer,
    Context,
    Outgoing,
    OutLetter,
    Permanent,
    Retryable,
    Unknown,
    Unreached,
    plain,
)

CONNECT_SECONDS: Final = 20.0
STEP_SECONDS: Final = 30.0
# A server that looks through a mail before it takes it may be slow to say so.
END_SECONDS: Final = 60.0
LATER: Final = 300.0
SOON: Final = 60.0
REASON_LENGTH: Final = 200
_TLS, _STARTTLS, _NONE = "tls", "starttls", "none"
_WRONG_PASSWORD: Final = frozenset({530, 534, 535, 538})
_DOT: Final = re.compile(rb"(?m)^\.")
_OK: Final = 250
_GO_ON: Final = 354
_SIGNED_IN: Final = 235
_WORSE: Final = 500
_PIECE: Final = 64 * 1024

Reply = tuple[int, bytes]


class _Said(Exception):
    """What ends the attempt before the mail was taken."""

    def __init__(self, answer: Retryable | Permanent) -> None:
        super().__init__(answer.reason)
        self.answer = answer


@dataclass(frozen=True, slots=True)
class _Server:
    host: str
    port: int
    security: str
    user: str
    password: str


class _Smtp(smtplib.SMTP):
    """The standard client over a socket that the context has opened."""

    def __init__(self, server: _Server, context: Context, *, called: str) -> None:
        super().__init__(local_hostname=called, timeout=STEP_SECONDS)
        self._host = server.host  # the name that the certificate must have
        self._server = server
        self._context = context

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        """Do what ``connect`` of the standard library asks for."""
        del timeout  # ours is shorter while there is no connection
        opened = self._context.connect(host, port, timeout=CONNECT_SECONDS)
        opened.settimeout(STEP_SECONDS)
        if self._server.security != _TLS:
            return opened
        try:
            return ssl.create_default_context().wrap_socket(opened, server_hostname=host)
        except BaseException:
            opened.close()
            raise


def send(message: Outgoing, account: Account, context: Context) -> Answer:
    """Send a mail to all its recipients in one go."""
    letter = message.letter
    server = _server(account)
    if letter is None or server is None:
        return Permanent(_("보내는 메일 서버가 설정되지 않았어요. 관리자에게 알려 주세요."))
    try:
        raw = compose(message, letter)
        people = _recipients(letter)
        sender = address_of(letter.sender)
    except ValueError:
        return Permanent(_("메일로 쓸 수 없는 주소가 있어요. 받는 사람을 확인해 주세요."))
    except OSError:
        return Retryable(_("보낼 파일을 읽지 못했어요."), after=SOON)
    client = _Smtp(server, context, called=sender.rpartition("@")[2])
    try:
        return _talk(client, server, raw, sender=sender, people=people, key=letter.message_id)
    except _Said as said:
        return said.answer
    finally:
        client.close()


def check(account: Account, context: Context) -> Answer:
    """Sign in at the server and leave again; ``Accepted`` if a mail could be sent now."""
    server = _server(account)
    if server is None:
        return Permanent(_("보내는 메일 서버가 설정되지 않았어요. 관리자에게 알려 주세요."))
    client = _Smtp(server, context, called="localhost")
    try:
        _open(client, server)
    except _Said as said:
        return said.answer
    finally:
        client.close()
    return Accepted()


def _server(account: Account) -> _Server | None:
    config: Mapping[str, Any] = account.config
    host = str(config.get("smtp_host") or "")
    if not host:
        return None
    security = str(config.get("smtp_security") or _TLS)
    return _Server(
        host=host,
        port=int(config.get("smtp_port") or 465),
        security=security if security in {_STARTTLS, _NONE} else _TLS,
        user=str(config.get("smtp_user") or ""),
        password=account.secrets.get("smtp_password", ""),
    )


def _recipients(letter: OutLetter) -> dict[str, str]:
    """Return the addresses as servers want them, each with how we spell it."""
    people = (*letter.to, *letter.cc, *letter.bcc)
    return {address_of(each): each.address for each in people}


def _talk(
    client: _Smtp, server: _Server, raw: bytes, *, sender: str, people: dict[str, str], key: str
) -> Answer:
    _open(client, server)
    most = client.esmtp_features.get("size", "")
    if most.isdecimal() and 0 < int(most) < len(raw):
        return Permanent(_("메일이 서버가 받는 크기보다 커요. 파일을 줄여서 다시 보내 주세요."))
    _step(client, "MAIL", lambda: client.mail(sender, [f"size={len(raw)}"] if most else []))
    refused = _address(client, people)
    _step(client, "DATA", lambda: client.docmd("DATA"), wanted=_GO_ON)
    try:
        _pour(client, _DOT.sub(b"..", raw))
    except (OSError, smtplib.SMTPException) as error:
        return Retryable(_lost(error), after=SOON)
    answer = _end(client)
    return Accepted(key, refused) if isinstance(answer, Accepted) else answer


def _open(client: _Smtp, server: _Server) -> None:
    """Connect, greet, encrypt and sign in."""
    try:
        reply = client.connect(server.host, server.port)
    except Unreached as error:
        reason = _("메일 서버에 연결하지 못했어요. 서버 주소와 포트를 확인해 주세요.")
        raise _Said(Retryable(reason, after=SOON)) from error
    except ssl.SSLError as error:
        raise _Said(Retryable(_unsafe(error), after=LATER)) from error
    except (OSError, smtplib.SMTPException) as error:
        raise _Said(Retryable(_lost(error), after=SOON)) from error
    if reply[0] // 100 != 2:
        raise _Said(_refusal(reply))
    _greet(client)
    if server.security == _STARTTLS:
        _encrypt(client)
    if server.user:
        _sign_in(client, server)


def _greet(client: _Smtp) -> None:
    try:
        client.ehlo_or_helo_if_needed()
    except smtplib.SMTPHeloError as error:
        raise _Said(_refusal((error.smtp_code, _octets(error.smtp_error)))) from error
    except (OSError, smtplib.SMTPException) as error:
        raise _Said(Retryable(_lost(error), after=SOON)) from error


def _encrypt(client: _Smtp) -> None:
    """Begin TLS or end the attempt: a server that suddenly cannot may be an eavesdropper."""
    try:
        reply = client.starttls(context=ssl.create_default_context())
    except smtplib.SMTPNotSupportedError as error:
        reason = _("메일 서버가 암호화(STARTTLS)를 하지 않아서 보내지 않았어요.")
        raise _Said(Retryable(reason, after=LATER)) from error
    except smtplib.SMTPResponseException as error:
        said = _octets(error.smtp_error)
        raise _Said(Retryable(_words(error.smtp_code, said), after=LATER)) from error
    except ssl.SSLError as error:
        raise _Said(Retryable(_unsafe(error), after=LATER)) from error
    except (OSError, smtplib.SMTPException) as error:
        raise _Said(Retryable(_lost(error), after=SOON)) from error
    if reply[0] // 100 != 2:
        raise _Said(Retryable(_words(*reply), after=LATER))
    _greet(client)


def _sign_in(client: _Smtp, server: _Server) -> None:
    try:
        if (server.user + server.password).isascii():
            client.login(server.user, server.password)
        else:
            _sign_in_plain(client, server)
    except smtplib.SMTPAuthenticationError as error:
        if error.smtp_code in _WRONG_PASSWORD or error.smtp_code >= _WORSE:
            raise _Said(Permanent(_wrong_password(), denied=True)) from error
        raise _Said(_refusal((error.smtp_code, _octets(error.smtp_error)))) from error
    except smtplib.SMTPNotSupportedError as error:
        reason = _(
            "메일 서버가 이 방법의 로그인을 받지 않아요. 관리자가 보안 설정을 확인해야 해요."
        )
        raise _Said(Permanent(reason, denied=True)) from error
    except (OSError, smtplib.SMTPException) as error:
        raise _Said(Retryable(_lost(error), after=SOON)) from error


def _sign_in_plain(client: _Smtp, server: _Server) -> None:
    """Sign in with signs that the standard client cannot say (RFC 4616 wants UTF-8)."""
    if "PLAIN" not in client.esmtp_features.get("auth", "").upper():
        msg = "the server has no mechanism for this password"
        raise smtplib.SMTPNotSupportedError(msg)
    both = base64.b64encode(f"\0{server.user}\0{server.password}".encode())
    code, said = client.docmd("AUTH", f"PLAIN {both.decode()}")
    if code != _SIGNED_IN:
        raise smtplib.SMTPAuthenticationError(code, said)


def _address(client: _Smtp, people: dict[str, str]) -> dict[str, str]:
    """Name the recipients; return those who are refused, with the reason, while others are not."""
    refused: dict[str, Reply] = {}
    for address in people:
        reply = _ask(partial(client.rcpt, address))
        if reply[0] == 421:
            raise _Said(_refusal(reply))
        if reply[0] // 100 != 2:
            refused[address] = reply
    if len(refused) == len(people):
        later = [reply for reply in refused.values() if reply[0] < _WORSE]
        raise _Said(_refusal(later[0] if later else next(iter(refused.values()))))
    return {people[address]: _words(*reply) for address, reply in refused.items()}


def _pour(client: _Smtp, raw: bytes) -> None:
    """Send in pieces, so that the time allowed is that of a piece."""
    for start in range(0, len(raw), _PIECE):
        client.send(raw[start : start + _PIECE])


def _end(client: _Smtp) -> Answer:
    """Say the dot. From here on the server may have the mail although we do not hear it."""
    try:
        assert client.sock is not None
        client.sock.settimeout(END_SECONDS)
        client.send(b".\r\n")
        reply = client.getreply()
    except (OSError, smtplib.SMTPException):
        return Unknown("interrupted")
    if reply[0] == -1:
        return Unknown("interrupted")
    if reply[0] // 100 == 2:
        _leave(client)
        return Accepted()
    return _refusal(reply)


def _leave(client: _Smtp) -> None:
    try:
        client.quit()
    except (OSError, smtplib.SMTPException):
        return  # it has the mail


def _step(client: _Smtp, name: str, say: Callable[[], Reply], *, wanted: int = _OK) -> None:
    reply = _ask(say)
    if reply[0] != wanted:
        raise _Said(_refusal(reply))


def _ask(say: Callable[[], Reply]) -> Reply:
    try:
        reply = say()
    except (OSError, smtplib.SMTPException) as error:
        raise _Said(Retryable(_lost(error), after=SOON)) from error
    if reply[0] == -1:
        raise _Said(Retryable(_lost(None), after=SOON))
    return reply


def _refusal(reply: Reply) -> Retryable | Permanent:
    words = _words(*reply)
    return Permanent(words) if reply[0] >= _WORSE else Retryable(words, after=LATER)


def _words(code: int, said: bytes) -> str:
    """Return a server's own words, in one line."""
    text = " ".join(plain(said.decode("utf-8", "replace")).split())
    return f"{code} {text}"[:REASON_LENGTH]


def _octets(said: bytes | str) -> bytes:
    return said if isinstance(said, bytes) else said.encode()


def _lost(error: Exception | None) -> str:
    if isinstance(error, TimeoutError):
        return _("메일 서버가 대답하지 않아요.")
    return _("메일 서버와 연결이 끊어졌어요.")


def _unsafe(_error: ssl.SSLError) -> str:
    return _("메일 서버와 안전하게 연결할 수 없어요. 인증서나 보안 설정을 확인해야 해요.")


def _wrong_password() -> str:
    return _("메일 서버가 계정이나 비밀번호를 받지 않아요. 관리자가 메일함 설정에서 고쳐야 해요.")

"""A reply as the bytes of a mail: the same bytes at every attempt to send it.

Headers are written here, sign by sign; the body is the standard library's, with boundaries made
from the reply's key. All is seven bits wide, so that no server on the way has to change anything.
"""

import hashlib
import re
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Final

from majung.channels.contract import OutFile, Outgoing, OutLetter, Person

_POLICY: Final = SMTP.clone(cte_type="7bit")
_CRLF: Final = "\r\n"
_WIDTH: Final = 76
_ATEXT: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}")
_ID: Final = re.compile(r"<[\x21-\x3b\x3d\x3f-\x7e]{1,240}>")
_TYPE: Final = re.compile(r"[a-z0-9][a-z0-9.+-]{0,60}/[a-z0-9][a-z0-9.+-]{0,60}")
_OWN: Final = frozenset(
    {
        "from",
        "to",
        "cc",
        "bcc",
        "reply-to",
        "subject",
        "date",
        "message-id",
        "in-reply-to",
        "references",
        "mime-version",
    }
)


def compose(message: Outgoing, letter: OutLetter) -> bytes:
    """Return the mail. Hidden recipients stand nowhere in it.

    Raises:
        OSError: a file cannot be read.
    """
    head = _CRLF.join(_head(message, letter)).encode("ascii")
    return head + _CRLF.encode() + _body(message).as_bytes(policy=_POLICY)


def mailbox(person: Person) -> str:
    """Return a person as they stand in a header; the domain in ASCII."""
    address = address_of(person)
    name = _plain(person.name)
    if not name:
        return address
    if not name.isascii():
        return f"{_encoded(name)} <{address}>"
    if _ATEXT.fullmatch(name):
        return f"{name} <{address}>"
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}" <{address}>'


def address_of(person: Person) -> str:
    """Return the address as servers want it.

    Raises:
        ValueError: it cannot be written in ASCII.
    """
    local, _, domain = _plain(person.address).rpartition("@")
    if not local.isascii() or not local or " " in local:
        msg = "the address has signs that servers do not take"
        raise ValueError(msg)
    return f"{local}@{domain.encode('idna').decode('ascii')}"


def _head(message: Outgoing, letter: OutLetter) -> list[str]:
    lines = [
        f"Date: {format_datetime(letter.date.replace(microsecond=0))}",
        f"From: {mailbox(letter.sender)}",
        _folded("To", [mailbox(each) for each in letter.to], ","),
    ]
    if letter.cc:
        lines.append(_folded("Cc", [mailbox(each) for each in letter.cc], ","))
    if letter.reply_to:
        lines.append(f"Reply-To: {address_of(Person('', letter.reply_to))}")
    lines.append(_words("Subject", message.subject))
    lines.append(f"Message-ID: {letter.message_id}")
    if _ID.fullmatch(letter.in_reply_to):
        lines.append(_folded("In-Reply-To", [letter.in_reply_to]))
    if named := [each for each in letter.references if _ID.fullmatch(each)]:
        lines.append(_folded("References", named))
    for name, value in sorted(letter.headers.items()):
        if _NAME.fullmatch(name) and name.lower() not in _OWN:
            lines.append(_words(name, value))
    return lines


def _folded(name: str, values: list[str], between: str = "") -> str:
    """Return a header whose values stand in lines of their own where they do not fit in one."""
    text, width = f"{name}:", len(name) + 1
    for place, value in enumerate(values):
        word = value + (between if place < len(values) - 1 else "")
        longest = max(map(len, word.split(_CRLF)))
        if place and width + 1 + longest > _WIDTH:
            text += _CRLF
            width = 0
        text += f" {word}"
        width = width + 1 + len(word) if _CRLF not in word else len(word.rpartition(_CRLF)[2])
    return text


def _words(name: str, value: str) -> str:
    value = _plain(value)
    charset = "us-ascii" if value.isascii() else "utf-8"
    # What looks like an encoded word but is none must not be read as one.
    charset = "utf-8" if "=?" in value else charset
    header = Header(value, charset=charset, header_name=name, maxlinelen=_WIDTH)
    return f"{name}: {header.encode(linesep=_CRLF)}"


def _encoded(name: str) -> str:
    return Header(name, charset="utf-8", maxlinelen=_WIDTH - 10).encode(linesep=_CRLF)


def _plain(text: str) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _body(message: Outgoing) -> EmailMessage:
    body = EmailMessage(policy=_POLICY)
    body.set_content(_lines(message.text))
    shown = [file for file in message.files if file.content_id and message.html]
    if message.html:
        body.add_alternative(_lines(message.html), subtype="html")
        _show(body, shown)
    for file in message.files:
        if file not in shown:
            _attach(body, file)
    for place, part in enumerate(body.walk()):
        if part.is_multipart():
            part.set_boundary(_boundary(message.key, place))
    return body


def _show(body: EmailMessage, files: list[OutFile]) -> None:
    html = body.get_body(("html",))
    for file in files:
        kind, subtype = _type(file)
        assert isinstance(html, EmailMessage)
        html.add_related(
            _bytes(file),
            maintype=kind,
            subtype=subtype,
            cid=f"<{_cid(file.content_id)}>",
            filename=_plain(file.name),
            disposition="inline",
        )


def _attach(body: EmailMessage, file: OutFile) -> None:
    kind, subtype = _type(file)
    body.add_attachment(
        _bytes(file), maintype=kind, subtype=subtype, filename=_plain(file.name) or "file"
    )


def _type(file: OutFile) -> tuple[str, str]:
    """Return the type as two words; what is no plain file would be taken apart on the way."""
    given = file.type.lower().partition(";")[0].strip()
    kind, _, subtype = given.partition("/")
    if not _TYPE.fullmatch(given) or kind in {"message", "multipart"}:
        return "application", "octet-stream"
    return kind, subtype


def _bytes(file: OutFile) -> bytes:
    with file.open() as stream:
        return stream.read()


def _cid(content_id: str) -> str:
    return re.sub(r"[^\w.@+-]", "", content_id.strip("<>"), flags=re.ASCII) or "picture"


def _lines(text: str) -> str:
    """Return the text with one kind of line end; NUL and lone surrogates are no mail."""
    ended = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    return ended.encode("utf-8", "replace").decode().rstrip("\n") + "\n"


def _boundary(key: str, place: int) -> str:
    return "mj_" + hashlib.sha256(f"{key}:{place}".encode()).hexdigest()[:40]

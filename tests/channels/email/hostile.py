"""Mails that want to be expensive: each makes one of a given size."""

from collections.abc import Callable
from typing import Final

HEAD: Final = b"From: a@example.com\r\nTo: b@example.com\r\nSubject: x\r\n"


def body(text: bytes, kind: bytes = b"text/plain; charset=utf-8") -> bytes:
    return HEAD + b"Content-Type: " + kind + b"\r\n\r\n" + text


def html(text: bytes) -> bytes:
    return body(text, b"text/html")


def multipart(text: bytes, kind: bytes = b"mixed") -> bytes:
    return body(text, b"multipart/" + kind + b"; boundary=x")


def levels(count: int) -> bytes:
    """Multiparts, each within the one before."""
    kind = b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n"
    inner = b"".join(b"--b%d\r\n" % level + kind % (level + 1) for level in range(count))
    return HEAD + kind % 0 + inner + b"--b%d\r\n\r\nhi\r\n" % count


def attributes(count: int) -> bytes:
    return html(b"<p " + b" ".join(b"a%d=1" % each for each in range(count)) + b">x</p>")


WROTE: Final = (
    "\r\n네\r\n2026년 11월 20일 (금) 오후 3:04, 마중 <help@example.com>님이 작성:\r\n".encode()
)
BLOCK: Final = "Tel 02-333-4444\r\n팀장\r\n".encode()
NOTICE: Final = "본 메일은 기밀\r\n\r\n".encode()

# How often the costly thing stands in it, for each.
CASES: Final[dict[str, Callable[[int], bytes]]] = {
    "quoted lines": lambda n: body("> 인용된 글입니다 길게\r\n".encode() * n),
    "attributions": lambda n: body(WROTE * n),
    "dates": lambda n: body(b"2026-11-20 foo bar\r\n" * n),
    "labels": lambda n: body(b"From: a\r\n" * n),
    "labels apart": lambda n: body(b"From: a\r\nx\r\n" * n),
    "dashes": lambda n: body(b"-" * n),
    "rulers": lambda n: body(b"-----\r\n" * n),
    "companies": lambda n: body(BLOCK * n),
    "phones": lambda n: body(b"Sent from my iPhone\r\n" * n),
    "marks of signatures": lambda n: body(b"--\r\n" * n),
    "answers between": lambda n: body(b"> a\r\nb\r\n" * n),
    "notices": lambda n: body(NOTICE * n),
    "forwards": lambda n: body(b"---------- Forwarded message ---------\r\n" * n),
    "one long line": lambda n: body(b"a " * n),
    "flowed": lambda n: body(b"abc \r\n" * n, b"text/plain; format=flowed"),
    "uuencode begins": lambda n: body(b"begin 644 a\r\n" * n),
    "uuencode never ends": lambda n: body(b"begin 644 a\r\n" + (b"M" + b"!" * 60 + b"\r\n") * n),
    "open elements": lambda n: html(b"<div>" * n),
    "open paragraphs": lambda n: html(b"<p>x" * n),
    "crossed elements": lambda n: html(b"<font><p>x</font>" * n),
    "open tables": lambda n: html(b"<table><tr><td>" * n),
    "many within some": lambda n: html(b"<b>" * 400 + b"<p>x</p>" * n),
    "attributes": attributes,
    "brackets": lambda n: html(b"<" * n),
    "comments": lambda n: html(b"<!--" * n),
    "entities": lambda n: html(b"&amp;&" * n),
    "cited": lambda n: html(b"<blockquote type=cite>x</blockquote>y" * n),
    "words of a header": lambda n: b"Subject: " + b"=?utf-8?B?7JWI?= " * n + b"\r\n\r\n",
    "open words": lambda n: b"Subject: " + b"=?a?b?x" * n + b"\r\n\r\n",
    "open words, one closed": lambda n: b"Subject: " + b"=?a?b?x" * n + b"?=\r\n\r\n",
    "quotes in names": lambda n: b"From: " + b'"\\' * n + b"\r\n\r\n",
    "comments in names": lambda n: b"From: " + b"(" * n + b"\r\n\r\n",
    "open addresses": lambda n: b"From: " + b"<a" * n + b"\r\n\r\n",
    "commas": lambda n: b"From: " + b"," * n + b"\r\n\r\n",
    "addresses": lambda n: b"To: " + b"a@b.com," * n + b"\r\n\r\n",
    "headers": lambda n: b"X: y\r\n" * n + b"\r\nhi",
    "folds": lambda n: b"Subject: a\r\n" + b" b\r\n" * n + b"\r\nhi",
    "references": lambda n: b"References: " + b"<a@b>" * n + b"\r\n\r\nhi",
    "parameters": lambda n: b"Content-Type: text/plain" + b";a*0*=b" * n + b"\r\n\r\nhi",
    "quotes in parameters": lambda n: b"Content-Type: text/plain;" + b'"\\' * n + b"\r\n\r\nhi",
    "parts": lambda n: multipart(b"--x\r\n\r\na\r\n" * n),
    "parts of HTML": lambda n: multipart(b"--x\r\nContent-Type: text/html\r\n\r\n<p>a\r\n" * n),
    "boundaries within": lambda n: multipart(b"--x y\r\n" * n),
    "boundaries in one line": lambda n: multipart(b"--x " * n),
    "levels": levels,
    "one boundary for all": lambda n: multipart(
        b"--x\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n" * n
    ),
    "NULs": lambda n: body(b"\0" * n),
    "signs above ASCII": lambda n: body(b"\xff\x80" * n),
    "escapes": lambda n: body(b"\x1b$B" * n, b"text/plain; charset=iso-2022-jp"),
    "recipients of a report": lambda n: multipart(
        b"--x\r\nContent-Type: message/delivery-status\r\n\r\n"
        + b"Final-Recipient: rfc822; a@b\r\n\r\n" * n,
        b"report",
    ),
    "a bounce of addresses": lambda n: (
        b"From: MAILER-DAEMON@x\r\nSubject: failure notice\r\n\r\n" + b"a@" * n
    ),
    "objects of Outlook": lambda n: body(
        b"\x78\x9f\x3e\x22\0\0" + (b"\1" + bytes(10)) * n, b"application/ms-tnef"
    ),
}

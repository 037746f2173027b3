"""Mails spoiled in the ways that mails get spoiled, from a seed."""

import random
from typing import Final

# What a mail's grammar is made of; a spoiled mail has them where they do not belong.
BITS: Final = (
    b"\r\n", b"\n", b"\r", b"\r\n\r\n", b"\0", b"--", b"-- \r\n", b">", b'"', b"<", b"(", b";", b":", b"=?",
    b"?=", b"=?utf-8?B?", b"=?euc-kr?Q?", b"=", b"%", b"\xb0", b"\xff\xfe", b"\x1b$B", b"\x1b$)C\x0e",
    b"Content-Type: multipart/mixed; boundary=", b"Content-Transfer-Encoding: base64\r\n",
    b"Content-Type: message/rfc822\r\n\r\n", b"charset=utf-16", b"charset=utf-7", b"begin 644 x\r\n",
    b"<blockquote type=cite>", b"</div>", b"<!--", b"<table>", b"&#x110000;", b"\xe2\x80\xae",
    b"Date: Mon, 99 Foo 99999 99:99:99 +9999\r\n", b"X-Majung-Loop: 1\r\n", "님이 작성:\r\n".encode(),
    "보낸 사람: ".encode(), b"-----Original Message-----\r\n", b"\x78\x9f\x3e\x22\0\0",
)  # fmt: skip
MOST_BYTES: Final = 60_000


def mutate(raw: bytes, chance: random.Random, others: list[bytes]) -> bytes:
    """Spoil a mail in one to eight places."""
    for _ in range(chance.randint(1, 8)):
        at = chance.randint(0, len(raw))
        to = min(len(raw), at + chance.choice((1, 4, 40, 400)))
        kind = chance.randrange(8)
        if kind == 0:
            raw = raw[:at] + raw[to:]
        elif kind == 1:
            raw = raw[:at] + chance.choice(BITS) + raw[at:]
        elif kind == 2:
            raw = raw[:at] + raw[at:to] * chance.choice((2, 3, 50)) + raw[to:]
        elif kind == 3:
            raw = raw[:at] + chance.randbytes(to - at) + raw[to:]
        elif kind == 4:
            raw = raw[:at]
        elif kind == 5:
            other = chance.choice(others)
            raw = raw[:at] + other[chance.randint(0, len(other)) :]
        elif kind == 6:
            lines = raw.split(b"\n")
            chance.shuffle(lines)
            raw = b"\n".join(lines)
        else:
            raw = raw.replace(chance.choice(BITS), chance.choice(BITS))
        raw = raw[:MOST_BYTES]
    return raw

"""Mails that were made to hurt: they take time in proportion to their size, and say what was cut."""

import time
import tracemalloc

import pytest

from majung.channels.adapters.email import limits
from majung.channels.adapters.email.read import read
from tests.channels.email.hostile import CASES, HEAD, body, html, levels, multipart

SMALL = 8_000
# Twice as much may take thrice as long; below this many seconds a clock says nothing.
GROWTH, NOISE = 3, 0.05


def best(raw: bytes) -> float:
    """Return the processor time of the quickest of three readings."""
    times = []
    for _ in range(3):
        begun = time.process_time()
        read(raw)
        times.append(time.process_time() - begun)
    return min(times)


@pytest.mark.parametrize("name", CASES)
def test_twice_the_mail_takes_about_twice_the_time(name: str) -> None:
    once, twice = best(CASES[name](SMALL)), best(CASES[name](2 * SMALL))
    assert twice <= GROWTH * once + NOISE


def test_a_quote_of_767_kb_is_read_in_a_second() -> None:
    line = "> 고객님께서 문의하신 내용에 대해 답변드립니다. 확인 부탁드려요.\r\n".encode()
    mail = body("네 알겠습니다.\r\n\r\n".encode() + line * (767_000 // len(line)))
    begun = time.process_time()
    found = read(mail)
    assert time.process_time() - begun < 1
    assert found.reply == "네 알겠습니다."
    assert len(found.quoted.split("\n")) == 767_000 // len(line)


def test_ten_thousand_parts_are_not_all_read() -> None:
    mail = read(multipart(b"--x\r\nContent-Type: image/png\r\n\r\na\r\n" * 10_000))
    assert "too_many_parts" in mail.flags
    assert len(mail.attachments) == limits.MOST_PARTS - 1


def test_a_hundred_levels_are_not_all_opened() -> None:
    mail = read(levels(100))
    assert "too_deep" in mail.flags
    assert [file.type for file in mail.attachments] == ["application/octet-stream"]
    assert "cut" in [why.code for why in mail.why]


def test_headers_without_end_are_cut_and_the_text_is_still_found() -> None:
    mail = read(b"Subject: hi\r\n" + b"X-Bomb: y\r\n" * 50_000 + b"\r\n" + b"text")
    assert (mail.subject, mail.text) == ("hi", "text")
    assert "headers_cut" in mail.flags


def test_a_header_without_end_is_cut() -> None:
    mail = read(b"Subject: " + b"x" * 1_000_000 + b"\r\nFrom: a@example.com\r\n\r\ntext")
    assert len(mail.subject) < limits.MOST_FIELD
    assert (mail.from_[0].address, mail.text) == ("a@example.com", "text")
    assert "headers_cut" in mail.flags


def test_more_addresses_and_references_than_anybody_needs() -> None:
    many = b", ".join(b"p%d@example.com" % each for each in range(2_000))
    ids = b" ".join(b"<%d@example.com>" % each for each in range(2_000))
    mail = read(b"To: " + many + b"\r\nReferences: " + ids + b"\r\n\r\nhi")
    assert len(mail.to) == limits.MOST_ADDRESSES
    assert len(mail.references) == limits.MOST_REFERENCES
    assert mail.references[0] == "<0@example.com>"
    assert mail.references[-1] == "<1999@example.com>"
    assert {"addresses_cut", "references_cut"} <= set(mail.flags)


def test_a_text_beyond_the_limit_is_cut() -> None:
    mail = read(body("가".encode() * (limits.MOST_TEXT + 5)))
    assert len(mail.text) == limits.MOST_TEXT
    assert "text_cut" in mail.flags


def test_html_that_is_deep_beyond_reason_becomes_text() -> None:
    mail = read(html(b"<div>" * 100_000 + b"hello"))
    assert "hello" in mail.reply
    assert "html_too_deep" in mail.flags


def test_fifty_megabytes_take_little_more_memory_than_their_size() -> None:
    line = b"QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5eg==\r\n"
    file = (
        b"--x\r\nContent-Type: video/mp4; name=a.mp4\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    )
    raw = multipart(file + line.replace(b"=", b"A") * (50_000_000 // len(line)) + b"--x--\r\n")
    tracemalloc.start()
    mail = read(raw)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert mail.attachments[0].size > 36_000_000
    assert peak < 4 * len(raw)


def test_nuls_are_taken_out_and_told() -> None:
    mail = read(HEAD.replace(b": x", b": a\0b") + b"\r\nhel\0lo")
    assert (mail.subject, mail.text) == ("ab", "hello")
    assert "nul" in mail.flags


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\n",
        b"\r\n\r\n",
        b"\0" * 50,
        b"a",
        b":",
        b"\xff\xfe",
        b"Content-Type: multipart/mixed",
    ],
)
def test_next_to_nothing_is_read(raw: bytes) -> None:
    mail = read(raw)
    assert (mail.verdict, mail.date) == ("new", None)

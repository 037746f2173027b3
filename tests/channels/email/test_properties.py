"""What holds for every mail and every text."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from majung.channels.adapters.email import addresses, charsets, dates, headers, lines, quotes, words
from majung.channels.adapters.email.html import sanitise
from majung.channels.adapters.email.html_tame import tame
from majung.channels.adapters.email.read import read

SAID = st.sampled_from(
    [
        "네 알겠습니다.", "감사합니다", "김하늘 드림", "", " ", "> 인용", ">> 더", "-- ", "--", "-----",
        "2026년 11월 20일 (금) 오후 3:04, 마중 <help@example.com>님이 작성:", "On Fri, Nov 20, 2026 at 7:41 AM A",
        "<a@example.com> wrote:", "보낸 사람: 마중 <help@example.com>", "받는 사람: 김하늘", "제목: 문의",
        "보낸 날짜: 2026-11-20", "-----Original Message-----", "________________________________",
        "iPhone에서 보냄", "(주)한빛상사 과장", "Tel 02-000-0000", "E. a@example.com", "본 메일은 기밀입니다.",
        "---------- Forwarded message ---------", "주문번호: 1",
    ]
)  # fmt: skip
TEXTS = st.lists(SAID | st.text(max_size=30), max_size=30).map("\n".join)
HEADS = st.lists(
    st.tuples(
        st.sampled_from(
            [b"From", b"To", b"Subject", b"Date", b"Content-Type", b"References", b"X", b"Received",
             b"Content-Transfer-Encoding", b"Auto-Submitted", b"Return-Path"]
        ),
        st.binary(max_size=60)
        | st.sampled_from(
            [b"multipart/mixed; boundary=b", b"text/html; charset=euc-kr", b"base64", b"<>", b"auto-replied",
             b"message/rfc822", b"multipart/report; boundary=b", b"=?utf-8?B?7JWI?= <a@example.com>"]
        ),
    ),
    max_size=8,
)  # fmt: skip


@given(st.binary(max_size=600))
@example(b'Content-Type: multipart/mixed; boundary="')
def test_any_bytes_are_read(raw: bytes) -> None:
    assert read(raw).verdict in {"new", "thread", "bounce", "ignore"}


@given(HEADS, st.binary(max_size=300) | TEXTS.map(str.encode))
def test_any_mail_is_read(fields: list[tuple[bytes, bytes]], body: bytes) -> None:
    head = b"".join(name + b": " + value + b"\r\n" for name, value in fields)
    mail = read(head + b"\r\n" + body + b"\r\n--b\r\n\r\n" + body + b"\r\n--b--\r\n")
    assert mail.text == charsets.tidy(mail.text)
    assert sorted(f"{mail.reply} {mail.quoted} {mail.signature}".split()) == sorted(
        mail.text.split()
    )


@settings(max_examples=300)
@given(TEXTS)
def test_no_word_is_lost_and_none_is_made(text: str) -> None:
    text = charsets.tidy(text)
    found = quotes.split(lines.of(text))
    assert sorted(f"{found.reply} {found.quoted} {found.signature}".split()) == sorted(text.split())


@given(TEXTS)
def test_what_is_written_above_a_marked_quote_stays(text: str) -> None:
    mine = "제 답장은 이것이에요."
    quoted = "\n".join(f"> {line}" for line in charsets.tidy(text).split("\n"))
    found = quotes.split(lines.of(f"{mine}\n\n{quoted}"))
    assert found.reply == mine


@given(st.text(), st.sampled_from(["utf-8", "cp949", "utf-16", "iso2022_jp", ""]))
def test_every_charset_gives_a_text(text: str, charset: str) -> None:
    data = text.encode(charset or "utf-8", "replace")
    found, _ = charsets.decode(data, charset)
    assert isinstance(found, str)


@given(st.binary(max_size=80), st.text(max_size=20))
def test_unknown_charsets_never_stop_it(data: bytes, charset: str) -> None:
    found, _ = charsets.decode(data, charset)
    charsets.tidy(found).encode()


@given(st.text(alphabet='가나다 abc=?utf-8BQ_"<>@,;:()\\\n\r\t', max_size=80))
def test_any_header_is_read(text: str) -> None:
    words.decode(text)
    addresses.parse(text)
    dates.header(text)
    dates.loose(text)
    headers.parameters(text)


@given(st.text(alphabet="<>/!-&;=\"' \nabpdivtable#x0", max_size=120))
def test_tamed_html_keeps_its_text_and_stays_tame(html: str) -> None:
    tamed, _ = tame(html)
    shown, _ = sanitise(tamed)
    assert "<!" not in tamed
    assert "<script" not in shown


@given(
    st.lists(st.sampled_from(["<div>", "</div>", "<b>", "</b>", "<p>", "글", "<td>", "<table>"]))
)
def test_what_is_sanitised_twice_is_sanitised_once(pieces: list[str]) -> None:
    once, _ = sanitise("".join(pieces))
    assert sanitise(once)[0] == once

"""Parts and bodies: broken MIME, files in all wrappings, HTML that may be shown."""

import base64
import binascii
import hashlib
import struct
from email.message import EmailMessage

import pytest

from majung.channels.adapters.email import html_lines, tnef
from majung.channels.adapters.email.html import sanitise
from majung.channels.adapters.email.html_tame import tame
from majung.channels.adapters.email.read import read
from majung.channels.adapters.email.transfer import decode
from tests.channels.email.hostile import HEAD, body, multipart


@pytest.mark.parametrize(
    ("data", "encoding", "found"),
    [
        (b"QUJD", "base64", b"ABC"),
        (b"QUI", "BASE64 ", b"AB"),
        (b"QU*I\r\n=\r\nfooter", "base64", b"AB"),
        (b"QUJDR", "base64", b"ABC"),
        (b"a=20b=\r\nc=ZZ", "quoted-printable", b"a bc=ZZ"),
        (b"begin 644 a\r\n#86)C\r\n`\r\nend\r\n", "x-uuencode", b"abc"),
        (b"abc", "unknown", b"abc"),
    ],
)
def test_transfer_encodings(data: bytes, encoding: str, found: bytes) -> None:
    assert decode(data, encoding) == found


def test_files_are_what_was_sent() -> None:
    content = bytes(range(256)) * 9
    made = EmailMessage()
    made["From"], made["Subject"] = "a@example.com", "파일"
    made.set_content("첨부합니다.")
    made.add_attachment(
        content, maintype="application", subtype="zip", filename="한글 이름 (최종).zip"
    )
    (file,) = read(made.as_bytes()).attachments
    assert (file.name, file.type, file.size) == (
        "한글 이름 (최종).zip",
        "application/zip",
        len(content),
    )
    assert file.sha256 == hashlib.sha256(content).hexdigest()


def test_a_multipart_without_its_boundary_is_still_opened() -> None:
    inner = b"--zz\r\nContent-Type: text/plain\r\n\r\nhi\r\n--zz--\r\n"
    mail = read(body(inner, b"multipart/mixed"))
    assert (mail.text, mail.flags) == ("hi", ("broken_date", "broken_mime"))


def test_a_multipart_that_is_none_is_text() -> None:
    mail = read(body(b"just text", b"multipart/mixed; boundary=zz"))
    assert mail.text == "just text"


def test_the_plain_form_wins_unless_it_says_nothing() -> None:
    rich = b"\r\n--x\r\nContent-Type: text/html\r\n\r\n<p>rich</p>\r\n--x--"
    plain = b"--x\r\nContent-Type: text/plain\r\n\r\n"
    assert read(multipart(plain + b"plain" + rich, b"alternative")).text == "plain"
    assert read(multipart(plain + b" \r\n" + rich, b"alternative")).text == "rich"
    stub = b"Your mail program does not support HTML."
    assert read(multipart(plain + stub + rich, b"alternative")).text == "rich"


def test_html_of_a_mail_without_html_is_empty() -> None:
    assert read(body(b"hi")).html == ""


@pytest.mark.parametrize(
    ("kind", "flag"),
    [
        (b"application/pkcs7-mime; smime-type=enveloped-data", "encrypted"),
        (b"application/x-pkcs7-mime; smime-type=signed-data", "signed"),
        (b"text/calendar; method=REQUEST", "calendar"),
    ],
)
def test_what_is_special_is_flagged(kind: bytes, flag: str) -> None:
    mail = read(
        HEAD + b"Date: Fri, 20 Nov 2026 15:04:22 +0900\r\nContent-Type: " + kind + b"\r\n\r\nAAAA"
    )
    assert mail.flags == (flag,)
    assert len(mail.attachments) == 1


def test_pgp_in_the_text_is_flagged() -> None:
    assert "encrypted" in read(body(b"-----BEGIN PGP MESSAGE-----\r\n")).flags
    assert "signed" in read(body(b"-----BEGIN PGP SIGNED MESSAGE-----\r\n")).flags


def winmail(name: bytes, content: bytes) -> bytes:
    """Write what Outlook would: a name in CP949 and a file."""

    def item(level: int, code: int, kind: int, data: bytes) -> bytes:
        checksum = sum(data) & 0xFFFF
        return (
            struct.pack("<BHHI", level, code, kind, len(data)) + data + struct.pack("<H", checksum)
        )

    return (
        b"\x78\x9f\x3e\x22\x01\x00"
        + item(1, 0x9006, 8, struct.pack("<I", 0x10000))
        + item(1, 0x9007, 6, struct.pack("<II", 949, 0))
        + item(2, 0x9002, 6, bytes(14))
        + item(2, 0x8010, 1, name + b"\0")
        + item(2, 0x800F, 6, content)
    )


def test_files_inside_winmail_dat_are_found() -> None:
    data = base64.encodebytes(winmail(b"report.txt", b"hello"))
    kind = b"application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: base64"
    mail = read(body(data, kind))
    assert [(file.name, file.type, file.content) for file in mail.attachments] == [
        ("report.txt", "text/plain", b"hello")
    ]
    assert "tnef" in mail.flags


def test_a_broken_winmail_dat_stays_a_file() -> None:
    mail = read(body(b"\x78\x9f\x3e\x22 broken", b"application/ms-tnef; name=winmail.dat"))
    assert [file.name for file in mail.attachments] == ["winmail.dat"]
    assert tnef.open_up(b"") is None


def test_files_in_the_text_are_taken_out() -> None:
    lines = b"".join(binascii.b2a_uu(b"x" * 45) for _ in range(3))
    mail = read(body(b"before\n\nbegin 644 a.txt\n" + lines + b"`\nend\nafter\n"))
    assert mail.text.split() == ["before", "after"]
    assert mail.attachments[0].content == b"x" * 135
    assert read(body(b"begin 100 people\nwere there\n")).text == "begin 100 people\nwere there"


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("<script>a</script><style>b</style><p>c</p>", "<p>c</p>"),
        ("<form action=/x><input><button>b</button></form>", "b"),
        ("<p onclick=x style='position:fixed' class=c id=d>c</p>", "<p>c</p>"),
        ('<a href="javascript:x">a</a>', "<a>a</a>"),
        ('<a href=" JaVaScRiPt:x">a</a>', "<a>a</a>"),
        ('<a href="/relative">a</a>', "<a>a</a>"),
        ('<img src="cid:a@b">', '<img src="cid:a@b">'),
        ('<img src="//e.com/x.png">', "<img>"),
        ('<img src="data:image/svg+xml;base64,AA">', "<img>"),
        ('<img src="data:image/png;base64,AA">', '<img src="data:image/png;base64,AA">'),
        ('<td background="http://e.com/x">a</td>', "a"),
        ("<svg><script>a</script></svg>b", "b"),
    ],
)
def test_html_is_sanitised(raw: str, shown: str) -> None:
    found = sanitise(tame(raw)[0])[0]
    assert found.replace(' rel="noopener noreferrer nofollow"', "") == shown


def test_a_link_says_where_it_leads() -> None:
    found, _ = sanitise(
        '<a href="https://evil.example/?a=1&b=%22" title="bank">https://bank.example</a>'
    )
    assert found == (
        '<a href="https://evil.example/?a=1&amp;b=%22" title="https://evil.example/?a=1&amp;b=%22"'
        ' rel="noopener noreferrer nofollow">https://bank.example</a>'
    )


def test_pictures_from_elsewhere_wait() -> None:
    found, remote = sanitise('<img src="HTTPS://e.com/x.png" alt="a">')
    assert remote
    assert ' data-src="HTTPS://e.com/x.png"' in found
    assert ' src="' not in found


def test_words_of_a_mail_cannot_play_the_marks() -> None:
    raw = '<img alt=" src=&quot;http://e.com" src="cid:a">&lt;img src="http://e.com/x">'
    found, remote = sanitise(raw)
    assert not remote
    assert found.startswith('<img alt=" src=&quot;http://e.com" src="cid:a">&lt;img')


def test_lines_of_html_know_what_they_are() -> None:
    found = html_lines.read(
        "<p>한 줄</p><p>&nbsp;</p><ul><li>하나</li></ul><table><tr><td>가</td><td>나</td></tr></table>"
        "<div style='display:none'>숨김</div><blockquote type=cite>인용</blockquote>끝"
    )
    assert [(line.text, line.kind) for line in found] == [
        ("한 줄", "own"), ("", "own"), ("- 하나", "own"), ("가 나", "own"), ("인용", "quote"), ("끝", "own"),
    ]  # fmt: skip


def test_quoted_tags_hide_nothing_from_the_tamer() -> None:
    deep = "<div>" * 100_000
    for raw in (
        deep,
        f'<p title="{deep}',
        f"<!-- {deep}",
        f"<p a='>' b=\">\">{deep}",
        f"<b/x{deep}",
    ):
        tamed, _ = tame(raw)
        assert tamed.count("<div>") <= 600

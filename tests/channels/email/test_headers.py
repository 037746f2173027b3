"""Charsets, words, addresses, dates and parameters of headers."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from majung.channels.adapters.email import (
    addresses,
    charsets,
    dates,
    headers,
    parts,
    references,
    words,
)

KST = timezone(timedelta(hours=9))


@pytest.mark.parametrize(
    "name",
    ["ks_c_5601-1987", "KS_C_5601-1987", "euc-kr", "EUC-KR", "ksc5601", "windows-949", "ms949",
     "x-windows-949", '"euc-kr"', "cp949", "UHC", "korean"],
)  # fmt: skip
def test_korean_charsets_are_cp949(name: str) -> None:
    text = "똠방각하 펲시콜라"
    assert charsets.decode(text.encode("cp949"), name) == (text, False)


@pytest.mark.parametrize(
    "name", ["", "us-ascii", "x-unknown", "punycode", "hex", "utf-8", "\0", "a" * 99]
)
def test_a_charset_that_does_not_fit_is_guessed(name: str) -> None:
    text = "환불해 주세요"
    assert charsets.decode(text.encode("cp949"), name) == (text, True)


def test_utf8_is_tried_before_cp949_and_latin_last() -> None:
    assert charsets.decode("한글".encode()) == ("한글", True)
    assert charsets.decode(b"caf\xe9") == ("café", True)
    assert charsets.decode("Grüße".encode("latin-1"), "iso-8859-1") == ("Grüße", False)
    assert charsets.decode("한글입니다".encode("cp949"), "iso-8859-1") == ("한글입니다", True)
    assert charsets.decode("한글".encode(), "windows-1252") == ("한글", True)


def test_escapes_of_japanese_and_korean_mails() -> None:
    assert charsets.decode("日本語".encode("iso2022_jp"), "ISO-2022-JP") == ("日本語", False)
    assert charsets.decode("한글".encode("iso2022_kr"), "iso-2022-kr") == ("한글", False)
    assert charsets.decode("日本語".encode("iso2022_jp")) == ("日本語", True)
    assert charsets.decode("한글".encode("iso2022_kr")) == ("한글", True)


def test_one_spoiled_byte_does_not_spoil_the_rest() -> None:
    text = "가나다라마바사아자차카타파하" * 3
    data = text.encode("cp949")
    found, guessed = charsets.decode(data[:20] + b"\xff" + data[20:], "euc-kr")
    assert guessed
    assert found.replace("\ufffd", "") == text


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("=?utf-8?B?7JWI64WV?=", "안녕"),
        ("=?UTF-8?b?7JWI64WV?= =?utf-8?B?7ZWY7IS47JqU?=", "안녕하세요"),
        ("=?utf-8?B?7JWI64U=?= =?utf-8?B?lQ==?=", "안녕"),
        ("=?utf-8?B?7JWI64WV", "안녕"),
        ("=?utf-8?Q?=EC=95=88=EB=85=95_a?=", "안녕 a"),
        ("=?utf-8?Q?=EC=95=88 =EB=85=95?=", "안 녕"),
        ("Re:=?utf-8?B?7JWI64WV?=[1]", "Re:안녕[1]"),
        ("=?euc-kr?B?vsiz5w==?= =?utf-8?B?7JWI64WV?=", "안녕안녕"),
        ("=?utf-8?B?7JWI64WV?= and =?utf-8?B?7JWI64WV?=", "안녕 and 안녕"),
        ("=?utf-8*ko?B?7JWI64WV?=", "안녕"),
        ("=?x?y?z?= =?", "=?x?y?z?= =?"),
        ("=?utf-8?B??=", ""),
        ("plain", "plain"),
        ("", ""),
    ],
)
def test_words(raw: str, text: str) -> None:
    assert words.decode(raw) == text


def told(text: str) -> list[tuple[str, str]]:
    return [(box.name, box.address) for box in addresses.parse(text)[0]]


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        ("a@example.com", [("", "a@example.com")]),
        ("김하늘 <a@example.com>", [("김하늘", "a@example.com")]),
        ('"김, 하늘" <a@example.com>, b@example.com', [("김, 하늘", "a@example.com"), ("", "b@example.com")]),
        ('"a \\"b\\" c" <a@example.com>', [('a "b" c', "a@example.com")]),
        ("a@example.com (김하늘)", [("김하늘", "a@example.com")]),
        ("팀: a@example.com, b@example.com;", [("", "a@example.com"), ("", "b@example.com")]),
        ("undisclosed-recipients:;", []),
        ("a@example.com; b@example.com", [("", "a@example.com"), ("", "b@example.com")]),
        ('"broken <a@example.com>', [("broken", "a@example.com")]),
        ("broken (a@example.com", [("broken", "a@example.com")]),
        ("a <a@example.com, b <b@example.com>", [("a", "a@example.com"), ("b", "b@example.com")]),
        ("<@one,@two:a@example.com>", [("", "a@example.com")]),
        ("<mailto:a@example.com>", [("", "a@example.com")]),
        ("'a@example.com' <a@example.com>", [("", "a@example.com")]),
        ("=?utf-8?Q?Kim,_Sky?= <a@example.com>", [("Kim, Sky", "a@example.com")]),
        ("=?utf-8?B?6rmA7ZWY64qYIDxhQGV4YW1wbGUuY29tPg==?=", [("김하늘", "a@example.com")]),
        ("김하늘", [("김하늘", "")]),
        (",,;", []),
        ("", []),
    ],
)  # fmt: skip
def test_addresses(raw: str, found: list[tuple[str, str]]) -> None:
    assert told(raw) == found


@pytest.mark.parametrize(
    ("raw", "moment"),
    [
        ("Fri, 20 Nov 2026 15:04:22 +0900 (KST)", datetime(2026, 11, 20, 15, 4, 22, tzinfo=KST)),
        ("Fri, 20 Nov 2026 15:04:22 KST", datetime(2026, 11, 20, 15, 4, 22, tzinfo=KST)),
        ("20 Nov 2026 06:04:22 -0000", datetime(2026, 11, 20, 6, 4, 22, tzinfo=UTC)),
        ("Mon, 99 Foo 2026", None),
        ("Fri, 20 Nov 1800 15:04:22 +0900", None),
        ("Fri, 20 Nov 2026 15:04:22 +9999", None),
        ("", None),
    ],
)
def test_dates_of_headers(raw: str, moment: datetime | None) -> None:
    assert dates.header(raw) == moment


@pytest.mark.parametrize(
    ("raw", "moment"),
    [
        ("2026년 11월 20일 (금) 오후 3:04", "2026-11-20T15:04:00"),
        ("2026년 11월 19일 목요일, 17시 02분 11초 +0900", "2026-11-19T17:02:11+09:00"),
        ("2026-11-20 (금) 15:58:10 (GMT+09:00)", "2026-11-20T15:58:10+09:00"),
        ("26/11/15  오후 7:58  (GMT+09:00)", "2026-11-15T19:58:00+09:00"),
        ("2026. 11. 20. 오전 12:30", "2026-11-20T00:30:00"),
        ("Wednesday, November 18, 2026 4:00 PM", "2026-11-18T16:00:00"),
        ("Freitag, 20. Nov 2026 09:12", "2026-11-20T09:12:00"),
        ("2026-99-99", None),
        ("언젠가", None),
    ],
)
def test_dates_of_quotes(raw: str, moment: str | None) -> None:
    found = dates.loose(raw)
    assert (found and found.isoformat()) == moment


@pytest.mark.parametrize(
    ("raw", "key", "value"),
    [
        ("text/plain; charset=utf-8", "charset", "utf-8"),
        ('text/plain; name="a;b.txt"', "name", "a;b.txt"),
        ('text/plain; name="a\\"b.txt"', "name", 'a"b.txt'),
        ('a/b; name="=?utf-8?B?7JWI64WV?=.txt"', "name", "안녕.txt"),
        ("a/b; filename*=UTF-8''%EC%95%88%EB%85%95.txt", "filename", "안녕.txt"),
        ("a/b; filename*=euc-kr''%BE%C8%B3%E7.txt", "filename", "안녕.txt"),
        ("a/b; name*1*=%85%95.txt; name*0*=UTF-8''%EC%95%88%EB", "name", "안녕.txt"),
        ('a/b; name*0="long"; name*1="er.txt"', "name", "longer.txt"),
        ('a/b; name="open', "name", "open"),
    ],
)
def test_parameters(raw: str, key: str, value: str) -> None:
    assert headers.parameters(raw)[1] == {key: value}


def test_names_of_files_lose_folders_and_turns() -> None:
    assert parts.file_name("../../etc/passwd") == "passwd"
    assert parts.file_name("C:\\문서\\견적.pdf") == "견적.pdf"
    assert parts.file_name("청구서\u202efdp.exe") == "청구서fdp.exe"
    assert parts.file_name("가" * 500 + ".pdf") == "가" * 180 + ".pdf"


def test_ids_are_found_among_dirt_and_once() -> None:
    assert references.many("<a@x> (c) <b@x>,<a@x>") == ("<a@x>", "<b@x>")
    assert references.many("a@x b@x") == ("<a@x>", "<b@x>")
    assert references.one("") == ""


def test_a_head_without_a_blank_line_and_with_dirt_is_read() -> None:
    head, at = headers.split(b"Subject: a\nthis is text\n", 0, 24)
    assert (head.raw("subject"), at) == ("a", 11)
    head, _ = headers.split(b"From x\nSubject: a\n\xff dirt\nFrom: b@x\n\n", 0, 36)
    assert (head.raw("subject"), head.raw("from")) == ("a", "b@x")

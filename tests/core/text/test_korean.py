"""Particles agree with how the word before them is read."""

import pytest

from majung.core.text.korean import finds, initials, josa, with_josa


@pytest.mark.parametrize(
    ("word", "particle", "expected"),
    [
        ("상담원", "은/는", "은"),
        ("고객사", "은/는", "는"),
        ("상담", "이/가", "이"),
        ("메모", "이/가", "가"),
        ("파일", "을/를", "을"),
        ("문의", "을/를", "를"),
        ("팀", "와/과", "과"),
        ("브랜드", "과/와", "와"),
        ("마중", "으로/로", "으로"),
        ("채널", "으로/로", "로"),  # ㄹ
        ("채널", "은/는", "은"),
        ("서버", "(으)로", "로"),
        ("상담", "이라고/라고", "이라고"),
        ("메모", "(이)라고", "라고"),
        ("상담", "이에요/예요", "이에요"),
        ("메모", "이에요/예요", "예요"),
        ("상담", "은(는)", "은"),
        ("메모", "이(가)", "가"),
        ("민준", "아/야", "아"),
        ("메모", "는", "는"),
        ("상담", "는", "은"),
    ],
)
def test_josa_follows_the_final_of_hangul(word: str, particle: str, expected: str) -> None:
    assert josa(word, particle) == expected


@pytest.mark.parametrize(
    ("number", "subject", "direction"),
    [
        ("0", "이", "으로"),
        ("1", "이", "로"),
        ("2", "가", "로"),
        ("3", "이", "으로"),
        ("4", "가", "로"),
        ("5", "가", "로"),
        ("6", "이", "으로"),
        ("7", "이", "로"),
        ("8", "이", "로"),
        ("9", "가", "로"),
        ("265", "가", "로"),
        ("10", "이", "으로"),
        ("1,200", "이", "으로"),
        ("50,000", "이", "으로"),
        ("100000000", "이", "으로"),
        ("1000000000000", "가", "로"),  # 조
        ("3.5", "가", "로"),
        ("1.70", "이", "으로"),
        ("2024-0007", "이", "로"),
        ("12%", "가", "로"),
        ("5명", "이", "으로"),
    ],
)
def test_josa_reads_numbers(number: str, subject: str, direction: str) -> None:
    assert (josa(number, "이/가"), josa(number, "으로/로")) == (subject, direction)


@pytest.mark.parametrize(
    ("word", "subject", "direction"),
    [
        ("API", "가", "로"),
        ("URL", "이", "로"),
        ("CRM", "이", "으로"),
        ("VPN", "이", "으로"),
        ("SMS", "가", "로"),
        ("L", "이", "로"),
        ("Majung", "이", "으로"),
        ("Gmail", "이", "로"),
        ("Apple", "이", "로"),
        ("Naver", "가", "로"),
        ("Slack", "이", "으로"),
        ("KakaoTalk", "이", "으로"),
        ("Instagram", "이", "으로"),
        ("Chrome", "이", "으로"),
        ("Amazon", "이", "으로"),
        ("iPhone", "이", "으로"),
        ("YouTube", "가", "로"),
        ("chatbot", "이", "으로"),
        ("app", "이", "으로"),
        ("shop", "이", "으로"),
        ("widget", "이", "으로"),
        ("Microsoft", "가", "로"),
        ("iOS", "가", "로"),
        ("kim@example.com", "이", "으로"),
    ],
)
def test_josa_reads_latin_as_koreans_do(word: str, subject: str, direction: str) -> None:
    assert (josa(word, "이/가"), josa(word, "으로/로")) == (subject, direction)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("「배송 지연」", "이"),
        ("'문의'", "가"),
        ("김민준(VIP)", "이"),
        ("이수아 (대리)", "가"),
        ("(주)마중", "이"),
        ("정말요?", "가"),
        ("", "가"),
        ("😀", "가"),
        (
            "\u1100\u1175\u11b7\u1106\u1175\u11ab\u110c\u116e\u11ab",
            "이",
        ),  # decomposed, as macOS names files
    ],
)
def test_josa_looks_past_brackets_and_marks(word: str, expected: str) -> None:
    assert josa(word, "이/가") == expected


def test_with_josa_keeps_the_word() -> None:
    assert with_josa("265", "으로/로") == "265로"
    assert with_josa("상담 3", "이/가") == "상담 3이"


def test_josa_refuses_what_is_no_particle() -> None:
    with pytest.raises(ValueError, match="unknown particle: 에서"):
        josa("상담", "에서")


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("배송", "배송 지연", True),
        ("ㅂㅅ", "배송 지연", True),
        ("ㅅㅈ", "배송 지연", True),
        ("배ㅅ", "배송 지연", True),
        ("배소", "배송 지연", True),
        ("배송지", "배송 지연", True),
        ("fun", "Refund", True),
        ("", "무엇이든", True),
        ("송배", "배송", False),
        ("배소지", "배송 지연", False),
        ("ㄱ", "", False),
    ],
)
def test_finding_what_somebody_types(query: str, text: str, *, expected: bool) -> None:
    assert finds(query, text) is expected


def test_initials_of_a_text() -> None:
    assert initials("배송 지연 265, ok") == "ㅂㅅ ㅈㅇ 265, ok"

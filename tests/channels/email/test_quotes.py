"""Quotes, signatures, mails that were passed on, and mails that programs wrote."""

import pytest

from majung.channels.adapters.email import attributions, autos, headers, labels, lines, quotes
from majung.channels.adapters.email.read import read
from tests.channels.email.hostile import HEAD, body

ASKED = "> 어떤 색으로 드릴까요?"


def split(text: str) -> tuple[str, str, str]:
    found = quotes.split(lines.of(text))
    return found.reply, found.quoted, found.signature


@pytest.mark.parametrize(
    "wrote",
    [
        "2026년 11월 20일 (금) 오후 3:04, 마중 <help@example.com>님이 작성:",
        "2026년 11월 20일 (금) 오후 3:04, 마중 <\nhelp@example.com>님이 작성:",
        "2026. 11. 20. 오후 3:04, 마중 <help@example.com> 작성:",
        "2026-11-20 오후 3:04에 마중 이(가) 쓴 글:",
        "On Fri, Nov 20, 2026 at 3:04 PM Majung <help@example.com> wrote:",
        "On Fri, Nov 20, 2026 at 3:04 PM\nMajung <help@example.com>\nwrote:",
        "2026年11月20日(金) 15:04 マジュン <help@example.com>:",
        "Am Fr., 20. Nov. 2026 um 15:04 Uhr schrieb Majung <help@example.com>:",
        "Am 20.11.2026 um 15:04 schrieb Majung:",
        "Le ven. 20 nov. 2026 à 15:04, Majung <help@example.com> a écrit :",
        "El vie, 20 nov 2026 a las 15:04, Majung (<help@example.com>) escribió:",
        "Em sex., 20 de nov. de 2026 às 15:04, Majung <help@example.com> escreveu:",
        "Il giorno ven 20 nov 2026 alle ore 15:04 Majung <help@example.com> ha scritto:",
        "Op vr 20 nov 2026 om 15:04 schreef Majung <help@example.com>:",
        "在 2026年11月20日 15:04，Majung <help@example.com> 写道：",
    ],
)
def test_who_wrote_the_quote_belongs_to_it(wrote: str) -> None:
    assert split(f"파란색이요.\n\n{wrote}\n\n{ASKED}") == ("파란색이요.", f"{wrote}\n\n{ASKED}", "")
    unmarked = f"{wrote}\n\n어떤 색으로 드릴까요?"
    assert split(f"파란색이요.\n\n{unmarked}") == ("파란색이요.", unmarked, "")


@pytest.mark.parametrize(
    "line",
    [
        "-----Original Message-----",
        "----- Original Message -----",
        "--------- Original Message ---------",
        "-----원본 메시지-----",
        "--------- 원본 메일 ---------",
        "-------- 원본 이메일 --------발신: 마중 <help@example.com> 날짜: 26/11/20",
        "-------- Original message --------",
        "-----Ursprüngliche Nachricht-----",
        "------------------ 原始邮件 ------------------",
        "---------- Forwarded message ---------",
        "---------- 전달된 메시지 ----------",
        "Begin forwarded message:",
        "전달된 메시지 시작:",
    ],
)
def test_behind_a_separator_all_is_quoted(line: str) -> None:
    assert split(f"네.\n{line}\n무엇이든\n\n더") == ("네.", f"{line}\n무엇이든\n\n더", "")


@pytest.mark.parametrize(
    "text",
    [
        "-----\n다음 내용입니다",
        "원본 메시지를 못 찾겠어요",
        "보낸 사람: 이라고 써 있어요\n받는 사람: 칸은 비었고요\n이상합니다",
        "다음과 같이 작성:\n이름과 주소",
        "2026년 11월 20일에 주문했어요:\n코트",
        "From: 서울\nTo: 부산\n택배요",
        "전달된 메시지 시작: 이라고 나와요",
        "a > b 인가요",
    ],
)
def test_what_only_looks_like_a_quote_stays(text: str) -> None:
    assert split(text) == (text, "", "")


@pytest.mark.parametrize(
    "signature",
    [
        "-- \n김하늘",
        "iPhone에서 보냄",
        "나의 iPhone에서 보냄",
        "나의 Galaxy에서 보냄",
        "갤럭시에서 보냈습니다.",
        "네이버 메일앱에서 보냈습니다.",
        "Sent from my iPhone",
        "Get Outlook for iOS",
        "Android용 Outlook 다운로드",
        "Von meinem iPhone gesendet",
        "iPhoneから送信",
        "(주)한빛상사 과장\nTel 02-555-0100\nE-mail a@example.com",
        "----------------\n김하늘 대리\n㈜다온 | 02-555-0100\na@example.com",
        "이 메일은 기밀 정보를 담고 있으며 지정된 수신인만 볼 수 있습니다.",
    ],
)
def test_signatures_are_folded(signature: str) -> None:
    mine = "확인했습니다.\n감사합니다.\n김하늘 드림"
    assert split(f"{mine}\n\n{signature}") == (mine, "", signature)
    assert split(f"{mine}\n\n{signature}\n\n{ASKED}") == (mine, ASKED, signature)


@pytest.mark.parametrize(
    "text",
    [
        "감사합니다.\n김하늘 드림",
        "성함: 김하늘\n연락처: 010-0000-0000\n팀: 영업팀\n이메일: a@example.com",
        "주소는 서울시 마포구이고\n전화는 010-0000-0000 이에요",
        "아까 회사 메일로 보냈습니다.",
        "영업팀 김 과장님께\n02-000-0000 으로 전화 주세요",
        "Tel 02-555-0100\nE-mail a@example.com\n(주)한빛상사",
    ],
)
def test_what_only_looks_like_a_signature_stays(text: str) -> None:
    assert split(text) == (text, "", "")


def test_labels_in_many_tongues() -> None:
    for line in (
        "보낸 사람: a",
        "*From:* a",
        "> 발신자 : a",
        "发件人：a",
        "Von: a",
        "Expéditeur : a",
    ):
        assert labels.label(line) == ("from", "a")
    assert labels.label("https://example.com") is None
    assert labels.block(["From: a", "", "Sent: b", "x", "To: c", "Subject: d", "", "text"], 0) == 6


def test_an_attribution_is_not_looked_for_far_away() -> None:
    far = ["On Friday", "he", "came", "and", "wrote:"]
    assert attributions.length(far, 0) == (0, False)


def test_a_quote_with_answers_is_no_mail_that_was_passed_on() -> None:
    text = "네\n-----Original Message-----\nFrom: a@example.com\nSent: 2026-11-20\nSubject: b\n\nc"
    assert read(body(text.encode())).forwarded is None
    passed = read(HEAD.replace(b": x", b": Fwd: x") + b"\r\n" + text.encode()).forwarded
    assert passed
    assert (passed.from_[0].address, passed.subject, passed.text) == ("a@example.com", "b", "c")


@pytest.mark.parametrize(
    ("fields", "flags"),
    [
        (b"Auto-Submitted: no", set()),
        (b"Auto-Submitted: auto-replied (vacation)", {"auto_reply"}),
        (b"Auto-Submitted: auto-generated", {"auto_generated"}),
        (b"Precedence: bulk", {"bulk"}),
        (b"Precedence: auto_reply", {"auto_reply"}),
        (b"List-Id: <a.example.com>", {"list"}),
        (b"X-Auto-Response-Suppress: OOF, DR", {"auto_generated"}),
        (b"X-Auto-Response-Suppress: None", set()),
        (b"X-Autoreply: yes", {"auto_reply"}),
        (b"Return-Path: <>", {"null_return_path"}),
        (b"Return-Path: <>\nIn-Reply-To: <a@x>", {"auto_reply"}),
        (b"Return-Path: <a@example.com>", set()),
        (b"X-Majung-Loop: 1", {"loop"}),
        (b"Received: a\n" * 51, {"loop", "hops"}),
    ],
)
def test_what_the_head_says_about_its_writer(fields: bytes, flags: set[str]) -> None:
    head, _ = headers.split(fields + b"\n\n", 0, len(fields) + 2)
    assert autos.flags(head, "문의") == flags


@pytest.mark.parametrize(
    "subject", ["자동 회신: 문의", "Automatic reply: x", "[부재중] x", "Out of Office: x"]
)
def test_answers_of_absent_people_are_known_by_their_subject(subject: str) -> None:
    assert autos.flags(headers.Head(), subject) == {"auto_reply", "out_of_office"}


def test_a_bounce_of_a_customer_who_quotes_one_is_none() -> None:
    mail = read(body("메일이 반송됐어요. 배달되지 않음 이라고 나와요. 550 5.1.1".encode()))
    assert (mail.verdict, mail.bounce) == ("new", None)

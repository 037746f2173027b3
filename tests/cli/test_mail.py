"""``majung mail explain``: what it prints, and how it ends."""

import json
from argparse import Namespace
from pathlib import Path

import pytest

from majung.cli import make_parser
from majung.cli.mail import mail
from tests.channels.email.expected import CORPUS

KEYS = [
    "from", "to", "cc", "reply_to", "subject", "date", "message_id", "in_reply_to", "references", "text",
    "reply", "quoted", "signature", "html", "attachments", "forwarded", "flags", "verdict", "why",
]  # fmt: skip


def explain(*files: Path, as_json: bool = True) -> int:
    return mail(Namespace(action="explain", files=list(files), json=as_json))


def test_it_prints_a_line_of_json_for_each_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert explain(CORPUS / "outlook-ko-html.eml", CORPUS / "forwarded-as-attachment.eml") == 0
    first, second = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert list(first) == list(second) == KEYS
    assert first["from"] == [{"name": "서민경", "address": "mk.seo@example.com"}]
    assert first["date"] == "2026-11-19T02:11:45+00:00"
    assert list(second["attachments"][0]) == [
        "name",
        "type",
        "size",
        "inline",
        "content_id",
        "sha256",
    ]
    assert list(second["forwarded"]) == ["from", "subject", "date", "text"]
    assert [why["code"] for why in second["why"]] == ["first_mail", "forwarded"]


def test_without_json_it_is_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert explain(CORPUS / "kakao-attachment.eml", as_json=False) == 0
    told = capsys.readouterr().out
    assert "From:        배도윤 <doyun.bae@example.com>" in told
    assert "Attachment:  깨진 컵.jpg (image/jpeg, 22 bytes)" in told
    assert "Reply\n-----\n머그컵" in told


def test_what_cannot_be_read_is_one_line_and_the_rest_is_told(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    empty = tmp_path / "empty.eml"
    empty.write_bytes(b"\n")
    assert explain(tmp_path / "none.eml", tmp_path, empty, CORPUS / "naver-new.eml") == 2
    out, err = capsys.readouterr()
    assert len(out.splitlines()) == 1
    assert err.splitlines() == [
        f"{tmp_path}/none.eml: cannot be read: No such file or directory.",
        f"{tmp_path}: cannot be read: Is a directory.",
        f"{tmp_path}/empty.eml: is empty, so it is no mail.",
    ]


def test_whatever_is_in_a_file_it_ends_well(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "a.eml"
    for raw in (b"\x89PNG\r\n\x1a\n\0", b"Subject: \xff\xff\n\n\xed\xa0\x80", b"\0" * 100):
        file.write_bytes(raw)
        assert explain(file) == 0
        assert list(json.loads(capsys.readouterr().out)) == KEYS


def test_the_words_of_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    options = make_parser().parse_args(["mail", "explain", "a.eml", "b.eml", "--json"])
    assert (options.command, options.action, options.json, len(options.files)) == (
        "mail",
        "explain",
        True,
        2,
    )
    with pytest.raises(SystemExit):
        make_parser().parse_args(["mail"])
    capsys.readouterr()

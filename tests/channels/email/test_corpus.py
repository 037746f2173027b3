"""Mails in the shapes of the programs that Koreans write with."""

import json

import pytest

from majung.channels.adapters.email.message import as_json
from majung.channels.adapters.email.read import read
from tests.channels.email import expected

# Korean webmail, Outlook, phones and groupware, and the odd ones.
AT_LEAST = 60


def test_the_corpus_is_large_and_each_mail_has_its_answer() -> None:
    assert len(expected.names()) >= AT_LEAST
    answers = sorted(path.stem for path in expected.CORPUS.glob("*.json"))
    assert answers == expected.names()


@pytest.mark.parametrize("name", expected.names())
def test_reads_as_a_person_would(name: str) -> None:
    assert expected.wrong(name) == []


@pytest.mark.parametrize("name", expected.names())
def test_no_word_is_lost_between_reply_quote_and_signature(name: str) -> None:
    mail = read((expected.CORPUS / f"{name}.eml").read_bytes())
    piles = f"{mail.reply} {mail.quoted} {mail.signature}"
    assert sorted(piles.split()) == sorted(mail.text.split())


@pytest.mark.parametrize("name", expected.names())
def test_the_same_with_line_feeds_alone(name: str) -> None:
    """Mail folders and many tools keep mails so."""
    raw = (expected.CORPUS / f"{name}.eml").read_bytes()
    short = as_json(read(raw.replace(b"\r\n", b"\n")))
    for file in short["attachments"]:
        del file["sha256"], file["size"]
    whole = as_json(read(raw))
    for file in whole["attachments"]:
        del file["sha256"], file["size"]
    assert json.dumps(short) == json.dumps(whole)


def test_a_wrong_answer_is_noticed() -> None:
    answer = json.loads((expected.CORPUS / "naver-app.json").read_text())
    mail = read((expected.CORPUS / "naver-app.eml").read_bytes())
    answer["signature"] = "다른 서명"
    assert len(list(expected._piles(mail, answer))) == 1

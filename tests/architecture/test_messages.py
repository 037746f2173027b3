"""Every text has its English translation, and Korean is what the source is written in."""

import re

from scripts import messages

HANGUL = re.compile(r"[가-힣]")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w+\}")
# 조사 that follow the word before them; English has none.
PARTICLES = {"%(by)s", "%(to)s"}


def test_every_text_has_an_english_translation() -> None:
    assert messages.missing() == []


def test_texts_are_korean_in_the_source() -> None:
    wrong = [str(m.id) for m in messages.extracted() if m.id and not HANGUL.search(str(m.id))]
    assert wrong == []


def test_translations_keep_the_placeholders() -> None:
    wrong = []
    for message in messages.english():
        if not message.id or not message.string:
            continue
        first = message.id[0] if isinstance(message.id, (tuple, list)) else message.id
        strings = message.string if isinstance(message.string, (tuple, list)) else [message.string]
        korean = set(PLACEHOLDER.findall(first))
        for text in strings:
            english = set(PLACEHOLDER.findall(text))
            if english - korean or korean - english - PARTICLES:
                wrong.append(first)
    assert wrong == []


def test_english_translations_are_not_korean() -> None:
    wrong = [str(m.id) for m in messages.english() if m.id and HANGUL.search(str(m.string))]
    assert wrong == []

"""Texts with places to fill in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from majung.core.text import variables
from majung.core.text.variables import Variable

KNOWN = {"고객", "브랜드", "여는시각"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{고객} 님, 안녕하세요", "김하늘 님, 안녕하세요"),
        ("{고객|을/를} 기다려요", "김하늘을 기다려요"),
        ("{브랜드|이/가} 도와드려요", "나루가 도와드려요"),
        ("{여는시각|으로/로} 옮겨요", "내일 09:00으로 옮겨요"),
        ("{ 고객 | 은/는 } 좋아요", "김하늘은 좋아요"),
        ("{{고객}}은 그대로", "{고객}은 그대로"),
        ("{없는것} 그대로", "{없는것} 그대로"),
        ("홀로 선 { 와 }", "홀로 선 { 와 }"),
        ("{고객|없는조사}", "김하늘"),
        ("{{{고객}}}", "{김하늘}"),
        ("", ""),
    ],
)
def test_places_are_filled_in(text: str, expected: str) -> None:
    values = {"고객": "김하늘", "브랜드": "나루", "여는시각": "내일 09:00"}
    assert variables.render(text, values) == expected


def test_a_particle_goes_with_nothing_when_the_value_is_empty() -> None:
    assert variables.render("[{고객|을/를}]", {"고객": ""}) == "[]"


def test_what_cannot_be_filled_in_is_told() -> None:
    text = "{고객}{이름}{브랜드|을/를}{이름|은/는}{브랜드|꺄}"
    assert variables.unknown(text, KNOWN) == ["이름"]
    assert variables.unknown_particles(text) == ["꺄"]
    assert variables.names(text) == ["고객", "이름", "브랜드"]


def test_pieces_know_how_they_were_written() -> None:
    assert variables.parse("a{고객|을/를}") == ["a", Variable("고객", "을/를", "{고객|을/를}")]


@pytest.mark.slow
@given(st.text())
def test_what_is_escaped_comes_back(text: str) -> None:
    assert variables.render(variables.escape(text), {"고객": "x"}) == text


@given(st.text(alphabet="{}|고객 a\n"), st.text())
def test_no_text_breaks_rendering(text: str, value: str) -> None:
    variables.render(text, {"고객": value})
    variables.unknown(text, KNOWN)
    variables.unknown_particles(text)

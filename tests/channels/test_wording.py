"""Long texts in pieces."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from majung.channels import wording

LETTERS = ("가", unicodedata.normalize("NFD", "각"), "👩🏽‍💻", "👨‍👩‍👧", "🇰🇷", "é", "❤️", "a", "字")


@given(st.text(), st.integers(min_value=4, max_value=60))
def test_pieces_fit_and_lose_nothing_but_blanks(text: str, most: int) -> None:
    pieces = wording.split(text, most)
    assert pieces
    assert all(len(piece) <= most for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())
    assert len(pieces) == 1 or all(piece.strip() for piece in pieces)


@given(st.lists(st.sampled_from(LETTERS), max_size=80), st.integers(min_value=10, max_value=40))
def test_no_letter_is_cut(letters: list[str], most: int) -> None:
    pieces = wording.split("".join(letters), most)
    cuts = {sum(map(len, pieces[:number])) for number in range(len(pieces) + 1)}
    edges = {sum(map(len, letters[:number])) for number in range(len(letters) + 1)}
    assert cuts <= edges


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("", [""]),
        ("안녕하세요", ["안녕하세요"]),
        ("첫 문단이에요.\n\n둘째 문단이에요.", ["첫 문단이에요.", "둘째 문단이에요."]),
        ("한 줄\n두 줄\n세 줄 더", ["한 줄\n두 줄", "세 줄 더"]),
        ("문장이에요. 또 문장이에요.", ["문장이에요.", "또 문장이에요."]),
        ("띄어쓰기없이긴글이에요그렇죠", ["띄어쓰기없이긴글이에요", "그렇죠"]),
    ],
)
def test_the_best_place_is_taken(text: str, pieces: list[str]) -> None:
    assert wording.split(text, 11) == pieces


def test_a_letter_longer_than_a_piece_is_cut_at_last() -> None:
    pieces = wording.split("e" + "\u0301" * 50, 10)
    assert all(0 < len(piece) <= 10 for piece in pieces)

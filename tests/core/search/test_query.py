import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from majung.core.search import query, words
from majung.core.search.snippet import Piece, snippet

SYLLABLES = st.text(alphabet="환불교환가만족배송조회안왔 ", min_size=0, max_size=12)


def holds(text: str, wanted: str) -> bool:
    parsed = query.parse(wanted)
    assert parsed is not None
    return bool(parsed.spans(words.composed(text)))


@pytest.mark.parametrize(
    ("wanted", "text"),
    [
        ("환불", "환불"),
        ("환불", "환불을 받고 싶어요"),
        ("환불", "환불해주세요"),
        ("환불", "교환환불 문의"),
        ("환불", "환 불"),
        ("환불", "「환불」"),
        ("배송조회", "배송 조회가 안 돼요"),
        ("배송 조회", "배송조회가 안 돼요"),
        ("배송 조회", "조회해 보니 배송 중이에요"),
        ("안왔어요", "아직 안 왔어요"),
        ("안 왔어요", "택배가 안왔어요"),
        ("안", "아직 안 왔어요"),
        ("ㅠㅠ", "안 와요ㅠㅠ"),
        ("delivery", "Deliveries are LATE"),
        ("shipping", "It has not shipped"),
        ("ＩＰＨＯＮＥ", "iphone 케이스"),
        ("iphone", "ＩＰｈｏｎｅ케이스"),
        ("01012345678", "010-1234-5678로 전화 주세요"),
        ("010-1234-5678", "01012345678로 전화 주세요"),
        ("20261118-0042", "주문번호 20261118-0042예요"),
        ("0042", "주문번호 20261118-0042예요"),
        ("a/s 접수", "A/S접수했어요"),
        ("265로", "265로 바꿔 주세요"),
        ("운동화 환불 265", "265 운동화를 환불해 주세요"),
        ("返品", "返品したいです"),
        ("Größe", "GRÖSSE größe"),
    ],
)
def test_every_form_is_found(wanted: str, text: str) -> None:
    parsed = query.parse(wanted)
    assert parsed is not None
    assert parsed.terms <= words.terms(text), "the index would not name it"
    assert holds(text, wanted)


@pytest.mark.parametrize(
    ("wanted", "text"),
    [
        ("환불", "교환 불가"),
        ("환불", "환급 불만"),
        ("환불만", "교환 불만이에요"),
        ("환불만", "환불 만족해요"),
        ("불만족", "환불 만족해요"),
        ("환불", "교환, 불가"),
        ("환불만", "환불, 불만"),
        ("안", "편안해요"),
        ("환불 배송", "환불해 주세요"),
        ("ship", "shipment"),
        ("1234", "12345"),
        ("0101234567", "010-1234-5678"),
    ],
)
def test_nothing_false_is_shown(wanted: str, text: str) -> None:
    assert not holds(text, wanted)


def test_hangul_taken_apart_is_found_both_ways() -> None:
    apart = "환불"
    assert holds(apart, "환불")
    assert holds("환불", apart)


@given(
    text=st.text(alphabet=st.one_of(st.sampled_from("환가힣aZ0-\n ＡｂİßΣǅ½ﬁㄱ"), st.characters()))
)
def test_texts_are_compared_sign_for_sign(text: str) -> None:
    folded = words.fold(text)
    assert len(folded) == len(text)
    for sign, kept in zip(text, folded, strict=True):
        other = unicodedata.normalize("NFKC", sign).lower()
        assert kept == (other if len(other) == 1 else sign)


@pytest.mark.parametrize("nothing", ["", "  ", "?!", "…", "“”"])
def test_what_holds_no_word_is_no_query(nothing: str) -> None:
    assert query.parse(nothing) is None


def test_a_query_is_cut_to_eight_words() -> None:
    parsed = query.parse(" ".join(f"단어{number}" for number in range(40)))
    assert parsed is not None
    assert len(parsed.parts) == query.MOST_WORDS


def test_spans_lie_over_the_words_in_order() -> None:
    parsed = query.parse("배송조회 운동화")
    text = "운동화 배송 조회요, 운동화"
    assert parsed is not None
    assert [text[span.start : span.end] for span in parsed.spans(text)] == [
        "운동화", "배송 조회", "운동화",
    ]  # fmt: skip


@given(text=SYLLABLES, wanted=SYLLABLES)
def test_whatever_is_found_was_named_by_the_index(text: str, wanted: str) -> None:
    """The index may name too much, never too little: only a lone syllable must stand alone."""
    parsed = query.parse(wanted)
    if parsed and parsed.spans(text) and any(len(word) > 1 for word in wanted.split()):
        assert parsed.terms <= words.terms(text)


@given(text=SYLLABLES, at=st.integers(0, 12), length=st.integers(2, 6))
def test_any_piece_of_a_word_is_found(text: str, at: int, length: int) -> None:
    piece = text[at : at + length]
    if len(piece) > 1 and " " not in piece:
        assert holds(text, piece)


def test_a_snippet_shows_what_was_found_in_its_place() -> None:
    text = "안녕하세요. " * 20 + "주문한 운동화를 환불해 주세요.\n감사합니다. " + "네 " * 80
    parsed = query.parse("환불")
    assert parsed is not None
    pieces = snippet(text, parsed.spans(text))
    whole = "".join(piece.text for piece in pieces)
    assert [piece.text for piece in pieces if piece.is_hit] == ["환불"]
    assert whole.startswith("…")
    assert whole.endswith("…")
    assert "운동화를 환불해 주세요. 감사합니다." in whole
    assert len(whole) <= 122


def test_a_short_text_is_its_own_snippet() -> None:
    parsed = query.parse("환불")
    assert parsed is not None
    assert snippet("환불이요", parsed.spans("환불이요")) == [
        Piece("환불", is_hit=True),
        Piece("이요", is_hit=False),
    ]

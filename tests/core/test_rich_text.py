"""Formatted text: only what it may hold comes in, and nothing of it does harm on the way out."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from majung.core import rich_text
from majung.core.rich_text import NotRichText

BOLD = {"type": "bold"}


def p(*content: Any) -> dict[str, Any]:
    return {"type": "paragraph", **({"content": list(content)} if content else {})}


def t(text: str, *marks: Any) -> dict[str, Any]:
    return {"type": "text", "text": text, **({"marks": list(marks)} if marks else {})}


def doc(*content: Any) -> dict[str, Any]:
    return {"type": "doc", "content": list(content)}


def link(href: object) -> dict[str, Any]:
    return {"type": "link", "attrs": {"href": href}}


def many(kind: str, *items: Any, **attrs: Any) -> dict[str, Any]:
    made = [{"type": "listItem", "content": list(item)} for item in items]
    return {"type": kind, **({"attrs": attrs} if attrs else {}), "content": made}


def quote(*content: Any) -> dict[str, Any]:
    return {"type": "blockquote", "content": list(content)}


WHOLE = doc(
    p(t("오늘 "), t("18시 전", BOLD), t("에 보내요.")),
    p(),
    many(
        "orderedList",
        [p(t("앱을 열고")), many("bulletList", [p(t("아래의")), p(t("주문"))])],
        [p(t("눌러요"), {"type": "hardBreak"}, t("한 번"))],
        start=2,
    ),
    quote(p(t("토요일에요")), p()),
    p(t("주문 ", BOLD), t("보", link("https://a.example/?a=1&b=2")), t("기", link("https://a.example/?a=1&b=2"), BOLD)),
)  # fmt: skip


def test_what_may_stand_in_it_stays_as_it_is() -> None:
    assert rich_text.clean(WHOLE) == WHOLE
    assert rich_text.read(json.dumps(WHOLE)) == WHOLE


def test_its_plain_text_says_all_with_signs() -> None:
    assert rich_text.plain(WHOLE) == (
        "오늘 18시 전에 보내요.\n\n2. 앱을 열고\n   - 아래의\n     주문\n3. 눌러요\n   한 번\n"
        "> 토요일에요\n>\n주문 보기 (https://a.example/?a=1&b=2)"
    )


@pytest.mark.parametrize(
    ("words", "href", "said"),
    [
        ("a.example", "https://a.example/", "a.example"),
        ("https://a.example/x", "https://a.example/x", "https://a.example/x"),
        ("메일", "mailto:help@a.example", "메일 (help@a.example)"),
        ("02-123-4567", "tel:02-123-4567", "02-123-4567"),
    ],
)
def test_an_address_is_said_unless_the_words_say_it(words: str, href: str, said: str) -> None:
    assert rich_text.plain(doc(p(t(words, link(href))))) == said


def test_html_escapes_everything_and_links_tell_nothing_of_us() -> None:
    nasty = '<img src=x onerror=alert(1)>"&'
    made = rich_text.html(
        rich_text.clean(doc(quote(p(t(nasty, BOLD)), p()), p(t("여기", link("https://a.example/?q='&x")))))
    )  # fmt: skip
    assert made == (
        "<blockquote><p><strong>&lt;img src=x onerror=alert(1)&gt;&quot;&amp;</strong></p>"
        "<p><br></p></blockquote>"
        '<p><a href="https://a.example/?q=&#x27;&amp;x" target="_blank"'
        ' rel="noopener noreferrer nofollow">여기</a></p>'
    )
    assert '<ol start="2"><li><p>앱을 열고</p><ul><li>' in rich_text.html(WHOLE)


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "java\tscript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "file:///etc/passwd",
        "//evil.example",
        "/desk/",
        "https:evil.example",
        "https://shop.example@evil.example/",
        "https://shop.example\\@evil.example/",
        "https://a b",
        "https://a.example/\u202egnp.exe",
        "https://" + "a" * 3000,
        "mailto:nobody",
        "tel:전화",
        "",
        None,
        7,
        ["https://a.example"],
    ],
)
def test_a_link_to_elsewhere_is_dropped_and_its_words_stay(href: object) -> None:
    assert rich_text.clean(doc(p(t("여기", link(href), BOLD)))) == doc(p(t("여기", BOLD)))


def test_unknown_marks_and_attributes_are_dropped() -> None:
    given_one = doc(
        {**p(t("굵게", {"type": "color", "attrs": {"color": "red"}}, BOLD, BOLD)), "attrs": {"x": 1}},
        many("orderedList", [p(t("하나"))], start="<b>", type="a"),
    )  # fmt: skip
    assert rich_text.clean(given_one) == doc(
        p(t("굵게", BOLD)), many("orderedList", [p(t("하나"))])
    )


def test_signs_that_no_database_takes_are_dropped() -> None:
    cleaned = rich_text.clean(json.loads('{"type":"doc","content":[{"type":"paragraph","content":'
                                         '[{"type":"text","text":"a\\u0000\\ud800b\\nc"}]}]}'))  # fmt: skip
    assert cleaned == doc(p(t("ab c")))
    json.dumps(cleaned, ensure_ascii=False).encode()


def deep(levels: int) -> Any:
    node: Any = p(t("안"))
    for _ in range(levels):
        node = quote(node)
    return doc(node)


@pytest.mark.parametrize(
    "given_one",
    [
        None,
        [],
        "doc",
        {"type": "doc"},
        doc(),
        doc("x"),
        doc({"type": "heading", "content": [t("제목")]}),
        doc({"type": "image", "attrs": {"src": "https://a.example"}}),
        doc({"type": ["paragraph"]}),
        doc(t("문단 없이")),
        doc(p("x")),
        doc(p({"type": "text"})),
        doc(p({"type": "text", "text": {"a": 1}})),
        doc({"type": "paragraph", "content": {"0": t("x")}}),
        doc({"type": "bulletList", "content": []}),
        doc({"type": "bulletList", "content": [p(t("x"))]}),
        doc(many("bulletList", [quote(p())])),
        doc(quote()),
        deep(rich_text.MOST_DEPTH + 1),
        doc(*[p()] * (rich_text.MOST_NODES + 1)),
        {**WHOLE, "type": "paragraph"},
    ],
)
def test_wrong_shapes_are_refused(given_one: object) -> None:
    with pytest.raises(NotRichText):
        rich_text.clean(given_one)


@pytest.mark.parametrize(
    "raw",
    ["{", "NaN", "[" * 100_000, '{"a":' * 40_000, '"' + "x" * rich_text.MOST_BYTES + '"'],
)
def test_what_is_no_json_of_a_document_is_refused(raw: str) -> None:
    with pytest.raises(NotRichText):
        rich_text.read(raw)


def test_as_deep_as_it_may_be() -> None:
    rich_text.html(rich_text.clean(deep(rich_text.MOST_DEPTH)))


def test_without_formatting_there_is_none() -> None:
    assert rich_text.read("") is None
    assert rich_text.read(json.dumps(doc(p(t("하나")), p(), p(t("둘"))))) is None
    assert rich_text.read(json.dumps(doc(p(t("하나", BOLD))))) is not None


def test_a_text_becomes_a_document_and_a_text_again() -> None:
    text = "하나\n\n  셋\r\n넷"
    assert rich_text.plain(rich_text.of_text(text)) == text.replace("\r\n", "\n")


def test_blank_lines_at_the_ends_go() -> None:
    middle = [p(t("하나", BOLD)), p(), p(t("둘"))]
    assert rich_text.trimmed(doc(p(), p(t(" ")), *middle, p())) == doc(*middle)
    assert rich_text.trimmed(doc(p())) == doc(p())


def test_two_are_joined_by_an_empty_line() -> None:
    rich = doc(p(t("둘", BOLD)))
    assert rich_text.joined(("하나", None), ("  ", None)) == ("하나", None)
    assert rich_text.joined(("하나", None), ("둘", None)) == ("하나\n\n둘", None)
    assert rich_text.joined(("하나", None), ("둘", rich)) == (
        "하나\n\n둘",
        doc(p(t("하나")), p(), *rich["content"]),
    )


NAMES = st.sampled_from(
    ["doc", "paragraph", "text", "hardBreak", "bulletList", "orderedList", "listItem", "blockquote",
     "heading", "bold", "link"]
)  # fmt: skip
KEYS = st.sampled_from(["type", "text", "marks", "attrs", "content", "href", "start"])
LEAVES = st.none() | st.booleans() | st.integers() | NAMES | st.text(max_size=8)
ANYTHING = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4)
)
MARKS = st.lists(st.just(BOLD) | st.text(max_size=20).map(link) | ANYTHING, max_size=2)
TEXTS = st.builds(lambda text, marks: t(text, *marks), st.text(max_size=12), MARKS)
PARAGRAPHS = st.lists(TEXTS | st.just({"type": "hardBreak"}) | ANYTHING, max_size=3).map(
    lambda content: p(*content)
)
BLOCKS = st.recursive(
    PARAGRAPHS,
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3).map(lambda content: quote(*content))
        | st.lists(st.lists(inner, min_size=1, max_size=2), min_size=1, max_size=3).map(
            lambda items: many("bulletList", *items)
        )
    ),
)


@settings(max_examples=100, deadline=None)
@given(ANYTHING | st.lists(BLOCKS, max_size=3).map(lambda content: doc(*content)))
def test_whatever_comes_in_is_refused_or_safe(given_one: object) -> None:
    try:
        cleaned = rich_text.clean(given_one)
    except NotRichText:
        return
    assert rich_text.clean(cleaned) == cleaned
    rich_text.plain(cleaned).encode()
    made = str(rich_text.html(cleaned))
    for safe in ("p", "ul", "ol", "li", "blockquote", "strong"):
        made = made.replace(f"<{safe}>", "").replace(f"</{safe}>", "")
    assert not [
        tag for tag in made.split("<")[1:] if not tag.startswith(("br>", 'a href="', "/a>"))
    ]

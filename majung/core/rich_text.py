"""Formatted text: what it may hold, its plain text, and its HTML. Pure functions.

A document is a strict subset of ProseMirror's JSON::

    doc          blocks
    paragraph    texts and hardBreak; each line of a text is one
    bulletList   listItem; orderedList may have attrs.start
    listItem     a paragraph, then blocks
    blockquote   blocks
    text         marks: link (attrs.href), bold

A text without any formatting has no document: its plain text says all.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, Final

from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

Doc = dict[str, Any]
Node = dict[str, Any]

MOST_BYTES: Final = 200_000
MOST_NODES: Final = 5_000
MOST_DEPTH: Final = 8  # lists and quotes inside each other
MOST_ADDRESS: Final = 2_000

_ADDRESS: Final = re.compile(
    r"https?://[^\s/?#\\@<>\"'`]+(?:[/?#][^\s\\<>\"`]*)?"
    r"|mailto:[^\s@/\\<>\"'`?]+@[^\s@/\\<>\"'`]+"
    r"|tel:\+?[0-9][0-9().-]{1,30}",
    re.IGNORECASE,
)
# Signs that nobody sees and no database or page can do with; surrogates stand alone here.
_UNSEEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_TURNS: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")
_CONTAINERS: Final = {"bulletList", "orderedList", "blockquote"}
_BREAK: Final = SafeString("<br>")


class NotRichText(ValueError):
    """It has a shape, depth or size that no editor of ours makes; the text is for its writer."""

    def __init__(self) -> None:
        super().__init__(_("글의 서식을 읽지 못했어요. 서식을 줄여서 다시 해 주세요."))


def read(raw: str) -> Doc | None:
    """Read a document from its JSON; ``None`` for an empty string and for one without formatting.

    Raises:
        NotRichText: it is no JSON, or ``clean`` refuses it.
    """
    if not raw:
        return None
    if len(raw) > MOST_BYTES:
        raise NotRichText
    try:
        doc = clean(json.loads(raw))
    except (ValueError, RecursionError) as error:
        raise NotRichText from error
    return doc if is_formatted(doc) else None


def clean(given: object) -> Doc:
    """Return a document that holds nothing but what it may.

    Unknown marks and attributes, links to bad addresses and unseen signs are dropped, their text
    stays. An unknown node, a wrong shape and what is too deep or too much are refused.

    Raises:
        NotRichText: it is refused.
    """
    left = [MOST_NODES]
    node = _node(given, "doc", left)
    return {"type": "doc", "content": _blocks(node, left, 0)}


def is_formatted(doc: Doc) -> bool:
    """Say whether it has anything that its plain text does not say."""
    blocks = doc["content"]
    return any(block["type"] != "paragraph" for block in blocks) or any(
        "marks" in piece for block in blocks for piece in block.get("content", ())
    )


def of_text(text: str) -> Doc:
    """Return a plain text as a document: a paragraph for each line."""
    lines = text.replace("\r\n", "\n").split("\n")
    return {"type": "doc", "content": [_paragraph(_words(_seen(line))) for line in lines]}


def joined(*parts: tuple[str, Doc | None]) -> tuple[str, Doc | None]:
    """Join texts and their formatted forms, an empty line between them; blank ones go."""
    said = [(text, doc) for text, doc in parts if text.strip()]
    if len(said) == 1:
        return said[0]
    text = "\n\n".join(text for text, _doc in said)
    if not any(doc for _text, doc in said):
        return text, None
    blocks: list[Node] = []
    for part, doc in said:
        blocks += [_paragraph([])] if blocks else []
        blocks += (doc or of_text(part))["content"]
    whole = {"type": "doc", "content": blocks}
    return plain(whole), whole


def trimmed(doc: Doc) -> Doc:
    """Return it without the blank lines at its two ends."""
    blocks = list(doc["content"])
    while len(blocks) > 1 and _is_blank(blocks[0]):
        del blocks[0]
    while len(blocks) > 1 and _is_blank(blocks[-1]):
        del blocks[-1]
    return {"type": "doc", "content": blocks}


def plain(doc: Doc) -> str:
    """Return the text as it is said where there is no formatting.

    Lists as "- " and "1. ", quotes as "> ", a link's address in brackets behind its words.
    """
    return "\n".join(_lines(doc["content"]))


def html(doc: Doc, *, words: Callable[[str], str] = conditional_escape) -> SafeString:
    """Return safe HTML. ``words`` makes safe HTML of a piece of text, else it is escaped."""
    return _in_a_row(_html(block, words) for block in doc["content"])


def is_address(href: object) -> bool:
    """Say whether a link may lead there: a web address, a mail address, a phone number."""
    if not isinstance(href, str) or len(href) > MOST_ADDRESS:
        return False
    hidden = _UNSEEN.search(href) or _TURNS.search(href)
    return not hidden and _ADDRESS.fullmatch(href) is not None


def _node(given: object, kind: str, left: list[int]) -> Mapping[str, object]:
    left[0] -= 1
    if not isinstance(given, Mapping) or given.get("type") != kind or left[0] < 0:
        raise NotRichText
    return given


def _content(node: Mapping[str, object]) -> Sequence[object]:
    content = node.get("content", [])
    if not isinstance(content, list):
        raise NotRichText
    return content


def _kind(given: object) -> str:
    kind = given.get("type") if isinstance(given, Mapping) else None
    return kind if isinstance(kind, str) else ""


def _blocks(node: Mapping[str, object], left: list[int], depth: int) -> list[Node]:
    found = [_block(child, left, depth) for child in _content(node)]
    if not found:
        raise NotRichText
    return found


def _block(given: object, left: list[int], depth: int) -> Node:
    kind = _kind(given)
    if kind == "paragraph":
        node = _node(given, kind, left)
        return _paragraph(
            [piece for child in _content(node) for piece in _inline(child, left) if piece]
        )
    if kind not in _CONTAINERS or depth >= MOST_DEPTH:
        raise NotRichText
    node = _node(given, kind, left)
    if kind == "blockquote":
        return {"type": kind, "content": _blocks(node, left, depth + 1)}
    items = [_item(child, left, depth + 1) for child in _content(node)]
    if not items:
        raise NotRichText
    start = _start(node) if kind == "orderedList" else 1
    attrs = {"attrs": {"start": start}} if start != 1 else {}
    return {"type": kind, **attrs, "content": items}


def _item(given: object, left: list[int], depth: int) -> Node:
    blocks = _blocks(_node(given, "listItem", left), left, depth)
    if blocks[0]["type"] != "paragraph":
        raise NotRichText
    return {"type": "listItem", "content": blocks}


def _start(node: Mapping[str, object]) -> int:
    attrs = node.get("attrs")
    start = attrs.get("start") if isinstance(attrs, Mapping) else None
    if isinstance(start, int) and not isinstance(start, bool) and 0 < start < 10_000:
        return start
    return 1


def _inline(given: object, left: list[int]) -> list[Node]:
    kind = _kind(given)
    if kind == "hardBreak":
        _node(given, kind, left)
        return [{"type": "hardBreak"}]
    node = _node(given, "text", left)
    text = node.get("text")
    if not isinstance(text, str):
        raise NotRichText
    return _words(_seen(text), list(_marks(node.get("marks"))))


def _marks(given: object) -> Iterator[Node]:
    marks = given if isinstance(given, list) else []
    for mark in marks:
        attrs = mark.get("attrs") if _kind(mark) == "link" else None
        href = attrs.get("href") if isinstance(attrs, Mapping) else None
        if is_address(href):
            yield {"type": "link", "attrs": {"href": href}}
            break
    if any(_kind(mark) == "bold" for mark in marks):
        yield {"type": "bold"}


def _seen(text: str) -> str:
    return _UNSEEN.sub("", re.sub("[\r\n\u2028\u2029]+", " ", text))


def _words(text: str, marks: list[Node] | None = None) -> list[Node]:
    if not text:
        return []
    return [{"type": "text", "text": text, **({"marks": marks} if marks else {})}]


def _paragraph(content: list[Node]) -> Node:
    return {"type": "paragraph", **({"content": content} if content else {})}


def _is_blank(block: Node) -> bool:
    return block["type"] == "paragraph" and all(
        not piece.get("text", "").strip() for piece in block.get("content", ())
    )


def _lines(blocks: Sequence[Node]) -> Iterator[str]:
    for block in blocks:
        kind = block["type"]
        if kind == "paragraph":
            yield from _said(block).split("\n")
        elif kind == "blockquote":
            yield from (f"> {line}".rstrip() for line in _lines(block["content"]))
        else:
            first = block.get("attrs", {}).get("start", 1)
            for number, item in enumerate(block["content"], first):
                sign = f"{number}. " if kind == "orderedList" else "- "
                lines = list(_lines(item["content"]))
                yield sign + lines[0]
                yield from (" " * len(sign) + line for line in lines[1:])


def _said(paragraph: Node) -> str:
    said = ""
    for href, pieces in _by_address(paragraph):
        text = "".join(piece.get("text", "\n") for piece in pieces)
        shown = re.sub("^(mailto|tel):", "", href, flags=re.IGNORECASE)
        short = re.sub("^https?://", "", shown, flags=re.IGNORECASE).rstrip("/")
        says_it = text.strip().rstrip("/") in {short, shown.rstrip("/"), href}
        said += f"{text} ({shown})" if href and not says_it else text
    return said


def _by_address(paragraph: Node) -> Iterator[tuple[str, list[Node]]]:
    for href, pieces in groupby(paragraph.get("content", ()), _address_of):
        yield href, list(pieces)


def _address_of(piece: Node) -> str:
    links = (mark["attrs"]["href"] for mark in piece.get("marks", ()) if mark["type"] == "link")
    return next(links, "")


def _html(block: Node, words: Callable[[str], str]) -> SafeString:
    kind = block["type"]
    if kind == "paragraph":
        return format_html("<p>{}</p>", _inside(block, words) or _BREAK)
    inside = _in_a_row(_html(child, words) for child in block["content"])
    if kind == "listItem":
        return format_html("<li>{}</li>", inside)
    if kind == "blockquote":
        return format_html("<blockquote>{}</blockquote>", inside)
    if kind == "bulletList":
        return format_html("<ul>{}</ul>", inside)
    start = block.get("attrs", {}).get("start", 1)
    if start == 1:
        return format_html("<ol>{}</ol>", inside)
    return format_html('<ol start="{}">{}</ol>', start, inside)


def _inside(paragraph: Node, words: Callable[[str], str]) -> SafeString:
    made = (
        (href, _in_a_row(_piece(piece, words) for piece in pieces))
        for href, pieces in _by_address(paragraph)
    )
    return _in_a_row(_link(href, inside) if href else inside for href, inside in made)


def _link(href: str, inside: SafeString) -> SafeString:
    return format_html(
        '<a href="{}" target="_blank" rel="noopener noreferrer nofollow">{}</a>', href, inside
    )


def _piece(piece: Node, words: Callable[[str], str]) -> SafeString:
    if piece["type"] == "hardBreak":
        return _BREAK
    made = conditional_escape(words(piece["text"]))
    is_bold = any(mark["type"] == "bold" for mark in piece.get("marks", ()))
    return format_html("<strong>{}</strong>", made) if is_bold else made


def _in_a_row(pieces: Iterable[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((piece,) for piece in pieces))

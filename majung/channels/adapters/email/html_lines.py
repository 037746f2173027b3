"""HTML as lines of text that know whether they are a quote or a signature."""

import html as entities
import re
from dataclasses import dataclass, field
from typing import Final

from majung.channels.adapters.email.html import skeleton
from majung.channels.adapters.email.lines import Kind, Line

# On the sanitiser's output only, which is well-formed: a tag ends at the first bracket outside quotes.
_TOKEN: Final = re.compile(r'<(/?)([a-z][a-z0-9]*)((?:[^<>"]|"[^"]*")*)>|([^<]+)|<')
_ATTRIBUTE: Final = re.compile(r'([a-z-]+)="([^"]*)"')
_BLOCKS: Final = frozenset(
    [
        "blockquote",
        "caption",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "li",
        "ol",
        "p",
        "pre",
        "table",
        "tr",
        "ul",
    ]
)
_VOID: Final = frozenset({"br", "hr", "img", "wbr", "col"})
_QUOTES: Final = frozenset(
    [
        "gmail_quote",
        "gmail_quote_container",
        "yahoo_quoted",
        "moz-cite-prefix",
        "moz-forward-container",
        "zmail_extra",
        "protonmail_quote",
        "tutanota_quote",
        "front-blockquote",
        "isreplycontent",
    ]
)
# Everything behind these is a mail that was there before.
_BEHIND: Final = frozenset(
    [
        "divrplyfwdmsg",
        "x_divrplyfwdmsg",
        "appendonsend",
        "olk_src_body_section",
        "replysplit",
        "mail-editor-reference-message-container",
        "ms-outlook-mobile-reference-message",
    ]
)
_HIDDEN: Final = re.compile(r"display\s{0,3}:\s{0,3}none", re.IGNORECASE)
_SPACE: Final = re.compile(r"[ \t\n\r\f]+")


@dataclass(slots=True)
class _Writer:
    lines: list[Line] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    kind: Kind = "own"

    def end_line(self, *, always: bool = False) -> None:
        text = "".join(self.pieces).strip(" \n")
        self.pieces = []
        if text or always:
            self.lines += [
                Line(line.rstrip().replace("\xa0", " ").strip(), self.kind)
                for line in text.split("\n")
            ]


@dataclass(slots=True)
class _Open:
    tag: str
    kind: Kind
    hidden: bool


def read(html: str) -> list[Line]:
    """Return the lines that a reader would see."""
    writer = _Writer()
    path = [_Open("", "own", hidden=False)]
    preformatted = 0
    for closing, tag, attributes, text in _TOKEN.findall(skeleton(html)):
        if text:
            if not path[-1].hidden:
                _write(writer, text, path[-1].kind, preformatted=preformatted > 0)
        elif tag in _VOID:
            if tag != "img" and not path[-1].hidden:
                writer.end_line(always=tag == "br")
        elif closing:
            preformatted -= tag == "pre"
            if tag in _BLOCKS:
                _end_block(writer, tag)
            if len(path) > 1:
                path.pop()
        elif tag:
            preformatted += tag == "pre"
            _begin(writer, path, tag, attributes)
    writer.end_line()
    return writer.lines


def _write(writer: _Writer, text: str, kind: Kind, *, preformatted: bool) -> None:
    plain = entities.unescape(text)
    if not preformatted:
        plain = _SPACE.sub(" ", plain)
    if kind != writer.kind and plain.strip():
        writer.end_line()
        writer.kind = kind
    writer.pieces.append(plain)


def _end_block(writer: _Writer, tag: str) -> None:
    """End the line; a paragraph that holds only a blank is an empty line."""
    blank = tag in {"p", "div"} and bool(writer.pieces) and not "".join(writer.pieces).strip()
    writer.end_line(always=blank)


def _begin(writer: _Writer, path: list[_Open], tag: str, attributes: str) -> None:
    above = path[-1]
    kind, hidden = above.kind, above.hidden
    if attributes:
        found = {name: entities.unescape(value) for name, value in _ATTRIBUTE.findall(attributes)}
        hidden = hidden or bool(_HIDDEN.search(found.get("style", "")[:500]))
        marked = _kind(tag, found)
        if kind == "own" and marked:
            kind = marked
        if found.get("id", "").lower() in _BEHIND:
            for each in path:
                each.kind = "quote"
            kind = "quote"
    if tag in _BLOCKS:
        writer.end_line()
    elif tag in {"td", "th"} and writer.pieces:
        writer.pieces.append(" ")
    if tag == "li":
        writer.pieces.append("- ")
    path.append(_Open(tag, kind, hidden))


def _kind(tag: str, attributes: dict[str, str]) -> Kind | None:
    names = {*attributes.get("class", "").lower().split()[:20], attributes.get("id", "").lower()}
    if names & _QUOTES:
        return "quote"
    if tag == "blockquote":
        style = attributes.get("style", "").lower()
        cited = attributes.get("type") == "cite" or "cite" in attributes
        return "quote" if cited or "border-left" in style else None
    if "data-smartmail" in attributes or any("signature" in name for name in names):
        return "signature"
    return None

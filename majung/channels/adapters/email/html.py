"""HTML that may be shown: nothing runs, nothing is fetched, links say where they lead."""

import re
import secrets
from typing import Final

import nh3

_TAGS: Final = frozenset(
    [
        "a",
        "abbr",
        "b",
        "bdi",
        "bdo",
        "big",
        "blockquote",
        "br",
        "caption",
        "center",
        "cite",
        "code",
        "col",
        "colgroup",
        "dd",
        "del",
        "dfn",
        "div",
        "dl",
        "dt",
        "em",
        "font",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "img",
        "ins",
        "kbd",
        "li",
        "mark",
        "ol",
        "p",
        "pre",
        "q",
        "rp",
        "rt",
        "ruby",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "tt",
        "u",
        "ul",
        "var",
        "wbr",
    ]
)
_GONE: Final = frozenset(
    [
        "script",
        "style",
        "title",
        "head",
        "textarea",
        "select",
        "noscript",
        "iframe",
        "object",
        "embed",
        "svg",
        "math",
        "template",
    ]
)
_SHOWN: Final = {
    "*": {"dir", "lang", "align", "valign"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "font": {"color", "size", "face"},
    "table": {"border", "cellpadding", "cellspacing", "width", "bgcolor"},
    "td": {"colspan", "rowspan", "width", "height", "bgcolor"},
    "th": {"colspan", "rowspan", "width", "height", "bgcolor"},
    "tr": {"bgcolor", "height"},
    "ol": {"start", "type"},
}
# What tells quotes and signatures apart.
_MARKS: Final = {
    "*": {"class", "id", "style", "data-smartmail"},
    "blockquote": {"type", "cite"},
}
_SCHEMES: Final = {"http", "https", "mailto", "tel", "cid", "data"}
_LINK: Final = ("http:", "https:", "mailto:", "tel:")
_PICTURE: Final = tuple(f"data:image/{kind};base64," for kind in ("png", "jpeg", "gif", "webp"))


def sanitise(html: str) -> tuple[str, bool]:
    """Return HTML fit to be shown, and whether it has pictures that would have to be fetched.

    Those keep their address in ``data-src``. The title of a link is where it really leads.
    """
    mark = f"x{secrets.token_hex(12)}-"  # so that no mail can write what is replaced below

    def change(tag: str, name: str, value: str) -> str | None:
        if tag == "a" and name == "href":
            return mark + value.strip() if value.strip().lower().startswith(_LINK) else None
        if name == "src":
            return _source(value.strip(), mark)
        return value

    shown = nh3.clean(
        html,
        tags=set(_TAGS),
        clean_content_tags=set(_GONE),
        attributes=_SHOWN,
        attribute_filter=change,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer nofollow",
    )
    remote = f' src="{mark}' in shown
    shown = shown.replace(f' src="{mark}', ' data-src="')
    return re.sub(rf' href="{mark}([^"]*)"', r' href="\1" title="\1"', shown), remote


def _source(address: str, mark: str) -> str | None:
    low = address.lower()
    if low.startswith(("http:", "https:")):
        return mark + address
    return address if low.startswith(("cid:", *_PICTURE)) else None


def skeleton(html: str) -> str:
    """Return well-formed HTML that keeps what tells quotes apart. Never to be shown."""
    return nh3.clean(
        html,
        tags=set(_TAGS),
        clean_content_tags=set(_GONE),
        attributes=_MARKS,
        link_rel=None,
    )

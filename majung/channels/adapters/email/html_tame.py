"""HTML made harmless for the parser: its work grows with the square of depth and of attributes.

Tags are read as browsers read them, so that nothing hides from this module what the parser finds.
"""

import re
from dataclasses import dataclass, field
from typing import Final

from majung.channels.adapters.email import limits

_S: Final = r"[\t\n\f\r ]"
_ATTRIBUTE: Final = (
    rf"[^\t\n\f\r />][^\t\n\f\r />=]*+"
    rf"(?:{_S}*+=(?:{_S}*+(?:\"[^\"]*\"|'[^']*'|[^\t\n\f\r >\"'][^\t\n\f\r >]*+)?+))?+"
)
_TAG: Final = re.compile(rf"<(/?)([a-zA-Z][^\t\n\f\r />]*+)((?:[\t\n\f\r /]++|{_ATTRIBUTE})*+)(>?)")
_ATTRIBUTES: Final = re.compile(_ATTRIBUTE)
# What is no text and hides tags from, or before, whoever reads along.
_REGION: Final = re.compile(
    r"<(/?)(script|style|title|textarea|select|noscript|iframe|object|embed|svg|math|template|xmp"
    r"|noembed|noframes|plaintext)(?=[\t\n\f\r />])",
    re.IGNORECASE,
)
_LOOSE: Final = re.compile(r"&(?![a-zA-Z#])")
_DECLARED: Final = re.compile(r"<(?=[!?])|</(?![a-zA-Z])")
# They end by themselves where the next one begins, so they do not pile up.
_FLAT: Final = frozenset(
    [
        "p",
        "li",
        "td",
        "th",
        "tr",
        "dt",
        "dd",
        "br",
        "hr",
        "img",
        "col",
        "input",
        "meta",
        "link",
        "wbr",
        "option",
        "html",
        "head",
        "body",
        "tbody",
        "area",
        "base",
        "source",
    ]
)
_MOST_ATTRIBUTES: Final = 60


@dataclass(slots=True)
class _Walk:
    """The elements that are open; one that is closed out of turn counts as open still."""

    path: list[str] = field(default_factory=list)
    deepest: int = 0
    count: int = 0

    def see(self, match: re.Match[str]) -> str:
        """Return the tag as it may stay."""
        closing, tag, rest, end = match.groups()
        self.count += 1
        if self.count > limits.MOST_TAGS:
            return ""
        name = tag.lower()
        if name not in _FLAT:
            if not closing:
                self.path.append(name)
                self.deepest = max(self.deepest, len(self.path))
            elif self.path and self.path[-1] == name:
                self.path.pop()
        if len(rest) > _MOST_ATTRIBUTES:
            rest = " " + " ".join(_ATTRIBUTES.findall(rest)[:_MOST_ATTRIBUTES])
        return f"<{closing}{tag[:40]}{rest}{end}"


def tame(html: str) -> tuple[str, set[str]]:
    """Return HTML that can be parsed in reasonable time, and flags that say what was cut."""
    flags: set[str] = set()
    if len(html) > limits.MOST_HTML:
        html = html[: limits.MOST_HTML].rpartition("<")[0]
        flags.add("html_cut")
    plain = _DECLARED.sub("&lt;", _without_regions(_without_comments(html)))
    walk = _Walk()
    tamed = _TAG.sub(walk.see, _with_few_entities(plain, flags))
    if walk.count > limits.MOST_TAGS:
        flags.add("html_cut")
    if walk.deepest > limits.DEEPEST_HTML:
        flags.add("html_too_deep")
        tamed = _TAG.sub(" ", tamed).replace("<", "&lt;")
    return tamed, flags


def _with_few_entities(html: str, flags: set[str]) -> str:
    plain = _LOOSE.sub("&amp;", html.replace("&nbsp;", "\xa0"))
    if plain.count("&") <= limits.MOST_ENTITIES:
        return plain
    flags.add("html_cut")
    return "&".join(plain.split("&", limits.MOST_ENTITIES)[: limits.MOST_ENTITIES])


def _without_comments(html: str) -> str:
    """Leave out comments; also declarations, whose ends are a matter of taste."""
    kept: list[str] = []
    position = 0
    while (start := html.find("<!", position)) >= 0:
        kept.append(html[position:start])
        ending = "-->" if html.startswith("<!--", start) else ">"
        end = html.find(ending, start + 2)
        if end < 0:
            return "".join(kept)
        position = end + len(ending)
    kept.append(html[position:])
    return "".join(kept)


def _without_regions(html: str) -> str:
    """Leave out what browsers do not show as text, from the first tag to the one that ends it."""
    kept: list[str] = []
    position = 0
    inside = ""
    for match in _REGION.finditer(html):
        closing, name = match[1], match[2].lower()
        if inside:
            if closing and name == inside:
                position, inside = html.find(">", match.end()) + 1 or len(html), ""
        elif not closing and match.start() >= position:
            kept.append(html[position : match.start()])
            inside = name if name != "embed" else ""
            position = html.find(">", match.end()) + 1 or len(html) if not inside else position
    if not inside:
        kept.append(html[position:])
    return "".join(kept)

"""``{% load notices %}``: the bell, who else looks, and names in notes."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any
from uuid import UUID

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from majung.accounts.models import Agent
from majung.conversations import mentions, watching
from majung.core import rich_text
from majung.web.agent import told
from majung.web.live_page import PageLive, page_live

register = template.Library()


@register.simple_tag(takes_context=True)
def bell(context: Mapping[str, Any]) -> told.Bell | None:
    """Return what the bell in the rail shows, nothing for one who is no agent."""
    user = context["request"].user
    return told.bell(user) if isinstance(user, Agent) else None


@register.simple_tag
def watchers(conversation: UUID) -> PageLive:
    """Return what is needed to hear who else looks at a conversation."""
    return page_live([watching.topic(conversation)])


@register.filter
def formatted(doc: rich_text.Doc, known: Mapping[str, object] | None) -> SafeString:
    """Return a text with its formatting, the names it calls marked."""
    return rich_text.html(doc, words=lambda text: called(text, known))


@register.filter
def called(text: str, known: Mapping[str, object] | None) -> SafeString | str:
    """Return a note's text with the names it calls marked."""
    places = mentions.places(text, known=known) if known else []
    if not places:
        return text
    edges = [0, *(edge for place in places for edge in place), len(text)]
    pieces = [text[begin:end] for begin, end in pairwise(edges)]
    # Every second piece is a name.
    return format_html_join(
        "",
        "{}{}",
        (
            (piece, "")
            if number % 2 == 0
            else ("", format_html("<b class='mention'>{}</b>", piece))
            for number, piece in enumerate(pieces)
        ),
    )

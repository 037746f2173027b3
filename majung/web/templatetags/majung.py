"""``{% load majung %}``: icons, live regions, names, times and particles in templates."""

import json
from datetime import datetime
from functools import lru_cache

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from majung.core import rich_text
from majung.core.text import korean
from majung.customers.models import Customer, Identity
from majung.web import naming
from majung.web.live_page import PageLive

register = template.Library()


@register.simple_tag
def icon(name: str, *, small: bool = False) -> SafeString:
    """Return an icon of the sprite; words stand beside it or on its button."""
    return _drawn(name, small=small)


@lru_cache
def _drawn(name: str, *, small: bool) -> SafeString:
    # A page has a hundred of them, and the sprite's address changes only with a new build.
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"></use></svg>',
        "i s" if small else "i",
        static("built/icons.svg"),
        name,
    )


@register.simple_tag
def live(page: PageLive) -> SafeString:
    """Return the attributes of an element that is read again when a topic changes."""
    return format_html(
        'data-live="{}" data-live-grant="{}" data-live-marks="{}"',
        " ".join(page.topics),
        page.grant,
        json.dumps(page.marks),
    )


@register.filter
def rich(doc: rich_text.Doc) -> SafeString:
    """Return a text with its formatting."""
    return rich_text.html(doc)


@register.filter
def ago(moment: datetime) -> str:
    """Return 방금, 4분, 3시간, 어제, 11월 20일."""
    return naming.ago(moment)


@register.filter
def iso(moment: datetime) -> str:
    """Return a moment for ``<time datetime>``, whole seconds in UTC."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


@register.filter
def day(moment: datetime) -> str:
    """Return 11월 20일."""
    return naming.day(moment)


@register.filter
def moment(at: datetime) -> str:
    """Return 오늘 18:00, 내일 09:00, 11월 30일 (월) 09:00."""
    return naming.moment(at)


@register.filter
def soon(at: datetime) -> str:
    """Return 18:00, 내일 09:00, 11월 30일."""
    return naming.soon(at)


@register.filter
def hue_class(hue: int | str) -> str:
    """Return the class that has the colour: no style may stand in a page, so there are 36."""
    return f"h{round(int(hue) / 10) % 36}"


@register.filter
def josa(word: object, particle: str) -> str:
    """Return the word with its particle: ``{{ name|josa:"이/가" }}``."""
    return korean.with_josa(str(word), particle)


@register.filter
def customer_name(customer: Customer) -> str:
    """Return the name of the person, or a word for one who has told none."""
    return naming.customer_name(customer)


@register.filter
def initial(name: str) -> str:
    """Return the letter in the round sign of a person."""
    return naming.initial(name)


@register.filter
def tint(key: int) -> str:
    """Return the calm tint of a person's round sign, from the key."""
    return naming.tint(key)


@register.filter
def masked(identity: Identity) -> str:
    """Return an address of which only enough is shown to tell two apart."""
    return naming.masked(identity)

"""``{% load setup_words %}``: words and addresses of the settings pages."""

from django import template
from django.urls import reverse

from majung.accounts.models import Revision
from majung.conversations.models import Inbox
from majung.core.bases import Public
from majung.web.setup import words
from majung.web.setup.examples import Example
from majung.web.setup.examples import examples as make_examples

register = template.Library()


@register.filter
def channel(kind: str) -> str:
    """Return what people call a kind of channel account."""
    return words.channel(kind)


@register.filter
def role(value: str) -> str:
    """Return what people call a role."""
    return words.role(value)


@register.filter
def examples(inbox: Inbox) -> list[Example]:
    """Return code that signs members in to this widget."""
    return make_examples(inbox.key)


@register.simple_tag
def setup_url(kind: str, what: str, obj: Public, revision: Revision | None = None) -> str:
    """Return the address of something one can do with a setting."""
    keys = [obj.public_id] + ([revision.public_id] if revision else [])
    return reverse(f"setup:{kind}_{what}", args=keys)

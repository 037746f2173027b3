"""How a widget is set up, for the loader and the frame: what is published, or a draft to look at."""

from dataclasses import dataclass

from django.http import HttpRequest

from majung.accounts.models import Brand
from majung.channels import inbox_config, widget_previews
from majung.channels.inbox_config import ChatConfig
from majung.conversations.models import Inbox
from majung.web import accents
from majung.web.widget import wire


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """``is_draft``: the request proved that it may see what is not published."""

    config: ChatConfig
    is_draft: bool


def find(key: str) -> Inbox | None:
    """Return the widget of a key with its brand; one that is switched off is not there."""
    return Inbox.objects.open().filter(kind="webchat", key=key).select_related("brand").first()


def shown(request: HttpRequest, inbox: Inbox) -> Shown:
    """Return the settings this request gets."""
    token = request.GET.get("preview", "")
    is_draft = bool(token) and widget_previews.allows(token, inbox)
    config = widget_previews.config(inbox) if is_draft else inbox.config
    return Shown(config=inbox_config.chat(config), is_draft=is_draft)


def told(shown: Shown, brand: Brand) -> wire.Json:
    """Return what the loader is told."""
    config = shown.config
    day, _night = accents.scales(brand.accent_hue)
    return {
        "position": config.position,
        "side": config.side,
        "bottom": config.bottom,
        "launcher": config.launcher,
        "label": dict(config.label),
        "locales": list(config.locales),
        "title": config.title,
        "look": [day.accent, day.ink],
        "preview": shown.is_draft,
    }

"""How a widget looks while it is set up, and where its draft can be seen on real pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.conf import settings
from django.utils.translation import get_language

from majung.channels import inbox_config, widget_previews
from majung.conversations.models import Inbox

# What holds the conversation in a page; with a height, so that nothing moves when it comes.
INLINE: Final = '<div data-majung-inline style="height: 600px"></div>'
_WIDTH: Final = 320
_HEIGHT: Final = 264
_SIZE: Final = 44
# What a pixel of a page is in the drawing, sideways and up.
_SIDEWAYS: Final = 0.25
_UP: Final = 0.12


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """The launcher in the drawing, in its units; ``label`` is what stands on it."""

    x: int = _WIDTH - _SIZE
    y: int = _HEIGHT - _SIZE
    width: int = _SIZE
    label: str = ""
    is_shown: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page that carries the widget, and the link that shows the draft there."""

    name: str
    address: str


def button(values: Mapping[str, Any]) -> Button:
    """Return the launcher for what stands in the fields; what is no number counts as usual."""
    locale = "en" if (get_language() or "").startswith("en") else "ko"
    label = str(values.get(f"label_{locale}") or "").strip()[: inbox_config.LABEL_LENGTH]
    width = _SIZE + (sum(13 if ord(letter) > 0x2E80 else 8 for letter in label) + 12) * bool(label)
    side = round(_pixels(values.get("side")) * _SIDEWAYS)
    return Button(
        x=side if values.get("position") == "left" else _WIDTH - width - side,
        y=_HEIGHT - _SIZE - round(_pixels(values.get("bottom")) * _UP),
        width=width,
        label=label,
        is_shown=bool(values.get("launcher")),
    )


def pages(inbox: Inbox) -> list[Page]:
    """Return where the draft can be seen: the allowed pages, and the demo's shop."""
    token = widget_previews.token(inbox)
    origins = inbox_config.chat(inbox.config).origins
    places = [origin for origin in origins if origin != inbox_config.ANY_ORIGIN]
    if settings.MAJUNG_DEMO:
        places.insert(0, f"{settings.MAJUNG_URL}/shop/{inbox.brand.slug}")
    query = urlencode({widget_previews.PARAMETER: token})
    return [Page(name=place, address=f"{place}/?{query}") for place in places]


def _pixels(given: Any) -> int:
    try:
        return min(inbox_config.FARTHEST, max(0, int(given)))
    except (TypeError, ValueError):
        return 24

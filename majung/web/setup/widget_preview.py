"""How a widget looks while it is set up, and where its draft can be seen on real pages."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final
from urllib.parse import urlencode

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from majung.accounts.models import Brand
from majung.channels import inbox_config, widget_previews
from majung.conversations import automatic, automatic_texts
from majung.conversations.models import Inbox
from majung.core import clock
from majung.web.accents import Scale, scales
from majung.web.widget import home

# What holds the conversation in a page; with a height, so that nothing moves when it comes.
INLINE: Final = '<div data-majung-inline style="height: 600px"></div>'
# The launcher in CSS pixels, as frontend/src/loader/launcher.css has it.
_SIZE: Final = 58
_LABEL_GAPS: Final = 8 + 6
_WIDE, _NARROW, _LONGEST = 13, 8, 217  # letters of a label, and all of them together


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """The launcher in the corner of a page, in CSS pixels; ``label`` is what stands on it."""

    side: int = 24
    bottom: int = 24
    width: int = _SIZE
    label: str = ""
    is_left: bool = False
    is_shown: bool = True

    @property
    def x(self) -> int:
        """How far it stands from its edge: to the right of the left one, else to the left."""
        return self.side if self.is_left else -self.side - self.width

    @property
    def height(self) -> int:
        """Of the corner that is drawn."""
        return self.bottom + _SIZE + 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """The widget as a new customer sees it: what stands in it, in the language it is seen in."""

    name: str
    greeting: str
    placeholder: str
    locale: str
    light: Scale
    dark: Scale
    opening: str = ""
    wait: str = ""
    is_open: bool = True
    choices: Sequence[str] = ()
    button: Button = field(default_factory=Button)

    @property
    def initial(self) -> str:
        return self.name[:1]

    @property
    def accent(self) -> str:
        """The accent of the window; the launcher stands on somebody's page, and is never dark."""
        return f"light-dark({self.light.accent},{self.dark.accent})"

    @property
    def ink(self) -> str:
        return f"light-dark({self.light.ink},{self.dark.ink})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page that carries the widget, and the link that shows the draft there."""

    name: str
    address: str


def of_brand(brand: Brand | None, *, name: str, greeting: str, hue: int, locale: str) -> Preview:
    """Return the widget of a brand that is edited, ``None`` for a new one."""
    return _drawn(brand, name=name, greetings=[greeting], hue=hue, locale=locale)


def of_widget(inbox: Inbox, values: Mapping[str, Any]) -> Preview:
    """Return a widget for what stands in its fields."""
    brand: Brand = inbox.brand
    offered = [each for each in values.get("locales") or () if each in inbox_config.LOCALES]
    locale = brand.locale if brand.locale in offered or not offered else offered[0]
    own = [str(values.get(f"greeting_{each}") or "").strip() for each in (locale, "ko", "en")]
    greetings = [*own, *_automatic(brand, locale), brand.greeting]
    drawn = _drawn(brand, name=brand.name, greetings=greetings, hue=brand.accent_hue, locale=locale)
    return replace(drawn, button=button(values, locale))


def _drawn(
    brand: Brand | None, *, name: str, greetings: Sequence[str], hue: int, locale: str
) -> Preview:
    light, dark = scales(hue)
    plan = automatic.known_plan(brand) if brand else None
    with translation.override(locale):
        now = home.opening_of(brand, kind="webchat") if brand else {}
        return Preview(
            name=name,
            # The words of the window itself stand in frontend/src/frame/say.ts.
            greeting=next(filter(None, greetings), "") or _("무엇이든 편하게 물어보세요."),
            placeholder=_("메시지를 입력하세요"),
            locale=locale,
            light=light,
            dark=dark,
            opening=now.get("text", ""),
            wait=(now.get("wait") or {}).get("text", ""),
            is_open=now.get("open", True),
            choices=automatic_texts.choices_of(plan.texts, locale=locale, brand=brand)
            if plan and brand
            else (),
        )


def _automatic(brand: Brand, locale: str) -> Iterator[str]:
    if plan := automatic.known_plan(brand):
        yield plan.words("greeting", brand=brand, customer="", locale=locale, now=clock.now())


def button(values: Mapping[str, Any], locale: str) -> Button:
    """Return the launcher for what stands in the fields; what is no number counts as usual."""
    said = (str(values.get(f"label_{each}") or "").strip() for each in (locale, "ko", "en"))
    label = next(filter(None, said), "")[: inbox_config.LABEL_LENGTH]
    text = sum(_WIDE if ord(letter) > 0x2E80 else _NARROW for letter in label)
    return Button(
        side=_pixels(values.get("side")),
        bottom=_pixels(values.get("bottom")),
        width=_SIZE + (min(text, _LONGEST) + _LABEL_GAPS) * bool(label),
        label=label,
        is_left=values.get("position") == "left",
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

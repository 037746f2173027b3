"""What stands beside a setting's form: its effect, and how to put it to use."""

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from majung.accounts import hours
from majung.accounts.models import Brand
from majung.channels import connected, registry
from majung.conversations.models import Inbox
from majung.web.setup import hours_words, mail_words, widget_preview
from majung.web.setup.forms.automatic import AutomaticForm, Sample
from majung.web.setup.forms.canned import CannedForm
from majung.web.setup.forms.canned import Preview as CannedPreview
from majung.web.setup.forms.hours import HoursForm
from majung.web.setup.forms.mail import MailForm
from majung.web.setup.forms.plugged import PluggedForm
from majung.web.setup.forms.settings import LOCALES, SettingForm
from majung.web.setup.widget_preview import Page, Preview


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    """``template`` is included beside the form; the rest is for it and the parts below."""

    template: str = ""
    preview: Preview | None = None
    snippet: str = ""
    address: str = ""
    inline: str = ""
    pages: list[Page] = field(default_factory=list)
    has_secret: bool = False
    words: CannedPreview | None = None
    brand: Brand | None = None
    picture: hours_words.Picture | None = None
    now: hours_words.Now | None = None
    samples: list[Sample] = field(default_factory=list)
    hook: str = ""
    health: mail_words.Health | None = None
    checkers: list[mail_words.Checker] = field(default_factory=list)


def of(kind: str, obj: Any, form: SettingForm) -> Aside:
    """Return what stands beside the form of a setting; ``obj`` is ``None`` for a new one."""
    if kind == "brand":
        return Aside(template="setup/preview.html", preview=brand_preview(form, obj))
    if isinstance(form, CannedForm):
        return Aside(template="desk/canned_preview.html", words=form.preview())
    if isinstance(form, HoursForm | AutomaticForm):
        return _of_brand(obj, form)
    if isinstance(form, MailForm):
        return _mailbox(obj)
    if kind == "inbox" and obj is not None:
        return _inbox(obj, form)
    return Aside()


def brand_preview(form: SettingForm, brand: Brand | None) -> Preview:
    """Return the preview of a brand as the form has it now."""
    return widget_preview.of_brand(
        brand,
        name=str(form["name"].value() or "").strip() or _("브랜드 이름"),
        greeting=str(form["greeting"].value() or "").strip(),
        hue=_hue(form["accent_hue"].value()),
        locale=locale if (locale := form["locale"].value()) in dict(LOCALES) else "ko",
    )


def snippet(inbox: Inbox) -> str:
    """Return the line that puts a widget on a page."""
    return f'<script src="{settings.MAJUNG_URL}/widget.js" data-key="{inbox.key}" async></script>'


def _of_brand(obj: Any, form: HoursForm | AutomaticForm) -> Aside:
    """Return what stands beside the hours of a brand, or beside what it says by itself."""
    if obj is None and "brand" not in form.initial:
        return Aside()
    brand = obj.brand if obj else Brand.objects.get(public_id=str(form.initial["brand"]))
    if isinstance(form, AutomaticForm):
        samples = list(form.samples(brand))
        return Aside(template="setup/automatic_aside.html", brand=brand, samples=samples)
    return Aside(
        template="setup/hours_aside.html",
        brand=brand,
        picture=form.picture(brand),
        now=hours_words.now(brand, hours.of_row(obj, brand), is_set=True) if obj else None,
    )


def _mailbox(inbox: Inbox | None) -> Aside:
    if inbox is None:
        return Aside(template="setup/mail_aside.html")
    return Aside(
        template="setup/mail_aside.html",
        health=mail_words.health(inbox),
        checkers=mail_words.checkers(inbox),
    )


def _inbox(inbox: Inbox, form: SettingForm) -> Aside:
    if inbox.kind == "webform":
        return Aside(address=f"{settings.MAJUNG_URL}/forms/{inbox.key}")
    if isinstance(form, PluggedForm):
        can = registry.capabilities(inbox.kind)
        return Aside(hook=connected.account(inbox).url if can.webhook else "")
    if inbox.kind != "webchat":
        return Aside()
    return Aside(
        template="setup/preview.html",
        preview=widget_preview.of_widget(inbox, {name: form[name].value() for name in form.shown}),
        snippet=snippet(inbox),
        inline=widget_preview.INLINE,
        pages=widget_preview.pages(inbox),
        has_secret=bool(inbox.identity_secret),
    )


def _hue(given: Any) -> int:
    try:
        return int(given) % 360
    except (TypeError, ValueError):
        return 192

"""The settings in a sentence each, for their front page: what is set, and for which brand."""

from collections.abc import Sequence
from typing import Final

from django.utils.translation import gettext as _

from majung.accounts import hours
from majung.accounts.models import Brand, BrandHours
from majung.conversations import automatic_texts
from majung.conversations.models import AutomaticMessages
from majung.web.setup import hours_words

MOST_NAMED: Final = 3


def of_hours(brands: Sequence[Brand]) -> str:
    """Return when the brands are open: "평일 09:00–18:00, 점심 12:00–13:00". One query."""
    rows = {row.brand_id: row for row in BrandHours.objects.all()}
    told = [
        hours_words.brief(hours.of_row(rows[brand.pk], brand))
        if brand.pk in rows
        else _("정하지 않아서 늘 열려 있어요")
        for brand in brands
    ]
    return _together(brands, told)


def of_automatic(brands: Sequence[Brand]) -> str:
    """Return what the brands say by themselves: "인사말, 부재 안내 켜짐". One query."""
    plans = {row.brand_id: row.plan for row in AutomaticMessages.objects.all()}
    told = []
    for brand in brands:
        plan = plans.get(brand.pk, {})
        on = [kind for kind in automatic_texts.KINDS if plan.get(kind, {}).get("on")]
        names = ", ".join(str(automatic_texts.FIELDS[kind]) for kind in on)
        told.append(_("%(names)s 켜짐") % {"names": names} if on else _("켜진 것이 없어요"))
    return _together(brands, told)


def _together(brands: Sequence[Brand], told: Sequence[str]) -> str:
    """Return one sentence for brands that are alike, else one for each while they are few."""
    different = set(told)
    if not told:
        return _("아직 브랜드가 없어요")
    if len(different) == 1:
        return different.pop()
    if len(told) > MOST_NAMED:
        return _("브랜드 %(n)d개가 저마다 달라요") % {"n": len(told)}
    pairs = zip(brands, told, strict=True)
    return " · ".join(f"{brand.name}: {sentence}" for brand, sentence in pairs)

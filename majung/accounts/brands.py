"""What a brand is set up as."""

import re
import zoneinfo
from typing import Any, Final

import holidays
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from majung.accounts import editables
from majung.accounts.editables import Data, Editable, Reading
from majung.accounts.models import Brand

LOCALES: Final = ("ko", "en")
FIELDS: Final = {
    "name": gettext_lazy("이름"),
    "slug": gettext_lazy("주소 이름"),
    "locale": gettext_lazy("언어"),
    "timezone": gettext_lazy("시간대"),
    "country": gettext_lazy("공휴일을 따르는 나라"),
    "accent_hue": gettext_lazy("색"),
    "greeting": gettext_lazy("인사말"),
}
_SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def _read(brand: Brand) -> Data:
    return {name: getattr(brand, name) for name in FIELDS}


def _clean(data: Data, brand: Brand | None) -> Data:
    reading = Reading(data, FIELDS)
    cleaned = {
        "name": reading.text("name", most=80, required=True),
        "slug": _slug(reading, brand),
        "locale": reading.choice("locale", LOCALES, default="ko"),
        "timezone": _zone(reading),
        "country": _country(reading),
        "accent_hue": reading.number("accent_hue", least=0, most=359, default=192),
        "greeting": reading.text("greeting", most=200),
    }
    reading.finish()
    return cleaned


def _slug(reading: Reading, brand: Brand | None) -> str:
    slug = reading.text("slug", most=40, required=True)
    if slug and not _SLUG.fullmatch(slug):
        reading.wrong("slug", _("영어 소문자와 숫자, 가운데 줄표만 쓸 수 있어요. 예: ondam-home"))
    others = Brand.objects.exclude(pk=brand.pk) if brand else Brand.objects.all()
    taken = others.filter(slug=slug).first()
    if taken and taken.deleted_at:
        reading.wrong("slug", _("휴지통에 있는 브랜드가 쓰고 있어요. 다른 이름을 적어 주세요."))
    elif taken:
        reading.wrong("slug", _("다른 브랜드가 쓰고 있어요. 다른 이름을 적어 주세요."))
    return slug


def _zone(reading: Reading) -> str:
    zone = reading.text("timezone", most=50, required=True, default="Asia/Seoul")
    if zone not in zoneinfo.available_timezones():
        reading.wrong("timezone", _("모르는 시간대예요. Asia/Seoul처럼 적어 주세요."))
    return zone


def _country(reading: Reading) -> str:
    country = reading.text("country", most=2, required=True, default="KR")
    if country not in holidays.list_supported_countries():
        reading.wrong("country", _("모르는 나라예요. KR처럼 두 글자로 적어 주세요."))
    return country


def _put(brand: Brand, data: Data) -> None:
    for name in FIELDS:
        setattr(brand, name, data[name])


def _find(data: Data) -> Any:
    return Brand.objects.alive().filter(slug=str(data.get("slug", ""))).first()


EDITABLE = editables.register(
    Editable(
        kind="brand",
        section="brands",
        model=Brand,
        label=gettext_lazy("브랜드"),
        fields=FIELDS,
        columns=tuple(FIELDS),
        read=_read,
        clean=_clean,
        put=_put,
        find=_find,
    )
)

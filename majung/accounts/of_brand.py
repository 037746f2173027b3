"""The brand that a setting is about: its public id in the state, its slug in the settings file."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from majung.accounts.editables import Data, Invalid, Mistake, Reading
from majung.accounts.models import Brand

LONGEST = 36


def named(public_id: str) -> Brand | None:
    """Return the brand of a public id, in the trash or not."""
    try:
        return Brand.objects.filter(public_id=UUID(public_id)).first()
    except ValueError:
        return None


def read(reading: Reading) -> str:
    """Read the brand of a setting that one brand may have, or all: then it is empty."""
    public_id = reading.text("brand", most=LONGEST)
    if public_id and named(public_id) is None:
        _unknown(reading)
    return public_id


def read_owner(reading: Reading, row: Any, *, known: Any, taken: str) -> str:
    """Read the brand of a setting of which each has one: given once, to a brand that has none.

    ``row`` is the setting's own or ``None``, ``known`` all that there are; ``taken`` says to a
    person that the brand has one already.
    """
    public_id = reading.text("brand", most=LONGEST, required=True)
    if row is not None:
        if public_id != str(row.brand.public_id):
            reading.wrong("brand", _("만든 뒤에는 바꿀 수 없어요."))
        return public_id
    brand = named(public_id)
    if brand is None or brand.deleted_at:
        _unknown(reading)
    elif known.filter(brand=brand).exists():
        reading.wrong("brand", taken)
    return public_id


def spell(data: Data) -> Data:
    """Name the brand by its slug, for people to read."""
    brand = named(data["brand"]) if data.get("brand") else None
    return data | {"brand": brand.slug if brand else ""}


def unspell(data: Data) -> Data:
    """Turn the slug that somebody wrote into the brand's public id.

    Raises:
        Invalid: there is no such brand.
    """
    if not data.get("brand"):
        return data
    brand = Brand.objects.alive().filter(slug=str(data["brand"])).first()
    if brand is None:
        raise Invalid([Mistake("brand", _("그런 브랜드는 없어요."))])
    return data | {"brand": str(brand.public_id)}


def _unknown(reading: Reading) -> None:
    reading.wrong("brand", _("그런 브랜드는 없어요."))

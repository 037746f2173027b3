"""What stands in the shelves of the demo's shops."""

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    """One product; ``shape`` names its drawing in ``shop/shapes.html``, ``price`` is in won."""

    name: object
    about: object
    price: int
    shape: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """A shop: what it says first, and its products."""

    line: object
    goods: tuple[Goods, ...]


_RUNNING: Final = Shelf(
    line=_("오늘도 가볍게, 오래 달리기"),
    goods=(
        Goods(
            name=_("데일리 러닝화"), about=_("출퇴근길에도 편한 쿠션"), price=129_000, shape="shoe"
        ),
        Goods(name=_("경량 바람막이"), about=_("접으면 한 손에"), price=89_000, shape="jacket"),
        Goods(name=_("러닝 양말 3켤레"), about=_("발목을 감싸는 높이"), price=15_900, shape="sock"),
        Goods(name=_("물병 500ml"), about=_("한 손으로 여는 마개"), price=19_000, shape="bottle"),
        Goods(name=_("러닝 캡"), about=_("땀이 금방 마르는 천"), price=32_000, shape="cap"),
        Goods(name=_("허리 가방"), about=_("뛰어도 흔들리지 않아요"), price=39_000, shape="bag"),
    ),
)
_HOME: Final = Shelf(
    line=_("오래 쓰는 것들로, 편안한 집"),
    goods=(
        Goods(name=_("백자 머그"), about=_("손에 맞는 두께"), price=24_000, shape="cup"),
        Goods(name=_("참나무 스툴"), about=_("앉고, 올려 두고"), price=98_000, shape="stool"),
        Goods(
            name=_("무선 스탠드 조명"), about=_("밤에 켜기 좋은 밝기"), price=79_000, shape="lamp"
        ),
        Goods(name=_("리넨 쿠션"), about=_("세탁기에 돌려도 돼요"), price=42_000, shape="cushion"),
        Goods(name=_("유리 꽃병"), about=_("한 송이면 충분해요"), price=35_000, shape="vase"),
        Goods(name=_("면 수건 4장"), about=_("도톰하고 금방 말라요"), price=29_000, shape="towel"),
    ),
)
_SHELVES: Final = {"dareum": _RUNNING}


def shelf(slug: str) -> Shelf:
    """Return the shelf of a brand's shop."""
    return _SHELVES.get(slug, _HOME)

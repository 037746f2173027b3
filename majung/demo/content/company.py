"""The demo company 나란컴퍼니: two brands, their people, goods, shops and pages. All of it invented."""

from dataclasses import dataclass
from datetime import time
from typing import Literal

COMPANY = "나란컴퍼니"
DOMAIN = "example.com"
BLOCKED = "@daebak-promotion.example"
"""A domain that sends offers nobody asked for."""

Role = Literal["admin", "lead", "agent"]


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening hours in the brand's zone; `days` as in `date.weekday()` (0 is Monday)."""

    opens: time = time(9)
    closes: time = time(18)
    lunch: tuple[time, time] = (time(12), time(13))
    days: tuple[int, ...] = (0, 1, 2, 3, 4)


@dataclass(frozen=True, slots=True)
class Store:
    """A shop one can walk into."""

    name: str
    english: str
    city: str


@dataclass(frozen=True, slots=True)
class Brand:
    """A brand; `hue` is the OKLCH hue of its accent in degrees, money is in won."""

    slug: str
    name: str
    english: str
    tagline: str
    greeting: str
    greeting_en: str
    hue: int
    team: str
    order_prefix: str
    free_shipping_from: int
    return_fee: int
    stores: tuple[Store, ...]
    locale: str = "ko"
    timezone: str = "Asia/Seoul"
    hours: Hours = Hours()

    @property
    def site(self) -> str:
        """The address of the brand's invented shop."""
        return f"https://{self.slug}.{DOMAIN}"


@dataclass(frozen=True, slots=True)
class Product:
    """Something the shop sells; `item` is what customers call it, `price` is in won."""

    slug: str
    brand: str
    kind: str
    name: str
    english: str
    item: str
    item_en: str
    price: int
    colors: tuple[str, ...]
    sizes: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """The path of the product page."""
        return f"/products/{self.slug}"


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the shop that visitors look at before they write."""

    path: str
    title: str
    title_en: str


@dataclass(frozen=True, slots=True)
class Team:
    """A team of agents; `brands` are the slugs it answers for."""

    slug: str
    name: str
    brands: tuple[str, ...]
    language: str = "ko"


@dataclass(frozen=True, slots=True)
class Agent:
    """Somebody who signs in; `shift` weighs how much of the team's work they take."""

    email: str
    name: str
    english: str
    role: Role
    teams: tuple[str, ...]
    shift: int = 10


BRANDS = (
    Brand(
        slug="dareum",
        name="달음",
        english="Dareum",
        tagline="오늘도 한 걸음, 달음",
        greeting="안녕하세요, 달음입니다. 사이즈, 배송, 교환까지 편하게 물어보세요.",
        greeting_en="Hello, this is Dareum. Ask us about sizes, delivery or exchanges.",
        hue=165,
        team="commerce",
        order_prefix="D",
        free_shipping_from=50_000,
        return_fee=6_000,
        stores=(
            Store("성수점", "Seongsu store", "서울"),
            Store("서면점", "Seomyeon store", "부산"),
            Store("둔산점", "Dunsan store", "대전"),
        ),
    ),
    Brand(
        slug="ongyeol",
        name="온결",
        english="Ongyeol",
        tagline="집의 결을 고르다, 온결",
        greeting="안녕하세요, 온결입니다. 집에 들이기 전에 궁금한 점을 물어보세요.",
        greeting_en="Hello, this is Ongyeol. Ask us anything before you bring it home.",
        hue=45,
        team="living",
        order_prefix="N",
        free_shipping_from=50_000,
        return_fee=7_000,
        stores=(
            Store("연남점", "Yeonnam store", "서울"),
            Store("광교점", "Gwanggyo store", "수원"),
        ),
    ),
)

TEAMS = (
    Team("commerce", "이커머스 상담팀", ("dareum",)),
    Team("living", "리빙 상담팀", ("ongyeol",)),
    Team("returns", "교환·반품팀", ("dareum", "ongyeol")),
    Team("global", "해외(English) 팀", ("dareum", "ongyeol"), language="en"),
)

AGENTS = (
    Agent("mirae.cho@example.com", "조미래", "Mirae", "admin", ("commerce", "living"), 1),
    Agent("dohyun.nam@example.com", "남도현", "Dohyun", "admin", ("returns", "global"), 1),
    Agent("seoyeon.yoon@example.com", "윤서연", "Seoyeon", "lead", ("commerce",), 5),
    Agent("hyejin.baek@example.com", "백혜진", "Hyejin", "lead", ("living",), 5),
    Agent("taeho.kwon@example.com", "권태호", "Taeho", "lead", ("returns", "global"), 4),
    Agent("jiwoo.han@example.com", "한지우", "Jiwoo", "agent", ("commerce",), 14),
    Agent("minjae.seo@example.com", "서민재", "Minjae", "agent", ("commerce",), 12),
    Agent("yerin.oh@example.com", "오예린", "Yerin", "agent", ("commerce", "global"), 9),
    Agent("sumin.jang@example.com", "장수민", "Sumin", "agent", ("living",), 13),
    Agent("eunchae.moon@example.com", "문은채", "Eunchae", "agent", ("living",), 11),
    Agent("kyungho.bae@example.com", "배경호", "Kyungho", "agent", ("returns",), 12),
    Agent("nari.shin@example.com", "신나리", "Nari", "agent", ("returns", "commerce"), 8),
    Agent("grace.ha@example.com", "하은혜", "Grace", "agent", ("global",), 12),
)

_SHOES = ("230", "235", "240", "245", "250", "255", "260", "265", "270", "275", "280", "285")
_WEAR = ("S", "M", "L", "XL")
_BED = ("싱글", "슈퍼싱글", "퀸", "킹")

# slug, kind, name, English name, what customers call it (both languages), price, colours, sizes
_DAREUM = (
    ("saebyeok-2", "신발", "새벽길 2", "Saebyeok 2", "러닝화", "pair of running shoes", 139_000,
     ("안개 회색", "먹색", "살구색"), _SHOES),
    ("cheot-georeum", "신발", "첫걸음 데일리", "First Step Daily", "운동화", "pair of trainers", 89_000,
     ("흰색", "먹색", "하늘색"), _SHOES),
    ("neoreun-trail", "신발", "너른들 트레일", "Neoreun Trail", "트레일화", "pair of trail shoes", 159_000,
     ("이끼색", "흙색", "검정"), _SHOES),
    ("gaon-racer", "신발", "가온 레이서", "Gaon Racer", "레이싱화", "pair of racing shoes", 189_000,
     ("형광 노랑", "흰색"), _SHOES),
    ("sanchaek-slip", "신발", "산책 슬립온", "Sanchaek Slip-on", "슬립온", "pair of slip-ons", 69_000,
     ("베이지", "남색"), _SHOES),
    ("baram-jacket", "의류", "바람결 윈드재킷", "Baramgyeol Jacket", "바람막이", "jacket", 99_000,
     ("청록색", "검정", "연보라"), _WEAR),
    ("mulbit-tee", "의류", "물빛 드라이 티셔츠", "Mulbit Dry Tee", "티셔츠", "T-shirt", 35_000,
     ("흰색", "하늘색", "검정"), _WEAR),
    ("ongi-leggings", "의류", "온기 기모 레깅스", "Ongi Leggings", "레깅스", "pair of leggings", 49_000,
     ("검정", "진회색"), _WEAR),
    ("duru-vest", "용품", "두루 트레일 조끼", "Duru Trail Vest", "조끼", "running vest", 79_000,
     ("검정", "귤색"), ()),
    ("bandi-lamp", "용품", "반디 헤드랜턴", "Bandi Headlamp", "헤드랜턴", "headlamp", 42_000,
     ("검정", "노랑"), ()),
    ("ieum-hipsack", "용품", "이음 힙색", "Ieum Hip Pack", "힙색", "hip pack", 38_000,
     ("검정", "이끼색", "살구색"), ()),
    ("solip-chair", "용품", "솔잎 캠핑 의자", "Solip Camp Chair", "캠핑 의자", "camp chair", 65_000,
     ("모래색", "이끼색"), ()),
)  # fmt: skip
_ONGYEOL = (
    ("goyo-quilt", "침구", "고요 차렵이불", "Goyo Quilt", "이불", "quilt", 119_000,
     ("아이보리", "안개 회색", "쑥색"), _BED),
    ("somgureum", "침구", "솜구름 토퍼", "Somgureum Topper", "토퍼", "mattress topper", 149_000,
     ("흰색", "안개 회색"), _BED),
    ("baram-linen", "침구", "바람결 린넨 커버", "Linen Cover", "이불 커버", "duvet cover", 89_000,
     ("모래색", "쑥색", "연분홍"), _BED),
    ("dal-mood", "조명", "달항아리 무드등", "Moon Jar Light", "무드등", "table lamp", 79_000,
     ("백자색", "청자색"), ()),
    ("haet-stand", "조명", "햇살 무선 스탠드", "Haetsal Stand", "스탠드", "cordless lamp", 98_000,
     ("흰색", "검정", "겨자색"), ()),
    ("obut-set", "주방", "오붓 4인 식기 세트", "Obut Tableware", "식기 세트", "tableware", 128_000,
     ("백자색", "쑥색"), ()),
    ("dameun-pot", "주방", "담은 법랑 냄비", "Dameun Pot", "냄비", "enamel pot", 72_000,
     ("흰색", "겨자색", "남색"), ()),
    ("maru-board", "주방", "나뭇결 도마", "Wood Grain Board", "도마", "chopping board", 45_000,
     ("호두나무색", "참나무색"), ()),
    ("chagok-shelf", "가구", "차곡 선반장", "Chagok Shelf", "선반", "shelf", 169_000,
     ("참나무색", "흰색"), ()),
    ("darak-table", "가구", "다락 접이식 테이블", "Darak Table", "테이블", "folding table", 134_000,
     ("참나무색", "검정"), ()),
    ("poksin-rug", "소품", "폭신 러그", "Poksin Rug", "러그", "rug", 86_000,
     ("모래색", "쑥색", "안개 회색"), ()),
    ("euneun-diff", "소품", "은은 디퓨저", "Euneun Diffuser", "디퓨저", "diffuser", 32_000,
     ("숲", "비누", "무화과"), ()),
)  # fmt: skip

PRODUCTS = (
    *(Product(row[0], "dareum", *row[1:]) for row in _DAREUM),
    *(Product(row[0], "ongyeol", *row[1:]) for row in _ONGYEOL),
)

PAGES = (
    Page("/", "홈", "Home"),
    Page("/new", "새로 나온 상품", "New in"),
    Page("/best", "많이 찾는 상품", "Best sellers"),
    Page("/size-guide", "사이즈 안내", "Size guide"),
    Page("/cart", "장바구니", "Basket"),
    Page("/checkout", "주문·결제", "Checkout"),
    Page("/my/orders", "주문 내역", "My orders"),
    Page("/my/returns", "교환·반품 내역", "My returns"),
    Page("/my/coupons", "쿠폰·적립금", "Coupons and points"),
    Page("/my/profile", "회원 정보", "My profile"),
    Page("/login", "로그인", "Sign in"),
    Page("/help", "고객센터", "Help"),
    Page("/help/delivery", "배송 안내", "Delivery"),
    Page("/help/returns", "교환·반품 안내", "Returns"),
    Page("/help/care", "관리 방법", "Product care"),
    Page("/stores", "매장 안내", "Stores"),
    Page("/contact", "문의하기", "Contact us"),
)

# Invented couriers, so that no real company is blamed for an invented delay.
COURIERS = (
    ("두루택배", "Duru Express"),
    ("한달음로지스", "Handareum Logistics"),
    ("새벽샘배송", "Saebyeoksaem"),
)
HUBS = (
    ("대전 허브", "the Daejeon hub"),
    ("옥천 터미널", "the Okcheon terminal"),
    ("곤지암 허브", "the Gonjiam hub"),
    ("칠곡 터미널", "the Chilgok terminal"),
)
COUPONS = (
    ("첫 구매 10% 쿠폰", "welcome coupon"),
    ("5,000원 할인 쿠폰", "5,000 won coupon"),
    ("생일 쿠폰", "birthday coupon"),
    ("장바구니 15% 쿠폰", "15% basket coupon"),
)
GRADES = ("웰컴", "실버", "골드", "VIP")

BRAND = {brand.slug: brand for brand in BRANDS}
TEAM = {team.slug: team for team in TEAMS}
PAGE = {page.path: page for page in PAGES}
AGENT = {agent.email: agent for agent in AGENTS}


def agents_of(team: str, *, lead: bool = False) -> tuple[Agent, ...]:
    """Return the agents (or the leads) of a team, in the order of the list above."""
    return tuple(
        agent for agent in AGENTS if team in agent.teams and (not lead or agent.role == "lead")
    )

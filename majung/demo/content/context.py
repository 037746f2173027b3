"""What one conversation is about: product, order, dates, places, as slots for its wording."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from majung.demo.content import hours
from majung.demo.content.company import (
    AGENTS,
    BRAND,
    COUPONS,
    COURIERS,
    HUBS,
    PRODUCTS,
    TEAM,
    Agent,
    Brand,
    Product,
    Team,
    agents_of,
)
from majung.demo.content.facts import Order, Person
from majung.demo.content.names import DEVICES
from majung.demo.content.talks import Script

_WEEKDAYS = ("월요일", "화요일", "수요일", "목요일", "금요일", "토요일", "일요일")
# Days between order and first message by stage: from, to.
_ORDER_AGE = {
    "주문": (0.02, 1.1),
    "배송중": (1.4, 3.2),
    "지연": (5.0, 8.5),
    "받음": (3.5, 8.0),
    "사용": (28.0, 165.0),
    "반품": (10.0, 17.0),
}
_RETURN_CATEGORIES = ("교환", "반품", "환불", "불량·AS")
_DEVICE_ENGLISH = {row[0]: row[3] for row in DEVICES}
_PRODUCTS_OF = {slug: tuple(p for p in PRODUCTS if p.brand == slug) for slug in BRAND}


@dataclass(frozen=True, slots=True)
class Subject:
    """A product of one brand in one size and colour, and the order it came with."""

    product: Product
    other: Product
    color: str
    color2: str
    size: str
    size2: str
    order: Order | None


def team_for(script: Script, *, brand: str, language: str) -> Team:
    """Return the team that answers: English to the global team, returns and faults to theirs."""
    if language == "en":
        return TEAM["global"]
    if script.category[0] in _RETURN_CATEGORIES:
        return TEAM["returns"]
    return TEAM[BRAND[brand].team]


def agent_for(team: Team, rng: Random) -> Agent:
    """Return who of the team takes the conversation."""
    agents = agents_of(team.slug)
    return rng.choices(agents, weights=[agent.shift for agent in agents])[0]


def subject_for(script: Script, *, brand: Brand, opened: datetime, rng: Random) -> Subject:
    """Return something the script fits that could have been bought before `opened`."""
    goods = _PRODUCTS_OF[brand.slug]
    fitting = [p for p in goods if p.kind in script.kinds] if script.kinds else goods
    product = rng.choice(fitting)
    same_kind = [p for p in goods if p.kind == product.kind and p is not product]
    color, color2 = rng.sample(product.colors, 2)
    size = size2 = ""
    if product.sizes:
        at = rng.randrange(1, len(product.sizes) - 1)
        smaller = script.id == "size-big" or (script.category[2] == "큼")
        size, size2 = product.sizes[at], product.sizes[at - 1 if smaller else at + 1]
    option = f"{color} {size}".strip()
    order = _order(script, product=product, option=option, brand=brand, opened=opened, rng=rng)
    return Subject(product, rng.choice(same_kind), color, color2, size, size2, order)


def _order(
    script: Script, *, product: Product, option: str, brand: Brand, opened: datetime, rng: Random
) -> Order | None:
    if script.stage not in _ORDER_AGE:
        return None
    ordered = opened - timedelta(days=rng.uniform(*_ORDER_AGE[script.stage]))
    shipped = arrived = None
    if script.stage != "주문":
        day = hours.next_business_day(ordered.astimezone(hours.SEOUL).date(), hours=brand.hours)
        noon = datetime.combine(day, brand.hours.lunch[0], tzinfo=hours.SEOUL)
        shipped = min(noon + timedelta(hours=rng.uniform(2, 7)), opened - timedelta(hours=3))
        shipped = max(shipped, ordered + timedelta(hours=1))
    if shipped and script.stage in {"받음", "사용", "반품"}:
        arrived = min(shipped + timedelta(hours=rng.uniform(20, 50)), opened - timedelta(hours=2))
        arrived = max(arrived, shipped + timedelta(minutes=30))
    paid = product.price + (0 if product.price >= brand.free_shipping_from else 3_000)
    return Order(
        number=order_number(brand, ordered, rng),
        product=product.slug,
        option=option,
        amount=paid,
        ordered_at=ordered,
        shipped_at=shipped,
        arrived_at=arrived,
        courier=rng.choice(COURIERS)[0],
        tracking=f"{rng.randrange(10**11, 10**12)}",
    )


def order_number(brand: Brand, at: datetime, rng: Random) -> str:
    """Return an order number such as D250714-04127."""
    return f"{brand.order_prefix}{at.astimezone(hours.SEOUL):%y%m%d}-{rng.randrange(100_000):05d}"


def slots_for(
    subject: Subject,
    *,
    person: Person,
    brand: Brand,
    team: Team,
    agent: Agent,
    at: datetime,
    rng: Random,
) -> dict[str, str]:
    """Return every slot scripts may use, in the person's language; dates count from `at`."""
    worded = _english if person.language == "en" else _korean
    return {
        **_shared(subject, person, brand, rng, at),
        **worded(subject, person, brand, team, agent, at, rng),
        **promises(at, brand=brand, language=person.language, rng=rng),
    }


def promises(at: datetime, *, brand: Brand, language: str, rng: Random) -> dict[str, str]:
    """Return the slots that name days to come, as an agent who answers at `at` would give them.

    ``until`` is the promised day in ISO form; after it the promises must be made anew.
    """
    today = hours.working(at, hours=brand.hours).date()

    def later(count: int) -> date:
        return hours.next_business_day(today, count=count, hours=brand.hours)

    promised, far, refund = later(rng.choice((1, 1, 2))), later(rng.randint(4, 8)), later(4)
    if language == "en":
        return {
            "day": f"{promised:%A}",
            "dayfull": f"{promised:%A}, {promised:%B} {promised.day}",
            "date": f"{far:%B} {far.day}",
            "refundday": f"{refund:%B} {refund.day}",
            "until": promised.isoformat(),
        }
    weekday = _WEEKDAYS[promised.weekday()]
    return {
        "day": weekday,
        "dayfull": f"{promised.month}월 {promised.day}일 {weekday}",
        "date": f"{far.month}월 {far.day}일",
        "refundday": f"{refund.month}월 {refund.day}일",
        "until": promised.isoformat(),
    }


def _shared(
    subject: Subject, person: Person, brand: Brand, rng: Random, at: datetime
) -> dict[str, str]:
    order = subject.order
    return {
        "size": subject.size,
        "size2": subject.size2,
        "order": order.number if order else order_number(brand, at, rng),
        "order2": order_number(brand, at, rng),
        "tracking": order.tracking if order else f"{rng.randrange(10**11, 10**12)}",
        "email": person.emails[0],
        "phone4": person.phone[-4:],
        "stock": str(rng.randint(2, 6)),
        "qty": str(rng.choice((20, 25, 30, 40, 50, 60, 80))),
        "city": person.city,
    }


def _won(amount: int) -> str:
    return f"{amount:,}원"


def _past_days(order: Order | None, at: datetime) -> tuple[datetime, datetime]:
    """Return when it was ordered and shipped, or plausible days when there is no order."""
    ordered = order.ordered_at if order else at - timedelta(days=2)
    shipped = order.shipped_at if order else None
    return ordered, shipped or ordered + timedelta(days=1)


def _korean(
    subject: Subject,
    person: Person,
    brand: Brand,
    team: Team,
    agent: Agent,
    at: datetime,
    rng: Random,
) -> dict[str, str]:
    ordered, shipped = _past_days(subject.order, at)
    amount = subject.order.amount if subject.order else subject.product.price
    return {
        "name": person.name,
        "brand": brand.name,
        "team": team.name,
        "agent": agent.name,
        "agent2": rng.choice([a.name for a in AGENTS if a.role == "agent" and a is not agent]),
        "lead": rng.choice(agents_of(team.slug, lead=True)).name,
        "product": subject.product.name,
        "product2": subject.other.name,
        "item": subject.product.item,
        "color": subject.color,
        "color2": subject.color2,
        "option": f"{subject.color} {subject.size}".strip(),
        "amount": _won(amount),
        "fee": _won(brand.return_fee),
        "free": _won(brand.free_shipping_from),
        "point": _won(rng.choice((1_000, 2_000, 3_000, 3_200, 4_500, 5_000))),
        "coupon": rng.choice(COUPONS)[0],
        "store": f"{brand.name} {rng.choice(brand.stores).name}",
        "courier": subject.order.courier if subject.order else rng.choice(COURIERS)[0],
        "hub": rng.choice(HUBS)[0],
        "dong": person.addresses[0].detail,
        "device": person.device,
        "today": _WEEKDAYS[at.astimezone(hours.SEOUL).weekday()],
        "ordered": _month_day(ordered),
        "shipped": _month_day(shipped),
    }


def _english(
    subject: Subject,
    person: Person,
    brand: Brand,
    team: Team,
    agent: Agent,
    at: datetime,
    rng: Random,
) -> dict[str, str]:
    ordered, shipped = _past_days(subject.order, at)
    amount = subject.order.amount if subject.order else subject.product.price
    couriers = dict(COURIERS)
    return {
        "name": person.name.split(" ", maxsplit=1)[0],
        "brand": brand.english,
        "team": team.name,
        "agent": agent.english,
        "agent2": rng.choice([a.english for a in AGENTS if a.role == "agent" and a is not agent]),
        "lead": rng.choice(agents_of(team.slug, lead=True)).name,
        "product": subject.product.english,
        "product2": subject.other.english,
        "item": subject.product.item_en,
        "color": _COLORS.get(subject.color, "white"),
        "color2": _COLORS.get(subject.color2, "black"),
        "option": f"{_COLORS.get(subject.color, 'white')} {_BEDS.get(subject.size, subject.size)}",
        "amount": f"{amount:,} won",
        "fee": f"{brand.return_fee:,} won",
        "free": f"{brand.free_shipping_from:,} won",
        "point": f"{rng.choice((1_000, 2_000, 3_000)):,} won",
        "coupon": rng.choice(COUPONS)[1],
        "store": rng.choice(brand.stores).english,
        "courier": couriers[subject.order.courier] if subject.order else COURIERS[0][1],
        "hub": rng.choice(HUBS)[1],
        "dong": person.addresses[0].detail,
        "device": _DEVICE_ENGLISH[person.device],
        "today": f"{at.astimezone(hours.SEOUL):%A}",
        "ordered": _english_date(ordered),
        "shipped": _english_date(shipped),
    }


def _month_day(at: datetime) -> str:
    local = at.astimezone(hours.SEOUL)
    return f"{local.month}월 {local.day}일"


def _english_date(at: datetime) -> str:
    local = at.astimezone(hours.SEOUL)
    return f"{local:%B} {local.day}"


_BEDS = {"싱글": "single", "슈퍼싱글": "super single", "퀸": "queen", "킹": "king"}
_COLORS = {
    "안개 회색": "mist grey", "먹색": "ink", "살구색": "apricot", "흰색": "white",
    "하늘색": "sky blue", "이끼색": "moss", "흙색": "earth", "검정": "black",
    "형광 노랑": "neon yellow", "베이지": "beige", "남색": "navy", "청록색": "teal",
    "연보라": "lilac", "진회색": "charcoal", "귤색": "tangerine", "노랑": "yellow",
    "모래색": "sand", "아이보리": "ivory", "쑥색": "sage", "연분홍": "pale pink",
    "백자색": "porcelain white", "청자색": "celadon", "겨자색": "mustard",
    "호두나무색": "walnut", "참나무색": "oak", "숲": "forest", "비누": "soap", "무화과": "fig",
}  # fmt: skip

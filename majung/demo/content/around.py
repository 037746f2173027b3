"""What happened around a conversation: pages looked at, the order's steps, a visit to the shop."""

from datetime import UTC, datetime, timedelta
from random import Random

from majung.demo.content.company import PAGE
from majung.demo.content.context import Subject
from majung.demo.content.facts import Happening, Order
from majung.demo.content.telling import Setting

# Where people have been before they write, by stage; "product" stands for the product's own page.
_TRAIL = {
    "없음": ("/contact",),
    "관심": ("/best", "product", "/size-guide", "product"),
    "장바구니": ("product", "/cart", "/my/coupons", "/checkout"),
    "주문": ("/my/orders", "/help/delivery", "/my/orders"),
    "배송중": ("/my/orders", "/help/delivery", "/my/orders"),
    "지연": ("/my/orders", "/help/delivery", "/my/orders", "/help"),
    "받음": ("/my/orders", "/help/returns", "/my/returns"),
    "사용": ("product", "/help/care", "/help"),
    "반품": ("/my/returns", "/my/orders", "/help/returns"),
    "계정": ("/login", "/my/profile", "/help"),
    "매장": ("/stores", "product"),
}
_VISIT_SHARE = 0.04


def happenings(
    setting: Setting, subject: Subject, *, signed_in: bool, now: datetime, rng: Random
) -> tuple[Happening, ...]:
    """Return the timeline around the talk, in order of time; nothing is later than `now`."""
    found = _pages(setting, subject, rng)
    if signed_in:
        at = found[0].at - timedelta(seconds=rng.uniform(5, 60))
        found.append(Happening(kind="signed_in", at=at, title="", path="/login"))
    if subject.order:
        found.extend(_steps(subject.order, setting, subject))
    if rng.random() < _VISIT_SHARE:
        found.append(_visit(setting, rng))
    return tuple(sorted((h for h in found if h.at <= now), key=lambda h: h.at))


def _pages(setting: Setting, subject: Subject, rng: Random) -> list[Happening]:
    """Return the pages seen in the minutes before the first message, in order."""
    english = setting.person.language == "en"
    trail = list(_TRAIL[setting.script.stage])
    keep = rng.randint(1, len(trail))
    trail = trail[-keep:] if setting.channel == "chat" else [*trail[-keep:], "/contact"]
    at = setting.opened
    found = []
    for path in reversed(trail):
        at -= timedelta(seconds=rng.lognormvariate(4.0, 0.8))
        if path == "product":
            title = subject.product.english if english else subject.product.name
            path = subject.product.path  # noqa: PLW2901
        else:
            title = PAGE[path].title_en if english else PAGE[path].title
        found.append(Happening(kind="page_viewed", at=at, title=title, path=path))
    return found[::-1]


def _steps(order: Order, setting: Setting, subject: Subject) -> list[Happening]:
    english = setting.person.language == "en"
    product = subject.product.english if english else subject.product.name
    data: dict[str, str | int] = {
        "order": order.number,
        "product": order.product,
        "option": order.option,
        "amount": order.amount,
    }
    parcel = {"order": order.number, "courier": order.courier, "tracking": order.tracking}
    found = [
        Happening(
            kind="order_placed",
            at=order.ordered_at.astimezone(UTC),
            title=product,
            path=f"/my/orders/{order.number}",
            data=data,
        )
    ]
    if order.shipped_at:
        at = order.shipped_at.astimezone(UTC)
        found.append(Happening(kind="order_shipped", at=at, title=product, data=parcel))
    if order.arrived_at:
        at = order.arrived_at.astimezone(UTC)
        found.append(Happening(kind="order_delivered", at=at, title=product, data=parcel))
    if order.arrived_at and setting.script.stage == "반품":
        between = order.arrived_at + (setting.opened - order.arrived_at) * 0.2
        found.append(
            Happening(
                kind="return_requested",
                at=between.astimezone(UTC),
                title=product,
                path="/my/returns",
                data={"order": order.number},
            )
        )
    return found


def _visit(setting: Setting, rng: Random) -> Happening:
    store = rng.choice(setting.brand.stores)
    english = setting.person.language == "en"
    day = setting.opened - timedelta(days=rng.randint(2, 40))
    # Shops are open from half past ten to eight; 02:00 UTC is eleven in Korea.
    at = day.replace(hour=rng.randint(2, 10), minute=rng.randrange(60))
    title = store.english if english else f"{setting.brand.name} {store.name}"
    return Happening(kind="store_visited", at=at, title=title, data={"store": store.name})

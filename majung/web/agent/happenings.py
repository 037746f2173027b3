"""What happened to a customer, in words: of every event its words, icon and category, in one place.

An event of a name that is not told here is something the customer did.
"""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from majung.customers.models import Event
from majung.customers.timeline import Named

TALK: Final = "talk"
VISIT: Final = "visit"
ORDER: Final = "order"
ACCOUNT: Final = "account"

CATEGORIES: Final[dict[str, str | Promise]] = {
    TALK: pgettext_lazy("여럿", "상담"),
    VISIT: gettext_lazy("방문·행동"),
    ORDER: gettext_lazy("주문"),
    ACCOUNT: gettext_lazy("계정·동의"),
}
REST: Final = VISIT

# Names of the timeline: what they mean to a person, an icon, and the category.
KNOWN: Final[dict[str, tuple[str | Promise, str, str]]] = {
    "Message Received": (gettext_lazy("메시지를 보냄"), "message-circle", TALK),
    "Reply Written": (gettext_lazy("답변을 받음"), "check", TALK),
    "Automatic Message Written": (gettext_lazy("자동 메시지를 받음"), "check", TALK),
    "Conversation Closed": (gettext_lazy("상담을 마침"), "circle-check", TALK),
    "Conversation Reopened": (gettext_lazy("상담을 다시 엶"), "rotate-ccw", TALK),
    "Conversation Put On Hold": (gettext_lazy("상담을 보류함"), "clock", TALK),
    "Conversation Rated": (gettext_lazy("만족도를 남김"), "star", TALK),
    "Message Moved": (gettext_lazy("메시지를 다른 상담으로 옮김"), "route", TALK),
    "Contact Left": (gettext_lazy("연락처를 남김"), "mail", ACCOUNT),
    "Tag Put": (gettext_lazy("태그를 붙임"), "tag", TALK),
    "Tag Taken Off": (gettext_lazy("태그를 뗌"), "tag", TALK),
    "Page Viewed": (gettext_lazy("페이지를 봄"), "eye", VISIT),
    "Store Visited": (gettext_lazy("매장에 들름"), "store", VISIT),
    "Order Placed": (gettext_lazy("주문함"), "shopping-bag", ORDER),
    "Order Shipped": (gettext_lazy("배송이 시작됨"), "package", ORDER),
    "Order Delivered": (gettext_lazy("배송을 받음"), "package", ORDER),
    "Return Requested": (gettext_lazy("반품을 신청함"), "undo-2", ORDER),
    "Account Created": (gettext_lazy("회원으로 가입함"), "user-plus", ACCOUNT),
    "Signed In": (gettext_lazy("로그인함"), "log-in", ACCOUNT),
    "Consent Given": (gettext_lazy("동의함"), "shield-check", ACCOUNT),
    "Consent Withdrawn": (gettext_lazy("동의를 거둠"), "ban", ACCOUNT),
    "Customers Merged": (gettext_lazy("같은 고객으로 합침"), "git-merge", ACCOUNT),
    "Merge Undone": (gettext_lazy("합치기를 되돌림"), "undo-2", ACCOUNT),
}


# Whatever a sender calls these, it is the same again.
_SAY_ALL: Final = frozenset({"Signed In", "Account Created"})


@dataclass(frozen=True, slots=True)
class Sift:
    """A way to look at a timeline: all of it (``value`` is empty), or one category."""

    value: str
    label: str | Promise
    is_current: bool


def told(event: Event) -> tuple[str, str]:
    """Return the words and the icon of an event."""
    words, icon, _category = KNOWN.get(event.name, (event.name, "clock", REST))
    if event.name == "Conversation Rated" and "score" in event.properties:
        return _("만족도를 %(score)s점으로 남김") % event.properties, icon
    return str(words), icon


def title(event: Event) -> str:
    """Return what the sender called it; nothing where that only says the words of it again."""
    called = str(event.properties.get("title") or "")
    if event.name in _SAY_ALL:
        return ""
    said, _icon = told(event)
    return "" if called and said.casefold().startswith(called.casefold()) else called


def category(name: str) -> str:
    """Return the category of an event of that name."""
    return KNOWN[name][2] if name in KNOWN else REST


def asked(word: str) -> str:
    """Return the category that an address names, or nothing, which is all of them."""
    return word if word in CATEGORIES else ""


def of_category(wanted: str) -> Named | None:
    """Return which events belong to a category, ``None`` for all of them."""
    if not wanted:
        return None
    if wanted == REST:
        others = (name for name, told in KNOWN.items() if told[2] != REST)
        return Named(tuple(others), is_rest=True)
    return Named(tuple(name for name, told in KNOWN.items() if told[2] == wanted))


def sifts(current: str) -> list[Sift]:
    """Return the ways to look at a timeline, of which one is current."""
    every = {"": gettext_lazy("전체"), **CATEGORIES}
    return [Sift(value, label, value == current) for value, label in every.items()]

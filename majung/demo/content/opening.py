"""When the demo's brands are open, and what they say by themselves."""

from dataclasses import dataclass
from datetime import time
from typing import Any, Final

from majung.accounts.hours import ALWAYS, DAYS
from majung.demo.content.company import Brand

SPECIAL: Final = {
    "dareum": (
        {"day": "04-17", "name": "달음 창립기념일", "hours": []},
        {"day": "12-31", "name": "한 해 마무리", "hours": ["09:00-15:00"]},
    ),
    "ongyeol": (
        {"day": "09-09", "name": "온결 창립기념일", "hours": []},
        {"day": "12-24", "name": "성탄 전날", "hours": ["09:00-15:00"]},
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One automatic message in both languages."""

    ko: str
    en: str


AWAY: Final = Said(
    ko="{고객|이/가} 남겨 주신 글 잘 받았어요. 지금은 상담 시간이 아니라서, {여는시각}에 열면 "
    "순서대로 답해드릴게요. 주문번호를 함께 적어 두시면 더 빨라요.",
    en="We have your message. We are closed right now, open {opens}, and answer in turn. "
    "An order number helps us to be quicker.",
)
SLOW: Final = Said(
    ko="문의가 많아 답이 늦어지고 있어요. 순서대로 꼭 답해드릴게요. 조금만 더 기다려 주세요.",
    en="Many people are writing just now. We will answer in turn; thank you for waiting.",
)
CLOSING: Final = Said(
    ko="{고객|과/와} 나눈 상담을 마쳤어요. 더 궁금한 점이 있으면 언제든 여기에 써 주세요. "
    "{브랜드|이/가} 늘 곁에 있을게요.",
    en="We have closed this chat. Write here again any time; {brand} is glad to help.",
)


RATING: Final = Said(
    ko="{브랜드} 상담은 어떠셨어요? 들려주신 말씀은 상담원이 함께 읽어요.",
    en="How was this chat with {brand}? Our agents read what you say.",
)
CHOICES: Final = {
    "ko": ["배송 조회", "교환·반품", "사이즈·재입고", "상담원 연결"],
    "en": ["Where is my order?", "Exchange or return", "Size and stock", "Talk to an agent"],
}


# The shop for the home says on its button what it is for, and sounds.
BUTTONS: Final[dict[str, dict[str, Any]]] = {
    "ongyeol": {"label": {"ko": "상담하기", "en": "Chat with us"}, "sound": True}
}

# While it is closed, the shop for the home asks what it is about.
PRECHAT: Final[dict[str, dict[str, Any]]] = {
    "ongyeol": {
        "prechat": {
            "name": "optional",
            "topic": "required",
            "question": {"ko": "무엇이 궁금하세요?", "en": "What is it about?"},
            "topics": {
                "ko": ["배송", "교환·반품", "상품 문의", "설치·조립", "기타"],
                "en": ["Delivery", "Exchange or return", "A product", "Assembly", "Other"],
            },
            "only_closed": True,
        }
    }
}


def hours(brand: Brand) -> dict[str, Any]:
    """Return the hours of a brand as a setting, without the brand itself."""
    told = brand.hours
    days = [DAYS[number] for number in told.days]
    return {
        **ALWAYS,
        "week": {day: [_span(told.opens, told.closes)] if day in days else [] for day in DAYS},
        "lunch": _span(*told.lunch),
        "lunch_days": days,
        "holidays": "closed",
        "special": list(SPECIAL[brand.slug]),
    }


def automatic(brand: Brand) -> dict[str, Any]:
    """Return what a brand says by itself as a setting, without the brand itself."""
    return {
        "greeting": {
            "on": True,
            "ko": brand.greeting,
            "en": brand.greeting_en,
            "choices": CHOICES,
        },
        "away": {"on": True, "ko": AWAY.ko, "en": AWAY.en},
        "slow": {"on": True, "minutes": 10, "ko": SLOW.ko, "en": SLOW.en},
        "closing": {"on": True, "ko": CLOSING.ko, "en": CLOSING.en},
        "rating": {"on": True, "ko": RATING.ko, "en": RATING.en},
    }


def _span(begins: time, ends: time) -> str:
    return f"{begins:%H:%M}-{ends:%H:%M}"

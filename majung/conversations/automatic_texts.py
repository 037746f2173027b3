"""The texts of automatic messages as a setting, and how they are filled in."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override, pgettext_lazy

from majung.accounts import editables, of_brand, openings
from majung.accounts.editables import Data, Editable, Reading
from majung.accounts.models import Brand
from majung.accounts.openings import Hours
from majung.conversations import parts
from majung.conversations.events import AutomaticMessagesChanged
from majung.conversations.models import AutomaticMessages
from majung.core.events import publish
from majung.core.text import moments, variables

LOCALES: Final = ("ko", "en")
KINDS: Final = ("greeting", "away", "slow", "closing", "rating")
MOST_TEXT: Final = 1000
# What a message has besides being on and its texts.
_MORE: Final = {"slow": ("minutes",), "greeting": ("choices",)}
LEAST_MINUTES, MOST_MINUTES = 1, 24 * 60
FIELDS: Final = {
    "brand": gettext_lazy("브랜드"),
    "greeting": gettext_lazy("인사말"),
    "away": gettext_lazy("부재 안내"),
    "slow": gettext_lazy("지연 안내"),
    "closing": gettext_lazy("종료 안내"),
    "rating": gettext_lazy("만족도 질문"),
}
# The Korean names, which people see, and the English ones for the same.
NAMES: Final = {"고객": "customer", "브랜드": "brand", "여는시각": "opens"}
KNOWN: Final = frozenset({*NAMES, *NAMES.values()})
# What a new setting starts from: nothing is said until somebody switches it on.
USUAL: Final[Data] = {
    "greeting": {
        "on": False,
        "ko": "안녕하세요, {브랜드}입니다. 무엇을 도와드릴까요?",
        "en": "Hello, this is {brand}. How can we help?",
        "choices": {"ko": [], "en": []},
    },
    "away": {
        "on": False,
        "ko": "지금은 상담 시간이 아니에요. {여는시각}에 열고, 남겨 주신 순서대로 답해드릴게요.",
        "en": "We are closed right now. We open {opens} and answer in the order you wrote.",
    },
    "slow": {
        "on": False,
        "minutes": 10,
        "ko": "문의가 많아 답이 늦어지고 있어요. 순서대로 꼭 답해드릴게요. 조금만 기다려 주세요.",
        "en": "Many people are writing just now. We will answer in turn; thank you for waiting.",
    },
    "closing": {
        "on": False,
        "ko": "{고객|과/와} 나눈 상담을 마쳤어요. 더 궁금한 점이 있으면 언제든 다시 써 주세요.",
        "en": "We have closed this chat. Write again any time if anything is left.",
    },
    "rating": {
        "on": False,
        "ko": "상담은 어떠셨어요?",
        "en": "How was this chat?",
    },
}


def text_of(plan: Mapping[str, Any], kind: str, *, locale: str, brand: Brand) -> str:
    """Return a text in a language, else in the brand's, else in any; empty when it is off."""
    told = plan.get(kind) or {}
    if not told.get("on"):
        return ""
    wanted = (locale, brand.locale, *LOCALES)
    return next((str(told[each]) for each in wanted if told.get(each)), "")


def choices_of(plan: Mapping[str, Any], *, locale: str, brand: Brand) -> list[str]:
    """Return the quick replies under the greeting, in the language that it is said in."""
    told = plan.get("greeting") or {}
    if not told.get("on"):
        return []
    wanted = (locale, brand.locale, *LOCALES)
    said = next((each for each in wanted if told.get(each)), locale)
    return list((told.get("choices") or {}).get(said) or [])


def fill(
    text: str, *, brand: Brand, hours: Hours, customer: str, locale: str, now: datetime
) -> str:
    """Return a text with its variables filled in; ``customer`` is a name, or empty."""
    with override(locale):
        opening = openings.next_opening(hours, now)
        values = {
            "고객": _called(customer, locale),
            "브랜드": brand.name,
            "여는시각": moments.near(opening.at, now=now, zone=hours.zone)
            if opening
            else _("다음 상담 시간"),
        }
    return variables.render(text, values | {NAMES[name]: each for name, each in values.items()})


def mistakes(text: str) -> list[str]:
    """Return what cannot be filled in, in sentences that say what can."""
    found = []
    if unknown := variables.unknown(text, KNOWN):
        known = ", ".join(f"{{{name}}}" for name in NAMES)
        told = _("%(names)s: 모르는 변수예요. 쓸 수 있는 것: %(known)s")
        found.append(told % {"names": ", ".join(unknown), "known": known})
    if particles := variables.unknown_particles(text):
        told = _("%(particles)s: 모르는 조사예요. %(example)s처럼 적어 주세요.")
        found.append(told % {"particles": ", ".join(particles), "example": "{고객|을/를}"})
    return found


def _called(name: str, locale: str) -> str:
    if not name.strip():
        return _("고객님")
    return name.strip() if locale == "en" or name.strip().endswith("님") else f"{name.strip()} 님"


# The setting


def _read(row: AutomaticMessages) -> Data:
    return {"brand": str(row.brand.public_id), **row.plan}


def _clean(data: Data, row: AutomaticMessages | None) -> Data:
    reading = Reading(data, FIELDS)
    taken = _("이 브랜드의 자동 메시지는 벌써 있어요. 그것을 고쳐 주세요.")
    brand = of_brand.read_owner(reading, row, known=AutomaticMessages.objects, taken=taken)
    cleaned: Data = {"brand": brand}
    for kind in KINDS:
        cleaned[kind] = _message(reading, kind)
    reading.finish()
    return cleaned


def _message(reading: Reading, kind: str) -> Data:
    given = reading.take(kind, {})
    allowed = {"on", *LOCALES, *_MORE.get(kind, ())}
    if not isinstance(given, Mapping) or set(given) - allowed:
        reading.wrong(kind, _("켜짐과 언어별 글로 적어 주세요."))
        return {}
    inner = Reading(dict(given), dict.fromkeys(allowed, ""))
    found: Data = {"on": inner.flag("on", default=False)}
    if kind == "slow":
        found["minutes"] = inner.number(
            "minutes", least=LEAST_MINUTES, most=MOST_MINUTES, default=10
        )
    if kind == "greeting":
        found["choices"] = _choices(inner)
    for locale in LOCALES:
        found[locale] = inner.text(locale, most=MOST_TEXT)
        for told in mistakes(found[locale]):
            inner.wrong(locale, told)
    if found["on"] and not any(found[locale] for locale in LOCALES):
        inner.wrong(LOCALES[0], _("켜려면 한 언어로라도 글을 적어 주세요."))
    for mistake in inner.mistakes:
        reading.wrong(f"{kind}.{mistake.name}", mistake.text)
    return found


def _choices(inner: Reading) -> Data:
    """Read the quick replies under the greeting, by language."""
    given = inner.take("choices", {})
    if not isinstance(given, Mapping) or set(given) - set(LOCALES):
        inner.wrong("choices", _("언어별로 적어 주세요."))
        return {}
    found: Data = {}
    for locale in LOCALES:
        try:
            found[locale] = list(parts.read_choices(given.get(locale)))
        except parts.Wrong as error:
            found[locale] = []
            for mistake in error.mistakes:
                inner.wrong(f"choices.{locale}", mistake.text)
    return found


def _put(row: AutomaticMessages, data: Data) -> None:
    row.brand = Brand.objects.get(public_id=data["brand"])
    row.plan = {name: value for name, value in data.items() if name != "brand"}


def _relate(row: AutomaticMessages, _data: Data) -> None:
    publish(AutomaticMessagesChanged(brand_id=row.brand_id))


def _find(data: Data) -> Any:
    rows = AutomaticMessages.objects.select_related("brand")
    return rows.filter(brand__public_id=str(data["brand"])).first() if "brand" in data else None


EDITABLE = editables.register(
    Editable(
        kind="automatic",
        section="automatic",
        model=AutomaticMessages,
        label=pgettext_lazy("여럿", "자동 메시지"),
        fields=FIELDS,
        columns=("brand", "plan"),
        read=_read,
        clean=_clean,
        put=_put,
        relate=_relate,
        spell=of_brand.spell,
        unspell=of_brand.unspell,
        find=_find,
    )
)

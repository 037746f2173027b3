"""What may stand in a canned reply besides words, and how it is filled in for a conversation."""

import zoneinfo
from collections.abc import Mapping
from typing import Final

from django.utils import timezone
from django.utils.dateformat import format as date_format
from django.utils.translation import get_language, override, pgettext
from django.utils.translation import gettext as _

from majung.accounts.models import Agent
from majung.conversations.models import Conversation
from majung.core import clock
from majung.core.text import variables

# The Korean names, which people see, and the English ones for the same.
NAMES: Final = {
    "고객": "customer",
    "상담원": "agent",
    "브랜드": "brand",
    "상담번호": "number",
    "오늘": "today",
}
ALIASES: Final = {english: korean for korean, english in NAMES.items()}
KNOWN: Final = frozenset({*NAMES, *ALIASES})
EXAMPLE: Final = "{고객|을/를}"
_HONORIFICS: Final = ("님", "씨")


def mistakes(text: str) -> list[str]:
    """Return what cannot be filled in, in sentences that say what can."""
    found = []
    if unknown := variables.unknown(text, KNOWN):
        found.append(
            _(
                "%(names)s: 모르는 변수예요. 쓸 수 있는 것: %(known)s. 괄호를 그대로 쓰려면 {{ }}로 적어 주세요."
            )
            % {"names": _braced(unknown), "known": known()}
        )
    if particles := variables.unknown_particles(text):
        found.append(
            _("%(particles)s: 모르는 조사예요. %(example)s처럼 적어 주세요.")
            % {"particles": ", ".join(particles), "example": EXAMPLE}
        )
    return found


def fill(text: str, *, conversation: Conversation, agent: Agent, locale: str) -> str:
    """Return the text as it reads in a conversation; ``locale`` is the text's language."""
    customer = conversation.customer.merged_into or conversation.customer
    values = {
        "고객": _called(customer.name or conversation.customer.name, locale),
        "상담원": agent.name,
        "브랜드": conversation.brand.name,
        "상담번호": str(conversation.pk),
        "오늘": _today(conversation.brand.timezone, locale),
    }
    return variables.render(text, with_aliases(values))


def example(text: str, *, locale: str, brand: str) -> str:
    """Return the text as it would read to an invented customer."""
    is_english = locale == "en"
    values = {
        "고객": _called("Haneul Kim" if is_english else "김하늘", locale),
        "상담원": "Jiwoo Han" if is_english else "한지우",
        "브랜드": brand,
        "상담번호": "265",
        "오늘": _today("Asia/Seoul", locale),
    }
    return variables.render(text, with_aliases(values))


def with_aliases(values: Mapping[str, str]) -> dict[str, str]:
    """Return the values under their English names, too."""
    return {**values, **{NAMES[name]: value for name, value in values.items()}}


def _called(name: str, locale: str) -> str:
    """Return how one speaks to a customer, politely also where the name is not known."""
    name = name.strip()
    with override(locale):
        if not name:
            return pgettext("부르는 말", "고객님")
        if locale == "en" or name.endswith(_HONORIFICS):
            return name
        return f"{name} 님"


def _today(zone: str, locale: str) -> str:
    local = timezone.localtime(clock.now(), zoneinfo.ZoneInfo(zone))
    return date_format(local, "n월 j일" if locale != "en" else "F j")


def known() -> str:
    """Return what there is, in the reader's language: "{고객}, {상담원}, …"."""
    return _braced(list(ALIASES) if get_language() == "en" else list(NAMES))


def _braced(names: list[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in names)

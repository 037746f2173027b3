"""What a widget asks before the first message (상담 전 질문)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

ASKS: Final = ("off", "optional", "required")
CONTACTS: Final = ("name", "email", "phone")
LEAST_TOPICS, MOST_TOPICS = 2, 8
LONGEST_TOPIC: Final = 40
LONGEST_QUESTION: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class PreChat:
    """Each of the four is "off", "optional" or "required"; texts and topics are by language.

    ``only_closed``: nothing is asked while somebody is there.
    """

    name: str = "off"
    email: str = "off"
    phone: str = "off"
    topic: str = "off"
    question: Mapping[str, str] = field(default_factory=dict)
    topics: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    only_closed: bool = False

    @property
    def asks(self) -> bool:
        return any(each != "off" for each in (self.name, self.email, self.phone, self.topic))

    def topics_in(self, locale: str) -> tuple[str, ...]:
        """Return the topics in a language, else in the other."""
        return self.topics.get(locale) or next(iter(self.topics.values()), ())


NOTHING_ASKED: Final = PreChat()


def spell(asked: PreChat) -> dict[str, Any]:
    """Return the one right spelling of the setting."""
    return {
        "name": asked.name,
        "email": asked.email,
        "phone": asked.phone,
        "topic": asked.topic,
        "question": dict(asked.question),
        "topics": {locale: list(topics) for locale, topics in asked.topics.items()},
        "only_closed": asked.only_closed,
    }

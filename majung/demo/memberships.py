"""How the customers of the demo became members, and what they agreed to."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final

from majung.core.ids import uuid7
from majung.customers.models import Customer, Event
from majung.demo.company import Company
from majung.demo.content.facts import Person

NAMES: Final = {
    "account_created": "Account Created",
    "consent_given": "Consent Given",
    "consent_withdrawn": "Consent Withdrawn",
}
KEPT: Final = timedelta(days=395)  # within the months that have a place of their own


def events(
    company: Company, people: Mapping[str, tuple[Person, Customer]], *, now: datetime
) -> Iterator[Event]:
    """Yield the events of these people up to ``now``, not stored yet."""
    for number, (person, row) in enumerate(people.values()):
        english = person.language == "en"
        news = "News and offers" if english else "마케팅 소식 받기"
        told = [("account_created", timedelta(0), "Joined" if english else "회원 가입")]
        if person.marketing or number % 4 == 0:
            told.append(("consent_given", timedelta(minutes=2), news))
        if not person.marketing and number % 4 == 0:
            told.append(("consent_withdrawn", timedelta(days=40), news))
        for kind, after, title in told:
            at = person.joined_at + after
            if at <= now:
                yield Event(
                    received_at=max(at, now - KEPT),
                    occurred_at=at,
                    customer_id=row.pk,
                    brand_id=company.brands[person.brands[0]].pk,
                    name=NAMES[kind],
                    source="shop",
                    message_id=uuid7(),
                    properties={"title": title},
                )

"""What a brand says by itself inside the widget: its greeting, and the question how it was."""

from majung.channels.models import WidgetSession
from majung.conversations import automatic, automatic_texts, ratings
from majung.core import clock


def greeting(session: WidgetSession, locale: str) -> str:
    """Return what the brand's automatic greeting says to this person; empty when it is off."""
    return _said(session, "greeting", locale)


def question(session: WidgetSession) -> str:
    """Return how the brand asks this person how a conversation was."""
    return _said(session, ratings.KIND, session.locale)


def choices(session: WidgetSession, locale: str) -> list[str]:
    """Return the quick replies under the brand's automatic greeting."""
    brand = session.inbox.brand
    told = automatic.known_plan(brand)
    return automatic_texts.choices_of(told.texts, locale=locale, brand=brand) if told else []


def _said(session: WidgetSession, kind: str, locale: str) -> str:
    brand = session.inbox.brand
    told = automatic.known_plan(brand)
    if told is None:
        return ""
    name = session.user.customer.name if session.user else ""
    return told.words(kind, brand=brand, customer=name, locale=locale, now=clock.now())

"""What the widget asks beside the talk: before it, while nobody answers, and when it is over."""

from datetime import timedelta
from typing import Final

from django.utils.translation import get_language

from majung.accounts import hours, openings
from majung.accounts.models import BrandHours
from majung.channels import inbox_config, prechat, sessions
from majung.channels.models import WidgetSession
from majung.channels.prechat import PreChat
from majung.conversations import ratings, waits
from majung.conversations.models import Conversation, Rating
from majung.core import clock
from majung.customers import circle
from majung.customers.models import Customer, Identity
from majung.web.widget import saying, wire

# How long one waits where nobody knows how long answers take.
USUAL_WAIT: Final = timedelta(minutes=10)
CONTACTS: Final = (Identity.Kind.EMAIL, Identity.Kind.PHONE)


def before(session: WidgetSession, *, is_open: bool) -> wire.Json | None:
    """Return what to ask before a new conversation; ``None`` for nothing.

    ``{fields: [{name, required}], topic: {question, choices, required} | null}``. What is known of
    the person is not asked, and nobody is asked twice for what need not be said.
    """
    asked = inbox_config.chat(session.inbox.config).prechat
    if not asked.asks or (asked.only_closed and is_open):
        return None
    fields = _fields(session, asked)
    topic = _topic(asked)
    return {"fields": fields, "topic": topic} if fields or topic else None


def over(conversation: Conversation, session: WidgetSession) -> wire.Json | None:
    """Return what is asked about a closed conversation, or was answered: the ``rating`` of it.

    ``{question, score, comment, open}``; ``open`` says whether an answer is taken now.
    """
    if conversation.closed_at is None:
        return None
    given = ratings.of_closing(conversation)
    if given is None and not ratings.is_asked(conversation):
        return None
    return rating(conversation, given, session)


def rating(conversation: Conversation, given: Rating | None, session: WidgetSession) -> wire.Json:
    """Return ``over`` for what was read already."""
    told = answered(conversation, given, session)
    comment = given.comment if given and told["score"] else ""
    return {"question": saying.question(session), "comment": comment, **told}


def answered(conversation: Conversation, given: Rating | None, session: WidgetSession) -> wire.Json:
    """Return ``{score, open}`` of a closed conversation.

    Profiles that were joined may share one: what another of them said is neither told nor asked.
    """
    if given and given.identity_id not in sessions.identity_ids(session):
        return {"score": None, "open": False}
    return {
        "score": given.score if given else None,
        "open": ratings.is_open(conversation, given),
    }


def contact(conversation: Conversation, session: WidgetSession) -> wire.Json | None:
    """Return ``{after}``, the seconds until a waiting customer may be asked for an address.

    ``None``: they do not wait, one is known, or this widget does not ask. Two queries while they
    wait, one more if none is known.
    """
    since = conversation.waiting_since
    if since is None or conversation.status != Conversation.Status.OPEN:
        return None
    if not inbox_config.chat(session.inbox.config).asks_contact:
        return None
    if _known_contacts(_person(session)):
        return None
    return {"after": max(0, round((since + _patience(session) - clock.now()).total_seconds()))}


def _patience(session: WidgetSession) -> timedelta:
    """Return how long after the unanswered words nobody is expected any more."""
    brand = session.inbox.brand
    row = BrandHours.objects.filter(brand_id=brand.pk).first()
    if row is None:
        return USUAL_WAIT
    of_brand = hours.of_row(row, brand)
    if not openings.is_open(of_brand, clock.now()):
        return timedelta(0)
    expected = waits.expected(brand=brand, kind=session.inbox.kind, hours=of_brand)
    return timedelta(seconds=expected.most) if expected else USUAL_WAIT


def _person(session: WidgetSession) -> Customer:
    """Return the profile that stands for who speaks; what is known is known of it."""
    speaker = session.user or session.visitor
    customer = Customer.objects.select_related("merged_into").get(pk=speaker.customer_id)
    return customer.merged_into or customer


def _known_contacts(person: Customer) -> set[str]:
    """Return the kinds of address that the person has said or proven. Two queries."""
    found = Identity.objects.filter(customer__in=circle.ids(person.pk), kind__in=CONTACTS)
    return set(found.values_list("kind", flat=True))


def _fields(session: WidgetSession, asked: PreChat) -> list[wire.Json]:
    wanted = {name: getattr(asked, name) for name in prechat.CONTACTS}
    if all(how == "off" for how in wanted.values()):
        return []
    person = _person(session)
    known = _known_contacts(person) | ({"name"} if person.name else set())
    has_talked = wire.readable(session).exists()
    return [
        {"name": name, "required": how == "required"}
        for name, how in wanted.items()
        if name not in known and how != "off" and not (has_talked and how == "optional")
    ]


def _topic(asked: PreChat) -> wire.Json | None:
    locale = (get_language() or "ko")[:2]
    choices = asked.topics_in(locale)
    if asked.topic == "off" or not choices:
        return None
    question: str = asked.question.get(locale) or ""
    return {
        "question": question,
        "choices": list(choices),
        "required": asked.topic == "required",
    }

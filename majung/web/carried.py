"""Quick replies and cards as they stand in the thread: what the customer saw, not to be pressed."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from majung.conversations import parts, pictures
from majung.conversations.models import Message
from majung.conversations.parts import Button, Parts
from majung.core import blob_links
from majung.core.models import Blob


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture with its size in pixels, so that nothing jumps while it loads."""

    href: str
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One card on the screen."""

    title: str
    text: str
    picture: Picture | None
    buttons: tuple[Button, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What a message has beside its words."""

    choices: tuple[str, ...] = ()
    cards: list[Card] = field(default_factory=list)


def of(messages: Iterable[Message]) -> dict[int, Carried]:
    """Return what these messages carry, by message key; a query only where there is a picture."""
    found = {
        message.pk: parts.of(message.data)
        for message in messages
        if parts.KEY in message.data and message.deleted_at is None
    }
    shown = pictures.of(found.values())
    return {key: show(carried, shown) for key, carried in found.items() if carried}


def show(carried: Parts, shown: dict[str, Blob]) -> Carried:
    """Return parts for the screen; ``shown`` are their pictures by id."""
    return Carried(
        choices=carried.choices,
        cards=[
            Card(
                title=card.title,
                text=card.text,
                picture=_picture(shown.get(card.picture)),
                buttons=card.buttons,
            )
            for card in carried.cards
        ],
    )


def _picture(blob: Blob | None) -> Picture | None:
    if blob is None:
        return None
    return Picture(
        href=blob_links.link(blob, name="card", thumb=blob.has_thumbnail),
        width=blob.width or 0,
        height=blob.height or 0,
    )

"""What a page needs to stay live: topics, the right to hear them, and where they stood."""

from collections.abc import Sequence
from dataclasses import dataclass

from majung.core import live
from majung.core.live_broker import Marks


@dataclass(frozen=True, slots=True)
class PageLive:
    """``{% live … %}`` in a template writes it as attributes of the element that is refetched."""

    topics: tuple[str, ...]
    grant: str
    marks: Marks


def page_live(topics: Sequence[str]) -> PageLive:
    """Note where the topics stand. Call it BEFORE the queries of what will be shown.

    The other way round, a change between query and mark would be taken for seen.
    """
    marks = live.marks(topics)
    return PageLive(tuple(topics), live.grant(topics), marks)

"""What a page that shows a whole person has to follow."""

from dataclasses import dataclass, replace

from majung.accounts.models import Agent
from majung.core import live
from majung.customers import circle
from majung.customers.models import Customer
from majung.customers.queries import standing
from majung.web.agent import panel
from majung.web.live_page import PageLive, page_live

MOST_TALKS = 20


@dataclass(frozen=True, slots=True)
class Followed:
    """Who stands for the person today, the ids of all that do, and what tells of their changes."""

    customer: Customer
    members: list[int]
    live: PageLive


def followed(customer: Customer, *, agent: Agent) -> Followed:
    """Follow a person and their newest conversations. Call it BEFORE the queries of what is shown."""
    topic = f"customer:{customer.public_id}"
    mark = live.marks([topic])
    # Whose topic to mark is known only now; what is shown must be read after the mark.
    now = standing(Customer.objects.select_related("merged_into").get(pk=customer.pk))
    if now != customer:
        return followed(now, agent=agent)
    # A conversation's topic is known once it is read; one that comes meanwhile changes the person's.
    members = circle.ids(now.pk)
    talks = [
        f"conversation:{talk.public_id}"
        for talk in panel.conversations(members, agent=agent, most=MOST_TALKS)
    ]
    page = page_live([topic, *talks])
    return Followed(now, members, replace(page, marks={**page.marks, **mark}))

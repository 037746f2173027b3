"""Names that visitors give themselves."""

import pytest

from majung.accounts.models import Agent
from majung.conversations.models import Conversation, Inbox
from majung.customers import merge
from majung.customers.models import Customer, Identity
from tests.core.together import together
from tests.web.widget.browser import opened

ROUNDS = 6
NAMES = ["김하늘", "하늘이"]


@pytest.mark.django_db(transaction=True)
def test_two_browsers_of_one_person_may_say_a_name_at_once(widget: Inbox, agent: Agent) -> None:
    widget.config = {**widget.config, "prechat": {"name": "optional"}}
    widget.save()
    first, *others = [opened(widget) for _ in range(3)]
    visitors = [Identity.objects.get(public_id=each.told["visitor"]) for each in (first, *others)]
    person, *joined = [visitor.customer_id for visitor in visitors]
    for loser in joined:
        merge.merge(winner_id=person, loser_id=loser, evidence="agent", by=agent)
    # Both go on with what the third profile began.
    first.write("안녕하세요")
    named = Customer.objects.filter(pk=person)

    def write(number: int) -> int:
        answer = others[number].write("저예요", about={"name": NAMES[number]})
        return int(answer.status_code)

    for _ in range(ROUNDS):
        named.update(name="")
        assert together(write, threads=2) == [201, 201]
        assert named.get().name in NAMES
    assert Conversation.objects.get().messages.count() == 1 + 2 * ROUNDS

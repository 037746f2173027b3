"""The demo's people call one another: whoever signs in finds something at the bell."""

from datetime import UTC, datetime

import pytest

from majung.accounts import notices, quiet
from majung.accounts.models import Agent
from majung.conversations.models import Mention
from majung.demo import calls, company, history

NOW = datetime(2026, 11, 20, 6, tzinfo=UTC)


@pytest.mark.slow
def test_jiwoo_is_called_and_given_something(db: None) -> None:
    history.fill(
        company.make(), seed=7, customers=150, conversations=200, now=NOW, tell=lambda _done: None
    )
    calls.make()
    jiwoo = Agent.objects.get(email="jiwoo.han@example.com")
    kinds = set(notices.unread(jiwoo).values_list("kind", flat=True))
    assert kinds == {"mentioned", "assigned"}
    for mention in Mention.objects.select_related("message", "agent"):
        assert f"@{mention.agent.name}" in mention.message.text
    assert quiet.of(jiwoo).quiet["5"] == ["00:00", "00:00"]

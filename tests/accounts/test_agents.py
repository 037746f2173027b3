from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection

from majung.accounts import agents
from majung.accounts.agents import EmailTaken, LastAdmin
from majung.accounts.models import Agent, AuditEntry
from majung.conversations import assignment
from majung.conversations.models import Conversation
from majung.core import jobs
from tests import factories
from tests.people import PASSWORD


def at_once(*functions: Callable[[], object]) -> list[str]:
    """Run the functions at the same moment; return the names of what they raised, "" for none."""
    barrier, results = Barrier(len(functions)), ["?"] * len(functions)

    def run(place: int, function: Callable[[], object]) -> None:
        barrier.wait()
        try:
            function()
            results[place] = ""
        except Exception as error:  # noqa: BLE001 - told to the test
            results[place] = type(error).__name__
        finally:
            connection.close()

    threads = [Thread(target=run, args=each) for each in enumerate(functions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(results)


def test_an_address_is_one_persons_in_any_spelling(agent: Agent) -> None:
    with pytest.raises(EmailTaken):
        agents.create(email=" JIWOO@ondam.test ", name="다른 지우", password=PASSWORD)


def test_an_easy_password_is_refused(db: None) -> None:
    with pytest.raises(ValidationError):
        agents.create(email="new@ondam.test", name="새 사람", password="12345678")
    assert not Agent.objects.filter(email="new@ondam.test").exists()


def test_the_last_admin_can_neither_go_nor_become_something_else(admin: Agent) -> None:
    with pytest.raises(LastAdmin):
        agents.deactivate(agent=admin, by=admin)
    with pytest.raises(LastAdmin):
        agents.change_role(agent=admin, role="agent", by=admin)
    admin.refresh_from_db()
    assert (admin.role, admin.is_active) == ("admin", True)


def test_an_admin_who_left_does_not_count(admin: Agent) -> None:
    second = factories.agent("둘째", role="admin")
    agents.deactivate(agent=second, by=admin)

    with pytest.raises(LastAdmin):
        agents.change_role(agent=admin, role="lead", by=admin)


@pytest.mark.django_db(transaction=True)
def test_two_admins_who_let_each_other_go_leave_one() -> None:
    one, two = factories.agent("하나", role="admin"), factories.agent("둘", role="admin")

    results = at_once(
        lambda: agents.deactivate(agent=one, by=two),
        lambda: agents.deactivate(agent=two, by=one),
    )

    assert results == ["", "LastAdmin"]
    assert Agent.objects.active().filter(role="admin").count() == 1


def test_what_a_leaving_agent_had_open_goes_back(
    agent: Agent, admin: Agent, conversation: Conversation
) -> None:
    assignment.claim(conversation=conversation, agent=agent, by=agent)
    closed = factories.conversation(
        conversation.inbox, conversation.customer, status="closed", assignee=agent
    )

    assert agents.deactivate(agent=agent, by=admin) is True
    jobs.run_due()

    conversation.refresh_from_db()
    closed.refresh_from_db()
    assert (conversation.assignee, closed.assignee) == (None, agent)
    assert agents.deactivate(agent=agent, by=admin) is False


def test_somebody_taken_back_at_once_keeps_the_conversations(
    agent: Agent, admin: Agent, conversation: Conversation
) -> None:
    assignment.claim(conversation=conversation, agent=agent, by=agent)
    agents.deactivate(agent=agent, by=admin)
    agents.reactivate(agent=agent, by=admin)

    jobs.run_due()

    conversation.refresh_from_db()
    assert conversation.assignee == agent


def test_a_role_change_is_kept_in_the_trail(agent: Agent, admin: Agent) -> None:
    assert agents.change_role(agent=agent, role="lead", by=admin) is True
    assert agents.change_role(agent=agent, role="lead", by=admin) is False
    entry = AuditEntry.objects.get(action="role_changed")
    assert (entry.agent, entry.details) == (admin, {"before": "agent", "after": "lead"})


def test_a_password_link_is_good_once(agent: Agent, admin: Agent) -> None:
    token = agents.password_token(agent=agent, by=admin)

    assert agents.choose_password(agent=agent, token=token, password="새로 정한 긴 문장") is True
    assert agents.choose_password(agent=agent, token=token, password="또 다른 긴 문장") is False
    agent.refresh_from_db()
    assert agent.check_password("새로 정한 긴 문장")


def test_create_admin_makes_somebody_who_runs_the_place(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAJUNG_ADMIN_PASSWORD", PASSWORD)

    call_command("create_admin", email="first@ondam.test", name="처음")

    made = Agent.objects.get(email="first@ondam.test")
    assert (made.is_admin, made.check_password(PASSWORD)) == (True, True)


@pytest.mark.parametrize(
    ("email", "password"),
    [("no address", PASSWORD), ("a@ondam.test", "password"), ("sera@ondam.test", PASSWORD)],
)
def test_create_admin_says_what_is_wrong(
    admin: Agent, monkeypatch: pytest.MonkeyPatch, email: str, password: str
) -> None:
    monkeypatch.setenv("MAJUNG_ADMIN_PASSWORD", password)

    with pytest.raises(CommandError):
        call_command("create_admin", email=email, name="처음")
    assert Agent.objects.count() == 1

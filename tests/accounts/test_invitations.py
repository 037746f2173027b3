from datetime import timedelta

import pytest
import time_machine

from majung.accounts import invitations
from majung.accounts.agents import EmailTaken
from majung.accounts.invitations import AlreadyInvited, Refused
from majung.accounts.models import Agent, Invitation, Team
from majung.core import clock
from tests.accounts.test_agents import at_once
from tests.people import PASSWORD


def invited(admin: Agent, email: str = "new@ondam.test", **more: object) -> Invitation:
    return invitations.invite(email=email, name="새 사람", role="agent", by=admin, **more)  # type: ignore[arg-type]


def refusal(token: str) -> str:
    with pytest.raises(Refused) as caught:
        invitations.accept(token=token, name="새 사람", password=PASSWORD)
    return caught.value.code


def test_an_invitation_makes_one_agent_with_role_and_teams(admin: Agent, team: Team) -> None:
    invitation = invited(admin, teams=[team])

    made = invitations.accept(
        token=invitations.token(invitation), name="내 이름", password=PASSWORD
    )

    assert (made.email, made.name, made.role) == ("new@ondam.test", "내 이름", "agent")
    assert list(made.teams.all()) == [team]
    assert refusal(invitations.token(invitation)) == "used"


def test_a_forged_link_opens_nothing(admin: Agent) -> None:
    token = invitations.token(invited(admin))
    assert refusal(token[:-3] + "abc") == "forged"
    assert refusal("nonsense") == "forged"


def test_a_link_is_good_for_seven_days(admin: Agent) -> None:
    now = clock.now()
    with time_machine.travel(now, tick=False):
        token = invitations.token(invited(admin))
    with time_machine.travel(now + timedelta(days=7, seconds=-1), tick=False):
        assert invitations.read(token).email == "new@ondam.test"
    with time_machine.travel(now + timedelta(days=7), tick=False):
        assert refusal(token) == "expired"


def test_a_withdrawn_link_opens_nothing(admin: Agent) -> None:
    invitation = invited(admin)
    assert invitations.withdraw(invitation=invitation, by=admin) is True
    assert invitations.withdraw(invitation=invitation, by=admin) is False
    assert refusal(invitations.token(invitation)) == "withdrawn"


def test_an_address_is_invited_once_at_a_time(admin: Agent) -> None:
    first = invited(admin)
    with pytest.raises(AlreadyInvited) as caught:
        invited(admin, "NEW@ondam.test")
    assert caught.value.invitation == first


def test_an_expired_invitation_does_not_stand_in_the_way(admin: Agent) -> None:
    first = invited(admin)
    with time_machine.travel(clock.now() + timedelta(days=8)):
        second = invited(admin)
    assert second.pk != first.pk
    assert refusal(invitations.token(first)) == "withdrawn"


def test_somebody_who_works_here_is_not_invited(admin: Agent, agent: Agent) -> None:
    with pytest.raises(EmailTaken):
        invited(admin, agent.email)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_accept_at_once_one_becomes_the_agent(admin: Agent) -> None:
    token = invitations.token(invited(admin))

    def accept() -> None:
        invitations.accept(token=token, name="새 사람", password=PASSWORD)

    assert at_once(accept, accept) == ["", "Refused"]
    assert Agent.objects.filter(email="new@ondam.test").count() == 1

import base64
import hashlib
import hmac
import re
import struct
import time
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from majung.accounts.models import Agent, AuditEntry, Brand, Invitation, Team
from majung.conversations.models import Conversation
from majung.core import clock, jobs
from tests import factories
from tests.people import PASSWORD

NEW = {"email": "new@ondam.test", "name": "새 사람", "role": "agent"}
JOIN = {"name": "내 이름", "password": "새로 정한 긴 문장", "again": "새로 정한 긴 문장"}


def link_on(shown: str) -> str:
    found = re.search(r'id="link">https?://[^/]+(/[^<]+)<', shown)
    assert found is not None
    return found[1]


def test_an_invited_person_joins_and_is_signed_in(
    admin_desk: Client, stranger: Client, team: Team
) -> None:
    given = NEW | {"teams": [team.public_id]}
    link = link_on(admin_desk.post("/setup/invitations/new", given, follow=True).content.decode())
    assert "new@ondam.test" in stranger.get(link).content.decode()

    answer = stranger.post(link, JOIN)

    made = Agent.objects.get(email="new@ondam.test")
    assert (answer.status_code, made.name, list(made.teams.all())) == (302, "내 이름", [team])
    assert stranger.get("/desk/", follow=True).status_code == 200
    assert Client().post(link, JOIN).status_code == 410


def test_a_bad_password_keeps_the_link_good(admin_desk: Client, stranger: Client) -> None:
    link = link_on(admin_desk.post("/setup/invitations/new", NEW, follow=True).content.decode())

    answer = stranger.post(link, JOIN | {"password": "12345678", "again": "12345678"})
    assert answer.status_code == 422
    answer = stranger.post(link, JOIN | {"again": "다른 긴 문장이에요"})
    assert answer.context["form"].errors == {"again": ["두 비밀번호가 달라요."]}
    assert stranger.post(link, JOIN).status_code == 302


def test_a_withdrawn_or_old_link_says_so(admin_desk: Client, stranger: Client) -> None:
    link = link_on(admin_desk.post("/setup/invitations/new", NEW, follow=True).content.decode())
    with time_machine.travel(clock.now() + timedelta(days=8)):
        assert "7일이 지났어요" in stranger.get(link).content.decode()
    admin_desk.post(reverse("setup:withdrawal", args=[Invitation.objects.get().public_id]))
    assert "관리자가 거둔 초대예요" in stranger.get(link).content.decode()
    assert "링크가 온전하지 않아요" in stranger.get("/setup/join/nonsense").content.decode()


def test_inviting_twice_leads_to_the_open_invitation(admin_desk: Client) -> None:
    admin_desk.post("/setup/invitations/new", NEW)
    answer = admin_desk.post("/setup/invitations/new", NEW)
    assert answer["Location"] == reverse(
        "setup:invitation", args=[Invitation.objects.get().public_id]
    )


def test_inviting_somebody_who_is_here_is_told(admin_desk: Client, agent: Agent) -> None:
    answer = admin_desk.post("/setup/invitations/new", NEW | {"email": agent.email})
    assert list(answer.context["form"].errors) == ["email"]


def test_the_last_admin_is_told_why_not(admin_desk: Client, admin: Agent) -> None:
    leaving = reverse("setup:agent_leaving", args=[admin.public_id])
    shown = admin_desk.post(leaving, follow=True).content.decode()
    assert "관리자가 한 사람은 있어야 해요" in shown
    answer = admin_desk.post(reverse("setup:agent", args=[admin.public_id]), {"role": "agent"})
    assert list(answer.context["form"].errors) == ["role"]
    admin.refresh_from_db()
    assert (admin.is_active, admin.role) == (True, "admin")


def test_letting_somebody_go_signs_them_out_and_frees_their_work(
    admin_desk: Client, desk: Client, agent: Agent, conversation: Conversation
) -> None:
    Conversation.objects.update(assignee=agent)

    admin_desk.post(reverse("setup:agent_leaving", args=[agent.public_id]))
    jobs.run_due()

    assert desk.get("/setup/").status_code == 302
    conversation.refresh_from_db()
    assert conversation.assignee is None
    admin_desk.post(reverse("setup:agent_return", args=[agent.public_id]))
    assert desk.get("/setup/").status_code == 403


def test_a_forgotten_password_is_chosen_anew_by_link(
    admin_desk: Client, agent: Agent, stranger: Client
) -> None:
    address = reverse("setup:agent_password", args=[agent.public_id])
    link = link_on(admin_desk.post(address).content.decode())
    chosen = {"password": "새로 정한 긴 문장", "again": "새로 정한 긴 문장"}

    assert stranger.post(link, chosen)["Location"] == "/accounts/login/"

    agent.refresh_from_db()
    assert agent.check_password("새로 정한 긴 문장")
    assert stranger.post(link, chosen).status_code == 410


def sign_in(client: Client, email: str, password: str, address: str = "10.0.0.1") -> str:
    answer = client.post(
        "/accounts/login/", {"login": email, "password": password}, REMOTE_ADDR=address
    )
    return "in" if answer.status_code == 302 else answer.content.decode()


def test_signing_in_changes_the_session_and_is_noted(agent: Agent, stranger: Client) -> None:
    stranger.get("/accounts/login/")
    session = stranger.session
    session["kept"] = 1
    session.save()
    before = stranger.session.session_key

    assert sign_in(stranger, "JIWOO@ondam.test", PASSWORD) == "in"

    assert stranger.session.session_key != before
    assert AuditEntry.objects.get(action="signed_in").agent == agent


def test_five_wrong_passwords_lock_for_five_minutes(agent: Agent) -> None:
    now = clock.now()
    with time_machine.travel(now, tick=False):
        for _attempt in range(5):
            assert "이메일이나 비밀번호가 맞지 않아요" in sign_in(Client(), agent.email, "틀림")
        assert "5분 뒤에 다시 시도해 주세요" in sign_in(Client(), agent.email, PASSWORD)
    with time_machine.travel(now + timedelta(seconds=270), tick=False):
        assert "30초 뒤에 다시 시도해 주세요" in sign_in(Client(), agent.email, PASSWORD)
    with time_machine.travel(now + timedelta(seconds=301), tick=False):
        assert sign_in(Client(), agent.email, PASSWORD) == "in"


def test_the_lock_is_for_the_place_it_came_from(agent: Agent) -> None:
    for _attempt in range(6):
        sign_in(Client(), agent.email, "틀림", "10.0.0.66")
    assert sign_in(Client(), agent.email, PASSWORD, "10.0.0.2") == "in"


def test_a_right_password_forgets_the_wrong_ones(agent: Agent) -> None:
    for _round in range(3):
        for _attempt in range(4):
            sign_in(Client(), agent.email, "틀림")
        assert sign_in(Client(), agent.email, PASSWORD) == "in"


@pytest.mark.slow
def test_one_address_may_be_wrong_thirty_times(agent: Agent) -> None:
    for number in range(30):
        sign_in(Client(), f"guess{number}@ondam.test", "틀림")
    assert "잠시 잠갔어요" in sign_in(Client(), agent.email, PASSWORD)


@pytest.mark.slow
def test_an_office_behind_one_address_may_sign_in(agent: Agent) -> None:
    for _person in range(40):
        assert sign_in(Client(), agent.email, PASSWORD) == "in"


def test_an_ipv6_customer_cannot_hop_through_its_network(agent: Agent) -> None:
    for number in range(5):
        sign_in(Client(), agent.email, "틀림", f"2001:db8:1:2::{number + 1}")
    assert "잠갔어요" in sign_in(Client(), agent.email, PASSWORD, "2001:db8:1:2:ffff::9")
    assert sign_in(Client(), agent.email, PASSWORD, "2001:db8:1:3::1") == "in"


@pytest.mark.parametrize(
    "address",
    [
        "signup/",
        "email/",
        "password/reset/",
        "password/reset/key/1-x/",
        "password/set/",
        "confirm-email/",
        "confirm-email/abc/",
        "login/code/confirm/",
    ],
)
def test_nobody_gets_in_by_another_door(db: None, stranger: Client, address: str) -> None:
    given = {"email": "a@b.test", "password1": PASSWORD, "password2": PASSWORD}
    for answer in (
        stranger.get(f"/accounts/{address}"),
        stranger.post(f"/accounts/{address}", given),
    ):
        assert answer.status_code == 404
        assert "초대가 필요해요" in answer.content.decode()
    assert Agent.objects.count() == 0


def test_a_changed_password_keeps_this_browser_and_ends_the_others(agent: Agent) -> None:
    here, elsewhere = Client(), Client()
    assert sign_in(here, agent.email, PASSWORD) == sign_in(elsewhere, agent.email, PASSWORD) == "in"
    given = {
        "oldpassword": PASSWORD,
        "password1": "새로 정한 긴 문장",
        "password2": "새로 정한 긴 문장",
    }
    assert here.post("/accounts/password/change/", given).status_code == 302
    assert here.get("/setup/").status_code == 403
    assert elsewhere.get("/setup/").status_code == 302


def test_a_second_step_is_asked_for_and_its_seed_is_sealed(agent: Agent) -> None:
    here = Client()
    sign_in(here, agent.email, PASSWORD)
    activate = "/accounts/2fa/totp/activate/"
    again = here.get(activate)["Location"]
    assert "비밀번호가 맞지 않아요" in here.post(again, {"password": "틀림"}).content.decode()
    assert here.post(again, {"password": PASSWORD})["Location"] == activate
    shown = here.get(activate)
    seed = shown.context["form"].secret
    assert here.post(activate, {"code": code(seed)}).status_code == 302
    stored = agent.authenticator_set.get(type="totp")  # type: ignore[attr-defined]
    assert seed not in str(stored.data)

    with time_machine.travel(clock.now() + timedelta(minutes=2)):
        there = Client()
        assert sign_in(there, agent.email, PASSWORD) == "in"
        assert there.get("/setup/").status_code == 302
        wrong = there.post("/accounts/2fa/authenticate/", {"code": "000000"})
        assert "코드가 맞지 않아요" in wrong.content.decode()
        there.post("/accounts/2fa/authenticate/", {"code": code(seed)})
        assert there.get("/setup/").status_code == 403


def code(seed: str) -> str:
    """Return what an authenticator app shows now (RFC 6238)."""

    key = base64.b32decode(seed)
    digest = hmac.new(key, struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 10**6:06d}"


def test_an_invitation_says_that_without_a_team_one_sees_nothing(
    admin_desk: Client, team: Team
) -> None:
    shown = admin_desk.get("/setup/invitations/new").content.decode()
    assert "팀이 없으면 들어와도 상담이 하나도 보이지 않아요" in shown
    assert "온담 고객지원 (온담)" in shown
    bare = admin_desk.post("/setup/invitations/new", NEW, follow=True).content.decode()
    assert "팀이 없는 초대예요" in bare
    assert "팀 없음" in admin_desk.get("/setup/agents/").content.decode()
    with_team = NEW | {"email": "1@ondam.test", "teams": [team.public_id]}
    for given in (with_team, NEW | {"email": "2@ondam.test", "role": "admin"}):
        made = admin_desk.post("/setup/invitations/new", given, follow=True).content.decode()
        assert "팀이 없는 초대예요" not in made


def test_who_sees_nothing_is_marked_and_put_into_a_team_by_one_press(
    admin_desk: Client, desk: Client, agent: Agent, team: Team, conversation: Conversation
) -> None:
    def listed() -> str:
        return admin_desk.get("/setup/agents/").content.decode()

    assert "보이는 상담 없음" not in listed()
    brands = list(team.brands.all())
    team.brands.clear()
    assert listed().count("보이는 상담 없음") == 1
    team.brands.set(brands)
    team.members.remove(agent)
    assert listed().count("보이는 상담 없음") == 1
    person = reverse("setup:agent", args=[agent.public_id])
    assert "한지우 님에게 보이는 상담이 없어요" in admin_desk.get(person).content.decode()
    assert str(conversation.public_id) not in desk.get("/desk/all/").content.decode()

    join = reverse("setup:agent_team", args=[agent.public_id])
    shown = admin_desk.post(join, {"team": team.public_id}, follow=True).content.decode()
    assert "한지우 님을 온담 고객지원 팀에 넣었어요." in shown
    assert "보이는 상담이 없어요" not in shown
    assert str(conversation.public_id) in desk.get("/desk/all/").content.decode()
    undo = re.search(r'action="([^"]+/undoing\?based_on=\d)"', shown)
    assert undo
    admin_desk.post(undo[1])
    assert not team.members.contains(agent)
    assert admin_desk.post(join, {"team": "no-id"}).status_code == 404


def test_the_list_of_agents_costs_the_same_for_one_team_and_for_two(
    admin_desk: Client, agent: Agent, team: Team, brand: Brand
) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            admin_desk.get("/setup/agents/")
        return len(queries)

    one = cost()
    factories.agent("셋째", teams=[team, factories.team("둘째 팀", brands=[brand])])
    assert cost() == one

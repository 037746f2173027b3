from collections.abc import Iterator
from uuid import UUID

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, reverse

from majung.accounts.models import Agent, Brand
from majung.web.setup import urls

SOME = UUID("0199aaaa-0000-7000-8000-000000000000")
OPEN_TO_ALL = {"join", "password"}
GIVEN = {
    "public_id": SOME,
    "revision": SOME,
    "channel": "webchat",
    "key": 7,
    "token": "x",
}


def addresses() -> Iterator[tuple[str, str]]:
    patterns: list[URLPattern | URLResolver] = list(urls.urlpatterns)
    for pattern in patterns:
        assert isinstance(pattern, URLPattern)
        name = str(pattern.name)
        keys = {key: GIVEN[key] for key in pattern.pattern.converters}
        yield name, reverse(f"setup:{name}", kwargs=keys)


GUARDED = [address for name, address in addresses() if name not in OPEN_TO_ALL]


def test_there_are_addresses_to_guard() -> None:
    assert len(GUARDED) > 40


@pytest.mark.parametrize("address", GUARDED)
@pytest.mark.parametrize("method", ["get", "post"])
def test_strangers_sign_in_first(db: None, stranger: Client, address: str, method: str) -> None:
    answer = getattr(stranger, method)(address)
    assert answer.status_code == 302
    assert answer["Location"] == f"/accounts/login/?next={address}"


@pytest.mark.parametrize("address", GUARDED)
@pytest.mark.parametrize("method", ["get", "post"])
def test_agents_and_leads_may_not(desk: Client, address: str, method: str) -> None:
    assert getattr(desk, method)(address).status_code == 403


def test_a_lead_may_not(lead: Agent) -> None:
    client = Client()
    client.force_login(lead)
    assert client.get("/setup/").status_code == 403


def test_admins_see_every_list(admin_desk: Client, brand: Brand) -> None:
    for name in [
        "index",
        "brands",
        "brand_new",
        "teams",
        "team_new",
        "inboxes",
        "agents",
        "invitation_new",
        "ledger",
        "ledger_count",
        "jobs",
        "audit",
        "trash",
        "file",
        "file_download",
    ]:
        assert (name, admin_desk.get(reverse(f"setup:{name}")).status_code) == (name, 200)


def test_an_admin_who_was_let_go_is_out_at_once(admin: Agent, admin_desk: Client) -> None:
    Agent.objects.filter(pk=admin.pk).update(is_active=False)
    assert admin_desk.get("/setup/").status_code == 302


def test_deeds_are_posts(admin_desk: Client, brand: Brand) -> None:
    address = reverse("setup:brand_removal", args=[brand.public_id])
    assert admin_desk.get(address).status_code == 405


def test_a_post_without_a_token_is_refused(admin: Agent, brand: Brand) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(admin)
    address = reverse("setup:brand_removal", args=[brand.public_id])
    assert client.post(address).status_code == 403
    brand.refresh_from_db()
    assert brand.deleted_at is None

"""Every address as a stranger, as another team's agent, and as an agent who is no admin."""

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from majung.conversations.models import Conversation
from majung.customers.models import Customer

# Addresses for everybody: customers and machines, each with a proof of its own in the request.
PUBLIC = re.compile(
    r"^(healthz|readyz|metrics|files/|hooks/|widget|majung\.d\.ts|shop/|styleguide/|forms/|requests/|accounts/|"
    r"setup/join/|setup/password/|app/|$)"
)
PLACES = {
    "key": "no-such-key",
    "token": "no-such-token",
    "name": "no-such-name",
    "slug": "no-such-slug",
    "view": "all",
    "kind": "brand",
    "brand": "no-such-brand",
}


def addresses(
    patterns: list[URLPattern | URLResolver], prefix: str = ""
) -> Iterator[tuple[str, str]]:
    """Yield (pattern, an address of it whose ids name nothing)."""
    for pattern in patterns:
        whole = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, whole)
        else:
            yield whole, re.sub(r"<(?:(\w+):)?(\w+)>", _place, whole).replace("\\Z", "")


def _place(match: re.Match[str]) -> str:
    converter, name = match.group(1), match.group(2)
    if converter == "uuid":
        return "01900000-0000-7000-8000-000000000000"
    if converter == "int":
        return "999999"
    return PLACES.get(name, "nothing")


ALL = sorted(set(addresses(get_resolver().url_patterns)))
INSIDE = [(pattern, path) for pattern, path in ALL if not PUBLIC.match(pattern)]


def test_there_are_addresses_to_walk() -> None:
    assert len(INSIDE) > 30
    assert {pattern.split("/")[0] for pattern, _ in INSIDE} == {"desk", "setup"}


@pytest.mark.parametrize(("pattern", "path"), INSIDE, ids=[pattern for pattern, _ in INSIDE])
@pytest.mark.parametrize("method", ["get", "post"])
def test_stranger_gets_nothing_inside(
    db: None, stranger: Client, pattern: str, path: str, method: str
) -> None:
    response = getattr(stranger, method)(f"/{path}")
    assert response.status_code in {302, 401, 403, 404, 405}
    if response.status_code == 302:
        assert response["Location"].startswith("/accounts/login/")


SETUP = [(pattern, path) for pattern, path in INSIDE if pattern.startswith("setup/")]


@pytest.mark.parametrize(("pattern", "path"), SETUP, ids=[pattern for pattern, _ in SETUP])
@pytest.mark.parametrize("method", ["get", "post"])
def test_agent_who_is_no_admin_gets_no_setting(
    desk: Client, pattern: str, path: str, method: str
) -> None:
    assert getattr(desk, method)(f"/{path}").status_code in {403, 404, 405}


OF_CONVERSATION = [
    (pattern, path) for pattern, path in INSIDE if pattern.startswith("desk/c/<uuid:")
]


@pytest.mark.parametrize(
    ("pattern", "path"), OF_CONVERSATION, ids=[pattern for pattern, _ in OF_CONVERSATION]
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_another_teams_agent_sees_no_conversation(
    other_desk: Client, conversation: Conversation, pattern: str, path: str, method: str
) -> None:
    mine = path.replace("01900000-0000-7000-8000-000000000000", str(conversation.public_id))
    before = Conversation.objects.values().get(pk=conversation.pk)
    assert getattr(other_desk, method)(f"/{mine}").status_code in {404, 405}
    assert Conversation.objects.values().get(pk=conversation.pk) == before


OF_CUSTOMER = [
    (pattern, path) for pattern, path in INSIDE if pattern.startswith("desk/customers/<uuid:")
]


@pytest.mark.parametrize(
    ("pattern", "path"), OF_CUSTOMER, ids=[pattern for pattern, _ in OF_CUSTOMER]
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_another_teams_agent_sees_no_customer(
    other_desk: Client,
    customer: Customer,
    conversation: Conversation,
    pattern: str,
    path: str,
    method: str,
) -> None:
    mine = path.replace("01900000-0000-7000-8000-000000000000", str(customer.public_id))
    assert getattr(other_desk, method)(f"/{mine}").status_code in {404, 405}
    customer.refresh_from_db()
    assert customer.name == "김하늘"


@pytest.mark.parametrize(("pattern", "path"), ALL, ids=[pattern for pattern, _ in ALL])
def test_no_address_breaks_on_ids_that_name_nothing(
    admin_desk: Client, pattern: str, path: str
) -> None:
    assert admin_desk.get(f"/{path}").status_code < 500

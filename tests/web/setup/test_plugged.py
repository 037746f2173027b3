"""An admin connects an account of a channel that came as a package."""

import re
from types import ModuleType

import pytest
from django.test import Client

from majung.accounts.models import Brand, Revision
from majung.channels import connected
from majung.channels.models import AccountSecret
from majung.conversations.models import Inbox
from tests.channels.sparrow import sample, vendor_of_sample

__all__ = ["sample"]

pytestmark = pytest.mark.django_db
NEW = "/setup/channels/new/sparrow"
TOKEN = "spw-token-5f1c"


@pytest.fixture(autouse=True)
def installed(sample: ModuleType) -> None:
    vendor_of_sample()


def given(brand: Brand, **more: str) -> dict[str, str]:
    return {
        "based_on": "0",
        "name": "온담 참새톡",
        "brand": str(brand.public_id),
        "set_url": "https://api.sparrow.example",
        "set_token": TOKEN,
        "set_signing_key": "spw-key-91aa",
        **more,
    }


@pytest.fixture
def inbox(admin_desk: Client, brand: Brand) -> Inbox:
    assert admin_desk.post(NEW, given(brand)).status_code == 302
    return Inbox.objects.get(kind="sparrow")


def page(admin_desk: Client, inbox: Inbox) -> str:
    return admin_desk.get(f"/setup/channels/{inbox.public_id}/").content.decode()


def sends(admin_desk: Client, inbox: Inbox, brand: Brand, **more: str) -> tuple[int, str]:
    based_on = re.search(r'name="based_on" value="(\d+)"', page(admin_desk, inbox))
    assert based_on
    fields = given(brand, based_on=based_on[1], publish="1", **more)
    answer = admin_desk.post(f"/setup/channels/{inbox.public_id}/", fields)
    return answer.status_code, answer.content.decode()


def test_the_package_is_offered_with_what_it_asks_for(admin_desk: Client, brand: Brand) -> None:
    assert "참새톡 연결" in admin_desk.get("/setup/channels/").content.decode()
    form = admin_desk.get(NEW).content.decode()
    for label in ("API 주소", "API 토큰", "서명 키"):
        assert label in form
    assert 'value="https://api.sparrow.example"' in form


def test_an_account_is_connected_and_its_secrets_never_shown(
    admin_desk: Client, inbox: Inbox
) -> None:
    assert inbox.config == {"url": "https://api.sparrow.example"}
    account = connected.account(inbox)
    assert dict(account.secrets) == {"token": TOKEN, "signing_key": "spw-key-91aa"}
    shown = page(admin_desk, inbox)
    assert account.url in shown
    assert "저장되어 있어요" in shown
    stored = [str(each) for each in Revision.objects.values()]
    assert not any(TOKEN in text for text in (shown, *stored))


def test_what_is_required_is_asked_for(admin_desk: Client, brand: Brand) -> None:
    for name in ("set_url", "set_token", "set_signing_key"):
        answer = admin_desk.post(NEW, given(brand) | {name: ""})
        assert answer.status_code == 422, name
        assert "비워 둘 수 없어요" in answer.content.decode()
    assert not Inbox.objects.filter(kind="sparrow").exists()


def test_secrets_stay_while_nothing_is_typed(
    admin_desk: Client, inbox: Inbox, brand: Brand
) -> None:
    empty = {"set_token": "", "set_signing_key": ""}
    assert sends(admin_desk, inbox, brand, name="참새", **empty)[0] == 302
    inbox.refresh_from_db()
    assert inbox.name == "참새"
    assert AccountSecret.objects.filter(inbox=inbox).count() == 2
    assert sends(admin_desk, inbox, brand, set_token="new", set_signing_key="")[0] == 302
    assert dict(connected.account(inbox).secrets)["token"] == "new"


def test_a_stored_secret_goes_to_no_other_address(
    admin_desk: Client, inbox: Inbox, brand: Brand
) -> None:
    elsewhere = {"set_url": "https://thief.example", "set_token": "", "set_signing_key": ""}
    status, said = sends(admin_desk, inbox, brand, **elsewhere)
    assert status == 422
    assert "주소를 바꾸면 다시 적어 주세요" in said
    inbox.refresh_from_db()
    assert inbox.config["url"] == "https://api.sparrow.example"


def test_a_channel_that_is_not_there_is_not_found(admin_desk: Client, brand: Brand) -> None:
    assert admin_desk.get("/setup/channels/new/smoke").status_code == 404


def test_a_plain_agent_connects_nothing(desk: Client, brand: Brand) -> None:
    assert desk.post(NEW, given(brand)).status_code == 403

"""What a mailbox may be set up as, and its addresses as rows."""

from typing import Any

import pytest

from majung.accounts import editables, revisions
from majung.accounts.models import Agent, Brand
from majung.channels.mail import config
from majung.channels.models import MailAddress
from majung.conversations.models import Inbox
from majung.core import clock
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


def made(brand: Brand, admin: Agent, **settings: Any) -> Inbox:
    data = {
        "kind": "email",
        "brand": str(brand.public_id),
        "name": "고객센터 메일",
        "config": {"addresses": ["온담 고객센터 <Help@Ondam.test>"], **settings},
    }
    inbox = revisions.create(kind="inbox", data=data, by=admin)
    assert isinstance(inbox, Inbox)
    return inbox


def test_defaults_are_written_out(brand: Brand, admin: Agent) -> None:
    inbox = made(brand, admin, imap_host="IMAP.Ondam.test")
    assert inbox.config["addresses"] == ["온담 고객센터 <help@ondam.test>"]
    assert (inbox.config["imap_port"], inbox.config["folders"]) == (993, ["INBOX"])
    server = config.server(inbox.config, "imap")
    assert server == config.Server(host="imap.ondam.test", port=993, security="tls", user="")
    assert config.server(inbox.config, "smtp") is None
    row = MailAddress.objects.get()
    assert (row.address, row.name, row.inbox) == ("help@ondam.test", "온담 고객센터", inbox)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("addresses", []),
        ("addresses", ["고객센터"]),
        ("imap_port", 0),
        ("imap_security", "ssl3"),
        ("since", "어제"),
        ("signature", {"fr": "Bonjour"}),
        ("nonsense", 1),
        ("new_mail", "both"),
    ],
)
def test_what_is_wrong_is_told_by_name(
    brand: Brand, admin: Agent, name: str, value: object
) -> None:
    with pytest.raises(editables.Invalid) as caught:
        made(brand, admin, **{name: value})
    assert [each.name for each in caught.value.mistakes] == [f"config.{name}"]


def test_no_two_mailboxes_have_the_same_address(brand: Brand, admin: Agent) -> None:
    first = made(brand, admin)
    with pytest.raises(editables.Invalid) as caught:
        made(brand, admin)
    assert caught.value.mistakes[0].name == "config.addresses"
    assert Inbox.objects.filter(kind="email").count() == 1
    Inbox.objects.filter(pk=first.pk).update(deleted_at=clock.now())
    second = made(brand, admin)
    assert MailAddress.objects.get().inbox == second


def test_names_with_signs_keep_them(brand: Brand, admin: Agent) -> None:
    inbox = made(brand, admin, addresses=['"온담, 고객센터" <help@ondam.test>', "b@ondam.test"])
    people = config.people(inbox.config)
    assert [(each.name, each.address) for each in people] == [
        ("온담, 고객센터", "help@ondam.test"),
        ("", "b@ondam.test"),
    ]
    assert factories.mailbox(brand, "c@ondam.test").addresses.count() == 1

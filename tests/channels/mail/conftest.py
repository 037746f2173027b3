"""Servers for the tests of mail."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pytest_django import Settings

from majung.accounts.models import Brand
from majung.channels import connected
from majung.conversations.models import Inbox
from tests import factories
from tests.channels.mail.dovecot import PLAIN_PASSWORD, USER, DovecotServer
from tests.conftest import missing
from tests.servers import ServerMissingError

Fetched = Callable[..., Inbox]


@pytest.fixture
def make_dovecot(settings: Settings) -> Iterator[Callable[..., DovecotServer]]:
    """Start a Dovecot; loopback may be reached."""
    settings.MAJUNG_OUTBOUND_ALLOW = ["127.0.0.1", "localhost"]
    started: list[DovecotServer] = []

    def make(**options: Any) -> DovecotServer:
        try:
            server = DovecotServer(**options)
        except ServerMissingError as error:
            missing(str(error))
        started.append(server)
        server.start()
        return server

    yield make
    for server in started:
        server.remove()


@pytest.fixture
def dovecot(make_dovecot: Callable[..., DovecotServer]) -> DovecotServer:
    return make_dovecot()


def config_of(server: DovecotServer, **config: Any) -> dict[str, Any]:
    return {
        "imap_host": "127.0.0.1",
        "imap_port": server.port,
        "imap_security": "none",
        "imap_user": USER,
        "folders": ["INBOX"],
        "since": "2020-01-01",
        **config,
    }


@pytest.fixture
def fetched(brand: Brand, dovecot: DovecotServer) -> Fetched:
    """Make an inbox that is fetched from the Dovecot; ``config`` is what differs."""

    def make(password: str = PLAIN_PASSWORD, **config: Any) -> Inbox:
        inbox = factories.mailbox(brand, **config_of(dovecot, **config))
        connected.keep_secret(inbox=inbox, name="imap_password", value=password)
        return inbox

    return make

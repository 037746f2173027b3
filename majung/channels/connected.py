"""The connected account of an inbox, as its adapter sees it."""

from collections.abc import Iterator, Mapping
from functools import cached_property

from django.conf import settings
from django.db import transaction

from majung.accounts import audit
from majung.accounts.models import Agent
from majung.channels import leases
from majung.channels.contract import Account
from majung.channels.models import AccountSecret
from majung.conversations.models import Inbox
from majung.core.versions import save_version


class Secrets(Mapping[str, str]):
    """The secrets of an inbox by name, read from the database when one is first asked for."""

    def __init__(self, inbox_id: int) -> None:
        self._inbox_id = inbox_id

    @cached_property
    def _values(self) -> dict[str, str]:
        rows = AccountSecret.objects.filter(inbox_id=self._inbox_id)
        return {row.name: row.value for row in rows if row.value}

    def __getitem__(self, name: str) -> str:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


def account(inbox: Inbox) -> Account:
    """Return the account; costs no query until a secret is asked for."""
    return Account(
        key=inbox.key,
        config=inbox.config,
        secrets=Secrets(inbox.pk),
        url=f"{settings.MAJUNG_URL}/hooks/{inbox.key}",
    )


def set_secret(*, inbox: Inbox, name: str, value: str, by: Agent) -> None:
    """Set a secret as a person asks for; that they did, and which, is kept."""
    with transaction.atomic():
        keep_secret(inbox=inbox, name=name, value=value)
        locked = Inbox.objects.select_for_update().get(pk=inbox.pk)
        # Whoever is signed in with the old one signs in again.
        save_version(locked, fields=[], expected=locked.version)
        inbox.version = locked.version
        audit.record(action="account_secret_set", obj=inbox, by=by, details={"name": name})


def keep_secret(*, inbox: Inbox, name: str, value: str) -> None:
    """Set a secret of an account, or drop it with an empty ``value``."""
    if value:
        AccountSecret.objects.update_or_create(inbox=inbox, name=name, defaults={"value": value})
    else:
        AccountSecret.objects.filter(inbox=inbox, name=name).delete()
    leases.wake(inbox.pk)

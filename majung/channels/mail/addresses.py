"""The addresses of mailboxes as rows, so that no two have the same, and what is ours among others."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from majung.accounts.editables import Invalid, Mistake
from majung.channels.mail import config, ids
from majung.channels.models import MailAddress
from majung.conversations.models import Inbox
from majung.core.statements import Statement

# There are few of them, so one read of all is the quickest look at any.
_ALL = Statement(
    "SELECT a.address, a.inbox_id FROM channels_mailaddress a "
    "JOIN conversations_inbox i ON i.id = a.inbox_id "
    "WHERE i.deleted_at IS NULL AND i.is_active ORDER BY a.inbox_id"
)


class Ours:
    """All addresses of ours, as they are in this transaction."""

    def __init__(self) -> None:
        self._inboxes: dict[str, int] = dict(_ALL.rows())

    def inboxes(self, named: Iterable[str]) -> list[int]:
        """Return the inboxes that these addresses belong to, each once."""
        found = [self._inbox(address) for address in named]
        return list(dict.fromkeys(inbox_id for inbox_id in found if inbox_id))

    def has(self, address: str) -> bool:
        return self._inbox(address) is not None

    def _inbox(self, address: str) -> int | None:
        lower = address.lower()
        return self._inboxes.get(lower) or self._inboxes.get(ids.bare(lower))


def follow(inbox: Inbox) -> None:
    """Bring the rows to what the setting says, in the transaction that saves it.

    Raises:
        Invalid: another mailbox has one of the addresses.
    """
    wanted = config.people(inbox.config)
    named = [each.address for each in wanted]
    # What lies in the trash gives its addresses up.
    MailAddress.objects.filter(address__in=named).exclude(inbox__deleted_at=None).delete()
    taken = MailAddress.objects.filter(address__in=named).exclude(inbox=inbox).first()
    if taken:
        text = _("%(address)s: 다른 메일함이 쓰고 있는 주소예요.") % {"address": taken.address}
        raise Invalid([Mistake("config.addresses", text)])
    inbox.addresses.exclude(address__in=named).delete()
    for position, each in enumerate(wanted):
        MailAddress.objects.update_or_create(
            address=each.address,
            defaults={"inbox": inbox, "name": each.name, "position": position},
        )

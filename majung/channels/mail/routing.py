"""To which of our inboxes a mail was sent."""

from majung.channels.contract import Letter as Sent
from majung.channels.mail.addresses import Ours
from majung.conversations.models import Inbox


def inboxes(*, home: Inbox, letter: Sent, ours: Ours) -> list[Inbox]:
    """Return the inboxes that a mail found in ``home`` belongs to, each once.

    Those are ``home`` and the inboxes that receive through it, as far as the mail names their
    addresses; ``home`` itself if it names none of them (a hidden copy, a list, an alias).
    An inbox with a mailbox of its own gets its own copy there.
    """
    named = [*letter.recipients, *(each.address for each in (*letter.to, *letter.cc))]
    found = ours.inboxes(named)
    if found in ([], [home.pk]):
        return [home]
    rows = Inbox.objects.filter(pk__in=found).select_related("brand")
    return [each for each in rows if _receives_through(each, home)] or [home]


def _receives_through(inbox: Inbox, home: Inbox) -> bool:
    return inbox.pk == home.pk or inbox.config.get("through") == home.key

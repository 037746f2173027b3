"""Signed links that show a widget's draft on a real page, to whoever was given one, for a while."""

from typing import Any, Final
from uuid import UUID

from django.core import signing

from majung.accounts import editables, revisions
from majung.conversations.models import Inbox

_SALT: Final = "majung.widget_preview"
PARAMETER: Final = "majung_preview"
LONGEST: Final = 30 * 60


def token(inbox: Inbox) -> str:
    """Return what allows its holder to see the draft, as it is then, for half an hour."""
    return signing.TimestampSigner(salt=_SALT).sign(inbox.public_id.hex)


def allows(token: str, inbox: Inbox) -> bool:
    """Tell whether a token is ours, for this widget, and not too old."""
    try:
        named = signing.TimestampSigner(salt=_SALT).unsign(token, max_age=LONGEST)
    except signing.BadSignature:
        return False
    return UUID(named) == inbox.public_id


def config(inbox: Inbox) -> dict[str, Any]:
    """Return the config of the draft; without one, what is published."""
    draft = revisions.draft(kind="inbox", obj=inbox)
    state = draft.data if draft else editables.of("inbox").read(inbox)
    return dict(state.get("config", {}))

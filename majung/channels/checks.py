"""What ``majung check`` looks at in the channels."""

from django.db import DatabaseError

from majung.channels import registry
from majung.conversations.models import Inbox
from majung.core import checks
from majung.core.checks import Findings


@checks.also
def check_channels() -> Findings:
    """Name plug-ins that do not load or lack what they claim, and inboxes without their channel."""
    wrong = dict(registry.troubles())
    for kind, problem in wrong.items():
        yield checks.error(
            f"Channel {kind}: {problem}.", "Mend or remove the package, or MAJUNG_CHANNELS."
        )
    known = registry.kinds()
    for kind in _used():
        if kind not in known:
            yield checks.error(
                f"Channel {kind}: inboxes use it, and it is not installed.",
                "Install its package again, or remove those inboxes.",
            )


def _used() -> list[str]:
    rows = Inbox.objects.alive().order_by("kind").values_list("kind", flat=True)
    try:
        return list(rows.distinct())
    except DatabaseError:
        return []  # the database has a finding of its own

"""Admins are told once when an account needs a person, and once when it is well again."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid5

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from majung.accounts import notice_kinds, notices
from majung.accounts.models import Agent, Notice
from majung.accounts.notice_kinds import Kind, Words
from majung.conversations.models import Inbox
from majung.core import clock

TROUBLED: Final = "account_troubled"
WELL: Final = "account_well"
RECEIVING, SENDING = "receiving", "sending"
# A server that cannot be reached mostly comes back by itself.
PATIENCE: Final = timedelta(minutes=30)
_BY_ITSELF: Final = frozenset({"unreached", "error"})


def tell(*, inbox_id: int, part: str, code: str, since: datetime | None) -> None:
    """Tell the admins of a trouble that a person has to mend, in the caller's transaction.

    ``since`` is when it began: whoever was told of this one is not told again.
    """
    if since is None or (code in _BY_ITSELF and clock.now() - since < PATIENCE):
        return
    inbox = Inbox.objects.get(pk=inbox_id)
    admins = Agent.objects.active().filter(role=Agent.Role.ADMIN)
    _put(TROUBLED, inbox, list(admins), _name(inbox, part, since))


def tell_well(*, inbox_id: int, part: str, since: datetime | None) -> None:
    """Tell those who were told of the trouble that it is over, in the caller's transaction."""
    if since is None:
        return
    inbox = Inbox.objects.get(pk=inbox_id)
    name = _name(inbox, part, since)
    told = Notice.objects.filter(kind=TROUBLED, conversation=inbox.public_id, message=name)
    _put(WELL, inbox, list(Agent.objects.filter(notices__in=told)), name)


def title(kind: str) -> str:
    """Return what a notice says."""
    if kind == TROUBLED:
        return _("메일함에 문제가 생겨서 사람이 손봐야 해요")
    return _("메일함이 다시 잘 돼요")


def describe(notice: Notice, *, with_words: bool) -> Words | None:  # noqa: ARG001
    """Return what a notice says outside of the desk; ``None`` if the account is gone."""
    inbox = Inbox.objects.alive().filter(public_id=notice.conversation).first()
    return Words(title=title(notice.kind), body=inbox.name) if inbox else None


def _put(kind: str, inbox: Inbox, agents: list[Agent], name: UUID) -> None:
    notices.tell(kind=kind, agents=agents, conversation=inbox.public_id, message=name)


def _name(inbox: Inbox, part: str, since: datetime) -> UUID:
    return uuid5(inbox.public_id, f"{part} {since.isoformat()}")


for _kind, _label in (
    (TROUBLED, gettext_lazy("메일함에 사람이 손봐야 할 문제가 생길 때")),
    (WELL, gettext_lazy("문제가 있던 메일함이 다시 잘 될 때")),
):
    notice_kinds.register(Kind(name=_kind, label=_label, describe=describe, is_for_admins=True))
